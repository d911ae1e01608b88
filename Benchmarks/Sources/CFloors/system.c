#define _GNU_SOURCE
#include "common.h"
#include <fcntl.h>
#include <inttypes.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static uint64_t nanoseconds(clockid_t clock) {
    struct timespec time;
    if (clock_gettime(clock, &time) != 0) abort();
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

uint64_t floor_cpu_time(void) { return nanoseconds(CLOCK_THREAD_CPUTIME_ID); }
uint64_t floor_wall_time(void) { return nanoseconds(CLOCK_MONOTONIC); }

uint64_t floor_process_cpu_time(void) { return nanoseconds(CLOCK_PROCESS_CPUTIME_ID); }

// The program's own definitions come before those of the C library, also for libsqlite3.
static atomic_uint_fast64_t flushes;
static atomic_bool is_flushing = true;

static int flush(long call, int file) {
    atomic_fetch_add(&flushes, 1);
    return atomic_load(&is_flushing) ? (int)syscall(call, file) : 0;
}

int fsync(int file) { return flush(SYS_fsync, file); }
int fdatasync(int file) { return flush(SYS_fdatasync, file); }
uint64_t floor_flushes(void) { return atomic_load(&flushes); }
void floor_set_flushing(int flushing) { atomic_store(&is_flushing, flushing != 0); }

uint64_t floor_bytes_written(void) {
    uint64_t bytes = 0;
    char line[128];
    FILE *file = fopen("/proc/self/io", "r");
    if (file == NULL) return 0;
    while (fgets(line, sizeof line, file) != NULL) {
        if (sscanf(line, "wchar: %" SCNu64, &bytes) == 1) break;
    }
    fclose(file);
    return bytes;
}

// Kilobytes that a process has had in memory at most, while it lives; what was known before, afterwards. What wait4
// says would count the memory of this process too, in which the other began.
static uint64_t high_water(pid_t process, uint64_t known) {
    char name[64], line[128];
    snprintf(name, sizeof name, "/proc/%d/status", (int)process);
    FILE *file = fopen(name, "r");
    if (file == NULL) return known;
    while (fgets(line, sizeof line, file) != NULL) {
        if (sscanf(line, "VmHWM: %" SCNu64, &known) == 1) break;
    }
    fclose(file);
    return known;
}

uint64_t floor_run(char *const arguments[], int *status, uint64_t *cpu, uint64_t *kilobytes) {
    posix_spawn_file_actions_t actions;
    pid_t process;
    int ending;
    struct rusage usage = {0};
    must(posix_spawn_file_actions_init(&actions) == 0);
    must(posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0) == 0);
    must(posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0) == 0);
    uint64_t start = floor_wall_time();
    *status = -1;
    if (posix_spawn(&process, arguments[0], &actions, NULL, arguments, environ) == 0) {
        const struct timespec pause = {0, 2000000};
        while (kilobytes != NULL && wait4(process, &ending, WNOHANG, &usage) == 0) {
            *kilobytes = high_water(process, *kilobytes);
            nanosleep(&pause, NULL);
        }
        if (kilobytes == NULL) must(wait4(process, &ending, 0, &usage) == process);
        if (WIFEXITED(ending)) *status = WEXITSTATUS(ending);
    }
    uint64_t time = floor_wall_time() - start;
    posix_spawn_file_actions_destroy(&actions);
    if (cpu != NULL) {
        *cpu = ((uint64_t)usage.ru_utime.tv_sec + (uint64_t)usage.ru_stime.tv_sec) * 1000000000
            + ((uint64_t)usage.ru_utime.tv_usec + (uint64_t)usage.ru_stime.tv_usec) * 1000;
    }
    return time;
}
