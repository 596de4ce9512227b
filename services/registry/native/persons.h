/* From normalised texts to what database and broker take. */
#ifndef PERSONS_H
#define PERSONS_H

#include "known.h"

enum { FACT_PLACES = 10, PAYEE_PLACES = 5, PRIVATE_PAYEE_PLACES = 3 };

/* What holds for an import. As the class Recipe in __init__.py, which fills it. */
struct recipe {
    struct span lookup_key, group_key, group_key_name, payee_key, payee_key_name;
    struct span row_label, line_label;              /* what is hashed before a salt, and before a line */
    struct span holder_space, fact_space, payee_space, first_version; /* before and behind what a UUIDv5 is made of */
    struct span rows_begin, rows_end, tier_low, tier_high;
    int64_t income_threshold_satang;
    int32_t visit_age_max;
    uint32_t partitions, header_lines, holders_a_chunk, batch_bytes_max;
};

/* What holds for a step. Messages are the texts around the places of a person's own values, as in published.RegisteredMessages. */
struct stamp {
    struct span holder_tail, history_tail;
    struct span fact[FACT_PLACES + 1], payee[PAYEE_PLACES + 1], private_payee[PRIVATE_PAYEE_PLACES + 1];
    uint32_t holder_columns, history_columns;
    bool entering, sealed;
};

/* Records of Kafka's format 2, of one chunk's messages of one kind on one partition. */
struct batch {
    uint32_t chunk_no, kind, partition, count;
    struct buffer records;
};

/* `ids` 16 bytes each, `partitions` 2; `numbers` citizen id and card number, 8 each, of those who enter. */
struct made {
    struct buffer holders, salts, history, ids, partitions, numbers, asked;
    struct batch *batches;
    uint32_t batch_count;
};

enum outcome { MADE, ASKED, NO_MEMORY, NO_CRYPTO };

struct maker;

struct maker *maker_new(const struct recipe *recipe);
void maker_free(struct maker *maker);

/* Make everything of persons: their texts with sizes, the numbers of their lines, what was drawn for them (a salt and two nonces, and a nonce of the
   payee's seal), all one behind the other. With ASKED nothing is made but `asked`. `made` is written over at the next call. */
enum outcome make_persons(struct maker *maker, const struct known *known, const struct stamp *stamp, const uint8_t *texts, const uint32_t *sizes,
                          const uint32_t *numbers, uint32_t count, const uint8_t *draws, const uint8_t *payee_nonces);
const struct made *made_of(const struct maker *maker);

#endif
