#define _GNU_SOURCE
#include "FaultInjector.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum Kind { CREATE, WRITE, ALLOCATE, SYNC, NAME };
enum Deed { NOTHING, KILL_BEFORE, KILL_AFTER, FAIL, FAIL_ON, SHORT, CLAIM, RETRY };

static struct {
    bool counts[NAME + 1];
    bool exempts_outputs;
    unsigned long at;
    enum Deed deed;
    int error;
    int list;
} plan;
static atomic_ulong counter;

static void read_plan(void) __attribute__((constructor));
static void read_plan(void) {
    static const char *const deeds[] = {"", "kill-before", "kill-after", "fail", "fail-on", "short", "claim", "retry"};
    const char *calls = getenv("FAULT_CALLS"), *at = getenv("FAULT_AT"), *deed = getenv("FAULT_DO");
    const char *error = getenv("FAULT_ERRNO"), *list = getenv("FAULT_LIST");
    plan.list = list ? (int)syscall(SYS_openat, AT_FDCWD, list, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
    plan.at = at ? strtoul(at, NULL, 10) : 0;
    plan.error = error ? atoi(error) : EIO;
    for (enum Deed each = NOTHING; each <= RETRY; each++)
        if (deed && strcmp(deed, deeds[each]) == 0) plan.deed = each;
    bool all = calls && strcmp(calls, "all") == 0, room = calls && strcmp(calls, "room") == 0;
    plan.counts[CREATE] = plan.counts[WRITE] = plan.counts[ALLOCATE] = all || room;
    plan.counts[NAME] = all;
    plan.counts[SYNC] = all || (calls && strcmp(calls, "sync") == 0);
    plan.exempts_outputs = room;
}

/// One call of the program, from before it is carried out until it is over.
struct Call {
    unsigned long number; // 0: not counted
    enum Deed deed;
    const char *name;
    char path[1024];
};

static void die(void) {
    syscall(SYS_kill, getpid(), SIGKILL);
    for (;;) pause();
}

static void name_descriptor(int descriptor, char *path, size_t size) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t count = syscall(SYS_readlinkat, AT_FDCWD, link, path, size - 1);
    path[count > 0 ? count : 0] = 0;
}

static void name_path(int folder, const char *name, char *path, size_t size) {
    if (folder == AT_FDCWD || name[0] == '/') {
        snprintf(path, size, "%s", name);
        return;
    }
    char base[512];
    name_descriptor(folder, base, sizeof base);
    snprintf(path, size, "%s/%s", base, name);
}

static void note(const struct Call *call, int error) {
    if (plan.list < 0 || call->number == 0) return;
    char line[1280];
    const char *how = call->deed == NOTHING ? "whole" : "broken";
    int count = snprintf(line, sizeof line, "%lu\t%s\t%s\t%d\t%s\n", call->number, call->name, call->path, error, how);
    if (count > 0) syscall(SYS_write, plan.list, line, (size_t)count);
}

static bool exists(const char *path) {
    return syscall(SYS_faccessat, AT_FDCWD, path, F_OK) == 0;
}

static bool fatal(enum Deed deed) {
    return deed == KILL_BEFORE || deed == KILL_AFTER;
}

/// Counts the call, and dies if it is the one before which the program ends.
static struct Call begin(enum Kind kind, const char *name, int descriptor, const char *path) {
    struct Call call = {.name = name};
    if (!plan.counts[kind] || (plan.exempts_outputs && path == NULL && (descriptor == 1 || descriptor == 2)))
        return call;
    int saved = errno;
    if (path) name_path(descriptor, path, call.path, sizeof call.path);
    else name_descriptor(descriptor, call.path, sizeof call.path);
    call.number = atomic_fetch_add(&counter, 1) + 1;
    if (call.number == plan.at || (plan.deed == FAIL_ON && plan.at > 0 && call.number > plan.at)) call.deed = plan.deed;
    // What is there can be opened on a full disk too, and that it was created cannot be claimed.
    if (kind == CREATE && (call.deed == CLAIM || exists(call.path))) call.deed = fatal(call.deed) ? call.deed : NOTHING;
    if (call.deed == SHORT && kind != WRITE) call.deed = NOTHING;
    if (call.deed == RETRY && kind != SYNC) call.deed = NOTHING;
    if (call.deed == KILL_BEFORE) die();
    errno = saved;
    return call;
}

