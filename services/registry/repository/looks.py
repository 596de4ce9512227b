"""What the lines of a step would do, without doing it. The tables of `imports.stage` hold the lines; whom the look met is in `import_met`."""

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from services.registry.repository.imports import changed_sql
from services.registry.rules.delta_file import Asked, contradicted
from services.registry.rules.registry_file import duplicate
from shared.db import ReadTx, Tx
from shared.files.lines import Fault


class Outcome(StrEnum):
    """What would become of a line; the last five are rejections."""

    NEW = "NEW"
    CHANGED = "CHANGED"
    UNCHANGED = "UNCHANGED"
    REPEATED = "REPEATED"
    ERASED = "ERASED"
    FOREIGN_CARD = "FOREIGN_CARD"
    KNOWN = "KNOWN"
    UNKNOWN = "UNKNOWN"


_TAKEN: Final = f"('{Outcome.NEW}', '{Outcome.CHANGED}', '{Outcome.UNCHANGED}')"
# A card is another's when a person of the registry has it whom the file does not give another one, or somebody met before.
_FOREIGN_CARD: Final = """(
    EXISTS (SELECT FROM card_holder o WHERE o.card_index = s.card_index AND o.holder_id <> s.holder_id
               AND NOT EXISTS (SELECT FROM import_met m WHERE m.import_id = $1 AND m.holder_id = o.holder_id AND m.card_index <> o.card_index))
    OR EXISTS (SELECT FROM import_met m WHERE m.import_id = $1 AND m.card_index = s.card_index AND m.holder_id <> s.holder_id))"""
_JUDGE: Final = f"""
INSERT INTO import_judged (import_line, holder_id, card_index, outcome, changed)
SELECT s.import_line, s.holder_id, s.card_index,
       CASE WHEN m.taken THEN '{Outcome.REPEATED}'
            WHEN h.erased_at IS NOT NULL THEN '{Outcome.ERASED}'
            WHEN said.asked = '{Asked.ADD}' AND h.holder_id IS NOT NULL THEN '{Outcome.KNOWN}'
            WHEN said.asked = '{Asked.CORRECT}' AND h.holder_id IS NULL THEN '{Outcome.UNKNOWN}'
            WHEN h.content_hash = s.content_hash THEN '{Outcome.UNCHANGED}'
            WHEN {_FOREIGN_CARD} THEN '{Outcome.FOREIGN_CARD}'
            WHEN h.holder_id IS NULL THEN '{Outcome.NEW}'
            ELSE '{Outcome.CHANGED}' END,
       CASE WHEN h.holder_id IS NULL OR h.content_hash = s.content_hash THEN '{{}}' ELSE {changed_sql()} END
  FROM import_staged s
       LEFT JOIN card_holder h USING (holder_id)
       LEFT JOIN import_met m ON m.import_id = $1 AND m.holder_id = s.holder_id
       LEFT JOIN import_said said ON said.import_line = s.import_line
"""


async def judge(tx: Tx, import_id: UUID) -> None:
    """Tell of each staged line what would become of it."""
    await tx.execute(
        """CREATE TEMP TABLE IF NOT EXISTS import_judged (import_line int, holder_id uuid, card_index bytea, outcome text, changed text[])
           ON COMMIT DELETE ROWS"""
    )
    await tx.execute(_JUDGE, import_id)


async def outcomes(tx: ReadTx) -> Counter[str]:
    """How many lines of the step have which outcome."""
    rows = await tx.fetch("SELECT outcome, count(*) AS lines FROM import_judged GROUP BY outcome")
    return Counter({row["outcome"]: row["lines"] for row in rows})


async def changed_fields(tx: ReadTx) -> Counter[str]:
    """How many lines of the step change which field; `sealed_details` where none that can be compared is another."""
    rows = await tx.fetch(
        f"""SELECT name, count(*) AS lines
              FROM import_judged, unnest(CASE WHEN changed = '{{}}' THEN '{{sealed_details}}'::text[] ELSE changed END) AS name
             WHERE outcome = '{Outcome.CHANGED}' GROUP BY name"""
    )
    return Counter({row["name"]: row["lines"] for row in rows})


