#include "common.h"

// The roots of the complete subtrees so far, by height.
struct tree {
    uint64_t size;
    uint8_t peaks[64][32];
};

static const uint8_t zero = 0, one = 1;

static void append(struct tree *tree, const uint8_t *leaf, EVP_MD_CTX *context, const EVP_MD *algorithm) {
    uint8_t hash[32];
    int height = 0;
    memcpy(hash, leaf, 32);
    for (; tree->size >> height & 1; height++) {
        sha256(context, algorithm, &one, 1, tree->peaks[height], 32, hash, 32, hash);
    }
    memcpy(tree->peaks[height], hash, 32);
    tree->size++;
}

static void take_root(const struct tree *tree, uint8_t *root, EVP_MD_CTX *context, const EVP_MD *algorithm) {
    int is_first = 1;
    for (int height = 0; height < 64; height++) {
        if (!(tree->size >> height & 1)) continue;
        if (is_first) memcpy(root, tree->peaks[height], 32);
        else sha256(context, algorithm, &one, 1, tree->peaks[height], 32, root, 32, root);
        is_first = 0;
    }
}

static uint64_t walk(
    const uint8_t *frames, size_t count, const uint8_t *key, const uint8_t *context20, uint8_t *root) {
    EVP_MAC_CTX *mac = new_hmac("SHA256");
    EVP_MD *algorithm = EVP_MD_fetch(NULL, "SHA256", NULL);
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    struct tree tree = {0};
    uint8_t ratchet[EVP_MAX_MD_SIZE], record_key[EVP_MAX_MD_SIZE], tag[EVP_MAX_MD_SIZE], leaf[32];
    uint8_t key_info[] = "rva/v1/record-key\0ctx_e...............step";
    uint8_t next_info[] = "rva/v1/record-next\0ctx_e...............step";
    const size_t key_label = sizeof "rva/v1/record-key", next_label = sizeof "rva/v1/record-next";
    const uint8_t *previous = NULL;
    if (key != NULL) {
        memcpy(ratchet, key, 32);
        memcpy(key_info + key_label, context20, 20);
        memcpy(next_info + next_label, context20, 20);
    }
    uint64_t holding = 0;
    uint32_t step = 0;
    for (size_t start = 0; start + 2 <= count;) {
        size_t size = (size_t)frames[start] << 8 | frames[start + 1];
        const uint8_t *entry = frames + start + 2;
        start += 2 + size;
        int holds = previous == NULL || memcmp(entry + 48, previous, 32) == 0;
        if (key != NULL) {
            big_endian(key_info + key_label + 20, step, 4);
            big_endian(next_info + next_label + 20, step, 4);
            hmac(mac, ratchet, 32, key_info, key_label + 24, &one, 1, record_key);
            hmac(mac, record_key, 32, "rva/v1/record", sizeof "rva/v1/record", entry, size - 32, tag);
            hmac(mac, ratchet, 32, next_info, next_label + 24, &one, 1, ratchet);
            holds &= memcmp(tag, entry + size - 32, 32) == 0;
        }
        sha256(digest, algorithm, &zero, 1, entry, size, NULL, 0, leaf);
        append(&tree, leaf, digest, algorithm);
        previous = entry + size - 32;
        holding += holds;
        step++;
    }
    take_root(&tree, root, digest, algorithm);
    EVP_MD_CTX_free(digest);
    EVP_MD_free(algorithm);
    EVP_MAC_CTX_free(mac);
    return holding;
}

uint64_t floor_verify(const uint8_t *frames, size_t count, const uint8_t *key, const uint8_t *context, uint8_t *root) {
    return walk(frames, count, key, context, root);
}

uint64_t floor_leaves(const uint8_t *frames, size_t count, uint8_t *root) {
    return walk(frames, count, NULL, NULL, root);
}
