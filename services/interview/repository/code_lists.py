"""Copies of the code lists that plan publishes, and the version in force on a day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from shared.contracts.plan import CodeListChanged
from shared.db import ReadTx, Tx

_IN_FORCE = """
    SELECT DISTINCT ON (code_list) code_list AS name, version, label, valid_from FROM code_list
     WHERE {narrowing} ORDER BY code_list, valid_from > {day}, abs(valid_from - {day}), version DESC"""
"""The newest version that began on the day or before; before the first one it is the first."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What the list in force says of a code: its version, whether it is there, and what stands for it where it was retired."""

    version: int
    label: str
    known: bool
    becomes: Sequence[str] | None


async def keep(tx: Tx, changed: Iterable[CodeListChanged]) -> None:
    """Store versions that are not here; one that is here is the same."""
    for one in changed:
        new = await tx.fetchval(
            "INSERT INTO code_list (code_list, version, label, valid_from) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING true",
            *(one.name, one.version, one.label, one.valid_from),
        )
        if new:
            await tx.executemany(
                "INSERT INTO listed_code (code_list, version, code, title_th, title_en, hours) VALUES ($1, $2, $3, $4, $5, $6)",
                [(one.name, one.version, code.code, code.title_th, code.title_en, code.hours) for code in one.codes],
            )
            await tx.executemany(
                "INSERT INTO retired_code (code_list, version, code, becomes) VALUES ($1, $2, $3, $4)",
                [(one.name, one.version, retired.code, list(retired.becomes)) for retired in one.retired],
            )


async def look_up(tx: ReadTx, asked: Sequence[tuple[str, str]], day: date) -> dict[tuple[str, str], Looked]:
    """What the lists in force on the day say of the codes, each with the name of its list; of a list that was never published, nothing."""
    rows = await tx.fetch(
        f"""WITH used AS ({_IN_FORCE.format(narrowing="code_list = ANY ($1::text[])", day="$3::date")})
            SELECT a.name, a.code, u.version, u.label, c.code IS NOT NULL AS known,
                   (SELECT r.becomes FROM retired_code r WHERE r.code_list = a.name AND r.version <= u.version AND r.code = a.code
                     ORDER BY r.version DESC LIMIT 1) AS becomes
              FROM unnest($1::text[], $2::text[]) AS a (name, code)
              JOIN used u USING (name)
              LEFT JOIN listed_code c ON (c.code_list, c.version, c.code) = (u.name, u.version, a.code)""",
        [name for name, _ in asked],
        [code for _, code in asked],
        day,
    )
    return {(row["name"], row["code"]): Looked(row["version"], row["label"], row["known"], row["becomes"]) for row in rows}


async def in_force(tx: ReadTx, day: date) -> list[dict[str, Any]]:
    """The lists in force on the day, whole, by name."""
    lists = [dict(row) for row in await tx.fetch(_IN_FORCE.format(narrowing="true", day="$1::date"), day)]
    for one in lists:
        codes = await tx.fetch(
            "SELECT code, title_th, title_en, hours FROM listed_code WHERE code_list = $1 AND version = $2 ORDER BY code",
            one["name"],
            one["version"],
        )
        one["codes"] = [dict(code) for code in codes]
    return lists


async def titles(tx: ReadTx, versions: Mapping[str, str], codes: Sequence[tuple[str, str]]) -> dict[str, dict[str, str]]:
    """The Thai titles of codes, each with the name of its list, by list and code, in these versions of the lists (`free` has none)."""
    rows = await tx.fetch(
        """SELECT c.code_list AS name, c.code, c.title_th FROM unnest($1::text[], $2::text[], $3::text[]) AS a (name, version, code)
             JOIN listed_code c ON (c.code_list, c.version::text, c.code) = (a.name, a.version, a.code)""",
        [name for name, _ in codes],
        [versions.get(name) for name, _ in codes],
        [code for _, code in codes],
    )
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        found.setdefault(row["name"], {})[row["code"]] = row["title_th"]
    return found
