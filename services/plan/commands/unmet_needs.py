"""The end of an allocation: what is unmet of the wishes is told by district and programme, in counts."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from services.plan.commands.allocate import replace_all
from services.plan.domain import Because
from services.plan.domain.allocations import Allocation, AllocationStatus
from services.plan.repository import allocations
from shared.auth import Reach
from shared.bus import outbox
from shared.clock import on_day
from shared.contracts import Event
from shared.contracts.plan import UnmetNeed, UnmetNeedPublished
from shared.db import Tx
from shared.thai import areas


async def end_applying(tx: Tx, allocation: Allocation, because: Because) -> None:
    """Every seat was given or cannot be: tell each district of the province what its people wished for and got. One with no wish tells that too."""
    await allocations.one_at_a_time(tx, allocation.province, allocation.month)
    await replace_all(tx, [allocation.become(AllocationStatus.APPLIED)])
    by_district: dict[str, list[UnmetNeed]] = defaultdict(list)
    for row in await allocations.unmet(tx, allocation.allocation_id, Reach.country()):
        by_district[row["district"]].append(_need(row))
    districts = {code for code in areas.districts() if code.startswith(allocation.province)} | by_district.keys()
    await outbox.add_many(tx, [_event(allocation, district, by_district[district], because) for district in sorted(districts)])


def _need(row: Mapping[str, Any]) -> UnmetNeed:
    return UnmetNeed(**{name: row[name] for name in UnmetNeed.model_fields})


def _event(allocation: Allocation, district: str, needs: list[UnmetNeed], because: Because) -> Event:
    fact = UnmetNeedPublished(
        allocation_id=allocation.allocation_id,
        number=allocation.number,
        province=allocation.province,
        district=district,
        month=f"{allocation.month:%Y-%m}",
        on=on_day(because.at),
        programmes=tuple(needs),
    )
    return Event.of(fact, subject=f"{district}-{fact.month}", time=because.at, identity=(allocation.allocation_id,))
