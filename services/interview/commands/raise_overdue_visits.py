"""Home visits that were not made in time rise to the officer, the district chief and the governor, once to each."""

from typing import Final
from uuid import UUID

from services.interview import events
from services.interview.commands.act import Act
from services.interview.domain import Case
from services.interview.repository import people, visits
from services.interview.rules.visit_overdue import Rising, rising
from shared.auth import require_area
from shared.bus import outbox
from shared.db import Tx

VISITS_AT_ONCE_MAX: Final = 2000


async def raise_district(tx: Tx, act: Act, district: str) -> int:
    """Raise what is overdue in the district; returns how many visits rose, each level counted. Raises NotFound out of reach."""
    require_area(act.caller, district)
    policy = await people.newest_policy(tx)
    raised = 0
    for to in rising(policy, act.today):
        after = None
        while found := await raise_some(tx, after, act, to, district):
            raised, after = raised + len(found), found[-1].holder_id
    return raised


async def raise_some(tx: Tx, after: UUID | None, act: Act, to: Rising, district: str | None = None) -> list[Case]:
    """Raise the next visits (by holder) to the level, VISITS_AT_ONCE_MAX at most; returns them. Asked again it finds none twice."""
    policy = await people.newest_policy(tx)
    found = await visits.not_made(tx, to.level, district, after, only_without_attempt=to.only_without_attempt, limit=VISITS_AT_ONCE_MAX)
    if not found:
        return []
    last = policy.visit_window.last
    await visits.add_overdue(tx, to.level, [case.case_id for case in found], due_by=last, found_on=act.today)
    await outbox.add_many(tx, [events.visit_overdue(case, to.level, due_by=last, at=act.at) for case in found])
    return found
