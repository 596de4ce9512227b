#include "crypto.h"

#include <openssl/core_names.h>
#include <openssl/params.h>

static const char HEX[] = "0123456789abcdef";

EVP_MAC_CTX *hmac_new(struct span key)
{
    EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *keyed = hmac == NULL ? NULL : EVP_MAC_CTX_new(hmac);
    EVP_MAC_free(hmac);
    OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, "SHA256", 0), OSSL_PARAM_construct_end()};
    if (keyed != NULL && !EVP_MAC_init(keyed, key.at, key.size, parameters)) {
        EVP_MAC_CTX_free(keyed);
        return NULL;
    }
    return keyed;
}

bool hmac_parts(EVP_MAC_CTX *keyed, const struct span *parts, size_t count, uint8_t hash[HASH_BYTES])
{
    size_t size;
    bool right = EVP_MAC_init(keyed, NULL, 0, NULL); /* with the key that it has */
    for (size_t at = 0; at < count; at++) {
        right = right && EVP_MAC_update(keyed, parts[at].at, parts[at].size);
    }
    return right && EVP_MAC_final(keyed, hash, &size, HASH_BYTES);
}

bool uuid5(EVP_MD_CTX *digest, const EVP_MD *sha1, const struct span *parts, size_t count, uint8_t id[UUID_BYTES], char text[UUID_TEXT])
{
    uint8_t hash[EVP_MAX_MD_SIZE];
    bool right = EVP_DigestInit_ex(digest, sha1, NULL);
    for (size_t at = 0; at < count; at++) {
        right = right && EVP_DigestUpdate(digest, parts[at].at, parts[at].size);
    }
    right = right && EVP_DigestFinal_ex(digest, hash, NULL);
    hash[6] = (hash[6] & 0x0f) | 0x50; /* version */
    hash[8] = (hash[8] & 0x3f) | 0x80; /* variant */
    memcpy(id, hash, UUID_BYTES);
    for (int at = 0; at < UUID_BYTES; at++) {
        if (at == 4 || at == 6 || at == 8 || at == 10) {
            *text++ = '-';
        }
        *text++ = HEX[id[at] >> 4];
        *text++ = HEX[id[at] & 15];
    }
    return right;
}

bool seal(EVP_CIPHER_CTX *cipher, const uint8_t *key, struct span key_name, const uint8_t nonce[NONCE_BYTES], struct span context,
          struct span plain, struct buffer *sealed)
{
    int size;
    put_span(sealed, key_name);
    put(sealed, nonce, NONCE_BYTES);
    uint8_t *at = room_for(sealed, plain.size + TAG_BYTES);
    if (at == NULL) {
        return false;
    }
    sealed->size += plain.size + TAG_BYTES;
    return EVP_EncryptInit_ex(cipher, NULL, NULL, key, nonce) && EVP_EncryptUpdate(cipher, NULL, &size, context.at, (int)context.size) &&
           EVP_EncryptUpdate(cipher, at, &size, plain.at, (int)plain.size) && EVP_EncryptFinal_ex(cipher, at + plain.size, &size) &&
           EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, TAG_BYTES, at + plain.size);
}

void put_hex(struct buffer *buffer, const uint8_t *bytes, size_t size)
{
    uint8_t *to = room_for(buffer, 2 * size);
    if (to == NULL) {
        return;
    }
    for (size_t at = 0; at < size; at++) {
        *to++ = (uint8_t)HEX[bytes[at] >> 4];
        *to++ = (uint8_t)HEX[bytes[at] & 15];
    }
    buffer->size += 2 * size;
}

void put_base64(struct buffer *buffer, struct span bytes)
{
    uint8_t *to = room_for(buffer, 4 * (bytes.size / 3 + 1) + 1); /* EVP_EncodeBlock ends with a zero */
    if (to != NULL) {
        buffer->size += (size_t)EVP_EncodeBlock(to, bytes.at, (int)bytes.size);
    }
}

uint32_t murmur2(const uint8_t *key, size_t size)
{
    const uint32_t mixer = 0x5bd1e995;
    uint32_t hash = 0x9747b28c ^ (uint32_t)size;
    size_t at = 0;
    for (; at + 4 <= size; at += 4) {
        uint32_t word = key[at] | (uint32_t)key[at + 1] << 8 | (uint32_t)key[at + 2] << 16 | (uint32_t)key[at + 3] << 24;
        word *= mixer;
        hash = (hash * mixer) ^ ((word ^ word >> 24) * mixer);
    }
    if (at < size) {
        uint32_t rest = 0;
        for (size_t byte = size; byte > at; byte--) {
            rest = rest << 8 | key[byte - 1];
        }
        hash = (hash ^ rest) * mixer;
    }
    hash = (hash ^ hash >> 13) * mixer;
    return hash ^ hash >> 15;
}
