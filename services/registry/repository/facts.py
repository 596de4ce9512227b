"""What versions assert of a person, since when: written when something changes, for a first load never."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from services.registry.repository.sealed import FACT_KEY_ID, SALT
from services.registry.rules.changes import COLUMNS_OF, Aspect
from shared.db import ReadTx, Tx

VALUE_COLUMNS: Final = tuple(dict.fromkeys(name for columns in COLUMNS_OF.values() for name in columns))
_EVERY_ASPECT: Final = "ARRAY[" + ", ".join(f"'{aspect}'" for aspect in Aspect) + "]"
_SEALED_AS_ONE: Final = frozenset([Aspect.CARD, Aspect.BANK, Aspect.PHONE])
_OF_FILES: Final = [one for one in Aspect if one not in {Aspect.LIFE, Aspect.PROMPTPAY}]
_NOT_IN_FILES: Final = frozenset([*COLUMNS_OF[Aspect.LIFE], *COLUMNS_OF[Aspect.PROMPTPAY], "card_cancelled_on"])
_FILE_COLUMNS: Final = tuple(name for name in VALUE_COLUMNS if name not in _NOT_IN_FILES)

# Who has no facts yet is as the first version said: everything that changes a person writes them.
BASELINE: Final = f"""INSERT INTO card_holder_fact (holder_id, version, aspects, {", ".join(VALUE_COLUMNS)})
    SELECT h.holder_id, 1, {_EVERY_ASPECT}, {", ".join(f"h.{name}" for name in VALUE_COLUMNS)} FROM card_holder h """


async def begin(tx: Tx, holder_id: UUID) -> None:
    """Before the first change of a locked holder: write what it replaces."""
    await tx.execute(f"{BASELINE} WHERE h.holder_id = $1 ON CONFLICT DO NOTHING", holder_id)


async def add(
    tx: Tx, holder_id: UUID, version: int, aspect: Aspect, valid_from: date, values: Mapping[str, Any], request_id: UUID | None
) -> None:
    """Write what a version asserts; `values` are by column of the aspect."""
    names = list(values)
    await tx.execute(
        f"""INSERT INTO card_holder_fact (holder_id, version, aspects, valid_from, request_id{"".join(f", {name}" for name in names)})
            VALUES ($1, $2, ARRAY[$3::text], $4, $5{"".join(f", ${place}" for place in range(6, 6 + len(names)))})""",
        *(holder_id, version, aspect, valid_from, request_id, *values.values()),
    )


async def latest_day(tx: ReadTx, holder_id: UUID, aspect: Aspect) -> date | None:
    """The latest day from which something recorded of the aspect holds; None where only files told of it."""
    day: date | None = await tx.fetchval(
        "SELECT max(valid_from) FROM card_holder_fact WHERE holder_id = $1 AND $2::text = ANY(aspects)", holder_id, aspect
    )
    return day


async def known(tx: ReadTx, holder_id: UUID, known_at: datetime) -> Sequence[Any]:
    """The facts recorded up to the moment, each with who, when, why and its evidence, by version."""
    return await tx.fetch(
        f"""SELECT f.*, s.salt, g.key_id AS group_key_id, g.wrapped AS group_key, v.what, v.who, v.why, v.recorded_at, r.document_kind,
                   r.document_reference, r.document_on, r.consent_reference, a.decided_by
             FROM card_holder_fact f JOIN card_holder_history v USING (holder_id, version)
             LEFT JOIN {SALT} s ON s.holder_id = f.holder_id
             LEFT JOIN group_key g ON g.key_id = {FACT_KEY_ID}
             LEFT JOIN change_request r ON r.id = f.request_id
             LEFT JOIN approval a ON a.id = f.request_id
            WHERE f.holder_id = $1 AND v.recorded_at <= $2 ORDER BY f.version""",
        holder_id,
        known_at,
    )


async def last_known_version(tx: ReadTx, holder_id: UUID, known_at: datetime) -> Any | None:
    """The row of history that was the newest at the moment; None before the person entered."""
    return await tx.fetchrow(
        "SELECT * FROM card_holder_history WHERE holder_id = $1 AND recorded_at <= $2 ORDER BY version DESC LIMIT 1", holder_id, known_at
    )


_CHANGING: Final = "JOIN import_staged s ON s.holder_id = h.holder_id JOIN import_known k ON k.import_line = s.import_line"


async def first_version(tx: ReadTx, holder_id: UUID) -> Any:
    """The row of history with which the person entered."""
    return await tx.fetchrow("SELECT * FROM card_holder_history WHERE holder_id = $1 AND version = 1", holder_id)


def _array(aspects: Iterable[Aspect]) -> str:
    return "ARRAY[" + ", ".join(f"'{aspect}'" for aspect in aspects) + "]"


# Where a request has settled the card or the bank, the file changes nothing of what is sealed with them.
_TOLD: Final = f"""CASE WHEN h.settled && '{{CARD,BANK}}' THEN {_array(one for one in _OF_FILES if one not in _SEALED_AS_ONE)}
                        ELSE {_array(_OF_FILES)} END"""


async def of_staged(tx: Tx) -> None:
    """Of the known persons of the staged lines of an import, who are about to change: what is replaced, and what the file says."""
    await tx.execute(f"{BASELINE} {_CHANGING} ON CONFLICT DO NOTHING")
    await tx.execute(
        f"""INSERT INTO card_holder_fact (holder_id, version, aspects, {", ".join(_FILE_COLUMNS)})
            SELECT h.holder_id, h.version + 1, {_TOLD}, {", ".join(f"s.{name}" for name in _FILE_COLUMNS)} FROM card_holder h {_CHANGING}"""
    )
