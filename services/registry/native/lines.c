/* Lines to one normalised text each, where ids, numbers and incomes are written as they are stored and all else is known (docs/registry-file.md). */
#include "lines.h"

enum { CITIZEN_ID = 0, CARD_NO = 1, BIRTH_DATE = 5, PRECISION = 6, INCOME = 7, HOUSE_NO = 9, ACCOUNT_NO = 14, PHONE = 15, CONSENT = 16 };
enum { LINE_BYTES_MAX = 1024 * 1024, BAHT_DIGITS_MAX = 7, SATANG_DIGITS = 2, HOUSE_NO_MAX = 60, ACCOUNT_NO_MIN = 10, ACCOUNT_NO_MAX = 15 };

/* The columns whose values are looked up, beside the birth date. House numbers only where they are more than digits and slashes. */
static const uint8_t LOOKED_UP[] = {2, 3, 4, 8, HOUSE_NO, 10, 11, 12, 13};

static bool digits(struct span text)
{
    for (size_t at = 0; at < text.size; at++) {
        if (text.at[at] < '0' || text.at[at] > '9') {
            return false;
        }
    }
    return true;
}

static bool is_citizen_id(struct span text)
{
    if (text.size != 13 || !digits(text) || memchr("123458", text.at[0], 6) == NULL) {
        return false;
    }
    int sum = 0;
    for (int at = 0; at < 12; at++) {
        sum += (13 - at) * (text.at[at] - '0');
    }
    return text.at[12] - '0' == (11 - sum % 11) % 10;
}

static bool is_plain_house_no(struct span text)
{
    for (size_t at = 0; at < text.size; at++) {
        if (text.at[at] < '/' || text.at[at] > '9') { /* the slash stands before the digits */
            return false;
        }
    }
    return text.size <= HOUSE_NO_MAX;
}

static bool is_account_no(struct span text)
{
    return text.size == 0 || (text.size >= ACCOUNT_NO_MIN && text.size <= ACCOUNT_NO_MAX && digits(text));
}

/* Of a fixed line 02-07 and seven digits, of a mobile one 06, 08 or 09 and eight. */
static bool is_phone(struct span text)
{
    if (text.size == 0) {
        return true;
    }
    if ((text.size != 9 && text.size != 10) || !digits(text) || text.at[0] != '0') {
        return false;
    }
    return text.size == 9 ? text.at[1] >= '2' && text.at[1] <= '7' : memchr("689", text.at[1], 3) != NULL;
}

/* Satang, of baht with up to two digits behind the point; -1 for another form. */
static int64_t satang_of(struct span text)
{
    const uint8_t *point = memchr(text.at, '.', text.size);
    struct span baht = {text.at, point == NULL ? text.size : (size_t)(point - text.at)};
    struct span rest = point == NULL ? (struct span){text.at, 0} : between(point + 1, text.at + text.size);
    bool right = baht.size >= 1 && baht.size <= BAHT_DIGITS_MAX && digits(baht) && rest.size <= SATANG_DIGITS && digits(rest);
    if (!right || (point != NULL && rest.size == 0)) {
        return -1;
    }
    int64_t satang = 0;
    for (size_t at = 0; at < baht.size; at++) {
        satang = 10 * satang + baht.at[at] - '0';
    }
    for (size_t at = 0; at < SATANG_DIGITS; at++) {
        satang = 10 * satang + (at < rest.size ? rest.at[at] - '0' : 0);
    }
    return satang;
}

/* The fields between the commas of a line; false where they are not as many as columns, or quotes are used. */
static bool parted(struct span line, struct span fields[COLUMNS])
{
    const uint8_t *end = line.at + line.size;
    while (end > line.at && (end[-1] == '\n' || end[-1] == '\r')) {
        end--;
    }
    const uint8_t *from = line.at;
    if (memchr(from, '"', (size_t)(end - from)) != NULL) {
        return false;
    }
    for (int column = 0; column < COLUMNS - 1; column++) {
        const uint8_t *comma = memchr(from, ',', (size_t)(end - from));
        if (comma == NULL) {
            return false;
        }
        fields[column] = between(from, comma);
        from = comma + 1;
    }
    fields[COLUMNS - 1] = between(from, end);
    return memchr(from, ',', (size_t)(end - from)) == NULL;
}

/* Write the normalised text of a line; nothing for one that Python must read, or while something about it is asked. */
static void read_line(const struct known *known, struct span line, struct buffer *texts, struct buffer *asked)
{
    struct span fields[COLUMNS];
    if (line.size >= LINE_BYTES_MAX || !parted(line, fields) || !is_citizen_id(fields[CITIZEN_ID]) || fields[CARD_NO].size != 16 ||
        !digits(fields[CARD_NO]) || !is_account_no(fields[ACCOUNT_NO]) || !is_phone(fields[PHONE]) || fields[CONSENT].size != 1 ||
        memchr("YN", fields[CONSENT].at[0], 2) == NULL) {
        return;
    }
    int64_t satang = satang_of(fields[INCOME]);
    struct span written = between(fields[BIRTH_DATE].at, fields[PRECISION].at + fields[PRECISION].size);
    const struct entry *birth = known_find(known, BIRTH_DATE, written, asked);
    bool right = satang >= 0 && birth != NULL && birth->right;
    for (size_t at = 0; at < sizeof LOOKED_UP; at++) {
        uint8_t column = LOOKED_UP[at];
        if (column == HOUSE_NO && is_plain_house_no(fields[HOUSE_NO])) {
            continue;
        }
        const struct entry *entry = known_find(known, column, fields[column], asked);
        right = right && entry != NULL && entry->right;
        fields[column] = right ? entry->value : fields[column];
    }
    if (!right) {
        return;
    }
    fields[BIRTH_DATE] = birth->value;
    for (int column = 0; column < COLUMNS; column++) {
        if (column == PRECISION) {
            continue;
        }
        if (column > 0) {
            put_byte(texts, '\x1f');
        }
        if (column == INCOME) {
            put_number(texts, (uint64_t)satang);
        } else {
            put_span(texts, fields[column]);
        }
    }
}

bool read_lines(const struct known *known, const uint8_t *lines, const uint32_t *sizes, uint32_t count, struct plain *plain)
{
    plain->texts.size = plain->asked.size = plain->sizes.size = 0;
    for (uint32_t number = 0; number < count; number++) {
        size_t before = plain->texts.size;
        read_line(known, (struct span){lines, sizes[number]}, &plain->texts, &plain->asked);
        uint32_t size = (uint32_t)(plain->texts.size - before);
        put(&plain->sizes, &size, sizeof size);
        lines += sizes[number];
    }
    return !plain->texts.failed && !plain->sizes.failed && !plain->asked.failed;
}

struct plain *plain_new(void)
{
    return calloc(1, sizeof(struct plain));
}

void plain_free(struct plain *plain)
{
    free(plain->texts.at);
    free(plain->sizes.at);
    free(plain->asked.at);
    free(plain);
}
