#ifndef COPENSSL_PROGRAM_H
#define COPENSSL_PROGRAM_H

// Calls of Linux that the module of the C library leaves out, because they stand behind _GNU_SOURCE. What is declared
// here is declared alike in <spawn.h>, <unistd.h> and <sys/mman.h> of glibc 2.34 and later.
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <sys/wait.h>

extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int first);
extern int pipe2(int descriptors[2], int flags);
extern int memfd_create(const char *name, unsigned int flags);

// Starts a program without a shell: empty environment, working directory "/", descriptors 0 to 2 as given and no
// other, default answers to all signals and none blocked, a process group of its own. The descriptors are 3 or above.
// Returns 0 or an error number. posix_spawn shares our memory until the program is loaded: no copy of it is made.
static inline int shim_spawn(
    const char *path, char *const arguments[], int input, int output, int complaints, pid_t *process
) {
    char *environment[] = {NULL};
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int failure = posix_spawn_file_actions_init(&actions);
    if (failure != 0) return failure;
    failure = posix_spawnattr_init(&attributes);
    if (failure != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return failure;
    }
    if ((failure = posix_spawn_file_actions_adddup2(&actions, input, 0)) == 0
        && (failure = posix_spawn_file_actions_adddup2(&actions, output, 1)) == 0
        && (failure = posix_spawn_file_actions_adddup2(&actions, complaints, 2)) == 0
        && (failure = posix_spawn_file_actions_addclosefrom_np(&actions, 3)) == 0
        && (failure = posix_spawn_file_actions_addchdir_np(&actions, "/")) == 0
        && (failure = posix_spawnattr_setsigmask(&attributes, &none)) == 0
        && (failure = posix_spawnattr_setsigdefault(&attributes, &all)) == 0
        && (failure = posix_spawnattr_setpgroup(&attributes, 0)) == 0
        && (failure = posix_spawnattr_setflags(
                &attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
            )) == 0)
        failure = posix_spawn(process, path, &actions, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return failure;
}

// How a child of ours stands: 0 it runs, 1 it ended with status 0, -1 it ended otherwise or is no child any more.
// It is not waited for, so its number stays its own, and that of its group too.
static inline int shim_child_state(pid_t process) {
    siginfo_t info;
    info.si_pid = 0;
    if (waitid(P_PID, (id_t)process, &info, WEXITED | WNOHANG | WNOWAIT) != 0) return -1;
    if (info.si_pid == 0) return 0;
    return info.si_code == CLD_EXITED && info.si_status == 0 ? 1 : -1;
}

#endif
