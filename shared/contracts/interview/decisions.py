"""What committees decided."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from shared.contracts.interview.base import CaseFact


class DecisionKind(StrEnum):
    """What a committee decided about one person."""

    LATE_WISH_GRANTED = "LATE_WISH_GRANTED"
    LATE_WISH_REFUSED = "LATE_WISH_REFUSED"
    NOT_FOUND = "NOT_FOUND"
    NOT_INTERVIEWED = "NOT_INTERVIEWED"
    CHOSE_NOTHING = "CHOSE_NOTHING"
    DID_NOT_DEVELOP = "DID_NOT_DEVELOP"
    DID_NOT_WORK = "DID_NOT_WORK"
    REASONABLE_CAUSE = "REASONABLE_CAUSE"
    REINSTATE = "REINSTATE"


class DecisionRecorded(CaseFact):
    """What a committee (คอจ.) or, where the rule allows, the district chief decided about one person."""

    type = "interview.DecisionRecorded.v1"
    consumers = ("payments", "plan", "reporting")

    decision_id: UUID
    kind: DecisionKind
    committee: str
    decided_on: date
    known_on: date
    effective_month: str | None = None
    reference: str
    reason: str = ""
