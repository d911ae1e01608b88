#define _GNU_SOURCE
#include "common.h"
#include <dlfcn.h>
#include <sqlite3.h>
#include <stdio.h>

// SQLite's functions, of the library that the package links or of SQLCipher's, which has the same names.
struct library {
    __typeof__(&sqlite3_open) open;
    __typeof__(&sqlite3_exec) exec;
    __typeof__(&sqlite3_prepare_v2) prepare;
    __typeof__(&sqlite3_bind_blob) bind;
    __typeof__(&sqlite3_step) step;
    __typeof__(&sqlite3_column_blob) column;
    __typeof__(&sqlite3_reset) reset;
    __typeof__(&sqlite3_finalize) finalize;
    __typeof__(&sqlite3_close) close;
};

static const struct library plain = {
    sqlite3_open, sqlite3_exec, sqlite3_prepare_v2, sqlite3_bind_blob, sqlite3_step, sqlite3_column_blob,
    sqlite3_reset, sqlite3_finalize, sqlite3_close,
};

// By its Debian name, without a header. It must find its own functions before those of the other library.
static int ciphered(struct library *library) {
    void *handle = dlopen("libsqlcipher.so.0", RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
    if (handle == NULL) return 0;
    const char *names[] = {
        "sqlite3_open", "sqlite3_exec", "sqlite3_prepare_v2", "sqlite3_bind_blob", "sqlite3_step",
        "sqlite3_column_blob", "sqlite3_reset", "sqlite3_finalize", "sqlite3_close",
    };
    void **functions = (void **)library;
    for (size_t index = 0; index < sizeof names / sizeof *names; index++) {
        functions[index] = dlsym(handle, names[index]);
        if (functions[index] == NULL) return 0;
    }
    return 1;
}

int peer_sqlcipher_is_present(void) {
    struct library library;
    return ciphered(&library);
}

static void run(const struct library *library, sqlite3 *database, const char *statement) {
    must(library->exec(database, statement, NULL, NULL, NULL) == SQLITE_OK);
}

static sqlite3 *open_as_the_store_does(const struct library *library, const char *path, int is_ciphered) {
    sqlite3 *database;
    must(library->open(path, &database) == SQLITE_OK);
    // A raw key: none is derived from a passphrase.
    if (is_ciphered) {
        run(library, database, "PRAGMA key=\"x'2dd29ca851e7b56e4697b0e1f08507293d761a05ce4d1b628663f411a8086d99'\"");
    }
    run(library, database, "PRAGMA locking_mode=EXCLUSIVE");
    run(library, database, "PRAGMA journal_mode=WAL");
    run(library, database, "PRAGMA synchronous=FULL");
    run(library, database, "PRAGMA secure_delete=ON");
    return database;
}

static struct library chosen(int is_ciphered) {
    struct library library = plain;
    if (is_ciphered) must(ciphered(&library));
    return library;
}

uint64_t floor_sqlite(const char *path, int commits, int rows, int is_ciphered) {
    const struct library library = chosen(is_ciphered);
    sqlite3 *database = open_as_the_store_does(&library, path, is_ciphered);
    sqlite3_stmt *insert;
    static const uint8_t entry[400] = {1};
    run(&library, database, "CREATE TABLE IF NOT EXISTS entry (seq INTEGER PRIMARY KEY, bytes BLOB NOT NULL)");
    must(library.prepare(database, "INSERT INTO entry (bytes) VALUES (?)", -1, &insert, NULL) == SQLITE_OK);
    uint64_t start = floor_wall_time();
    for (int commit = 0; commit < commits; commit++) {
        run(&library, database, "BEGIN IMMEDIATE");
        for (int row = 0; row < rows; row++) {
            must(library.bind(insert, 1, entry, sizeof entry, SQLITE_STATIC) == SQLITE_OK);
            must(library.step(insert) == SQLITE_DONE);
            must(library.reset(insert) == SQLITE_OK);
        }
        run(&library, database, "COMMIT");
    }
    uint64_t time = floor_wall_time() - start;
    must(library.finalize(insert) == SQLITE_OK);
    must(library.close(database) == SQLITE_OK);
    return time;
}

uint64_t floor_customers(const char *path, const uint8_t *fields, size_t size, int customers, int is_ciphered,
    uint64_t *reading) {
    const struct library library = chosen(is_ciphered);
    sqlite3 *database = open_as_the_store_does(&library, path, is_ciphered);
    sqlite3_stmt *statement;
    run(&library, database, "DROP TABLE IF EXISTS customer");
    const char *create = "CREATE TABLE customer "
        "(id INTEGER PRIMARY KEY, a BLOB, b BLOB, c BLOB, d BLOB, e BLOB, f BLOB)";
    run(&library, database, create);
    const char *insert = "INSERT INTO customer (a, b, c, d, e, f) VALUES (?, ?, ?, ?, ?, ?)";
    must(library.prepare(database, insert, -1, &statement, NULL) == SQLITE_OK);
    uint64_t start = floor_cpu_time();
    run(&library, database, "BEGIN IMMEDIATE");
    for (int customer = 0; customer < customers; customer++) {
        for (int field = 0; field < 6; field++) {
            const uint8_t *bytes = fields + size * (size_t)field;
            must(library.bind(statement, field + 1, bytes, (int)size, SQLITE_STATIC) == SQLITE_OK);
        }
        must(library.step(statement) == SQLITE_DONE);
        must(library.reset(statement) == SQLITE_OK);
    }
    run(&library, database, "COMMIT");
    uint64_t time = floor_cpu_time() - start;
    must(library.finalize(statement) == SQLITE_OK);
    must(library.close(database) == SQLITE_OK);

    // Opened anew, so that SQLCipher reads its pages from the file and not from its cache.
    database = open_as_the_store_does(&library, path, is_ciphered);
    const char *select = "SELECT a, b, c, d, e, f FROM customer";
    must(library.prepare(database, select, -1, &statement, NULL) == SQLITE_OK);
    start = floor_cpu_time();
    int read = 0;
    for (; library.step(statement) == SQLITE_ROW; read++) {
        for (int field = 0; field < 6; field++) {
            must(memcmp(library.column(statement, field), fields + size * (size_t)field, size) == 0);
        }
    }
    *reading = floor_cpu_time() - start;
    must(read == customers);
    must(library.finalize(statement) == SQLITE_OK);
    must(library.close(database) == SQLITE_OK);
    return time;
}
