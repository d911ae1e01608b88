#define _GNU_SOURCE
#include "WriteRecorder.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* Weak, because the package manager links every library of the package into its snippets, where these meet those of
 * `FaultInjector`. A preloaded library is used all the same: the dynamic linker makes no difference. */
#pragma weak chmod
#pragma weak creat
#pragma weak fallocate
#pragma weak fallocate64
#pragma weak fchmod
#pragma weak fchmodat
#pragma weak fdatasync
#pragma weak fsync
#pragma weak ftruncate
#pragma weak ftruncate64
#pragma weak link
#pragma weak linkat
#pragma weak mkdir
#pragma weak mkdirat
#pragma weak open
#pragma weak open64
#pragma weak openat
#pragma weak openat64
#pragma weak posix_fallocate
#pragma weak posix_fallocate64
#pragma weak pwrite
#pragma weak pwrite64
#pragma weak remove
#pragma weak rename
#pragma weak renameat
#pragma weak renameat2
#pragma weak rmdir
#pragma weak truncate
#pragma weak truncate64
#pragma weak unlink
#pragma weak unlinkat
#pragma weak write
#pragma weak writev

/* The calls go to the kernel directly, so that nothing of ours comes back to us through libc. The lock is held from
 * before a call until after its record: the order of the trace is the order in which things happened. */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char root[PATH_MAX];
static size_t root_size;
static int trace = -1;

static void stop(const char *why) {
    /* A trace with a gap would prove things that are not so. */
    syscall(SYS_write, 2, why, strlen(why));
    syscall(SYS_exit_group, 99);
}

static void put(uint32_t kind, uint64_t inode, uint64_t number, const char *path, const void *other, size_t size) {
    uint32_t path_size = (uint32_t)strlen(path);
    uint32_t other_size = (uint32_t)size;
    uint32_t all = 4 + 8 + 8 + 4 + 4 + path_size + other_size;
    unsigned char head[32];
    memcpy(head, &all, 4);
    memcpy(head + 4, &kind, 4);
    memcpy(head + 8, &inode, 8);
    memcpy(head + 16, &number, 8);
    memcpy(head + 24, &path_size, 4);
    memcpy(head + 28, &other_size, 4);
    struct iovec parts[3] = {{head, 32}, {(void *)path, path_size}, {(void *)other, other_size}};
    if (syscall(SYS_writev, trace, parts, 3) != (long)all + 4) stop("the recorder cannot write its trace\n");
}

__attribute__((constructor)) static void start(void) {
    const char *folder = getenv("WRITE_RECORDER_ROOT");
    const char *file = getenv("WRITE_RECORDER_TRACE");
    if (!folder || !file || strlen(folder) >= sizeof root) return;
    strcpy(root, folder);
    root_size = strlen(root);
    trace = (int)syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (trace < 0) stop("the recorder cannot open its trace\n");
    put(WRITE_RECORDER_START, 0, (uint64_t)getpid(), "", "", 0);
}

static int is_inside(const char *path) {
    return trace >= 0 && strncmp(path, root, root_size) == 0 && (path[root_size] == '/' || path[root_size] == 0);
}

/* The path behind a descriptor. A file that lost its name keeps it here, with " (deleted)" behind it. */
static int path_of(int fd, char *path) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = syscall(SYS_readlinkat, AT_FDCWD, link, path, (size_t)PATH_MAX - 1);
    path[size < 0 ? 0 : size] = 0;
    return size > 0;
}

