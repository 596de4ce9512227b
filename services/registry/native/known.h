/* What Python has found out about values that come again and again: by kind and text whether it is plain, and what else is needed. */
#ifndef KNOWN_H
#define KNOWN_H

#include "bytes.h"

/* The fields of a line that are looked up, and the birth date in its stored form. As in __init__.py. */
enum kind { PREFIX, FIRST_NAME, LAST_NAME, BIRTH_WRITTEN, SUBDISTRICT, MOO, ROAD, POSTCODE, BANK, BIRTH };

struct entry {
    struct span text, value;
    uint32_t hash;
    uint8_t kind;
    bool plain;
};

struct known;

struct known *known_new(void);
void known_free(struct known *known);
uint32_t known_count(const struct known *known);

/* Enter what was found out: of each text the kind and whether it is plain (1 byte each), the sizes of text and value (4 bytes each), both.
   False without memory. */
bool known_learn(struct known *known, const uint8_t *answers, size_t size);

/* The entry of a text, or NULL; then the text is written to `asked`: kind (1 byte), size (4), text. */
const struct entry *known_find(const struct known *known, enum kind kind, struct span text, struct buffer *asked);

#endif
