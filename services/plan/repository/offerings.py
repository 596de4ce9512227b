"""Offerings, and the seats that lines of plans hold."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.plan.domain import Because, Offering, SeatHold
from shared.db import ReadTx, Tx

_NAMES: Final = tuple(one.name for one in fields(Offering))
_COLUMNS: Final = ", ".join(_NAMES)


def offering_of(row: Any) -> Offering:
    """An offering from a row of `offering`."""
    return Offering(**{name: row[name] for name in _NAMES})


async def offerings(tx: ReadTx, offering_ids: Iterable[UUID]) -> dict[UUID, Offering]:
    """Those of the ids that are there."""
    rows = await tx.fetch(f"SELECT {_COLUMNS} FROM offering WHERE offering_id = ANY ($1::uuid[])", list(offering_ids))
    return {row["offering_id"]: offering_of(row) for row in rows}


async def lock_offering(tx: Tx, offering_id: UUID) -> Offering | None:
    """One offering, locked against other changes."""
    row = await tx.fetchrow(f"SELECT {_COLUMNS} FROM offering WHERE offering_id = $1 FOR UPDATE", offering_id)
    return None if row is None else offering_of(row)


async def add_offerings(tx: Tx, new: Sequence[Offering], because: Because) -> list[Offering]:
    """Add those that are not there, with their seats free; returns them."""
    rows = await tx.fetch(
        f"""WITH added AS (
                INSERT INTO offering ({_COLUMNS}) SELECT {_COLUMNS} FROM jsonb_populate_recordset(NULL::offering, $1)
                ON CONFLICT DO NOTHING RETURNING offering_id, seats)
            INSERT INTO offering_seat (offering_id, seats) SELECT offering_id, seats FROM added RETURNING offering_id""",
        list(new),
    )
    ids = {row["offering_id"] for row in rows}
    added = [offering for offering in new if offering.offering_id in ids]
    await _remember(tx, added, because)
    return added


async def replace_offering(tx: Tx, offering: Offering, because: Because) -> bool:
    """Write the next version over the locked row; False, and nothing written, when more seats are taken than it has."""
    kept = await tx.execute(
        "UPDATE offering_seat SET seats = $2 WHERE offering_id = $1 AND taken <= $2", offering.offering_id, offering.seats
    )
    if not kept:
        return False
    await tx.execute(
        f"""UPDATE offering AS old SET ({_COLUMNS}) = (SELECT {_COLUMNS} FROM jsonb_populate_record(NULL::offering, $1))
             WHERE offering_id = $2 AND version = $3""",
        offering,
        offering.offering_id,
        offering.version - 1,
    )
    await _remember(tx, [offering], because)
    return True


async def has_synthetic(tx: ReadTx) -> bool:
    """Whether there are made-up offerings."""
    found: bool = await tx.fetchval("SELECT EXISTS (SELECT FROM offering WHERE synthetic)")
    return found


async def seats_taken(tx: ReadTx, offering_id: UUID) -> int:
    """How many seats of it lines of plans hold."""
    taken: int = await tx.fetchval("SELECT taken FROM offering_seat WHERE offering_id = $1", offering_id)
    return taken


async def lock_seats(tx: Tx, offering_ids: Iterable[UUID]) -> None:
    """Lock the seats of several offerings, by their ids."""
    await tx.execute("SELECT FROM offering_seat WHERE offering_id = ANY ($1::uuid[]) ORDER BY offering_id FOR UPDATE", list(offering_ids))


async def take_seat(tx: Tx, seat: SeatHold, at: datetime) -> bool:
    """Give the line, which has none, a seat if one is free: the one statement that counts seats up."""
    taken = await tx.execute(
        """WITH seat AS (UPDATE offering_seat SET taken = taken + 1 WHERE offering_id = $1 AND taken < seats RETURNING offering_id)
           INSERT INTO seat_hold (offering_id, plan_id, line_no, held_at) SELECT offering_id, $2, $3, $4 FROM seat""",
        *(seat.offering_id, seat.plan_id, seat.line_no, at),
    )
    return bool(taken)


async def free_seat(tx: Tx, seat: SeatHold) -> None:
    """The line gives its seat back: the one statement that counts seats down."""
    await tx.execute(
        """WITH given_back AS (DELETE FROM seat_hold WHERE offering_id = $1 AND plan_id = $2 AND line_no = $3 RETURNING offering_id)
           UPDATE offering_seat SET taken = taken - 1 FROM given_back WHERE offering_seat.offering_id = given_back.offering_id""",
        *(seat.offering_id, seat.plan_id, seat.line_no),
    )


async def _remember(tx: Tx, changed: Sequence[Offering], because: Because) -> None:
    if changed:
        await tx.execute(
            f"""INSERT INTO offering_history ({_COLUMNS}, changed_by, changed_at, why)
                SELECT {_COLUMNS}, $2, $3, $4 FROM jsonb_populate_recordset(NULL::offering, $1)""",
            list(changed),
            because.who,
            because.at,
            because.why,
        )
