/* One person after the other: as jobs/prepare.py and what it calls. The order of columns is that of repository/import_rows.py. */
#include "persons.h"

#include "crypto.h"
#include "messages.h"

enum { SALT_BYTES = 16, DRAWN_BYTES = SALT_BYTES + 2 * NONCE_BYTES, SALT_COLUMNS = 2 };
enum field {
    CITIZEN_ID, CARD_NO, PREFIX, FIRST, LAST, BIRTH, INCOME, SUBDISTRICT, HOUSE_NO, MOO, ROAD, POSTCODE, BANK, ACCOUNT_NO, PHONE, CONSENT, FIELDS
};

static const struct span SEPARATOR = {(const uint8_t *)"\x1f", 1};
static const struct span KEY_COUNTER = {(const uint8_t *)"\x01", 1};

struct maker {
    struct recipe recipe;
    EVP_MAC_CTX *lookup, *group;
    EVP_CIPHER_CTX *row, *payee;
    EVP_MD_CTX *digest;
    EVP_MD *sha1;
    struct buffer plain, sealed; /* of the value in hand */
    struct messages messages;
    struct made made;
};

/* What is known of one person while rows and messages are made. */
struct person {
    struct span fields[FIELDS], days_and_age, first_key, last_key, tier;
    uint8_t id[UUID_BYTES], citizen_index[HASH_BYTES], card_index[HASH_BYTES], content_hash[HASH_BYTES];
    char key[UUID_TEXT];
    int64_t income;
    int age;
    bool visit_group;
    uint32_t number, chunk_no, partition;
    const uint8_t *draw;
};

static struct span id_of(const struct person *person)
{
    return (struct span){person->id, UUID_BYTES};
}

static void part(struct span text, struct span fields[FIELDS])
{
    const uint8_t *from = text.at, *end = text.at + text.size;
    for (int field = 0; field < FIELDS; field++) {
        const uint8_t *to = memchr(from, SEPARATOR.at[0], (size_t)(end - from));
        fields[field] = between(from, to == NULL ? end : to);
        from = to == NULL ? end : to + 1;
    }
}

static int64_t number_of(struct span digits)
{
    int64_t number = 0;
    for (size_t at = 0; at < digits.size; at++) {
        number = 10 * number + digits.at[at] - '0';
    }
    return number;
}

/* Look up what Python knows; false where it is asked. */
static bool judged(const struct maker *maker, const struct known *known, struct person *person, struct buffer *asked)
{
    const struct entry *birth = known_find(known, KNOWN_BIRTH, person->fields[BIRTH], asked);
    const struct entry *first = known_find(known, KNOWN_NAME, person->fields[FIRST], asked);
    const struct entry *last = known_find(known, KNOWN_NAME, person->fields[LAST], asked);
    if (birth == NULL || first == NULL || last == NULL) {
        return false;
    }
    person->days_and_age = birth->value;
    person->age = birth->value.at[4] << 8 | birth->value.at[5];
    person->first_key = first->value;
    person->last_key = last->value;
    person->income = number_of(person->fields[INCOME]);
    bool low = person->income <= maker->recipe.income_threshold_satang;
    person->tier = low ? maker->recipe.tier_low : maker->recipe.tier_high;
    person->visit_group = low && person->age <= maker->recipe.visit_age_max;
    return true;
}

static bool identified(struct maker *maker, struct span text, struct person *person)
{
    const struct recipe *recipe = &maker->recipe;
    struct buffer *hex = &maker->plain;
    hex->size = 0;
    bool right = hmac_parts(maker->lookup, &person->fields[CITIZEN_ID], 1, person->citizen_index) &&
                 hmac_parts(maker->lookup, &person->fields[CARD_NO], 1, person->card_index) &&
                 hmac_parts(maker->lookup, (struct span[]){recipe->line_label, text}, 2, person->content_hash);
    put_hex(hex, person->citizen_index, HASH_BYTES);
    struct span named[] = {recipe->holder_space, {hex->at, hex->size}};
    right = right && uuid5(maker->digest, maker->sha1, named, 2, person->id, person->key);
    person->partition = (murmur2((const uint8_t *)person->key, UUID_TEXT) & 0x7fffffff) % recipe->partitions;
    return right;
}

static void put_size(struct buffer *row, size_t size)
{
    put_u32(row, (uint32_t)size);
}

static void put_field(struct buffer *row, struct span value)
{
    put_size(row, value.size);
    put_span(row, value);
}

