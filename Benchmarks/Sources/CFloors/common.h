#ifndef FLOORS_COMMON_H
#define FLOORS_COMMON_H

#include "floors.h"
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

static inline void must(int status) {
    if (status != 1) abort();
}

static inline EVP_MAC_CTX *new_hmac(const char *digest) {
    EVP_MAC *algorithm = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *context = EVP_MAC_CTX_new(algorithm);
    EVP_MAC_free(algorithm);
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)digest, 0),
        OSSL_PARAM_construct_end(),
    };
    must(context != NULL && EVP_MAC_CTX_set_params(context, parameters) == 1);
    return context;
}

// HMAC of two parts under a new key.
static inline void hmac(EVP_MAC_CTX *context, const uint8_t *key, size_t key_count, const void *first,
    size_t first_count, const void *second, size_t second_count, uint8_t *tag) {
    size_t written;
    must(EVP_MAC_init(context, key, key_count, NULL));
    must(EVP_MAC_update(context, first, first_count));
    must(EVP_MAC_update(context, second, second_count));
    must(EVP_MAC_final(context, tag, &written, EVP_MAX_MD_SIZE));
}

// SHA-256 of three parts.
static inline void sha256(EVP_MD_CTX *context, const EVP_MD *algorithm, const void *first, size_t first_count,
    const void *second, size_t second_count, const void *third, size_t third_count, uint8_t *digest) {
    must(EVP_DigestInit_ex2(context, algorithm, NULL));
    must(EVP_DigestUpdate(context, first, first_count));
    must(EVP_DigestUpdate(context, second, second_count));
    if (third_count > 0) must(EVP_DigestUpdate(context, third, third_count));
    must(EVP_DigestFinal_ex(context, digest, NULL));
}

static inline void big_endian(uint8_t *bytes, uint64_t number, int count) {
    while (count-- > 0) {
        bytes[count] = (uint8_t)number;
        number >>= 8;
    }
}

#endif
