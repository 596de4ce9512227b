"""Code lists and their versions."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from services.plan.domain import Because
from services.plan.domain.code_lists import Code, CodeList, Retired
from shared.db import ReadTx, Tx

_VERSIONS = """
    SELECT code_list AS name, version, label, valid_from, source, approval_reference,
           ARRAY(SELECT to_jsonb(c) - ARRAY['code_list', 'version'] FROM code c WHERE (c.code_list, c.version) = (l.code_list, l.version) ORDER BY c.code) AS codes,
           ARRAY(SELECT to_jsonb(r) - ARRAY['code_list', 'version'] FROM retired_code r
                  WHERE (r.code_list, r.version) = (l.code_list, l.version) ORDER BY r.code) AS retired
      FROM code_list l"""


async def names(tx: ReadTx) -> list[str]:
    """The lists that there are."""
    return [row["code_list"] for row in await tx.fetch("SELECT DISTINCT code_list FROM code_list ORDER BY code_list")]


async def versions(tx: ReadTx, name: str, after: int = 0) -> list[CodeList]:
    """The versions of a list after the one named, oldest first, each whole."""
    return [_list_of(row) for row in await tx.fetch(f"{_VERSIONS} WHERE code_list = $1 AND version > $2 ORDER BY version", name, after)]


async def one(tx: ReadTx, name: str, version: int) -> CodeList | None:
    """The version, whole."""
    row = await tx.fetchrow(f"{_VERSIONS} WHERE code_list = $1 AND version = $2", name, version)
    return None if row is None else _list_of(row)


async def in_short(tx: ReadTx) -> list[dict[str, Any]]:
    """Every version of every list without its codes, by name, the oldest first."""
    rows = await tx.fetch(
        """SELECT l.code_list AS name, l.version, l.label, l.valid_from, l.source, l.approval_reference,
                  (SELECT count(*) FROM code c WHERE (c.code_list, c.version) = (l.code_list, l.version)) AS codes_count
             FROM code_list l ORDER BY l.code_list, l.version"""
    )
    return [dict(row) for row in rows]


async def newest(tx: ReadTx, name: str) -> CodeList | None:
    """The newest version."""
    row = await tx.fetchrow(f"{_VERSIONS} WHERE code_list = $1 ORDER BY version DESC LIMIT 1", name)
    return None if row is None else _list_of(row)


async def hold(tx: Tx, name: str) -> None:
    """One at a time gives a list its next version."""
    await tx.execute("SELECT pg_advisory_xact_lock(hashtextextended('code_list:' || $1, 0))", name)


async def add(tx: Tx, new: CodeList, because: Because) -> None:
    """Write a version. It never changes afterwards."""
    await tx.execute(
        """INSERT INTO code_list (code_list, version, label, valid_from, source, approval_reference, changed_by, changed_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)""",
        *(new.name, new.version, new.label, new.valid_from, new.source, new.approval_reference, because.who, because.at),
    )
    await _add_rows(tx, "code", "code, title_th, title_en, hours", new, new.codes)
    await _add_rows(tx, "retired_code", "code, becomes", new, new.retired)


async def _add_rows(tx: Tx, table: str, columns: str, of: CodeList, rows: Sequence[Code] | Sequence[Retired]) -> None:
    await tx.execute(
        f"""INSERT INTO {table} (code_list, version, {columns})
            SELECT $2, $3, {columns} FROM jsonb_populate_recordset(NULL::{table}, $1)""",
        [asdict(row) for row in rows],
        of.name,
        of.version,
    )


def _list_of(row: Any) -> CodeList:
    codes = tuple(Code(**code) for code in row["codes"])
    retired = tuple(Retired(one["code"], tuple(one["becomes"])) for one in row["retired"])
    return CodeList(**{**dict(row), "codes": codes, "retired": retired})