static void put_bool(struct buffer *row, bool value)
{
    put_size(row, 1);
    put_byte(row, value);
}

static void put_number_field(struct buffer *row, uint32_t value)
{
    put_size(row, sizeof value);
    put_u32(row, value);
}

/* Private values and house number under the person's own key, and the row of its salt. */
static bool put_sealed(struct maker *maker, const struct stamp *stamp, const struct person *person, struct buffer *row)
{
    static const uint8_t no_salt[SALT_BYTES];
    struct span salt = {stamp->sealed ? person->draw : no_salt, SALT_BYTES};
    put_u16(&maker->made.salts, SALT_COLUMNS);
    put_field(&maker->made.salts, id_of(person));
    put_field(&maker->made.salts, salt);
    if (!stamp->sealed) {
        put_size(row, 0);
        put_u32(row, UINT32_MAX);
        return true;
    }
    const struct span *fields = person->fields, house_no = fields[HOUSE_NO], group = maker->recipe.group_key_name;
    struct span joined[] = {fields[CITIZEN_ID], SEPARATOR, fields[CARD_NO], SEPARATOR, fields[PHONE], SEPARATOR, fields[ACCOUNT_NO]};
    maker->plain.size = 0;
    for (size_t at = 0; at < sizeof joined / sizeof *joined; at++) {
        put_span(&maker->plain, joined[at]);
    }
    uint8_t key[HASH_BYTES];
    const size_t overhead = KEY_NAME_BYTES + NONCE_BYTES + TAG_BYTES;
    put_size(row, overhead + maker->plain.size);
    bool right = hmac_parts(maker->group, (struct span[]){maker->recipe.row_label, salt, KEY_COUNTER}, 3, key) &&
                 seal(maker->row, key, group, person->draw + SALT_BYTES, id_of(person), (struct span){maker->plain.at, maker->plain.size}, row);
    if (house_no.size == 0) {
        put_u32(row, UINT32_MAX);
        return right;
    }
    put_size(row, overhead + house_no.size);
    return right && seal(maker->row, NULL, group, person->draw + SALT_BYTES + NONCE_BYTES, id_of(person), house_no, row);
}

static bool put_holder(struct maker *maker, const struct stamp *stamp, const struct person *person)
{
    struct buffer *row = &maker->made.holders;
    const struct span *fields = person->fields, birth = fields[BIRTH], subdistrict = fields[SUBDISTRICT];
    const struct span district = {subdistrict.at, 4};
    const uint8_t *slash = memchr(birth.at, '/', birth.size);
    put_u16(row, (uint16_t)stamp->holder_columns);
    put_field(row, id_of(person));
    put_field(row, (struct span){person->citizen_index, HASH_BYTES});
    put_field(row, (struct span){person->card_index, HASH_BYTES});
    put_field(row, (struct span){person->content_hash, HASH_BYTES});
    put_field(row, (struct span){person->days_and_age.at, 4});
    put_size(row, 8);
    put_u64(row, (uint64_t)person->income);
    put_field(row, (struct span){person->days_and_age.at + 4, 2});
    put_bool(row, person->visit_group);
    put_bool(row, fields[CONSENT].at[0] == 'Y');
    put_number_field(row, person->number);
    put_field(row, subdistrict);
    put_field(row, district);
    put_field(row, district);
    put_field(row, fields[POSTCODE]);
    bool right = put_sealed(maker, stamp, person, row);
    put_field(row, fields[PREFIX]);
    put_field(row, fields[FIRST]);
    put_field(row, fields[LAST]);
    put_size(row, person->first_key.size + 1 + person->last_key.size);
    put_span(row, person->first_key);
    put_byte(row, '\t');
    put_span(row, person->last_key);
    put_field(row, between(slash + 1, birth.at + birth.size));
    put_field(row, person->tier);
    put_field(row, fields[MOO]);
    put_field(row, fields[ROAD]);
    put_field(row, fields[BANK]);
    put_span(row, stamp->holder_tail);
    return right;
}

static void put_history(struct maker *maker, const struct stamp *stamp, const struct person *person)
{
    struct buffer *row = &maker->made.history;
    put_u16(row, (uint16_t)stamp->history_columns);
    put_field(row, id_of(person));
    put_field(row, (struct span){person->citizen_index, HASH_BYTES});
    put_field(row, (struct span){person->card_index, HASH_BYTES});
    put_field(row, (struct span){person->days_and_age.at + 4, 2});
    put_bool(row, person->visit_group);
    put_field(row, person->fields[SUBDISTRICT]);
    put_number_field(row, person->chunk_no);
    put_field(row, person->tier);
    put_field(row, person->fields[BANK]);
    put_span(row, stamp->history_tail);
}

