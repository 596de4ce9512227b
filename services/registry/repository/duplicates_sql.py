"""The statements that find who may be in the registry twice, over the whole country at once.

Each joins on a *block*, a key that both of a pair have, so that no more than a few are compared with each:
- the same name and the same digits of the birth date in any order (a swapped day and month, year digits or neighbours keep them);
- the same birth date, last name and home district, the first name one letter different; and the other way round.
PostgreSQL sorts and hashes on disk what does not fit into its memory, and nothing passes through our process.
"""

from typing import Final

from services.registry.rules.duplicates import OTHER_NAME_SCORE, PERSONS_OF_A_BLOCK_MAX, SCORE_MIN, WEIGHTS, Reason

# How often each digit is in the date, as one number: a decimal place a digit.
_PLACES: Final = f"(ARRAY[{', '.join(str(10**digit) for digit in range(10))}]::bigint[])"
_DIGITS: Final = " + ".join(f"{_PLACES}[substr(to_char(birth_date, 'YYYYMMDD'), {at}, 1)::int + 1]" for at in range(1, 9))
_PEOPLE: Final = "SELECT holder_id, first_name, last_name, birth_date, birth_precision, subdistrict FROM card_holder WHERE merged_into IS NULL AND erased_at IS NULL"
_LETTERS_COMPARED_MAX: Final = 60

_AREA: Final = f"""CASE WHEN a.subdistrict = b.subdistrict THEN '{Reason.SAME_SUBDISTRICT}'
                        WHEN left(a.subdistrict, 4) = left(b.subdistrict, 4) THEN '{Reason.SAME_DISTRICT}'
                        WHEN left(a.subdistrict, 2) = left(b.subdistrict, 2) THEN '{Reason.SAME_PROVINCE}' END"""
_SAME_BIRTH: Final = (
    f"CASE WHEN a.birth_precision = 'DAY' AND b.birth_precision = 'DAY' THEN '{Reason.BIRTH_SAME}' ELSE '{Reason.BIRTH_YEAR_SAME}' END"
)


def _neighbours_swapped() -> str:
    """Two digits side by side in the day, the month or between the two have changed places."""
    ways = (
        f"a_text = left(b_text, {at}) || substr(b_text, {at + 2}, 1) || substr(b_text, {at + 1}, 1) || substr(b_text, {at + 3})"
        for at in range(4, 7)
    )
    return " OR ".join(ways)


def _year_swapped() -> str:
    """Two digits of the year have changed places, the rest is the same."""
    ways = (
        f"left(a_text, 4) = left(b_text, {at}) || substr(b_text, {at + 2}, 1) || substr(b_text, {at + 1}, 1) || substr(b_text, {at + 3}, {2 - at})"
        for at in range(3)
    )
    return f"right(a_text, 4) = right(b_text, 4) AND ({' OR '.join(ways)})"


_SWAPPED: Final = f"""CASE
    WHEN a_text = b_text THEN {_SAME_BIRTH}
    WHEN a_text = left(b_text, 4) || right(b_text, 2) || substr(b_text, 5, 2) THEN '{Reason.BIRTH_DAY_MONTH_SWAPPED}'
    WHEN {_year_swapped()} THEN '{Reason.BIRTH_YEAR_DIGITS_SWAPPED}'
    WHEN {_neighbours_swapped()} THEN '{Reason.BIRTH_NEIGHBOURS_SWAPPED}' END"""

SAME_NAME: Final = f"""
WITH people AS MATERIALIZED (
    SELECT p.*, to_char(birth_date, 'YYYYMMDD') AS written, {_DIGITS} AS digits FROM ({_PEOPLE}) AS p
), blocked AS (
    SELECT *, count(*) OVER (PARTITION BY first_name, last_name, digits) AS persons FROM people
), compared AS (
    SELECT a.holder_id AS first_id, b.holder_id AS second_id, '{Reason.NAME_SAME}' AS name, {_AREA} AS area, {_SWAPPED} AS birth
      FROM (SELECT *, written AS a_text FROM blocked WHERE persons BETWEEN 2 AND {PERSONS_OF_A_BLOCK_MAX}) AS a
      JOIN (SELECT *, written AS b_text FROM blocked WHERE persons BETWEEN 2 AND {PERSONS_OF_A_BLOCK_MAX}) AS b
        USING (first_name, last_name, digits)
     WHERE a.holder_id < b.holder_id
)
SELECT * FROM compared WHERE birth = '{Reason.BIRTH_SAME}' OR birth IS NOT NULL AND area IS NOT NULL
"""