async def refused(tx: ReadTx) -> Sequence[Any]:
    """The lines that would be rejected."""
    return await tx.fetch(f"SELECT import_line, outcome FROM import_judged WHERE outcome NOT IN {_TAKEN} ORDER BY import_line")


async def some_of(tx: ReadTx, outcome: Outcome, limit: int) -> Sequence[Any]:
    """The first lines of an outcome, with whom they are about."""
    return await tx.fetch(
        """SELECT j.import_line, j.holder_id, CASE WHEN j.outcome = 'CHANGED' AND j.changed = '{}' THEN '{sealed_details}' ELSE j.changed END AS changed,
                  s.home_district, s.first_name, s.last_name
             FROM import_judged j JOIN import_staged s USING (import_line) WHERE j.outcome = $1 ORDER BY j.import_line LIMIT $2""",
        outcome,
        limit,
    )


async def removals(tx: Tx, import_id: UUID, wanted: Sequence[tuple[int, bytes, str]]) -> tuple[int, list[tuple[int, Fault]]]:
    """How many of (line, holder, reason) would be flagged, and what is wrong with the others; remembers them as met."""
    if not wanted:
        return 0, []
    args = [[line for line, _, _ in wanted], [UUID(bytes=holder) for _, holder, _ in wanted]]
    rows = await tx.fetch(
        """SELECT w.line, h.holder_id IS NULL AS unknown
             FROM unnest($2::int[], $3::uuid[]) AS w (line, holder_id) LEFT JOIN card_holder h ON h.holder_id = w.holder_id AND h.erased_at IS NULL
            WHERE h.holder_id IS NULL OR EXISTS (SELECT FROM import_met m WHERE m.import_id = $1 AND m.holder_id = w.holder_id AND m.taken)""",
        import_id,
        *args,
    )
    faults = [(row["line"], contradicted(Asked.REMOVE) if row["unknown"] else duplicate("citizen_id")) for row in rows]
    wrong = {line for line, _ in faults}
    await tx.execute(
        """INSERT INTO import_met (import_id, holder_id, taken) SELECT $1, id, true FROM unnest($2::uuid[]) AS id
           ON CONFLICT (import_id, holder_id) DO UPDATE SET taken = true""",
        import_id,
        [UUID(bytes=holder) for line, holder, _ in wanted if line not in wrong],
    )
    return len(wanted) - len(faults), faults


async def remember(tx: Tx, import_id: UUID) -> None:
    """Remember whom the step met, and the cards that they would have."""
    await tx.execute(
        f"""INSERT INTO import_met (import_id, holder_id, taken, card_index)
            SELECT $1, holder_id, outcome IN {_TAKEN}, CASE WHEN outcome IN ('{Outcome.NEW}', '{Outcome.CHANGED}') THEN card_index END
              FROM import_judged WHERE outcome <> '{Outcome.REPEATED}'
            ON CONFLICT (import_id, holder_id) DO UPDATE SET taken = EXCLUDED.taken, card_index = EXCLUDED.card_index""",
        import_id,
    )


async def count_absent(tx: ReadTx, import_id: UUID) -> int:
    """How many of the living the look has not met."""
    absent: int = await tx.fetchval(
        """SELECT count(*) FROM card_holder h
            WHERE h.status = 'ALIVE' AND h.erased_at IS NULL AND h.merged_into IS NULL
              AND NOT EXISTS (SELECT FROM import_met m WHERE m.import_id = $1 AND m.holder_id = h.holder_id)""",
        import_id,
    )
    return absent


async def count_persons(tx: ReadTx) -> int:
    """How many persons are in the registry."""
    persons: int = await tx.fetchval("SELECT count(*) FROM card_holder")
    return persons
