#ifndef COPENSSL_SHIM_H
#define COPENSSL_SHIM_H

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/opensslv.h>
#include <openssl/params.h>
#include <openssl/rand.h>

// Only what Swift cannot express stands here: macros with arguments, and OSSL_PARAM arrays. The latter keep
// pointers to their keys and values, so they must be built and used inside one C function.

static inline void *shim_secure_allocate(size_t count) {
    return OPENSSL_secure_zalloc(count);
}

static inline void shim_secure_free(void *bytes, size_t count) {
    OPENSSL_secure_clear_free(bytes, count);
}

static inline int shim_mac_set_digest(EVP_MAC_CTX *context, const char *digest) {
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)digest, 0),
        OSSL_PARAM_construct_end(),
    };
    return EVP_MAC_CTX_set_params(context, parameters);
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

#endif
