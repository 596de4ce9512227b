"""Copies of the code lists that plan publishes, and the version in force on a day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from shared.contracts.plan import CodeListChanged
from shared.db import ReadTx, Tx

_IN_FORCE: Final = """
    SELECT version, label, valid_from FROM code_list
     WHERE code_list = {name}
     ORDER BY valid_from > {day}, CASE WHEN valid_from <= {day} THEN valid_from END DESC, valid_from, version DESC LIMIT 1"""
"""The newest version that began on the day or before; before the first one it is the first."""


@dataclass(frozen=True, slots=True)
class AskedCode:
    """A code of a list, as it is on a day."""

    name: str
    code: str
    day: date


@dataclass(frozen=True, slots=True)
class LookedUp:
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


async def look_up(tx: ReadTx, codes: Iterable[AskedCode]) -> dict[AskedCode, LookedUp]:
    """What the lists in force say of the codes; of a list that was never published, nothing."""
    asked = list(codes)
    rows = await tx.fetch(
        f"""WITH asked AS (SELECT * FROM unnest($1::text[], $2::text[], $3::date[]) AS a (name, code, day)),
                 used AS (SELECT d.name, d.day, v.version, v.label FROM (SELECT DISTINCT name, day FROM asked) d
                           CROSS JOIN LATERAL ({_IN_FORCE.format(name="d.name", day="d.day")}) v)
            SELECT a.name, a.code, a.day, u.version, u.label, c.code IS NOT NULL AS known,
                   (SELECT r.becomes FROM retired_code r WHERE r.code_list = a.name AND r.version <= u.version AND r.code = a.code
                     ORDER BY r.version DESC LIMIT 1) AS becomes
              FROM asked a JOIN used u USING (name, day)
              LEFT JOIN listed_code c ON (c.code_list, c.version, c.code) = (a.name, u.version, a.code)""",
        [one.name for one in asked],
        [one.code for one in asked],
        [one.day for one in asked],
    )
    return {
        AskedCode(row["name"], row["code"], row["day"]): LookedUp(row["version"], row["label"], row["known"], row["becomes"])
        for row in rows
    }


async def in_force(tx: ReadTx, day: date) -> list[dict[str, Any]]:
    """The lists in force on the day, whole, by name."""
    rows = await tx.fetch(
        f"""SELECT n.name, v.*, ARRAY(SELECT to_jsonb(c) - ARRAY['code_list', 'version'] FROM listed_code c
                                       WHERE (c.code_list, c.version) = (n.name, v.version) ORDER BY c.code) AS codes
              FROM (SELECT DISTINCT code_list AS name FROM code_list) n
             CROSS JOIN LATERAL ({_IN_FORCE.format(name="n.name", day="$1::date")}) v ORDER BY n.name""",
        day,
    )
    return [dict(row) for row in rows]


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
