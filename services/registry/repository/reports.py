"""The quality of what an import brought, counted set-based over the holders; stored once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.registry.repository.sealed import WITH_KEYS
from shared.db import ReadTx, Tx

AGE_BANDS: Final = ((0, 17), (18, 29), (30, 39), (40, 49), (50, 60), (61, 70), (71, 80), (81, 90), (91, 100), (101, 110), (111, 999))
INCOME_BANDS_BAHT: Final = (
    (0, 0),
    (1, 10_000),
    (10_001, 20_000),
    (20_001, 30_000),
    (30_001, 50_000),
    (50_001, 100_000),
    (100_001, 9_999_999),
)
"""From a baht more than the band before up to and with the last baht."""
EXAMPLES_MAX: Final = 20
_FIRST: Final = "birth_precision = 'DAY' AND extract(month FROM birth_date) = 1 AND extract(day FROM birth_date) = 1"
# Of a full file everybody living whom it had; of another whom it entered or changed.
_OF_IMPORT: Final = """h.erased_at IS NULL AND (h.import_id = $1 OR ($2 AND h.status = 'ALIVE' AND NOT EXISTS (
    SELECT FROM holder_flag f WHERE f.holder_id = h.holder_id AND f.kind = 'ABSENT' AND f.resolution IS NULL)))"""


async def figures(tx: ReadTx, import_id: UUID, *, everybody: bool) -> Any:
    """One row of counts: persons, filled fields, precisions, doubtful birth dates."""
    return await tx.fetchrow(
        f"""SELECT count(*) AS persons,
                   count(*) FILTER (WHERE prefix <> '') AS prefix, count(*) FILTER (WHERE last_name <> '') AS last_name,
                   count(house_no_sealed) AS house_no, count(*) FILTER (WHERE moo <> '') AS moo, count(*) FILTER (WHERE road <> '') AS road,
                   count(*) FILTER (WHERE mobile_consent) AS mobile_consent,
                   count(*) FILTER (WHERE birth_precision = 'DAY') AS day_known, count(*) FILTER (WHERE birth_precision = 'MONTH') AS month_known,
                   count(*) FILTER (WHERE birth_precision = 'YEAR') AS year_known,
                   count(*) FILTER (WHERE {_FIRST})
                       AS first_of_january,
                   count(*) FILTER (WHERE age > 110) AS over_110, count(*) FILTER (WHERE age < 18) AS under_18
              FROM card_holder h WHERE {_OF_IMPORT}""",
        import_id,
        everybody,
    )


async def bands(tx: ReadTx, import_id: UUID, *, everybody: bool) -> Sequence[Any]:
    """How many persons there are by the number of their age band and of their income band."""
    ages, incomes = [low for low, _ in AGE_BANDS[1:]], [high * 100 + 1 for _, high in INCOME_BANDS_BAHT[:-1]]
    return await tx.fetch(
        f"""SELECT width_bucket(age::int, $3::int[]) AS age_band, width_bucket(income_2559_satang, $4::bigint[]) AS income_band, count(*) AS persons
              FROM card_holder h WHERE {_OF_IMPORT} GROUP BY 1, 2""",
        import_id,
        everybody,
        ages,
        incomes,
    )


async def first_of_january(tx: ReadTx, import_id: UUID, *, everybody: bool) -> Sequence[Any]:
    """The districts where most persons are said to be born on a first of January, among the districts with many such persons."""
    return await tx.fetch(
        f"""SELECT home_district AS district, count(*) AS persons,
                   count(*) FILTER (WHERE {_FIRST}) AS doubtful
              FROM card_holder h WHERE {_OF_IMPORT} GROUP BY home_district
            HAVING count(*) FILTER (WHERE {_FIRST}) > 0
             ORDER BY count(*) FILTER (WHERE {_FIRST})::float / count(*) DESC, home_district LIMIT {EXAMPLES_MAX}""",
        import_id,
        everybody,
    )


async def postcodes_that_do_not_fit(
    tx: ReadTx, import_id: UUID, pairs: tuple[Sequence[str], Sequence[str]], *, everybody: bool
) -> Sequence[Any]:
    """Subdistricts and postcodes that stand together and do not belong together, the most frequent first, with the count of all of them.

    `pairs` are those that belong together.
    """
    return await tx.fetch(
        f"""WITH fitting AS (SELECT * FROM unnest($3::text[], $4::text[]) AS fitting (subdistrict, postcode)),
                 stood AS (SELECT h.subdistrict, h.postcode, count(*) AS persons FROM card_holder h WHERE {_OF_IMPORT} GROUP BY 1, 2)
            SELECT s.subdistrict, s.postcode, s.persons, (sum(s.persons) OVER ())::bigint AS persons_all
              FROM stood s LEFT JOIN fitting f USING (subdistrict, postcode) WHERE f.subdistrict IS NULL
             ORDER BY s.persons DESC, s.subdistrict, s.postcode LIMIT {EXAMPLES_MAX}""",
        import_id,
        everybody,
        *pairs,
    )


async def sealed_slice(tx: ReadTx, import_id: UUID, after: UUID, limit: int, *, everybody: bool) -> Sequence[Any]:
    """Persons after the id named, with what is sealed of them."""
    return await tx.fetch(
        f"""SELECT h.holder_id, h.private_sealed, h.salt, h.group_key_id, h.group_key FROM (SELECT * FROM {WITH_KEYS}) AS h
             WHERE {_OF_IMPORT} AND h.holder_id > $3 ORDER BY h.holder_id LIMIT $4""",
        import_id,
        everybody,
        after,
        limit,
    )


async def begin_phones(tx: Tx) -> None:
    """Make the table of `add_phones`, which goes with the transaction."""
    await tx.execute("CREATE TEMP TABLE report_phone (mark bytea, holder_id uuid) ON COMMIT DROP")


async def add_phones(tx: Tx, marks: Sequence[tuple[bytes, UUID]]) -> None:
    """Add (keyed hash of the phone, holder)."""
    await tx.copy_in("report_phone", ("mark", "holder_id"), marks)


async def repeated_phones(tx: ReadTx) -> Sequence[Any]:
    """How many phones are told by two, by three to five, by more persons, and by how many persons."""
    return await tx.fetch(
        """SELECT CASE WHEN n = 2 THEN '2' WHEN n <= 5 THEN '3-5' ELSE '6+' END AS told_by, count(*) AS phones, sum(n)::bigint AS persons
             FROM (SELECT count(*) AS n FROM report_phone GROUP BY mark HAVING count(*) > 1) AS repeated GROUP BY 1 ORDER BY 1"""
    )


async def most_repeated_phones(tx: ReadTx) -> Sequence[Any]:
    """The phones that most persons tell: how many do, and the ids of some of them."""
    return await tx.fetch(
        f"""SELECT count(*) AS persons, (array_agg(holder_id ORDER BY holder_id))[1:{EXAMPLES_MAX}] AS holder_ids
              FROM report_phone GROUP BY mark HAVING count(*) > 2 ORDER BY count(*) DESC, min(holder_id::text) LIMIT {EXAMPLES_MAX}"""
    )


async def store(tx: Tx, import_id: UUID, report: dict[str, Any], at: datetime) -> None:
    """Store the report, unless there is one."""
    await tx.execute(
        "INSERT INTO import_report (import_id, made_at, report) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", import_id, at, report
    )


async def one(tx: ReadTx, import_id: UUID) -> Any | None:
    """The report of an import."""
    return await tx.fetchrow("SELECT made_at, report FROM import_report WHERE import_id = $1", import_id)
