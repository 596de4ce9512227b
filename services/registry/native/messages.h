/* Messages in Kafka's record format 2 (KIP-98), collected by partition: what shared.bus.ready.Packer does. */
#ifndef MESSAGES_H
#define MESSAGES_H

#include "persons.h"

enum message_kind { FACTS, PAYEES, MESSAGE_KINDS };

struct messages {
    uint32_t partitions, chunk_no, batch_bytes_max;
    struct batch *open, *batches; /* open: by kind and partition */
    uint32_t count, room;
    bool failed;
};

bool begin_messages(struct messages *messages, uint32_t partitions, uint32_t batch_bytes_max);
void end_messages(struct messages *messages);

/* Let the batches of the last call go. */
void forget_messages(struct messages *messages);

/* The messages that follow belong to this chunk. */
void in_chunk(struct messages *messages, uint32_t chunk_no);
void close_chunk(struct messages *messages);

/* Add a message that consists of the texts around the places, and the values in them; false without memory. */
bool add_message(struct messages *messages, enum message_kind kind, uint32_t partition, struct span key, const struct span *around,
                 const struct span *values, size_t places);

#endif
