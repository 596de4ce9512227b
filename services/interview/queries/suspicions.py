"""Interviews that look wrong, as ids and counts: what was answered is never shown here."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from services.interview.repository.spot_checks import STANDS
from services.interview.rules.supervision import Part, Supervision, Suspicion
from shared.auth import Reach, reach_sql
from shared.contracts.interview import Answer
from shared.db import ReadTx
from shared.http import Page

IDS_MAX: Final = 100
"""So many interview ids of a group are told; its count is of all."""

_LIVE: Final = "JOIN holder h ON h.holder_id = i.holder_id AND h.erased_on IS NULL"
_MINUTES: Final = """
    CASE i.answer WHEN 'REFUSE' THEN $1::int WHEN 'SUFFICIENT' THEN $2::int ELSE $3::int END"""

_TOO_SHORT: Final = f"""
    SELECT i.interview_id AS first, i.officer_id, i.district, i.interviewed_on AS day, NULL AS part, 1::bigint AS count,
           {_MINUTES} AS threshold, round((extract(epoch FROM i.ended_at - i.started_at) / 60)::numeric, 1)::float AS minutes,
           ARRAY[i.interview_id] AS interview_ids
      FROM interview i {_LIVE}
     WHERE i.ended_at - i.started_at < make_interval(mins => {_MINUTES}) AND {STANDS}"""

_TOO_MANY: Final = f"""
    SELECT i.officer_id AS first, i.officer_id, max(i.district) AS district, i.interviewed_on AS day, NULL AS part, count(*) AS count,
           $1::int AS threshold, NULL::float AS minutes, (array_agg(i.interview_id ORDER BY i.interview_id))[1:{IDS_MAX}] AS interview_ids
      FROM interview i WHERE i.amends IS NULL"""

# The erased have no digest. Who has all answers alike is not told a second time for a part of them.
_ALIKE: Final = f"""
    SELECT i.officer_id, p.part, max(i.district) AS district, NULL::date AS day, count(DISTINCT i.case_id) AS count,
           CASE p.part WHEN 'WHOLE' THEN $1::int WHEN 'PERSON' THEN $2::int ELSE $3::int END AS threshold, NULL::float AS minutes,
           (array_agg(i.interview_id ORDER BY i.interview_id))[1] AS first,
           (array_agg(i.interview_id ORDER BY i.interview_id))[1:{IDS_MAX}] AS interview_ids
      FROM interview i
      CROSS JOIN LATERAL (VALUES ('WHOLE', i.alike_whole), ('PERSON', i.alike_person), ('WORDS', i.alike_words)) AS p (part, digest)
     WHERE p.digest IS NOT NULL AND {STANDS}"""
_ALIKE_GROUPS: Final = """
     GROUP BY i.officer_id, p.part, p.digest
    HAVING count(DISTINCT i.case_id) >= CASE p.part WHEN 'WHOLE' THEN $1::int WHEN 'PERSON' THEN $2::int ELSE $3::int END
       AND (p.part = 'WHOLE' OR count(DISTINCT i.alike_whole) > 1)"""


@dataclass(frozen=True, slots=True)
class Where:
    """Whose interviews are looked at, within the reach."""

    reach: Reach
    district: str | None = None
    officer_id: UUID | None = None

    def sql(self, first_arg: int) -> tuple[str, list[Any]]:
        """The condition on the interview `i`, and its arguments. A list of suspicions is for areas: an officer has none."""
        condition, args = reach_sql(self.reach, first_arg + 2, home="i.district", responsible=None, officer=None)
        wanted = f"(${first_arg}::text IS NULL OR i.district = ${first_arg}) AND (${first_arg + 1}::uuid IS NULL OR i.officer_id = ${first_arg + 1})"
        return f" AND {wanted} AND {condition}", [self.district, self.officer_id, *args]


def _asked(kind: Suspicion, where: Where, numbers: Supervision) -> tuple[str, list[Any]]:
    """All suspicions of the kind as SQL, with its arguments."""
    minutes, alike = numbers.interview_minutes_min, numbers.alike_group_min
    match kind:
        case Suspicion.TOO_SHORT:
            condition, args = where.sql(4)
            return _TOO_SHORT + condition, [minutes[Answer.REFUSE], minutes[Answer.SUFFICIENT], minutes[Answer.DEVELOP], *args]
        case Suspicion.TOO_MANY:
            condition, args = where.sql(2)
            groups = " GROUP BY i.officer_id, i.interviewed_on HAVING count(*) > $1::int"
            return _TOO_MANY + condition + groups, [numbers.interviews_a_day_max, *args]
        case Suspicion.ALIKE:
            condition, args = where.sql(4)
            return _ALIKE + condition + _ALIKE_GROUPS, [alike[Part.WHOLE], alike[Part.PERSON], alike[Part.WORDS], *args]


async def list_suspicions(tx: ReadTx, kind: Suspicion, where: Where, numbers: Supervision, page: Page) -> tuple[list[Any], str | None]:
    """A page of suspicions of a kind: by day and id, those of likeness by officer and part."""
    sql, args = _asked(kind, where, numbers)
    first = len(args) + 1
    after: tuple[Any, ...] | None
    if kind is Suspicion.ALIKE:
        keys, kinds, after = ["officer_id", "part", "first"], ["uuid", "text", "uuid"], page.after(UUID, str, UUID)
    else:
        keys, kinds, after = ["day", "first"], ["date", "uuid"], page.after(date, UUID)
    marks = ", ".join(f"${first + n}::{one}" for n, one in enumerate(kinds))
    rows = await tx.fetch(
        f"""SELECT * FROM ({sql}) found WHERE (${first}::{kinds[0]} IS NULL OR ({", ".join(keys)}) > ({marks}))
             ORDER BY {", ".join(keys)} LIMIT ${first + len(kinds)}""",
        *args,
        *(after or [None] * len(kinds)),
        page.limit + 1,
    )
    return page.cut(rows, lambda row: tuple(row[key] for key in keys))


async def count_suspicions(tx: ReadTx, where: Where, numbers: Supervision) -> dict[Suspicion, tuple[int, int]]:
    """Of each kind how many suspicions there are, and how many interviews they are about."""
    counts = {}
    for kind in Suspicion:
        sql, args = _asked(kind, where, numbers)
        row = await tx.fetchrow(f"SELECT count(*) AS n, coalesce(sum(count), 0)::bigint AS interviews FROM ({sql}) found", *args)
        counts[kind] = (row["n"], row["interviews"]) if row else (0, 0)
    return counts
