"""Of the cases of one person under several ids one goes on: that with which the person has come furthest."""

from collections.abc import Mapping
from uuid import UUID

from services.interview.domain import Case, State


def case_that_goes_on(cases: Mapping[UUID, Case], stays: UUID) -> UUID | None:
    """The holder whose open case goes on; of two that are as far, that of who stays.

    A case without a wish goes on for nobody but who stays: they are on the lists themselves.
    """
    wished = [holder_id for holder_id, case in cases.items() if case.is_open and (case.how_far or holder_id == stays)]
    return max(wished, key=lambda holder_id: (cases[holder_id].how_far, holder_id == stays, holder_id), default=None)


def ended_case_to_open(cases: Mapping[UUID, Case], before: Mapping[UUID, State]) -> UUID | None:
    """The holder whose case, which had ended by a merge, is opened again; None where a case is open, or none ended so."""
    if any(case.is_open for case in cases.values()):
        return None
    ended = [holder_id for holder_id, case in cases.items() if case.state is State.MERGED and case.case_id in before]
    return max(ended, key=lambda holder_id: (before[cases[holder_id].case_id].how_far, holder_id), default=None)