/* The full path of a name. Its folder is asked of the kernel, which leaves out links and dots on the way. */
static int full_path(int folder, const char *name, char *path) {
    if (trace < 0) return 0;
    char parent[PATH_MAX];
    const char *slash = strrchr(name, '/');
    const char *last = slash ? slash + 1 : name;
    size_t size = slash ? (size_t)(slash - name) + 1 : 0;
    if (size >= sizeof parent) return 0;
    memcpy(parent, name, size);
    parent[size] = 0;
    int number = (int)syscall(SYS_openat, folder, size ? parent : ".", O_PATH | O_DIRECTORY | O_CLOEXEC, 0);
    if (number < 0) return 0;
    char place[PATH_MAX];
    int found = path_of(number, place);
    syscall(SYS_close, number);
    return found && snprintf(path, PATH_MAX, "%s/%s", place, last) < PATH_MAX && is_inside(path);
}

static uint64_t inode_of(int fd) {
    struct stat status;
    return fstat(fd, &status) == 0 ? (uint64_t)status.st_ino : 0;
}

/* Whether what happens to a descriptor is to be written down: a plain file or a folder inside. */
static int is_watched(int fd, char *path, uint64_t *inode) {
    if (trace < 0 || fd == trace) return 0;
    int saved = errno;
    int watched = path_of(fd, path) && is_inside(path);
    if (watched) *inode = inode_of(fd);
    errno = saved;
    return watched;
}

#define WITH_LOCK(statements)        \
    do {                             \
        pthread_mutex_lock(&lock);   \
        statements;                  \
        int saved = errno;           \
        pthread_mutex_unlock(&lock); \
        errno = saved;               \
    } while (0)

/* MARK: Opening */

static int open_watched(int folder, const char *name, int flags, mode_t mode) {
    char path[PATH_MAX];
    if (trace < 0 || !(flags & (O_CREAT | O_TRUNC)) || (flags & O_TMPFILE) == O_TMPFILE)
        return (int)syscall(SYS_openat, folder, name, flags, mode);
    int fd = -1;
    WITH_LOCK({
        int inside = full_path(folder, name, path);
        struct stat before;
        int existed = syscall(SYS_newfstatat, folder, name, &before, 0) == 0;
        fd = (int)syscall(SYS_openat, folder, name, flags, mode);
        if (fd >= 0 && inside) {
            uint64_t what = (existed ? 0 : 1) | (existed && (flags & O_TRUNC) ? 2 : 0);
            put(WRITE_RECORDER_OPEN, inode_of(fd), what, path, "", 0);
        }
    });
    return fd;
}

#define MODE_OF(flags)                                           \
    mode_t mode = 0;                                             \
    if ((flags) & O_CREAT || ((flags) & O_TMPFILE) == O_TMPFILE) { \
        va_list more;                                            \
        va_start(more, flags);                                   \
        mode = va_arg(more, mode_t);                             \
        va_end(more);                                            \
    }

int open(const char *name, int flags, ...) {
    MODE_OF(flags)
    return open_watched(AT_FDCWD, name, flags, mode);
}

int open64(const char *name, int flags, ...) {
    MODE_OF(flags)
    return open_watched(AT_FDCWD, name, flags | O_LARGEFILE, mode);
}

int openat(int folder, const char *name, int flags, ...) {
    MODE_OF(flags)
    return open_watched(folder, name, flags, mode);
}

int openat64(int folder, const char *name, int flags, ...) {
    MODE_OF(flags)
    return open_watched(folder, name, flags | O_LARGEFILE, mode);
}

