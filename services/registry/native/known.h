/* What Python has found out about values that come again and again: by kind and text. */
#ifndef KNOWN_H
#define KNOWN_H

#include "bytes.h"

enum { COLUMNS = 17 };

/* A kind is a column of the file, whose values are known as they are written (the birth date with the comma and its precision); or one of these,
   known as it stands in a normalised text. As in binding.py. */
enum kind { KNOWN_BIRTH = COLUMNS, KNOWN_NAME };

/* `value`: of a column the normalised value where the written one is `right`; of a birth date days and age; of a name its sort key. */
struct entry {
    struct span text, value;
    uint32_t hash;
    uint8_t kind;
    bool right;
};

struct known;

struct known *known_new(void);
void known_free(struct known *known);
uint32_t known_count(const struct known *known);

/* Enter what was found out: of each text the kind and whether it is right (1 byte each), the sizes of text and value (4 bytes each), both.
   False without memory. */
bool known_learn(struct known *known, const uint8_t *answers, size_t size);

/* The entry of a text, or NULL; then the text is written to `asked`: kind (1 byte), size (4), text. */
const struct entry *known_find(const struct known *known, uint32_t kind, struct span text, struct buffer *asked);

#endif