/// Whether the call is to fail without being carried out.
static bool fails(const struct Call *call) {
    return call->deed == FAIL || call->deed == FAIL_ON;
}

static long end(const struct Call *call, long result) {
    int saved = errno;
    if (call->number > 0) {
        note(call, result < 0 ? saved : 0);
        if (call->deed == KILL_AFTER) die();
    }
    errno = saved;
    return result;
}

static long fail(const struct Call *call) {
    errno = plan.error;
    return end(call, -1);
}

#define REAL(name) \
    static __typeof__(name) *real; \
    if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

/// Fails, claims, or carries it out. Whatever is claimed is written down as done: nobody else will know.
#define CARRY_OUT(call, claimed, carried_out) \
    do { \
        if (fails(&(call))) return fail(&(call)); \
        if ((call).deed == CLAIM) return end(&(call), (claimed)); \
        return end(&(call), (carried_out)); \
    } while (0)

// MARK: Creating. An opening that creates nothing is not counted, nor can success be claimed of one.

#define CREATES(flags) (((flags) & O_CREAT) || ((flags) & O_TMPFILE) == O_TMPFILE)
#define MODE(flags) \
    mode_t mode = 0; \
    if (CREATES(flags)) { va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); }
#define OPEN(folder, path, flags, carried_out) \
    do { \
        if (!CREATES(flags)) return (carried_out); \
        struct Call call = begin(CREATE, "open", (folder), (path)); \
        if (fails(&call)) return (int)fail(&call); \
        return (int)end(&call, (carried_out)); \
    } while (0)

int open(const char *path, int flags, ...) {
    REAL(open);
    MODE(flags)
    OPEN(AT_FDCWD, path, flags, real(path, flags, mode));
}

int open64(const char *path, int flags, ...) {
    REAL(open64);
    MODE(flags)
    OPEN(AT_FDCWD, path, flags, real(path, flags, mode));
}

int openat(int folder, const char *path, int flags, ...) {
    REAL(openat);
    MODE(flags)
    OPEN(folder, path, flags, real(folder, path, flags, mode));
}

int openat64(int folder, const char *path, int flags, ...) {
    REAL(openat64);
    MODE(flags)
    OPEN(folder, path, flags, real(folder, path, flags, mode));
}

int mkstemp(char *path) {
    REAL(mkstemp);
    OPEN(AT_FDCWD, path, O_CREAT, real(path));
}

int mkdir(const char *path, mode_t mode) {
    REAL(mkdir);
    struct Call call = begin(NAME, "mkdir", AT_FDCWD, path);
    CARRY_OUT(call, 0, real(path, mode));
}

// MARK: Writing

#define HALF(call, count) ((call).deed == SHORT ? ((count) + 1) / 2 : (count))

ssize_t write(int file, const void *bytes, size_t count) {
    REAL(write);
    struct Call call = begin(WRITE, "write", file, NULL);
    CARRY_OUT(call, (ssize_t)count, real(file, bytes, HALF(call, count)));
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t at) {
    REAL(pwrite);
    struct Call call = begin(WRITE, "pwrite64", file, NULL);
    CARRY_OUT(call, (ssize_t)count, real(file, bytes, HALF(call, count), at));
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t at) {
    REAL(pwrite64);
    struct Call call = begin(WRITE, "pwrite64", file, NULL);
    CARRY_OUT(call, (ssize_t)count, real(file, bytes, HALF(call, count), at));
}

