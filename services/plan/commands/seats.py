"""Seats of offerings: however many ask at once, none is taken twice (a guarded UPDATE, and a CHECK behind it).

A seat's row is locked until the transaction ends. So who needs several takes them in the order of their offerings' ids, after the
holders' and plans' rows, and asks for nothing slow afterwards.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from services.plan.domain import SeatHold
from services.plan.repository import offerings
from shared.db import Tx


async def take(tx: Tx, offering_id: UUID, plan_id: UUID, line_no: int, *, at: datetime) -> bool:
    """Whether the line has a seat of the offering now: the one that it has already, or a free one, for which it gives another one back.

    The caller has locked the plan, and knows that the offering is open.
    """
    before = next((one.offering_id for one in await offerings.holds(tx, [plan_id]) if one.line_no == line_no), None)
    if before == offering_id:
        return True
    if before is not None:
        await offerings.lock_seats(tx, [before, offering_id])
    taken = await offerings.take_seat(tx, SeatHold(offering_id, plan_id, line_no), at)
    if taken and before is not None:
        await offerings.free_seats(tx, [before])
    return taken


async def free(tx: Tx, plan_ids: Iterable[UUID], line_no: int | None = None) -> list[UUID]:
    """Give back the seats that lines of the plans (or that one line of each) hold; returns the offerings that have them free now."""
    held = [one for one in await offerings.holds(tx, plan_ids) if line_no is None or one.line_no == line_no]
    freed = sorted(one.offering_id for one in held)
    if held:
        await offerings.lock_seats(tx, freed)
        await offerings.drop_holds(tx, held)
        await offerings.free_seats(tx, freed)
    return freed
