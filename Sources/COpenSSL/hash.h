#ifndef COPENSSL_HASH_H
#define COPENSSL_HASH_H

// The hash functions of libcrypto themselves, and HMAC (RFC 2104) of them. EVP_MAC looks its hash up by name, copies
// the key and allocates two contexts for every new key, which costs more than the tag of a short message; and it keeps
// all of that until the next key. Here the states lie on the stack of one call, and are wiped when it returns.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <string.h>

// Each is the size of its hash in bytes.
enum shim_hash { shim_hash_sha1 = 20, shim_hash_sha256 = 32, shim_hash_sha512 = 64 };

union shim_hash_state {
    SHA_CTX sha1;
    SHA256_CTX sha256;
    SHA512_CTX sha512;
};

// What HMAC keeps of a key: the states after its two pads. They make tags as well as the key does.
struct shim_hmac {
    union shim_hash_state inner, outer;
};

#define SHIM_HASH_WIPE(NAME)                                                                                           \
    static inline void shim_hmac_wipe_##NAME(struct shim_hmac *hmac) {                                                 \
        OPENSSL_cleanse(&hmac->inner.NAME, sizeof hmac->inner.NAME);                                                   \
        OPENSSL_cleanse(&hmac->outer.NAME, sizeof hmac->outer.NAME);                                                   \
    }

#define SHIM_HASH(NAME, CALL, BLOCK)                                                                                   \
    static inline void shim_hmac_key_##NAME(struct shim_hmac *hmac, const void *key, size_t count) {                   \
        unsigned char pad[BLOCK] = {0};                                                                                \
        if (count > sizeof pad) {                                                                                      \
            CALL##_Init(&hmac->inner.NAME);                                                                            \
            CALL##_Update(&hmac->inner.NAME, key, count);                                                              \
            CALL##_Final(pad, &hmac->inner.NAME);                                                                      \
        } else if (count > 0) {                                                                                        \
            memcpy(pad, key, count);                                                                                   \
        }                                                                                                              \
        for (size_t index = 0; index < sizeof pad; index++) pad[index] ^= 0x36;                                        \
        CALL##_Init(&hmac->inner.NAME);                                                                                \
        CALL##_Update(&hmac->inner.NAME, pad, sizeof pad);                                                             \
        for (size_t index = 0; index < sizeof pad; index++) pad[index] ^= 0x36 ^ 0x5c;                                 \
        CALL##_Init(&hmac->outer.NAME);                                                                                \
        CALL##_Update(&hmac->outer.NAME, pad, sizeof pad);                                                             \
        OPENSSL_cleanse(pad, sizeof pad);                                                                              \
    }                                                                                                                  \
    static inline void shim_hmac_tag_##NAME(                                                                           \
        const struct shim_hmac *hmac, const void *first, size_t first_count, const void *second, size_t second_count,  \
        unsigned char *tag                                                                                             \
    ) {                                                                                                                \
        struct shim_hmac state;                                                                                        \
        state.inner.NAME = hmac->inner.NAME;                                                                           \
        CALL##_Update(&state.inner.NAME, first, first_count);                                                          \
        CALL##_Update(&state.inner.NAME, second, second_count);                                                        \
        CALL##_Final(tag, &state.inner.NAME);                                                                          \
        state.outer.NAME = hmac->outer.NAME;                                                                           \
        CALL##_Update(&state.outer.NAME, tag, shim_hash_##NAME);                                                       \
        CALL##_Final(tag, &state.outer.NAME);                                                                          \
        shim_hmac_wipe_##NAME(&state);                                                                                 \
    }

SHIM_HASH_WIPE(sha1)
SHIM_HASH_WIPE(sha256)
SHIM_HASH_WIPE(sha512)
SHIM_HASH(sha1, SHA1, 64)
SHIM_HASH(sha256, SHA256, 64)
SHIM_HASH(sha512, SHA512, 128)

static inline void shim_hmac_key(struct shim_hmac *hmac, enum shim_hash hash, const void *key, size_t count) {
    switch (hash) {
    case shim_hash_sha1: shim_hmac_key_sha1(hmac, key, count); break;
    case shim_hash_sha256: shim_hmac_key_sha256(hmac, key, count); break;
    case shim_hash_sha512: shim_hmac_key_sha512(hmac, key, count); break;
    }
}

static inline void shim_hmac_wipe(struct shim_hmac *hmac, enum shim_hash hash) {
    switch (hash) {
    case shim_hash_sha1: shim_hmac_wipe_sha1(hmac); break;
    case shim_hash_sha256: shim_hmac_wipe_sha256(hmac); break;
    case shim_hash_sha512: shim_hmac_wipe_sha512(hmac); break;
    }
}

// The tag of two parts. The first byte of it is written after the last of them was read.
static inline void shim_hmac_tag(
    const struct shim_hmac *hmac, enum shim_hash hash, const void *first, size_t first_count, const void *second,
    size_t second_count, unsigned char *tag
) {
    switch (hash) {
    case shim_hash_sha1: shim_hmac_tag_sha1(hmac, first, first_count, second, second_count, tag); break;
    case shim_hash_sha256: shim_hmac_tag_sha256(hmac, first, first_count, second, second_count, tag); break;
    case shim_hash_sha512: shim_hmac_tag_sha512(hmac, first, first_count, second, second_count, tag); break;
    }
}

// SHA-256 of three parts.
static inline void shim_sha256(
    const void *first, size_t first_count, const void *second, size_t second_count, const void *third,
    size_t third_count, unsigned char *digest
) {
    SHA256_CTX state;
    SHA256_Init(&state);
    SHA256_Update(&state, first, first_count);
    SHA256_Update(&state, second, second_count);
    SHA256_Update(&state, third, third_count);
    SHA256_Final(digest, &state);
    OPENSSL_cleanse(&state, sizeof state);
}

#endif
