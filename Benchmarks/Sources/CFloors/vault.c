#include "common.h"

// What one message needs, kept from one to the next as ours keeps it.
struct machine {
    EVP_MAC_CTX *mac;
    EVP_CIPHER *cipher;
    EVP_CIPHER_CTX *context;
};

static struct machine start(void) {
    struct machine machine = {
        new_hmac("SHA256"), EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL), EVP_CIPHER_CTX_new()};
    must(machine.cipher != NULL && machine.context != NULL);
    return machine;
}

static void stop(struct machine machine) {
    EVP_CIPHER_CTX_free(machine.context);
    EVP_CIPHER_free(machine.cipher);
    EVP_MAC_CTX_free(machine.mac);
}

// OKM = Expand(key, "rv1/msg\0" ‖ salt ‖ AAD, 64): 32 bytes of key, 32 of commitment.
static void message_key(
    EVP_MAC_CTX *mac, const uint8_t *key, const uint8_t *salt, const uint8_t *data74, uint8_t *output) {
    uint8_t message[32 + 8 + 24 + 74 + 1];
    memcpy(message + 32, "rv1/msg", 8);
    memcpy(message + 40, salt, 24);
    memcpy(message + 64, data74, 74);
    message[138] = 1;
    hmac(mac, key, 32, message + 32, 107, NULL, 0, output);
    memcpy(message, output, 32);
    message[138] = 2;
    uint8_t second[EVP_MAX_MD_SIZE];
    hmac(mac, key, 32, message, 139, NULL, 0, second);
    memcpy(output + 32, second, 32);
}

void floor_seal(
    const uint8_t *key, const uint8_t *data74, const uint8_t *plain, size_t count, uint8_t *envelope, uint64_t times) {
    struct machine machine = start();
    while (times-- > 0) {
        uint8_t output[64], *salt = envelope + 16;
        int written;
        memcpy(envelope, data74 + 10, 16);
        must(RAND_bytes(salt, 24));
        message_key(machine.mac, key, salt, data74, output);
        memcpy(envelope + 40, output + 32, 32);
        must(EVP_EncryptInit_ex2(machine.context, machine.cipher, output, salt + 12, NULL));
        must(EVP_EncryptUpdate(machine.context, NULL, &written, data74, 74));
        must(EVP_EncryptUpdate(machine.context, envelope + 72, &written, plain, (int)count));
        must(EVP_EncryptFinal_ex(machine.context, envelope + 72 + count, &written));
        must(EVP_CIPHER_CTX_ctrl(machine.context, EVP_CTRL_AEAD_GET_TAG, 16, envelope + 72 + count));
    }
    stop(machine);
}

static int open_one(struct machine machine, const uint8_t *key, const uint8_t *data74, const uint8_t *envelope,
    size_t count, uint8_t *plain) {
    uint8_t output[64];
    const uint8_t *salt = envelope + 16;
    int written;
    message_key(machine.mac, key, salt, data74, output);
    if (CRYPTO_memcmp(output + 32, envelope + 40, 32) != 0) return 0;
    must(EVP_DecryptInit_ex2(machine.context, machine.cipher, output, salt + 12, NULL));
    must(EVP_DecryptUpdate(machine.context, NULL, &written, data74, 74));
    must(EVP_DecryptUpdate(machine.context, plain, &written, envelope + 72, (int)count));
    must(EVP_CIPHER_CTX_ctrl(machine.context, EVP_CTRL_AEAD_SET_TAG, 16, (void *)(envelope + 72 + count)));
    return EVP_DecryptFinal_ex(machine.context, plain + count, &written) == 1;
}

uint64_t floor_open(
    const uint8_t *key, const uint8_t *data74, const uint8_t *envelope, size_t count, uint8_t *plain, uint64_t times) {
    struct machine machine = start();
    uint64_t opened = 0;
    while (times-- > 0) opened += (uint64_t)open_one(machine, key, data74, envelope, count, plain);
    stop(machine);
    return opened;
}

uint64_t floor_compare(const uint8_t *key, const uint8_t *data74, const uint8_t *wrapped, int rows, int tags,
    uint64_t times) {
    struct machine machine = start();
    EVP_MD *algorithm = EVP_MD_fetch(NULL, "SHA256", NULL);
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    uint8_t entries[64 * 80] = {0}, info[61] = "rv1/match", claim[16] = "1985-02-28";
    uint8_t subject_key[32 + EVP_MAX_BLOCK_LENGTH], derived[EVP_MAX_MD_SIZE], tag[EVP_MAX_MD_SIZE];
    uint64_t opened = 0;
    must(rows <= 64);
    while (times-- > 0) {
        opened += (uint64_t)open_one(machine, key, data74, wrapped, 32, subject_key);
        for (int row = 0; row < rows; row++) {
            sha256(digest, algorithm, info, 19, claim, 0, NULL, 0, entries + 80 * row + 48);
        }
        hmac(machine.mac, subject_key, 32, "rv1/man\0\0\0\1", 11, NULL, 0, derived);
        hmac(machine.mac, derived, 32, info, 42, entries, (size_t)rows * 80, tag);
        for (int index = 0; index < tags; index++) {
            info[59] = (uint8_t)index;
            info[60] = 1;
            hmac(machine.mac, subject_key, 32, info, sizeof info, NULL, 0, derived);
            hmac(machine.mac, derived, 32, claim, 10, NULL, 0, tag);
            opened += CRYPTO_memcmp(tag, derived, 16) == 0;
        }
    }
    EVP_MD_CTX_free(digest);
    EVP_MD_free(algorithm);
    stop(machine);
    return opened;
}
