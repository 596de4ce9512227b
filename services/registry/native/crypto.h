/* Hashes and seals of persons, by libcrypto: the same bytes as of shared.crypto, shared.keys and shared.ids. */
#ifndef CRYPTO_H
#define CRYPTO_H

#include <openssl/evp.h>

#include "bytes.h"

enum { HASH_BYTES = 32, UUID_BYTES = 16, UUID_TEXT = 36, NONCE_BYTES = 12, TAG_BYTES = 16, KEY_NAME_BYTES = 2 };

/* HMAC-SHA-256 of the parts, one behind the other. */
bool hmac_parts(EVP_MAC_CTX *keyed, const struct span *parts, size_t count, uint8_t hash[HASH_BYTES]);
EVP_MAC_CTX *hmac_new(struct span key);

/* UUIDv5 of the parts, the first of which begins with the namespace; as text in `text`. */
bool uuid5(EVP_MD_CTX *digest, const EVP_MD *sha1, const struct span *parts, size_t count, uint8_t id[UUID_BYTES], char text[UUID_TEXT]);

/* Append key name, nonce, AES-256-GCM ciphertext and tag. `key`: NULL for the one that the cipher was given last. */
bool seal(EVP_CIPHER_CTX *cipher, const uint8_t *key, struct span key_name, const uint8_t nonce[NONCE_BYTES], struct span context,
          struct span plain, struct buffer *sealed);

void put_hex(struct buffer *buffer, const uint8_t *bytes, size_t size);
void put_base64(struct buffer *buffer, struct span bytes);

/* Kafka's hash of a message's key. */
uint32_t murmur2(const uint8_t *key, size_t size);

#endif