/* The id of an event about the person's first version, as text. */
static bool event_id(struct maker *maker, struct span space, const struct person *person, char text[UUID_TEXT])
{
    uint8_t id[UUID_BYTES];
    struct span named[] = {space, {(const uint8_t *)person->key, UUID_TEXT}, maker->recipe.first_version};
    return uuid5(maker->digest, maker->sha1, named, 3, id, text);
}

static bool put_fact(struct maker *maker, const struct stamp *stamp, const struct person *person)
{
    char id[UUID_TEXT];
    struct buffer *texts = &maker->plain;
    texts->size = 0;
    put_hex(texts, person->citizen_index, HASH_BYTES);
    put_hex(texts, person->card_index, HASH_BYTES);
    put_number(texts, (uint64_t)person->age);
    const struct span key = {(const uint8_t *)person->key, UUID_TEXT}, citizen = {texts->at, 2 * HASH_BYTES};
    const struct span card = {citizen.at + citizen.size, 2 * HASH_BYTES}, age = between(card.at + card.size, texts->at + texts->size);
    const struct span visit_group = {(const uint8_t *)(person->visit_group ? "true" : "false"), person->visit_group ? 4 : 5};
    const struct span values[FACT_PLACES] = {
        {(const uint8_t *)id, UUID_TEXT}, key, key, citizen, card, person->tier, age, visit_group, person->fields[SUBDISTRICT],
        person->fields[BANK],
    };
    return event_id(maker, maker->recipe.fact_space, person, id) &&
           add_message(&maker->messages, FACTS, person->partition, key, stamp->fact, values, FACT_PLACES);
}

static void put_json_text(struct buffer *json, struct span text)
{
    for (size_t at = 0; at < text.size; at++) {
        if (text.at[at] == '"' || text.at[at] == '\\') {
            put_byte(json, '\\');
        }
        put_byte(json, text.at[at]);
    }
}

/* What payments alone may read: name, account and card. */
static void put_private_payee(struct buffer *json, const struct stamp *stamp, const struct person *person)
{
    const struct span *fields = person->fields, *around = stamp->private_payee;
    put_span(json, around[0]);
    put_json_text(json, fields[PREFIX]);
    put_json_text(json, fields[FIRST]);
    if (fields[LAST].size > 0) {
        put_byte(json, ' ');
        put_json_text(json, fields[LAST]);
    }
    put_span(json, around[1]);
    if (fields[ACCOUNT_NO].size == 0) {
        put(json, "null", 4);
    } else {
        put_byte(json, '"');
        put_span(json, fields[ACCOUNT_NO]);
        put_byte(json, '"');
    }
    put_span(json, around[2]);
    put_span(json, fields[CARD_NO]);
    put_span(json, around[3]);
}

static bool put_payee(struct maker *maker, const struct stamp *stamp, const struct person *person, const uint8_t *nonce)
{
    char id[UUID_TEXT];
    struct buffer *plain = &maker->plain, *sealed = &maker->sealed;
    plain->size = sealed->size = 0;
    put_private_payee(plain, stamp, person);
    bool right = seal(maker->payee, NULL, maker->recipe.payee_key_name, nonce, id_of(person), (struct span){plain->at, plain->size}, sealed);
    plain->size = 0;
    put_base64(plain, (struct span){sealed->at, sealed->size});
    struct span key = {(const uint8_t *)person->key, UUID_TEXT};
    const struct span values[PAYEE_PLACES] = {{(uint8_t *)id, UUID_TEXT}, key, key, person->fields[BANK], {plain->at, plain->size}};
    return right && event_id(maker, maker->recipe.payee_space, person, id) &&
           add_message(&maker->messages, PAYEES, person->partition, key, stamp->payee, values, PAYEE_PLACES);
}

static bool put_person(struct maker *maker, const struct stamp *stamp, const struct person *person, const uint8_t *payee_nonce)
{
    struct made *made = &maker->made;
    uint16_t partition = (uint16_t)person->partition;
    put_span(&made->ids, id_of(person));
    put(&made->partitions, &partition, sizeof partition);
    bool right = put_holder(maker, stamp, person);
    if (stamp->entering) {
        const int64_t numbers[] = {number_of(person->fields[CITIZEN_ID]), number_of(person->fields[CARD_NO])};
        put(&made->numbers, numbers, sizeof numbers);
        put_history(maker, stamp, person);
        right = right && put_fact(maker, stamp, person) && put_payee(maker, stamp, person, payee_nonce);
    }
    return right;
}

