#define OPENSSL_SUPPRESS_DEPRECATED
#include "common.h"
#include <dlfcn.h>
#include <openssl/sha.h>
#include <time.h>

static uint32_t truncated(const uint8_t *tag) {
    const uint8_t *word = tag + (tag[19] & 15);
    uint32_t number = (uint32_t)word[0] << 24 | (uint32_t)word[1] << 16 | (uint32_t)word[2] << 8 | word[3];
    return (number & 0x7fffffff) % 1000000;
}

// The lowest floor: the state after each pad is kept, and a tag costs two blocks.
uint64_t floor_totp_pads(const uint8_t *key, size_t key_count, uint64_t step, uint32_t code, uint64_t checks) {
    uint8_t pad[64];
    SHA_CTX inner, outer;
    for (int kind = 0; kind < 2; kind++) {
        memset(pad, kind == 0 ? 0x36 : 0x5c, sizeof pad);
        for (size_t index = 0; index < key_count && index < sizeof pad; index++) pad[index] ^= key[index];
        SHA_CTX *context = kind == 0 ? &inner : &outer;
        SHA1_Init(context);
        SHA1_Update(context, pad, sizeof pad);
    }
    uint64_t found = 0;
    for (uint64_t check = 0; check < checks; check++) {
        uint32_t hit = 0;
        for (uint64_t counter = step - 1; counter <= step + 1; counter++) {
            uint8_t message[8], tag[20];
            big_endian(message, counter, 8);
            SHA_CTX context = inner;
            SHA1_Update(&context, message, sizeof message);
            SHA1_Final(tag, &context);
            context = outer;
            SHA1_Update(&context, tag, sizeof tag);
            SHA1_Final(tag, &context);
            hit |= truncated(tag) == code;
        }
        found += hit;
    }
    return found;
}

static uint64_t by_evp(
    const uint8_t *key, size_t key_count, uint64_t step, uint32_t code, uint64_t checks, int is_rekeyed) {
    EVP_MAC_CTX *context = new_hmac("SHA1");
    must(EVP_MAC_init(context, key, key_count, NULL));
    uint64_t found = 0;
    for (uint64_t check = 0; check < checks; check++) {
        uint32_t hit = 0;
        for (uint64_t counter = step - 1; counter <= step + 1; counter++) {
            uint8_t message[8], tag[EVP_MAX_MD_SIZE];
            size_t written;
            big_endian(message, counter, 8);
            must(is_rekeyed ? EVP_MAC_init(context, key, key_count, NULL) : EVP_MAC_init(context, NULL, 0, NULL));
            must(EVP_MAC_update(context, message, sizeof message));
            must(EVP_MAC_final(context, tag, &written, sizeof tag));
            hit |= truncated(tag) == code;
        }
        found += hit;
    }
    EVP_MAC_CTX_free(context);
    return found;
}

uint64_t floor_totp_reused(const uint8_t *key, size_t key_count, uint64_t step, uint32_t code, uint64_t checks) {
    return by_evp(key, key_count, step, code, checks, 0);
}

uint64_t floor_totp_rekeyed(const uint8_t *key, size_t key_count, uint64_t step, uint32_t code, uint64_t checks) {
    return by_evp(key, key_count, step, code, checks, 1);
}

typedef int (*oath_validate)(const char *, size_t, time_t, unsigned, time_t, size_t, const char *);

// No header is needed, so whoever has no liboath-dev has the peer all the same.
static oath_validate oath(void) {
    void *library = dlopen("liboath.so.0", RTLD_NOW);
    if (library == NULL) return NULL;
    int (*start)(void) = (int (*)(void))dlsym(library, "oath_init");
    if (start == NULL || start() != 0) return NULL;
    return (oath_validate)dlsym(library, "oath_totp_validate");
}

int peer_oath_is_present(void) { return oath() != NULL; }

uint64_t peer_oath_totp(const uint8_t *key, size_t key_count, uint64_t seconds, const char *code, uint64_t checks) {
    oath_validate validate = oath();
    uint64_t found = 0;
    if (validate == NULL) return 0;
    for (uint64_t check = 0; check < checks; check++) {
        found += validate((const char *)key, key_count, (time_t)seconds, 30, 0, 1, code) >= 0;
    }
    return found;
}
