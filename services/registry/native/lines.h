/* From lines to normalised texts. */
#ifndef LINES_H
#define LINES_H

#include "known.h"

/* `sizes` (4 bytes each): of each line the size of its normalised text in `texts`; 0 where Python must read it, or something is `asked` about it. */
struct plain {
    struct buffer texts, sizes, asked;
};

struct plain *plain_new(void);
void plain_free(struct plain *plain);

/* `plain` is written over; false without memory. */
bool read_lines(const struct known *known, const uint8_t *lines, const uint32_t *sizes, uint32_t count, struct plain *plain);

#endif
