#ifndef COPENSSL_SHIM_H
#define COPENSSL_SHIM_H

#include "hash.h"
#include "program.h"
#include "transit.h"
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/opensslv.h>
#include <openssl/params.h>
#include <openssl/pkcs7.h>
#include <openssl/rand.h>
#include <openssl/ts.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

// Only what Swift cannot express stands here: macros with arguments, calls with variable arguments, and OSSL_PARAM
// arrays. The latter keep pointers to their keys and values, so they must be built and used inside one C function.

// The library's random generators, one for each thread, live in the same heap and fail where it is full. Somebody who
// makes us keep many values must not be able to do that: a quarter is left to them.
static inline void *shim_secure_allocate(size_t heap, size_t count) {
    void *bytes = NULL;
    // It may be asked how much is used only where there is such a heap.
    if (CRYPTO_secure_malloc_initialized() && CRYPTO_secure_used() + count <= heap / 4 * 3) {
        bytes = OPENSSL_secure_zalloc(count);
    }
    if (bytes == NULL) {
        ERR_clear_error();
        bytes = OPENSSL_zalloc(count);
    }
    return bytes;
}

// Knows which heap the bytes came from, and wipes them in either.
static inline void shim_secure_free(void *bytes, size_t count) {
    OPENSSL_secure_clear_free(bytes, count);
}

static inline int shim_scrypt(
    EVP_KDF_CTX *context,
    const void *password, size_t password_count,
    const void *salt, size_t salt_count,
    uint64_t n, uint32_t r, uint32_t p, uint64_t memory,
    unsigned char *key, size_t key_count
) {
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_PASSWORD, (void *)password, password_count),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, (void *)salt, salt_count),
        OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_N, &n),
        OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_R, &r),
        OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_P, &p),
        OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_MAXMEM, &memory),
        OSSL_PARAM_construct_end(),
    };
    return EVP_KDF_derive(context, key, key_count, parameters);
}

// OpenSSL tells nobody where its arena lies. Right after it was made one allocation of the whole size is the arena.
static inline int shim_secure_heap_wipe_on_fork(size_t size) {
    void *arena = OPENSSL_secure_malloc(size);
    if (arena == NULL) return 0;
    int status = madvise(arena, size, MADV_WIPEONFORK);
    OPENSSL_secure_free(arena);
    return status == 0;
}

// Of Linux; the module of the C library leaves it out. Gives a name that nobody has, in one step.
extern int renameat2(int from, const char *old_name, int to, const char *new_name, unsigned flags);
static inline int shim_rename_unless_existing(int folder, const char *old_name, const char *new_name) {
    return renameat2(folder, old_name, folder, new_name, 1 /* RENAME_NOREPLACE */);
}

static inline int shim_refuse_core_files(void) {
    struct rlimit limit = {0, 0};
    return setrlimit(RLIMIT_CORE, &limit) == 0
        && getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_cur == 0 && limit.rlim_max == 0;
}

static inline int shim_refuse_tracing(void) {
    return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 && prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0;
}

#endif
