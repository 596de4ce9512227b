"""Home visits."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from shared.contracts.interview.base import CaseFact


class NotMetReason(StrEnum):
    """Why a home visit met nobody."""

    NOT_AT_HOME = "NOT_AT_HOME"
    MOVED = "MOVED"
    DECEASED = "DECEASED"
    IN_ANOTHER_PROVINCE = "IN_ANOTHER_PROVINCE"
    ILL = "ILL"


class HomeVisitDue(CaseFact):
    """A person of the visit group did not come in February and is to be visited."""

    type = "interview.HomeVisitDue.v1"
    consumers = ("reporting",)

    district: str
    subdistrict: str
    due_by: date
    policy_version: int


class VisitUnsuccessful(CaseFact):
    """A home visit met nobody; `final` when the policy's number of attempts is used up and NOT_FOUND was approved."""

    type = "interview.VisitUnsuccessful.v1"
    consumers = ("reporting",)

    visited_on: date
    attempt_no: int
    reason: NotMetReason
    officer_id: UUID
    final: bool = False


class VisitRefused(CaseFact):
    """A person who has stated no wish was met at home and refused to be interviewed. Nothing that is paid depends on it."""

    type = "interview.VisitRefused.v1"
    consumers = ("reporting",)

    visited_on: date
    attempt_no: int
    officer_id: UUID


class OverdueLevel(StrEnum):
    """To whom an overdue home visit has risen."""

    OFFICER = "OFFICER"
    DISTRICT = "DISTRICT"
    PROVINCE = "PROVINCE"


class HomeVisitOverdue(CaseFact):
    """A home visit was not made in time and rises to a level, once to each; `due_by` is the last day of the visits."""

    type = "interview.HomeVisitOverdue.v1"
    consumers = ("reporting",)

    level: OverdueLevel
    due_by: date
    found_on: date
    district: str
    officer_id: UUID | None
    attempts: int


class MoveReported(CaseFact):
    """An officer learned of a move and asks the registry to record it."""

    type = "interview.MoveReported.v1"
    consumers = ("registry",)

    moved_on: date
    to_subdistrict: str
    reported_by: UUID | None = None


class DeathReported(CaseFact):
    """An officer learned of a death and asks the registry to record it."""

    type = "interview.DeathReported.v1"
    consumers = ("registry", "payments")

    deceased_on: date
    evidence: str
    reported_by: UUID | None = None
