#ifndef FLOORS_H
#define FLOORS_H

#include <stddef.h>
#include <stdint.h>

// The same work as the package does, in C over the same libraries, with nothing around it. Every function does its
// work many times and returns something that the caller compares with the package's answer: a floor that does other
// work than ours would measure nothing. Functions stop the process where a library fails.

// CPU time of this thread and of all threads, and monotonic time, in nanoseconds.
uint64_t floor_cpu_time(void);
uint64_t floor_process_cpu_time(void);
uint64_t floor_wall_time(void);

// P1. Compares `code` with the six-digit codes of three steps around `step` (RFC 6238, SHA-1), and returns how many
// of the checks found it.
uint64_t floor_totp_pads(const uint8_t *key, size_t key_count, uint64_t step, uint32_t code, uint64_t checks);
uint64_t floor_totp_reused(const uint8_t *key, size_t key_count, uint64_t step, uint32_t code, uint64_t checks);
uint64_t floor_totp_rekeyed(const uint8_t *key, size_t key_count, uint64_t step, uint32_t code, uint64_t checks);

// The peer: liboath by dlopen. The first says whether it is there.
int peer_oath_is_present(void);
uint64_t peer_oath_totp(const uint8_t *key, size_t key_count, uint64_t seconds, const char *code, uint64_t checks);

// P2, P3. `frames` is one record after the other, each behind its length in two bytes, of one epoch from step 0.
// Returns how many MACs hold (all of them for the second, which has no key) and leaves the root of the tree in `root`.
uint64_t floor_verify(const uint8_t *frames, size_t count, const uint8_t *key, const uint8_t *context, uint8_t *root);
uint64_t floor_leaves(const uint8_t *frames, size_t count, uint8_t *root);

// P7. The format of vault.md §5 around a padded plaintext of `count` bytes: two HMACs for key and commitment,
// AES-256-GCM under a new key, a salt from the generator. `envelope` has room for count + 88 bytes. Opening returns how
// often commitment and tag held.
void floor_seal(
    const uint8_t *key, const uint8_t *data74, const uint8_t *plain, size_t count, uint8_t *envelope, uint64_t times);
uint64_t floor_open(
    const uint8_t *key, const uint8_t *data74, const uint8_t *envelope, size_t count, uint8_t *plain, uint64_t times);

// P8. The cryptography of one comparison: a key unwrapped, a manifest over `rows` rows, `tags` tags.
uint64_t floor_compare(const uint8_t *key, const uint8_t *data74, const uint8_t *wrapped, int rows, int tags,
    uint64_t times);

// P4. Bare SQLite, or SQLCipher with a raw key, with the store's settings: makes `path`, inserts `commits` times
// `rows` rows of 400 bytes, and returns the nanoseconds of the inserts on the wall.
uint64_t floor_sqlite(const char *path, int commits, int rows, int is_ciphered);

// The peer: SQLCipher by dlopen.
int peer_sqlcipher_is_present(void);

// P7. Inserts rows of the same six fields of `size` bytes in one transaction, and reads all of them back. Returns the
// nanoseconds of the first, and leaves those of the second, in CPU time of this thread.
uint64_t floor_customers(
    const char *path, const uint8_t *fields, size_t size, int customers, int is_ciphered, uint64_t *reading);

// P6. How often this process has asked the system to flush a file, SQLite's calls among them, and the bytes that it
// has handed over to be written. While flushing is off such a call is counted and answered at once.
uint64_t floor_flushes(void);
void floor_set_flushing(int flushing);
uint64_t floor_bytes_written(void);

// P13. Runs a program to its end with its output thrown away. Returns the nanoseconds, and its exit code by `status`.
// `cpu` and `kilobytes` may be null: CPU nanoseconds, and the most memory it had. The latter costs some of the former.
uint64_t floor_run(char *const arguments[], int *status, uint64_t *cpu, uint64_t *kilobytes);

#endif