int creat(const char *name, mode_t mode) {
    return open_watched(AT_FDCWD, name, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

/* MARK: Data */

/* Where a write without an offset goes: where the descriptor stands, or the end. */
static uint64_t place_of(int fd) {
    int flags = (int)syscall(SYS_fcntl, fd, F_GETFL);
    struct stat status;
    if (flags & O_APPEND && fstat(fd, &status) == 0) return (uint64_t)status.st_size;
    long place = syscall(SYS_lseek, fd, 0, SEEK_CUR);
    return place < 0 ? 0 : (uint64_t)place;
}

ssize_t write(int fd, const void *data, size_t size) {
    char path[PATH_MAX];
    uint64_t inode = 0;
    int watched = is_watched(fd, path, &inode);
    if (trace < 0 || (!watched && fd != 1)) return syscall(SYS_write, fd, data, size);
    ssize_t count = -1;
    WITH_LOCK({
        uint64_t offset = watched ? place_of(fd) : 0;
        count = syscall(SYS_write, fd, data, size);
        if (count >= 0) {
            if (watched) put(WRITE_RECORDER_WRITE, inode, offset, path, data, (size_t)count);
            else put(WRITE_RECORDER_ANSWER, 0, 0, "", data, (size_t)count);
        }
    });
    return count;
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t offset) {
    char path[PATH_MAX];
    uint64_t inode = 0;
    if (!is_watched(fd, path, &inode)) return syscall(SYS_pwrite64, fd, data, size, offset);
    ssize_t count = -1;
    WITH_LOCK({
        count = syscall(SYS_pwrite64, fd, data, size, offset);
        if (count >= 0) put(WRITE_RECORDER_WRITE, inode, (uint64_t)offset, path, data, (size_t)count);
    });
    return count;
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t offset) {
    return pwrite64(fd, data, size, offset);
}

/* Part by part: a crash may fall between any two of them anyway, and a short count is allowed. */
ssize_t writev(int fd, const struct iovec *parts, int count) {
    char path[PATH_MAX];
    uint64_t inode = 0;
    if (trace < 0 || (!is_watched(fd, path, &inode) && fd != 1)) return syscall(SYS_writev, fd, parts, count);
    ssize_t all = 0;
    for (int part = 0; part < count; part++) {
        ssize_t taken = write(fd, parts[part].iov_base, parts[part].iov_len);
        if (taken < 0) return all ? all : taken;
        all += taken;
        if ((size_t)taken < parts[part].iov_len) break;
    }
    return all;
}

/* MARK: Sizes */

int ftruncate64(int fd, off64_t size) {
    char path[PATH_MAX];
    uint64_t inode = 0;
    if (!is_watched(fd, path, &inode)) return (int)syscall(SYS_ftruncate, fd, size);
    int answer = -1;
    WITH_LOCK({
        answer = (int)syscall(SYS_ftruncate, fd, size);
        if (answer == 0) put(WRITE_RECORDER_TRUNCATE, inode, (uint64_t)size, path, "", 0);
    });
    return answer;
}

int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

int truncate64(const char *name, off64_t size) {
    int fd = (int)syscall(SYS_openat, AT_FDCWD, name, O_WRONLY | O_CLOEXEC, 0);
    if (fd < 0) return -1;
    int answer = ftruncate64(fd, size);
    syscall(SYS_close, fd);
    return answer;
}

int truncate(const char *name, off_t size) { return truncate64(name, size); }

int fallocate64(int fd, int mode, off64_t offset, off64_t size) {
    char path[PATH_MAX];
    uint64_t inode = 0;
    if (!is_watched(fd, path, &inode)) return (int)syscall(SYS_fallocate, fd, mode, offset, size);
    if (mode != 0) stop("the recorder does not know this way to allocate\n");
    int answer = -1;
    WITH_LOCK({
        answer = (int)syscall(SYS_fallocate, fd, mode, offset, size);
        if (answer == 0) put(WRITE_RECORDER_ALLOCATE, inode, (uint64_t)(offset + size), path, "", 0);
    });
    return answer;
}

int fallocate(int fd, int mode, off_t offset, off_t size) { return fallocate64(fd, mode, offset, size); }

int posix_fallocate64(int fd, off64_t offset, off64_t size) {
    int saved = errno;
    int answer = fallocate64(fd, 0, offset, size) == 0 ? 0 : errno;
    errno = saved;
    return answer;
}

int posix_fallocate(int fd, off_t offset, off_t size) { return posix_fallocate64(fd, offset, size); }

/* MARK: Syncing */

static int sync_watched(long call, int fd) {
    char path[PATH_MAX];
    uint64_t inode = 0;
    if (!is_watched(fd, path, &inode)) return (int)syscall(call, fd);
    int answer = -1;
    WITH_LOCK({
        answer = (int)syscall(call, fd);
        if (answer == 0) put(WRITE_RECORDER_SYNC, inode, 0, path, "", 0);
    });
    return answer;
}

int fsync(int fd) { return sync_watched(SYS_fsync, fd); }
int fdatasync(int fd) { return sync_watched(SYS_fdatasync, fd); }

/* MARK: Names */

/* Runs a call about one or two names, and writes it down if it succeeds. */
#define ABOUT_NAMES(kind, number, folder, name, other_folder, other, call)                                     \
    char path[PATH_MAX], other_path[PATH_MAX] = "";                                                            \
    int answer = -1;                                                                                           \
    WITH_LOCK({                                                                                                \
        const char *second = (other);                                                                          \
        int inside = full_path(folder, name, path);                                                            \
        if (second) inside |= full_path(other_folder, second, other_path);                                     \
        answer = (int)(call);                                                                                  \
        if (answer == 0 && inside) put(kind, 0, (uint64_t)(number), path, other_path, strlen(other_path));      \
    });                                                                                                        \
    return answer

int renameat2(int from, const char *old, int to, const char *new, unsigned flags) {
    ABOUT_NAMES(WRITE_RECORDER_RENAME, flags, from, old, to, new, syscall(SYS_renameat2, from, old, to, new, flags));
}

int renameat(int from, const char *old, int to, const char *new) { return renameat2(from, old, to, new, 0); }
int rename(const char *old, const char *new) { return renameat2(AT_FDCWD, old, AT_FDCWD, new, 0); }

int linkat(int from, const char *old, int to, const char *new, int flags) {
    ABOUT_NAMES(WRITE_RECORDER_LINK, 0, from, old, to, new, syscall(SYS_linkat, from, old, to, new, flags));
}

int link(const char *old, const char *new) { return linkat(AT_FDCWD, old, AT_FDCWD, new, 0); }

int unlinkat(int folder, const char *name, int flags) {
    ABOUT_NAMES(WRITE_RECORDER_UNLINK, 0, folder, name, AT_FDCWD, NULL, syscall(SYS_unlinkat, folder, name, flags));
}

int unlink(const char *name) { return unlinkat(AT_FDCWD, name, 0); }
int rmdir(const char *name) { return unlinkat(AT_FDCWD, name, AT_REMOVEDIR); }

int remove(const char *name) {
    int answer = unlink(name);
    return answer != 0 && errno == EISDIR ? rmdir(name) : answer;
}

int mkdirat(int folder, const char *name, mode_t mode) {
    ABOUT_NAMES(WRITE_RECORDER_MKDIR, mode, folder, name, AT_FDCWD, NULL, syscall(SYS_mkdirat, folder, name, mode));
}

int mkdir(const char *name, mode_t mode) { return mkdirat(AT_FDCWD, name, mode); }

int fchmodat(int folder, const char *name, mode_t mode, int flags) {
    (void)flags; /* The kernel's call has none. */
    ABOUT_NAMES(WRITE_RECORDER_MODE, mode, folder, name, AT_FDCWD, NULL, syscall(SYS_fchmodat, folder, name, mode));
}

int chmod(const char *name, mode_t mode) { return fchmodat(AT_FDCWD, name, mode, 0); }

int fchmod(int fd, mode_t mode) {
    char path[PATH_MAX];
    uint64_t inode = 0;
    if (!is_watched(fd, path, &inode)) return (int)syscall(SYS_fchmod, fd, mode);
    int answer = -1;
    WITH_LOCK({
        answer = (int)syscall(SYS_fchmod, fd, mode);
        if (answer == 0) put(WRITE_RECORDER_MODE, inode, mode, path, "", 0);
    });
    return answer;
}