def _one_letter(column: str, same: str) -> str:
    compared = f"left(a.{column}, {_LETTERS_COMPARED_MAX}), left(b.{column}, {_LETTERS_COMPARED_MAX})"
    return f"""
WITH people AS MATERIALIZED ({_PEOPLE})
SELECT a.holder_id AS first_id, b.holder_id AS second_id, '{Reason.NAME_ONE_LETTER}' AS name, {_AREA} AS area, {_SAME_BIRTH} AS birth
  FROM people a
  JOIN people b ON a.birth_date = b.birth_date AND a.{same} = b.{same} AND left(a.subdistrict, 4) = left(b.subdistrict, 4)
 WHERE a.holder_id < b.holder_id AND a.{column} <> b.{column} AND least(length(a.{column}), length(b.{column})) > 1
   AND levenshtein_less_equal({compared}, 1) <= 1
"""


FIRST_NAME_MISSPELT: Final = _one_letter("first_name", "last_name")
LAST_NAME_MISSPELT: Final = _one_letter("last_name", "first_name")

_SCORES: Final = ", ".join(f"('{reason}', {weight})" for reason, weight in WEIGHTS.items())
# The same pair has the same id in every run.
_PAIR_ID: Final = "substr(encode(sha256(convert_to(concat_ws('|', {kind}, first_id, second_id), 'UTF8')), 'hex'), 1, 32)::uuid"

NOTE_TWO_IDS: Final = f"""
WITH found AS ({{found}}), weighed AS (
    SELECT first_id, second_id, array_remove(ARRAY[name, birth, area], NULL) AS reasons,
           (SELECT sum(weight) FROM (VALUES {_SCORES}) AS w (reason, weight) WHERE w.reason IN (name, birth, area)) AS score
      FROM found
)
INSERT INTO duplicate_pair AS p (pair_id, kind, first_id, second_id, score, reasons, found_at)
SELECT {_PAIR_ID.format(kind="'TWO_IDS'")}, 'TWO_IDS', first_id, second_id, score, reasons, $1 FROM weighed WHERE score >= {SCORE_MIN}
ON CONFLICT (pair_id) DO UPDATE SET score = excluded.score, reasons = excluded.reasons, version = p.version + 1
   WHERE p.status = 'OPEN' AND (p.score, p.reasons) IS DISTINCT FROM (excluded.score, excluded.reasons)
"""

NOTE_OTHER_NAMES: Final = f"""
WITH found AS (
    SELECT h.holder_id AS first_id, max(h.version) AS second_id,
           CASE WHEN bool_or(h.changed @> '{{first_name,last_name}}') THEN '{Reason.FIRST_AND_LAST_NAME_CHANGED}'
                ELSE '{Reason.FIRST_NAME_AND_BIRTH_CHANGED}' END AS reason
      FROM card_holder_history h JOIN card_holder c USING (holder_id)
     WHERE h.version > 1 AND h.what = 'UPDATED' AND c.merged_into IS NULL AND c.erased_at IS NULL
       AND (h.changed @> '{{first_name,last_name}}' OR h.changed @> '{{first_name,birth_date}}')
     GROUP BY h.holder_id
)
INSERT INTO duplicate_pair (pair_id, kind, first_id, score, reasons, found_at)
SELECT {_PAIR_ID.format(kind="'OTHER_NAME'")}, 'OTHER_NAME', first_id, {OTHER_NAME_SCORE}, ARRAY[reason], $1 FROM found
ON CONFLICT (pair_id) DO NOTHING
"""
