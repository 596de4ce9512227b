/* The citizen ids and card numbers of all whom a first load has taken, none left out and none mistaken for another: ten bytes a person. */
#ifndef NUMBERS_H
#define NUMBERS_H

#include <stdbool.h>
#include <stdint.h>

enum repeated { NOT_REPEATED, CITIZEN_ID_REPEATED, CARD_NO_REPEATED };

struct numbers;

struct numbers *numbers_new(void);
void numbers_free(struct numbers *numbers);

/* Of persons, by citizen id and card number, one after the other: which of their numbers a person before them has. The numbers of those
   who have none of them are remembered. False without memory. */
bool numbers_take(struct numbers *numbers, const uint64_t *persons, uint32_t count, uint8_t *repeated);

#endif
