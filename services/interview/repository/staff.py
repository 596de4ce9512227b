"""Officers, meeting places, and the programmes that a menu may name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from services.interview.domain import LOADS_OFFICER
from services.interview.repository.copies import offered_sql
from services.interview.repository.rows import insert, row_of
from services.interview.rules.officers import AbsenceKind, Language, OfficerHappening
from shared.auth import Reach, reach_sql
from shared.contracts.common import Dimension
from shared.contracts.interview import Employer, MeetingPlaceAnnounced
from shared.db import ReadTx, Tx


@dataclass(frozen=True, slots=True)
class Officer:
    """An officer of a district team: what they speak, how many cases they may have (None for no limit), and which subdistricts are near them."""

    officer_id: UUID
    version: int
    district: str
    employer: Employer
    staff_no: str
    active: bool
    languages: tuple[Language, ...] = ()
    caseload_max: int | None = None
    subdistricts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Absence:
    """Days on which an officer is away; both belong to it."""

    absence_id: UUID
    officer_id: UUID
    version: int
    from_on: date
    to_on: date
    kind: AbsenceKind


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme of the catalogue as far as a menu line needs it."""

    code: str
    dimension: Dimension
    active: bool


_COLUMNS: Final = "officer_id, version, district, employer, staff_no, active, languages, caseload_max, subdistricts"


async def active_officers(tx: ReadTx, officer_ids: Iterable[UUID | None]) -> dict[UUID, Officer]:
    """Those of the ids that are active officers."""
    wanted = [officer_id for officer_id in officer_ids if officer_id is not None]
    rows = await tx.fetch(f"SELECT {_COLUMNS} FROM officer WHERE officer_id = ANY($1::uuid[]) AND active", wanted)
    return {row["officer_id"]: officer_of(row) for row in rows}


async def staying_officers(tx: Tx, officer_ids: Iterable[UUID | None]) -> dict[UUID, Officer]:
    """As `active_officers`, and none of them can leave or be given another case before the end of the transaction: for who gives them cases."""
    wanted = [officer_id for officer_id in officer_ids if officer_id is not None]
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM officer WHERE officer_id = ANY($1::uuid[]) AND active ORDER BY officer_id FOR NO KEY UPDATE", wanted
    )
    return {row["officer_id"]: officer_of(row) for row in rows}


async def officer(tx: ReadTx, reach: Reach, officer_id: UUID) -> Officer | None:
    """The officer; None where there is none within the reach."""
    condition, args = reach_sql(reach, 2, home="district", responsible=None, officer=None)
    row = await tx.fetchrow(f"SELECT {_COLUMNS} FROM officer WHERE officer_id = $1 AND {condition}", officer_id, *args)
    return None if row is None else officer_of(row)


async def lock_officer(tx: Tx, reach: Reach, officer_id: UUID) -> Officer | None:
    """The officer, locked; None where there is none within the reach."""
    condition, args = reach_sql(reach, 2, home="district", responsible=None, officer=None)
    row = await tx.fetchrow(f"SELECT {_COLUMNS} FROM officer WHERE officer_id = $1 AND {condition} FOR UPDATE", officer_id, *args)
    return None if row is None else officer_of(row)


async def open_cases_of(tx: ReadTx, officer_id: UUID) -> tuple[int, int]:
    """How many open cases are the officer's, and how many interviews to come the officer is to attend as co-interviewer."""
    row = await tx.fetchrow(
        """SELECT count(*) FILTER (WHERE officer_id = $1) AS held,
                  count(*) FILTER (WHERE co_interviewer_id = $1 AND interviewed_on IS NULL) AS accompanied
             FROM case_file WHERE (officer_id = $1 OR co_interviewer_id = $1) AND state = ANY($2::text[])""",
        officer_id,
        list(LOADS_OFFICER),
    )
    return (row["held"], row["accompanied"]) if row else (0, 0)


