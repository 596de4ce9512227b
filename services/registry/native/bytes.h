/* Bytes that are read (spans) and bytes that are written (buffers, which grow). */
#ifndef BYTES_H
#define BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct span {
    const uint8_t *at;
    size_t size;
};

/* `failed`: memory ran out. What is written then is lost, so that only the end has to ask. */
struct buffer {
    uint8_t *at;
    size_t size, room;
    bool failed;
};

static inline struct span between(const uint8_t *from, const uint8_t *to)
{
    return (struct span){from, (size_t)(to - from)};
}

/* Room for `size` more bytes at the end, or NULL. */
static inline uint8_t *room_for(struct buffer *buffer, size_t size)
{
    if (buffer->size + size > buffer->room) {
        size_t room = (buffer->size + size) * 3 / 2;
        uint8_t *at = buffer->failed ? NULL : realloc(buffer->at, room);
        if (at == NULL) {
            buffer->failed = true;
            return NULL;
        }
        buffer->at = at;
        buffer->room = room;
    }
    return buffer->at + buffer->size;
}

static inline void put(struct buffer *buffer, const void *bytes, size_t size)
{
    uint8_t *at = room_for(buffer, size);
    if (at != NULL) {
        memcpy(at, bytes, size);
        buffer->size += size;
    }
}

static inline void put_span(struct buffer *buffer, struct span span)
{
    put(buffer, span.at, span.size);
}

static inline void put_byte(struct buffer *buffer, uint8_t byte)
{
    put(buffer, &byte, 1);
}

static inline void put_u16(struct buffer *buffer, uint16_t value)
{
    uint8_t bytes[2] = {(uint8_t)(value >> 8), (uint8_t)value};
    put(buffer, bytes, sizeof bytes);
}

static inline void put_u32(struct buffer *buffer, uint32_t value)
{
    uint8_t bytes[4] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8), (uint8_t)value};
    put(buffer, bytes, sizeof bytes);
}

static inline void put_u64(struct buffer *buffer, uint64_t value)
{
    put_u32(buffer, (uint32_t)(value >> 32));
    put_u32(buffer, (uint32_t)value);
}

/* Decimal digits. */
static inline void put_number(struct buffer *buffer, uint64_t value)
{
    uint8_t digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (uint8_t)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    put(buffer, digits + at, sizeof digits - at);
}

#endif
