"""Drawing a sample of a district's interviews to be checked: by officer, at random from a seed that is kept, nobody's twice."""

import secrets
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.interview.commands.act import Act
from services.interview.errors.spot_checks import NothingToDraw
from services.interview.repository import spot_checks
from services.interview.repository.spot_checks import Draw
from services.interview.rules.spot_checks import allot, size_of_share
from shared.auth import require_area
from shared.db import Tx
from shared.errors import Invalid
from shared.ids import new_id

SAMPLE_MAX: Final = 2000
"""More than a team can check in a year."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What is to be drawn: interviews of these days, so many or such a share of them. Without a seed one is made."""

    from_day: date
    to_day: date
    count: int | None
    share_percent: int | None
    seed: str | None = None


async def draw_spot_checks(tx: Tx, act: Act, district: str, sample: Sample) -> Draw:
    """Draw the sample. Raises NotFound, NothingToDraw, Invalid for days to come and for more than SAMPLE_MAX."""
    require_area(act.caller, district)
    if sample.to_day > act.today:
        raise Invalid.field("to", "date_range", "is in the future", "ยังไม่มาถึง", f"≤ {act.today}")
    await spot_checks.lock_draws(tx, district)
    eligible = await spot_checks.eligible_by_officer(tx, district, sample.from_day, sample.to_day)
    total = sum(eligible.values())
    if not total:
        raise NothingToDraw(district=district, from_day=sample.from_day, to_day=sample.to_day)
    size = sample.count or size_of_share(total, sample.share_percent or 0)
    if size > SAMPLE_MAX:
        raise Invalid.field(
            "share_percent", "too_many", f"of {total} is over {SAMPLE_MAX}", f"ของ {total} ราย เกิน {SAMPLE_MAX} ราย", f"≤ {SAMPLE_MAX}"
        )
    take = allot(eligible, size)
    draw = Draw(
        draw_id=new_id(),
        district=district,
        from_day=sample.from_day,
        to_day=sample.to_day,
        seed=sample.seed or secrets.token_hex(16),
        eligible=total,
        drawn=sum(take.values()),
        strata=[{"officer_id": str(one), "eligible": eligible[one], "drawn": take.get(one, 0)} for one in sorted(eligible)],
        drawn_at=act.at,
        drawn_by=act.by,
    )
    stored = await spot_checks.add_draw(tx, draw, take)
    if stored != draw.drawn:
        raise LookupError(f"{draw.drawn} interviews were to be drawn, {stored} were")
    return draw
