/* A hash table with open addressing; it only grows, and is thrown away as a whole. */
#include "known.h"

struct known {
    struct entry *entries;
    uint32_t count, places; /* a power of two */
};

static uint32_t hash_of(uint32_t kind, struct span text)
{
    uint32_t hash = 2166136261u ^ kind; /* FNV-1a */
    for (size_t at = 0; at < text.size; at++) {
        hash = (hash ^ text.at[at]) * 16777619u;
    }
    return hash;
}

static struct entry *place_of(const struct known *known, uint32_t hash, uint32_t kind, struct span text)
{
    for (uint32_t place = hash;; place++) {
        struct entry *entry = &known->entries[place & (known->places - 1)];
        if (entry->text.at == NULL || (entry->hash == hash && entry->kind == kind && entry->text.size == text.size &&
                                       memcmp(entry->text.at, text.at, text.size) == 0)) {
            return entry;
        }
    }
}

static bool grown(struct known *known)
{
    struct known larger = {calloc(2 * (size_t)known->places, sizeof *larger.entries), known->count, 2 * known->places};
    if (larger.entries == NULL) {
        return false;
    }
    for (uint32_t place = 0; place < known->places; place++) {
        struct entry *entry = &known->entries[place];
        if (entry->text.at != NULL) {
            *place_of(&larger, entry->hash, entry->kind, entry->text) = *entry;
        }
    }
    free(known->entries);
    *known = larger;
    return true;
}

struct known *known_new(void)
{
    struct known *known = calloc(1, sizeof *known);
    if (known != NULL) {
        known->places = 1 << 14;
        known->entries = calloc(known->places, sizeof *known->entries);
        if (known->entries == NULL) {
            free(known);
            return NULL;
        }
    }
    return known;
}

void known_free(struct known *known)
{
    for (uint32_t place = 0; place < known->places; place++) {
        free((void *)known->entries[place].text.at);
    }
    free(known->entries);
    free(known);
}

uint32_t known_count(const struct known *known)
{
    return known->count;
}

static bool known_add(struct known *known, uint32_t kind, struct span text, bool right, struct span value)
{
    if (2 * known->count >= known->places && !grown(known)) {
        return false;
    }
    uint32_t hash = hash_of(kind, text);
    struct entry *entry = place_of(known, hash, kind, text);
    uint8_t *kept = malloc(text.size + value.size + 1);
    if (kept == NULL || entry->text.at != NULL) {
        free(kept);
        return entry->text.at != NULL;
    }
    memcpy(kept, text.at, text.size);
    memcpy(kept + text.size, value.at, value.size);
    *entry = (struct entry){{kept, text.size}, {kept + text.size, value.size}, hash, (uint8_t)kind, right};
    known->count++;
    return true;
}

bool known_learn(struct known *known, const uint8_t *answers, size_t size)
{
    bool right = true;
    for (const uint8_t *at = answers; right && at < answers + size;) {
        uint32_t sizes[2];
        memcpy(sizes, at + 2, sizeof sizes);
        struct span text = {at + 2 + sizeof sizes, sizes[0]}, value = {text.at + text.size, sizes[1]};
        right = known_add(known, at[0], text, at[1] != 0, value);
        at = value.at + value.size;
    }
    return right;
}

const struct entry *known_find(const struct known *known, uint32_t kind, struct span text, struct buffer *asked)
{
    const struct entry *entry = place_of(known, hash_of(kind, text), kind, text);
    if (entry->text.at != NULL) {
        return entry;
    }
    uint32_t size = (uint32_t)text.size;
    put_byte(asked, (uint8_t)kind);
    put(asked, &size, sizeof size);
    put_span(asked, text);
    return NULL;
}