async def store(tx: Tx, officer: Officer) -> None:
    """Store the next version of a locked officer."""
    await tx.execute(
        "UPDATE officer SET version = $2, active = $3, languages = $4, caseload_max = $5, subdistricts = $6 WHERE officer_id = $1",
        *(officer.officer_id, officer.version, officer.active, officer.languages, officer.caseload_max, officer.subdistricts),
    )


async def note_departure(tx: Tx, officer_id: UUID, *, by: str, at: datetime, reason: str) -> None:
    """Note of a locked officer who left when and why."""
    await tx.execute("UPDATE officer SET left_at = $2, left_by = $3, left_why = $4 WHERE officer_id = $1", officer_id, at, by, reason)


async def note(tx: Tx, officer: Officer, what: OfficerHappening, details: Mapping[str, Any], *, by: str, at: datetime) -> None:
    """Keep in the history what made this version of the officer."""
    await tx.execute(
        "INSERT INTO officer_history (officer_id, version, what, at, by, details) VALUES ($1, $2, $3, $4, $5, $6)",
        *(officer.officer_id, officer.version, what, at, by, dict(details)),
    )


async def absences(tx: ReadTx, officer_id: UUID) -> list[Absence]:
    """All absences of the officer, the first one first."""
    rows = await tx.fetch("SELECT * FROM officer_absence WHERE officer_id = $1 ORDER BY from_on", officer_id)
    return [Absence(**{**dict(row), "kind": AbsenceKind(row["kind"])}) for row in rows]


async def add_absence(tx: Tx, absence: Absence) -> None:
    """Store a new absence of a locked officer."""
    await insert(tx, "officer_absence", row_of(absence))


async def store_absence(tx: Tx, absence: Absence) -> None:
    """Store the next version of an absence of a locked officer."""
    await tx.execute(
        "UPDATE officer_absence SET version = $2, to_on = $3 WHERE absence_id = $1", absence.absence_id, absence.version, absence.to_on
    )


async def place(tx: ReadTx, place_id: UUID) -> MeetingPlaceAnnounced | None:
    """The meeting place as it was announced last."""
    row = await tx.fetchrow("SELECT * FROM meeting_place WHERE place_id = $1", place_id)
    return None if row is None else MeetingPlaceAnnounced(**dict(row))


async def change_place(tx: Tx, changed: MeetingPlaceAnnounced) -> bool:
    """Store the place's next version; False when another was first."""
    return bool(
        await tx.execute(
            """UPDATE meeting_place
                  SET version = $2, name = $3, opens_on = $4, closes_on = $5, capacity_per_day = $6, latitude = $7, longitude = $8,
                      weekdays = $9, days = $10, opens_at = $11, closes_at = $12
                WHERE place_id = $1 AND version = $2 - 1""",
            *(changed.place_id, changed.version, changed.name, changed.opens_on, changed.closes_on, changed.capacity_per_day),
            *(changed.latitude, changed.longitude, changed.weekdays, changed.days, changed.opens_at, changed.closes_at),
        )
    )


async def programmes(tx: ReadTx, codes: Iterable[str], on: date) -> dict[str, Programme]:
    """Those of the codes that the catalogue has, as they are on the day."""
    sql = f"SELECT code, dimension, {offered_sql('$2::date')} AS active FROM programme WHERE code = ANY($1::text[])"
    rows = await tx.fetch(sql, sorted(set(codes)), on)
    return {row["code"]: Programme(row["code"], Dimension(row["dimension"]), row["active"]) for row in rows}


def officer_of(row: Mapping[str, Any]) -> Officer:
    """The officer of a row."""
    return Officer(
        officer_id=row["officer_id"],
        version=row["version"],
        district=row["district"],
        employer=Employer(row["employer"]),
        staff_no=row["staff_no"],
        active=row["active"],
        languages=tuple(Language(one) for one in row["languages"]),
        caseload_max=row["caseload_max"],
        subdistricts=tuple(row["subdistricts"]),
    )
