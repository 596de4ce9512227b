/* A number is mixed by a bijection of its bits, so that no two become one; the upper bits of the mix then say in which of many short lists its
   lower 32 stand. A block has LISTS such lists one behind the other, and before them their lengths. */
#include "numbers.h"

#include <stdlib.h>
#include <string.h>

enum { NUMBER_BITS = 55, LOW_BITS = 32, LIST_BITS = 7, LISTS = 1 << LIST_BITS, LIST_LENGTH_MAX = 255, ROOM_MORE = 12 };
enum { BLOCKS = 1 << (NUMBER_BITS - LOW_BITS - LIST_BITS) };

static const uint64_t NUMBERS = 1ull << NUMBER_BITS, CARDS_FROM = 10000000000000000ull; /* which has 17 digits: no citizen id is as long */

struct block {
    uint8_t lengths[LISTS];
    uint32_t lows[];
};

struct numbers {
    struct block *blocks[BLOCKS];
    uint16_t used[BLOCKS], room[BLOCKS];
};

struct numbers *numbers_new(void)
{
    return calloc(1, sizeof(struct numbers));
}

void numbers_free(struct numbers *numbers)
{
    for (size_t at = 0; at < BLOCKS; at++) {
        free(numbers->blocks[at]);
    }
    free(numbers);
}

static uint64_t mixed(uint64_t number)
{
    number = (number * 0x9e3779b97f4a7c15ull) & (NUMBERS - 1); /* odd, so that no two numbers become one */
    number ^= number >> 29;
    number = (number * 0xbf58476d1ce4e5b9ull) & (NUMBERS - 1);
    return number ^ number >> 28;
}

static size_t sum(const uint8_t *lengths, size_t count)
{
    size_t all = 0;
    for (size_t at = 0; at < count; at++) {
        all += lengths[at];
    }
    return all;
}

static bool has(const struct numbers *numbers, uint64_t number)
{
    uint64_t mix = mixed(number);
    const struct block *block = numbers->blocks[mix >> LOW_BITS >> LIST_BITS];
    size_t list = (mix >> LOW_BITS) % LISTS;
    if (block == NULL) {
        return false;
    }
    const uint32_t *low = block->lows + sum(block->lengths, list), *end = low + block->lengths[list];
    while (low < end && *low != (uint32_t)mix) {
        low++;
    }
    return low < end;
}

/* False where memory ran out, or a list is full, which chance does not do. */
static bool add(struct numbers *numbers, uint64_t number)
{
    uint64_t mix = mixed(number);
    size_t at = mix >> LOW_BITS >> LIST_BITS, list = (mix >> LOW_BITS) % LISTS;
    struct block *block = numbers->blocks[at];
    uint16_t used = numbers->used[at], room = numbers->room[at];
    if (used == room) {
        room = (uint16_t)(room + ROOM_MORE);
        block = room < used ? NULL : realloc(block, sizeof *block + room * sizeof *block->lows);
        if (block == NULL) {
            return false;
        }
        if (used == 0) {
            memset(block->lengths, 0, sizeof block->lengths);
        }
        numbers->blocks[at] = block;
        numbers->room[at] = room;
    }
    if (block->lengths[list] == LIST_LENGTH_MAX) {
        return false;
    }
    uint32_t *low = block->lows + sum(block->lengths, list);
    memmove(low + 1, low, (size_t)(block->lows + used - low) * sizeof *low);
    *low = (uint32_t)mix;
    block->lengths[list]++;
    numbers->used[at]++;
    return true;
}

bool numbers_take(struct numbers *numbers, const uint64_t *persons, uint32_t count, uint8_t *repeated)
{
    for (uint32_t person = 0; person < count; person++) {
        uint64_t citizen_id = persons[2 * person], card_no = CARDS_FROM + persons[2 * person + 1];
        repeated[person] = has(numbers, citizen_id) ? CITIZEN_ID_REPEATED : has(numbers, card_no) ? CARD_NO_REPEATED : NOT_REPEATED;
        if (repeated[person] == NOT_REPEATED && !(add(numbers, citizen_id) && add(numbers, card_no))) {
            return false;
        }
    }
    return true;
}
