"""Lists of deaths: their good lines, and their effect on sets of persons."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from services.registry.domain import HOLDERS_A_CHUNK
from services.registry.repository.facts import BASELINE
from services.registry.repository.history import STATE
from shared.db import ReadTx, Tx

Line = tuple[int, UUID, date, str, bool]
"""Number, person, day, document, and whether this death is known."""


async def persons(tx: ReadTx, indexes: Sequence[bytes]) -> dict[bytes, Any]:
    """Holder id, birth date, whether dead, and the last death that was taken back, by `citizen_index`; of the one who stays where holders were merged."""
    rows = await tx.fetch(
        """SELECT asked.citizen_index, h.holder_id, h.birth_date, h.status = 'DECEASED' AS dead, h.wrong_death_on
             FROM card_holder asked JOIN card_holder h ON h.holder_id = coalesce(asked.merged_into, asked.holder_id)
            WHERE asked.citizen_index = ANY($1::bytea[]) AND asked.erased_at IS NULL""",
        indexes,
    )
    return {row["citizen_index"]: row for row in rows}


async def add(tx: Tx, list_id: UUID, lines: Sequence[Line]) -> set[int]:
    """Write the lines but those of a person whom an earlier one names; returns the numbers of the written ones."""
    columns = [list(column) for column in zip(*lines, strict=True)] or [[], [], [], [], []]
    rows = await tx.fetch(
        """INSERT INTO death_list_line (list_id, line, holder_id, deceased_on, document, known)
           SELECT $1, line, holder_id, deceased_on, document, known
             FROM unnest($2::int[], $3::uuid[], $4::date[], $5::text[], $6::bool[]) AS new (line, holder_id, deceased_on, document, known) ORDER BY line
           ON CONFLICT DO NOTHING RETURNING line""",
        list_id,
        *columns,
    )
    return {row["line"] for row in rows}


async def slice_end(tx: ReadTx, list_id: UUID, after: int, lines_max: int) -> int | None:
    """The last line of the next slice of up to so many lines; None when there is none after the one named."""
    end: int | None = await tx.fetchval(
        """SELECT max(line) FROM (SELECT line FROM death_list_line WHERE list_id = $1 AND line > $2 AND NOT known ORDER BY line LIMIT $3) AS slice""",
        *(list_id, after, lines_max),
    )
    return end


async def apply_slice(
    tx: Tx, list_id: UUID, lines: tuple[int, int], *, who: str, at: datetime, change_id: UUID, first_chunk_no: int
) -> list[UUID]:
    """Record the deaths of the lines after lines[0] up to lines[1] of persons who live, and whose death was not taken back since; returns who they are. Their chunks count from `first_chunk_no`."""
    living = [row["holder_id"] for row in await tx.fetch(_LOCK, list_id, *lines)]
    await tx.execute(f"{BASELINE} WHERE h.holder_id = ANY($1::uuid[]) ON CONFLICT DO NOTHING", living)
    await tx.execute(_DIE, list_id, living, at, who, change_id, first_chunk_no)
    return living


# Every writer of many holders locks them in the order of their ids.
_LOCK: Final = """SELECT h.holder_id FROM death_list_line l JOIN card_holder h USING (holder_id)
    WHERE l.list_id = $1 AND l.line > $2 AND l.line <= $3 AND h.status = 'ALIVE' AND h.erased_at IS NULL AND h.merged_into IS NULL
      AND NOT l.known AND (h.wrong_death_on IS NULL OR l.deceased_on > h.wrong_death_on)
    ORDER BY h.holder_id FOR UPDATE OF h"""

_DIE: Final = f"""
WITH updated AS (
    UPDATE card_holder h SET version = h.version + 1, status = 'DECEASED', deceased_on = l.deceased_on, recorded_at = $3
      FROM death_list_line l WHERE l.list_id = $1 AND l.holder_id = h.holder_id AND h.holder_id = ANY($2::uuid[])
    RETURNING h.*, l.document
), asserted AS (
    INSERT INTO card_holder_fact (holder_id, version, aspects, valid_from, request_id, status, deceased_on)
    SELECT holder_id, version, ARRAY['LIFE'], deceased_on, $1, status, deceased_on FROM updated
)
INSERT INTO card_holder_history (holder_id, version, what, changed, who, why, recorded_at, change_id, chunk_no, valid_from, {STATE})
SELECT holder_id, version, 'DECEASED', '{{status}}', $4, document, $3, $5, $6 + (row_number() OVER (ORDER BY holder_id) - 1) / {HOLDERS_A_CHUNK},
       deceased_on, {STATE}
  FROM updated
"""
