"""Officers, meeting places, and the programmes that a menu may name."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.interview.domain import LOADS_OFFICER
from services.interview.rules.co_interview import BANKS
from shared.auth import Reach, reach_sql
from shared.contracts.common import Dimension
from shared.contracts.interview import Employer, MeetingPlaceAnnounced
from shared.db import ReadTx, Tx


@dataclass(frozen=True, slots=True)
class Officer:
    """An officer of a district team."""

    officer_id: UUID
    version: int
    district: str
    employer: Employer
    staff_no: str
    active: bool


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme of the catalogue as far as a menu line needs it."""

    code: str
    dimension: Dimension
    active: bool


_COLUMNS: Final = "officer_id, version, district, employer, staff_no, active"


async def active_officers(tx: ReadTx, officer_ids: Iterable[UUID | None]) -> dict[UUID, Officer]:
    """Those of the ids that are active officers."""
    wanted = [officer_id for officer_id in officer_ids if officer_id is not None]
    rows = await tx.fetch(f"SELECT {_COLUMNS} FROM officer WHERE officer_id = ANY($1::uuid[]) AND active", wanted)
    return {row["officer_id"]: officer_of(row) for row in rows}


async def staying_officers(tx: Tx, officer_ids: Iterable[UUID | None]) -> dict[UUID, Officer]:
    """As `active_officers`, and none of them can leave before the end of the transaction: for who gives them cases."""
    wanted = [officer_id for officer_id in officer_ids if officer_id is not None]
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM officer WHERE officer_id = ANY($1::uuid[]) AND active ORDER BY officer_id FOR SHARE", wanted
    )
    return {row["officer_id"]: officer_of(row) for row in rows}


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


async def store_departure(tx: Tx, officer: Officer, *, by: str, at: datetime, reason: str) -> None:
    """Store that a locked officer left."""
    await tx.execute(
        "UPDATE officer SET version = $2, active = $3, left_at = $4, left_by = $5, left_why = $6 WHERE officer_id = $1",
        *(officer.officer_id, officer.version, officer.active, at, by, reason),
    )


async def officers_of_district(tx: Tx, district: str) -> list[Officer]:
    """The district's active officers, by id; none of them can leave before the end of the transaction."""
    rows = await tx.fetch(f"SELECT {_COLUMNS} FROM officer WHERE district = $1 AND active ORDER BY officer_id FOR SHARE", district)
    return [officer_of(row) for row in rows]


async def bank_officers_near(tx: Tx, district: str) -> list[Officer]:
    """The active officers of BAAC and GSB in the district, or where it has none, in its province; by id, staying as above."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM officer WHERE left(district, 2) = left($1, 2) AND employer = ANY($2::text[]) AND active ORDER BY officer_id FOR SHARE",
        district,
        sorted(BANKS),
    )
    officers = [officer_of(row) for row in rows]
    return [officer for officer in officers if officer.district == district] or officers


async def loads_of(tx: ReadTx, officer_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many open cases each of the officers has; 0 for those without."""
    rows = await tx.fetch(
        "SELECT officer_id, count(*) AS load FROM case_file WHERE officer_id = ANY($1::uuid[]) AND state = ANY($2::text[]) GROUP BY officer_id",
        officer_ids,
        list(LOADS_OFFICER),
    )
    return dict.fromkeys(officer_ids, 0) | {row["officer_id"]: row["load"] for row in rows}


async def place(tx: ReadTx, place_id: UUID) -> MeetingPlaceAnnounced | None:
    """The meeting place as it was announced last."""
    row = await tx.fetchrow("SELECT * FROM meeting_place WHERE place_id = $1", place_id)
    return None if row is None else MeetingPlaceAnnounced(**dict(row))


async def change_place(tx: Tx, changed: MeetingPlaceAnnounced) -> bool:
    """Store the place's next version; False when another was first."""
    return bool(
        await tx.execute(
            "UPDATE meeting_place SET version = $2, name = $3, opens_on = $4, closes_on = $5, capacity_per_day = $6 WHERE place_id = $1 AND version = $2 - 1",
            *(changed.place_id, changed.version, changed.name, changed.opens_on, changed.closes_on, changed.capacity_per_day),
        )
    )


async def programmes(tx: ReadTx, codes: Iterable[str]) -> dict[str, Programme]:
    """Those of the codes that the catalogue has."""
    rows = await tx.fetch("SELECT code, dimension, active FROM programme WHERE code = ANY($1::text[])", sorted(set(codes)))
    return {row["code"]: Programme(row["code"], Dimension(row["dimension"]), row["active"]) for row in rows}


def officer_of(row: Mapping[str, Any]) -> Officer:
    """The officer of a row."""
    return Officer(row["officer_id"], row["version"], row["district"], Employer(row["employer"]), row["staff_no"], row["active"])