static bool failed(const struct maker *maker)
{
    const struct made *made = &maker->made;
    return made->holders.failed || made->salts.failed || made->history.failed || made->ids.failed || made->partitions.failed ||
           made->numbers.failed || made->asked.failed || maker->plain.failed || maker->sealed.failed || maker->messages.failed;
}

enum outcome make_persons(struct maker *maker, const struct known *known, const struct stamp *stamp, const uint8_t *texts, const uint32_t *sizes,
                          const uint32_t *numbers, uint32_t count, const uint8_t *draws, const uint8_t *payee_nonces)
{
    const struct recipe *recipe = &maker->recipe;
    struct made *made = &maker->made;
    struct buffer *rows[] = {&made->holders, &made->salts, &made->history};
    made->ids.size = made->partitions.size = made->numbers.size = made->asked.size = 0;
    forget_messages(&maker->messages);
    for (size_t at = 0; at < 3; at++) {
        rows[at]->size = 0;
        put_span(rows[at], recipe->rows_begin);
    }
    for (uint32_t number = 0; number < count; number++, texts += sizes[number - 1]) {
        struct span text = {texts, sizes[number]};
        struct person person = {.number = numbers[number], .draw = draws + (size_t)number * DRAWN_BYTES};
        person.chunk_no = (person.number - recipe->header_lines - 1) / recipe->holders_a_chunk;
        part(text, person.fields);
        if (!judged(maker, known, &person, &made->asked) || made->asked.size > 0) {
            continue;
        }
        in_chunk(&maker->messages, person.chunk_no);
        if (!identified(maker, text, &person) || !put_person(maker, stamp, &person, payee_nonces + (size_t)number * NONCE_BYTES)) {
            return failed(maker) ? NO_MEMORY : NO_CRYPTO;
        }
    }
    close_chunk(&maker->messages);
    for (size_t at = 0; at < 3; at++) {
        put_span(rows[at], recipe->rows_end);
    }
    made->batches = maker->messages.batches;
    made->batch_count = maker->messages.count;
    return failed(maker) ? NO_MEMORY : made->asked.size > 0 ? ASKED : MADE;
}

const struct made *made_of(const struct maker *maker)
{
    return &maker->made;
}

struct maker *maker_new(const struct recipe *recipe)
{
    struct maker *maker = calloc(1, sizeof *maker);
    if (maker == NULL) {
        return NULL;
    }
    maker->recipe = *recipe;
    maker->lookup = hmac_new(recipe->lookup_key);
    maker->group = hmac_new(recipe->group_key);
    maker->row = EVP_CIPHER_CTX_new();
    maker->payee = EVP_CIPHER_CTX_new();
    maker->digest = EVP_MD_CTX_new();
    maker->sha1 = EVP_MD_fetch(NULL, "SHA1", NULL);
    EVP_CIPHER *gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
    bool right = maker->lookup != NULL && maker->group != NULL && maker->row != NULL && maker->payee != NULL && maker->digest != NULL &&
                 maker->sha1 != NULL && gcm != NULL && EVP_EncryptInit_ex(maker->row, gcm, NULL, NULL, NULL) &&
                 EVP_EncryptInit_ex(maker->payee, gcm, NULL, recipe->payee_key.at, NULL) &&
                 begin_messages(&maker->messages, recipe->partitions, recipe->batch_bytes_max);
    EVP_CIPHER_free(gcm);
    if (!right) {
        maker_free(maker);
        return NULL;
    }
    return maker;
}

void maker_free(struct maker *maker)
{
    EVP_MAC_CTX_free(maker->lookup);
    EVP_MAC_CTX_free(maker->group);
    EVP_CIPHER_CTX_free(maker->row);
    EVP_CIPHER_CTX_free(maker->payee);
    EVP_MD_CTX_free(maker->digest);
    EVP_MD_free(maker->sha1);
    end_messages(&maker->messages);
    struct made *made = &maker->made;
    struct buffer *buffers[] = {&made->holders, &made->salts, &made->history, &made->ids, &made->partitions,
                                &made->numbers, &made->asked, &maker->plain, &maker->sealed};
    for (size_t at = 0; at < sizeof buffers / sizeof *buffers; at++) {
        free(buffers[at]->at);
    }
    free(maker);
}
