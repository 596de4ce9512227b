#include "messages.h"

enum { HEAD_BYTES = 61 /* of a batch, before its records */ };

static struct batch *open_batch(struct messages *messages, uint32_t kind, uint32_t partition)
{
    return &messages->open[kind * messages->partitions + partition];
}

bool begin_messages(struct messages *messages, uint32_t partitions, uint32_t batch_bytes_max)
{
    messages->partitions = partitions;
    messages->batch_bytes_max = batch_bytes_max;
    messages->open = calloc((size_t)MESSAGE_KINDS * partitions, sizeof *messages->open);
    return messages->open != NULL;
}

void end_messages(struct messages *messages)
{
    forget_messages(messages);
    free(messages->open);
    free(messages->batches);
}

void forget_messages(struct messages *messages)
{
    for (uint32_t at = 0; at < messages->count; at++) {
        free(messages->batches[at].records.at);
    }
    for (uint32_t at = 0; messages->open != NULL && at < MESSAGE_KINDS * messages->partitions; at++) {
        free(messages->open[at].records.at);
        messages->open[at] = (struct batch){0};
    }
    messages->count = 0;
}

static void close_batch(struct messages *messages, uint32_t kind, uint32_t partition)
{
    struct batch *batch = open_batch(messages, kind, partition);
    if (messages->count == messages->room) {
        uint32_t room = 2 * messages->room + 64;
        struct batch *batches = realloc(messages->batches, room * sizeof *batches);
        if (batches == NULL) {
            messages->failed = true;
            return;
        }
        messages->batches = batches;
        messages->room = room;
    }
    messages->failed = messages->failed || batch->records.failed;
    batch->chunk_no = messages->chunk_no;
    batch->kind = kind;
    batch->partition = partition;
    messages->batches[messages->count++] = *batch;
    *batch = (struct batch){0};
}

void close_chunk(struct messages *messages)
{
    for (uint32_t kind = 0; kind < MESSAGE_KINDS; kind++) {
        for (uint32_t partition = 0; partition < messages->partitions; partition++) {
            if (open_batch(messages, kind, partition)->count > 0) {
                close_batch(messages, kind, partition);
            }
        }
    }
}

void in_chunk(struct messages *messages, uint32_t chunk_no)
{
    if (chunk_no != messages->chunk_no) {
        close_chunk(messages);
        messages->chunk_no = chunk_no;
    }
}

/* Sizes and offsets are zigzag varints; ours are never negative. */
static size_t varint(uint64_t value, uint8_t bytes[10])
{
    size_t size = 0;
    for (value <<= 1; value >= 0x80; value >>= 7) {
        bytes[size++] = (uint8_t)(value | 0x80);
    }
    bytes[size++] = (uint8_t)value;
    return size;
}

bool add_message(struct messages *messages, enum message_kind kind, uint32_t partition, struct span key, const struct span *around,
                 const struct span *values, size_t places)
{
    size_t value_size = around[places].size;
    for (size_t at = 0; at < places; at++) {
        value_size += around[at].size + values[at].size;
    }
    struct batch *batch = open_batch(messages, kind, partition);
    uint8_t size[10], offset[10], key_size[10], size_of_value[10];
    size_t key_varint = varint(key.size, key_size), value_varint = varint(value_size, size_of_value);
    for (;;) {
        size_t offset_varint = varint(batch->count, offset);
        /* attributes and the timestamp's delta before, the number of headers behind: a zero each */
        size_t record = 2 + offset_varint + key_varint + key.size + value_varint + value_size + 1;
        size_t size_varint = varint(record, size);
        if (batch->count > 0 && HEAD_BYTES + batch->records.size + size_varint + record > messages->batch_bytes_max) {
            close_batch(messages, kind, partition);
            if (messages->failed) {
                return false;
            }
            continue;
        }
        struct buffer *records = &batch->records;
        put(records, size, size_varint);
        put(records, "\0\0", 2);
        put(records, offset, offset_varint);
        put(records, key_size, key_varint);
        put_span(records, key);
        put(records, size_of_value, value_varint);
        for (size_t at = 0; at < places; at++) {
            put_span(records, around[at]);
            put_span(records, values[at]);
        }
        put_span(records, around[places]);
        put_byte(records, 0);
        batch->count++;
        return !records->failed;
    }
}