ssize_t writev(int file, const struct iovec *parts, int count) {
    REAL(writev);
    struct Call call = begin(WRITE, "writev", file, NULL);
    ssize_t whole = 0;
    for (int part = 0; part < count; part++) whole += (ssize_t)parts[part].iov_len;
    CARRY_OUT(call, whole, real(file, parts, HALF(call, count)));
}

int ftruncate(int file, off_t size) {
    REAL(ftruncate);
    struct Call call = begin(NAME, "ftruncate", file, NULL);
    CARRY_OUT(call, 0, real(file, size));
}

int ftruncate64(int file, off64_t size) {
    REAL(ftruncate64);
    struct Call call = begin(NAME, "ftruncate", file, NULL);
    CARRY_OUT(call, 0, real(file, size));
}

int fallocate(int file, int mode, off_t at, off_t size) {
    REAL(fallocate);
    struct Call call = begin(ALLOCATE, "fallocate", file, NULL);
    CARRY_OUT(call, 0, real(file, mode, at, size));
}

/// The error is the result, and errno stays as it is.
#define ALLOCATION(carried_out) \
    do { \
        struct Call call = begin(ALLOCATE, "fallocate", file, NULL); \
        if (fails(&call)) { note(&call, plan.error); return plan.error; } \
        int error = call.deed == CLAIM ? 0 : (carried_out); \
        note(&call, error); \
        if (call.deed == KILL_AFTER) die(); \
        return error; \
    } while (0)

int posix_fallocate(int file, off_t at, off_t size) {
    REAL(posix_fallocate);
    ALLOCATION(real(file, at, size));
}

int posix_fallocate64(int file, off64_t at, off64_t size) {
    REAL(posix_fallocate64);
    ALLOCATION(real(file, at, size));
}

// MARK: Syncing

static int sync_file(const char *name, int file, int (*real)(int)) {
    struct Call call = begin(SYNC, name, file, NULL);
    if (call.deed == RETRY) note(&call, plan.error);
    CARRY_OUT(call, 0, real(file));
}

int fsync(int file) {
    REAL(fsync);
    return sync_file("fsync", file, real);
}

int fdatasync(int file) {
    REAL(fdatasync);
    return sync_file("fdatasync", file, real);
}

// MARK: Naming and removing

int rename(const char *from, const char *to) {
    REAL(rename);
    struct Call call = begin(NAME, "rename", AT_FDCWD, to);
    CARRY_OUT(call, 0, real(from, to));
}

int renameat(int here, const char *from, int there, const char *to) {
    REAL(renameat);
    struct Call call = begin(NAME, "rename", there, to);
    CARRY_OUT(call, 0, real(here, from, there, to));
}

int renameat2(int here, const char *from, int there, const char *to, unsigned flags) {
    REAL(renameat2);
    struct Call call = begin(NAME, "rename", there, to);
    CARRY_OUT(call, 0, real(here, from, there, to, flags));
}

int link(const char *from, const char *to) {
    REAL(link);
    struct Call call = begin(NAME, "link", AT_FDCWD, to);
    CARRY_OUT(call, 0, real(from, to));
}

int linkat(int here, const char *from, int there, const char *to, int flags) {
    REAL(linkat);
    struct Call call = begin(NAME, "link", there, to);
    CARRY_OUT(call, 0, real(here, from, there, to, flags));
}

int unlink(const char *path) {
    REAL(unlink);
    struct Call call = begin(NAME, "unlink", AT_FDCWD, path);
    CARRY_OUT(call, 0, real(path));
}

int unlinkat(int folder, const char *path, int flags) {
    REAL(unlinkat);
    struct Call call = begin(NAME, "unlink", folder, path);
    CARRY_OUT(call, 0, real(folder, path, flags));
}

int rmdir(const char *path) {
    REAL(rmdir);
    struct Call call = begin(NAME, "rmdir", AT_FDCWD, path);
    CARRY_OUT(call, 0, real(path));
}
