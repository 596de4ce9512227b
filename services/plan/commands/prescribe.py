"""The third stage (สั่งยา): what both agree on is checked against the catalogue, the offerings and the order of steps."""

from collections.abc import Sequence
from datetime import date

from services.plan.repository import offerings
from services.plan.rules.prescription import Prescribed, checked
from shared.db import Tx


async def prescribe(tx: Tx, lines: Sequence[Prescribed], agreed_on: date, *, side_by_side: bool) -> list[Prescribed]:
    """The lines as they can be signed, with the dates of their offerings. Raises Invalid naming the line's field."""
    wanted = await offerings.offerings(tx, [line.choice.offering_id for line in lines if line.choice.offering_id is not None])
    return checked(lines, wanted, agreed_on=agreed_on, side_by_side=side_by_side)
