#define _GNU_SOURCE
#include "common.h"
#include <fcntl.h>
#include <spawn.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static uint64_t nanoseconds(clockid_t clock) {
    struct timespec time;
    if (clock_gettime(clock, &time) != 0) abort();
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

uint64_t floor_cpu_time(void) { return nanoseconds(CLOCK_THREAD_CPUTIME_ID); }
uint64_t floor_wall_time(void) { return nanoseconds(CLOCK_MONOTONIC); }

static void run(sqlite3 *database, const char *statement) {
    must(sqlite3_exec(database, statement, NULL, NULL, NULL) == SQLITE_OK);
}

uint64_t floor_sqlite(const char *path, int commits, int rows) {
    sqlite3 *database;
    sqlite3_stmt *insert;
    static const uint8_t entry[400] = {1};
    must(sqlite3_open(path, &database) == SQLITE_OK);
    run(database, "PRAGMA locking_mode=EXCLUSIVE");
    run(database, "PRAGMA journal_mode=WAL");
    run(database, "PRAGMA synchronous=FULL");
    run(database, "PRAGMA secure_delete=ON");
    run(database, "CREATE TABLE IF NOT EXISTS entry (seq INTEGER PRIMARY KEY, bytes BLOB NOT NULL)");
    must(sqlite3_prepare_v2(database, "INSERT INTO entry (bytes) VALUES (?)", -1, &insert, NULL) == SQLITE_OK);
    uint64_t start = floor_wall_time();
    for (int commit = 0; commit < commits; commit++) {
        run(database, "BEGIN IMMEDIATE");
        for (int row = 0; row < rows; row++) {
            must(sqlite3_bind_blob(insert, 1, entry, sizeof entry, SQLITE_STATIC) == SQLITE_OK);
            must(sqlite3_step(insert) == SQLITE_DONE);
            must(sqlite3_reset(insert) == SQLITE_OK);
        }
        run(database, "COMMIT");
    }
    uint64_t time = floor_wall_time() - start;
    must(sqlite3_finalize(insert) == SQLITE_OK);
    must(sqlite3_close(database) == SQLITE_OK);
    return time;
}

uint64_t floor_run(char *const arguments[], int *status) {
    posix_spawn_file_actions_t actions;
    pid_t process;
    int ending;
    must(posix_spawn_file_actions_init(&actions) == 0);
    must(posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0) == 0);
    must(posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0) == 0);
    uint64_t start = floor_wall_time();
    *status = -1;
    if (posix_spawn(&process, arguments[0], &actions, NULL, arguments, environ) == 0) {
        if (waitpid(process, &ending, 0) == process && WIFEXITED(ending)) *status = WEXITSTATUS(ending);
    }
    uint64_t time = floor_wall_time() - start;
    posix_spawn_file_actions_destroy(&actions);
    return time;
}
