"""Opening cases again that had ended by a merge."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.interview.domain import Change, State, Step
from services.interview.repository import staff
from shared.db import Tx


async def give_back(tx: Tx, changes: Sequence[Change], before: Mapping[UUID, State]) -> dict[UUID, Change]:
    """The cases (by holder) where they stood before, with their officer if that one is still there."""
    here = await staff.staying_officers(tx, [officer for one in changes for officer in (one.after.officer_id, one.after.co_interviewer_id)])
    return {one.after.holder_id: _opened(one, before[one.after.case_id], here) for one in changes}


def _opened(change: Change, state: State, here: Mapping[UUID, object]) -> Change:
    case = change.after
    if case.officer_id not in here:
        change = change.put(officer_id=None, co_interviewer_id=None)
    elif case.co_interviewer_id not in here:
        change = change.put(co_interviewer_id=None)
    return change.go_back(Step.UNMERGED, State.MERGED, state)
