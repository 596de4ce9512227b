"""Teams of districts as they were appointed, and rosters."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.interview.repository.rows import insert, row_of
from services.interview.rules.officers import TeamDuty
from shared.auth import Reach, reach_sql
from shared.db import ReadTx, Tx


@dataclass(frozen=True, slots=True)
class Member:
    """An officer and what they do in the team."""

    officer_id: UUID
    duty: TeamDuty


@dataclass(frozen=True, slots=True)
class Team:
    """An appointment of a district's team; `version` counts those of the district."""

    district: str
    version: int
    order_no: str
    ordered_on: date
    head_id: UUID
    appointed_by: str
    appointed_at: datetime
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """On which days an officer serves, both included; `place_id` is for intake only."""

    entry_id: UUID
    district: str
    officer_id: UUID
    duty: TeamDuty
    place_id: UUID | None
    from_on: date
    to_on: date
    version: int
    cancelled: bool
    changed_by: str
    changed_at: datetime


async def present_team(tx: ReadTx, district: str) -> Team | None:
    """The team that stands; None where none was appointed."""
    teams = await teams_of(tx, district, None, 1)
    return teams[0] if teams else None


async def teams_of(tx: ReadTx, district: str, before: int | None, limit: int) -> list[Team]:
    """The appointments of the district before this version, the newest first."""
    rows = await tx.fetch(
        """SELECT t.*, ARRAY(SELECT m.officer_id FROM team_member m WHERE (m.district, m.version) = (t.district, t.version) ORDER BY m.duty, m.officer_id) AS officers,
                  ARRAY(SELECT m.duty FROM team_member m WHERE (m.district, m.version) = (t.district, t.version) ORDER BY m.duty, m.officer_id) AS duties
             FROM team t WHERE t.district = $1 AND ($2::int IS NULL OR t.version < $2) ORDER BY t.version DESC LIMIT $3""",
        district,
        before,
        limit,
    )
    return [_team(dict(row)) for row in rows]


def _team(row: dict[str, Any]) -> Team:
    duties, officers = row.pop("duties"), row.pop("officers")
    return Team(**row, members=tuple(Member(officer_id, TeamDuty(duty)) for officer_id, duty in zip(officers, duties, strict=True)))


async def add_team(tx: Tx, team: Team) -> bool:
    """Store an appointment; False when its order is known."""
    row = row_of(team)
    members: Sequence[Member] = row.pop("members")
    if not await insert(tx, "team", row, "ON CONFLICT ON CONSTRAINT team_order DO NOTHING"):
        return False
    await tx.executemany(
        "INSERT INTO team_member (district, version, officer_id, duty) VALUES ($1, $2, $3, $4)",
        [(team.district, team.version, member.officer_id, member.duty) for member in members],
    )
    return True


async def add_entry(tx: Tx, entry: RosterEntry) -> None:
    """Store a new entry of the roster."""
    await insert(tx, "roster_entry", row_of(entry))


async def lock_entry(tx: Tx, reach: Reach, entry_id: UUID) -> RosterEntry | None:
    """The entry, locked; None where there is none within the reach."""
    condition, args = reach_sql(reach, 2, home="district", responsible=None, officer=None)
    row = await tx.fetchrow(f"SELECT * FROM roster_entry WHERE entry_id = $1 AND {condition} FOR UPDATE", entry_id, *args)
    return None if row is None else entry_of(row)


async def store_cancelled(tx: Tx, entry: RosterEntry) -> None:
    """Store that a locked entry does not count any more."""
    await tx.execute(
        "UPDATE roster_entry SET version = $2, cancelled = $3, changed_by = $4, changed_at = $5 WHERE entry_id = $1",
        *(entry.entry_id, entry.version, entry.cancelled, entry.changed_by, entry.changed_at),
    )


async def entries_of_officer(tx: ReadTx, officer_id: UUID, duty: TeamDuty) -> list[RosterEntry]:
    """What the officer does by the roster, cancelled entries left out."""
    rows = await tx.fetch(
        "SELECT * FROM roster_entry WHERE officer_id = $1 AND duty = $2 AND NOT cancelled ORDER BY from_on", officer_id, duty
    )
    return [entry_of(row) for row in rows]


async def roster_page(
    tx: ReadTx, reach: Reach, district: str, on: date | None, duty: TeamDuty | None, after: UUID | None, limit: int
) -> list[RosterEntry]:
    """The district's entries by id that are not cancelled, of a day or a duty; also the caller's own."""
    condition, args = reach_sql(reach, 6, home="district", responsible=None, officer="officer_id")
    rows = await tx.fetch(
        f"""SELECT * FROM roster_entry
             WHERE district = $1 AND NOT cancelled AND ($2::date IS NULL OR $2 BETWEEN from_on AND to_on) AND ($3::text IS NULL OR duty = $3)
               AND ($4::uuid IS NULL OR entry_id > $4) AND {condition}
             ORDER BY entry_id LIMIT $5""",
        district,
        on,
        duty,
        after,
        limit,
        *args,
    )
    return [entry_of(row) for row in rows]


def entry_of(row: Any) -> RosterEntry:
    """The entry of a row."""
    return RosterEntry(**{**dict(row), "duty": TeamDuty(row["duty"])})
