"""The catalogue: programmes with all their versions, and agencies."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final, NamedTuple

from services.plan.domain import Because, Catalogue, Programme
from services.plan.repository.rows import insert
from services.plan.rules.data import conditions_of, examples_of, merits_of
from shared.contracts.common import Dimension
from shared.db import ReadTx, Tx

_NAMES: Final = tuple(one.name for one in fields(Programme))
_COLUMNS: Final = ", ".join(_NAMES)


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency by its short code; `ministry` is the code of the one it belongs to or works with, or empty, `source` who names it."""

    code: str
    name_th: str
    name_en: str
    kind: str
    ministry: str
    source: str


class ProgrammeOwner(NamedTuple):
    """What of a programme never changes."""

    agency: str
    dimension: Dimension


def programme_of(row: Any) -> Programme:
    """A programme from a row of `programme` or its history."""
    values = {name: row[name] for name in _NAMES}
    return Programme(
        **{
            **values,
            "dimension": Dimension(row["dimension"]),
            "papers": tuple(row["papers"]),
            "outcomes": tuple(row["outcomes"]),
            "conditions": conditions_of(row["conditions"]),
            "examples": examples_of(row["examples"]),
            "merits": merits_of(row["merits"]),
        }
    )


async def catalogue(tx: ReadTx) -> Catalogue:
    """All of it (hundreds of rows)."""
    versions = defaultdict(list)
    for row in await tx.fetch(f"SELECT {_COLUMNS} FROM programme_history ORDER BY code, version"):
        versions[row["code"]].append(programme_of(row))
    return Catalogue({code: tuple(found) for code, found in versions.items()})


async def newest(tx: ReadTx, code: str) -> Programme | None:
    """The newest version of one programme."""
    row = await tx.fetchrow(f"SELECT {_COLUMNS} FROM programme WHERE code = $1", code)
    return None if row is None else programme_of(row)


async def lock_programme(tx: Tx, code: str) -> Programme | None:
    """The newest version of a programme, locked against other changes."""
    row = await tx.fetchrow(f"SELECT {_COLUMNS} FROM programme WHERE code = $1 FOR UPDATE", code)
    return None if row is None else programme_of(row)


async def owners(tx: ReadTx, codes: Iterable[str]) -> dict[str, ProgrammeOwner]:
    """Whose the programmes are, by code; of the codes that are known."""
    rows = await tx.fetch("SELECT code, agency, dimension FROM programme WHERE code = ANY ($1::text[])", list(codes))
    return {row["code"]: ProgrammeOwner(row["agency"], Dimension(row["dimension"])) for row in rows}


async def has_agency(tx: ReadTx, code: str) -> bool:
    """Whether the agency is known."""
    found: bool = await tx.fetchval("SELECT EXISTS (SELECT FROM agency WHERE code = $1)", code)
    return found


async def add_agencies(tx: Tx, agencies: Sequence[Agency]) -> None:
    """Add those that are not there."""
    await insert(tx, "agency", agencies, then="ON CONFLICT DO NOTHING")


async def add_programmes(tx: Tx, new: Sequence[Programme], because: Because) -> list[Programme]:
    """Add those whose code is free; returns them."""
    rows = await tx.fetch(
        f"""INSERT INTO programme ({_COLUMNS}) SELECT {_COLUMNS} FROM jsonb_populate_recordset(NULL::programme, $1)
            ON CONFLICT DO NOTHING RETURNING code""",
        list(new),
    )
    codes = {row["code"] for row in rows}
    added = [programme for programme in new if programme.code in codes]
    await _remember(tx, added, because)
    return added


async def replace_programme(tx: Tx, programme: Programme, because: Because) -> None:
    """Write the next version over the locked row."""
    await tx.execute(
        f"""UPDATE programme AS old SET ({_COLUMNS}) = (SELECT {_COLUMNS} FROM jsonb_populate_record(NULL::programme, $1))
             WHERE code = $2 AND version = $3""",
        programme,
        programme.code,
        programme.version - 1,
    )
    await _remember(tx, [programme], because)


async def _remember(tx: Tx, changed: Sequence[Programme], because: Because) -> None:
    if changed:
        await tx.execute(
            f"""INSERT INTO programme_history ({_COLUMNS}, changed_by, changed_at)
                SELECT {_COLUMNS}, $2, $3 FROM jsonb_populate_recordset(NULL::programme, $1)""",
            list(changed),
            because.who,
            because.at,
        )
