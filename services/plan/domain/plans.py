"""Plans and their lines, and which state follows which."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from services.plan import errors
from shared.contracts.common import Dimension
from shared.contracts.plan import OtherChoice
from shared.ids import same_id


class PlanStatus(StrEnum):
    """States of a plan. AT_SPECIALIST is one that waits for a specialist's review before it is agreed on.

    CLOSED is for those who died or were erased, MERGED while another plan of the same person goes on.

    A death that was taken back, a merge that was undone, or a new wish after a withdrawal of what was agreed leads to the state before;
    a further agreement leads from an end to REFERRED again.
    """

    RECOMMENDED = "RECOMMENDED"
    AT_SPECIALIST = "AT_SPECIALIST"
    AGREED = "AGREED"
    REFERRED = "REFERRED"
    IN_DEVELOPMENT = "IN_DEVELOPMENT"
    COMPLETED = "COMPLETED"
    DROPPED = "DROPPED"
    DECLINED = "DECLINED"
    WITHDRAWN = "WITHDRAWN"
    CLOSED = "CLOSED"
    MERGED = "MERGED"


WAITING: Final = frozenset({PlanStatus.RECOMMENDED, PlanStatus.AT_SPECIALIST})
"""Waits for an agreement."""


NOT_AGREED: Final = WAITING | {PlanStatus.DECLINED, PlanStatus.WITHDRAWN}
"""States in which a new interview changes the plan."""


RUNNING: Final = frozenset({PlanStatus.AGREED, PlanStatus.REFERRED, PlanStatus.IN_DEVELOPMENT})
"""Agreed, and not at an end."""


ENDED: Final = frozenset({PlanStatus.COMPLETED, PlanStatus.DROPPED})
"""Every referral has its final outcome."""


OPEN: Final = RUNNING | WAITING


_CUT_OFF: Final = (PlanStatus.WITHDRAWN, PlanStatus.CLOSED, PlanStatus.MERGED)


_NEXT: Final[dict[PlanStatus, frozenset[PlanStatus]]] = {
    PlanStatus.RECOMMENDED: frozenset({PlanStatus.AT_SPECIALIST, PlanStatus.AGREED, PlanStatus.DECLINED, *_CUT_OFF}),
    PlanStatus.AT_SPECIALIST: frozenset({PlanStatus.RECOMMENDED, PlanStatus.AGREED, PlanStatus.DECLINED, *_CUT_OFF}),
    PlanStatus.AGREED: frozenset({PlanStatus.REFERRED, *_CUT_OFF}),
    PlanStatus.REFERRED: frozenset({PlanStatus.IN_DEVELOPMENT, PlanStatus.COMPLETED, PlanStatus.DROPPED, *_CUT_OFF}),
    PlanStatus.IN_DEVELOPMENT: frozenset({PlanStatus.COMPLETED, PlanStatus.DROPPED, *_CUT_OFF}),
    PlanStatus.DECLINED: frozenset({PlanStatus.RECOMMENDED, PlanStatus.WITHDRAWN, PlanStatus.CLOSED}),
    PlanStatus.WITHDRAWN: frozenset({PlanStatus.RECOMMENDED, PlanStatus.DECLINED, PlanStatus.CLOSED}),
    PlanStatus.COMPLETED: frozenset({PlanStatus.REFERRED}),
    PlanStatus.DROPPED: frozenset({PlanStatus.REFERRED}),
    PlanStatus.CLOSED: frozenset(),
    PlanStatus.MERGED: frozenset({PlanStatus.WITHDRAWN, PlanStatus.CLOSED}),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One programme that both agreed on, before it is a line of the plan. `step_no` counts from 1; `line_no` is of a line that stays as it was signed."""

    programme_code: str
    goal: str = ""
    target_income_baht: int | None = None
    step_no: int = 1
    offering_id: UUID | None = None
    starts_on: date | None = None
    due_on: date | None = None
    line_no: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an agreed plan, with the version of its programme at that time."""

    plan_id: UUID
    line_no: int
    dimension: Dimension
    programme_code: str
    programme_version: int
    agency: str
    goal: str
    target_income_baht: int | None
    step_no: int = 1
    offering_id: UUID | None = None
    starts_on: date | None = None
    due_on: date | None = None


def plan_id_of(holder_id: UUID) -> UUID:
    """The id of a person's plan: everybody has one at most."""
    return same_id("plan", holder_id)


@dataclass(frozen=True, slots=True)
class Plan:
    """One person's plan. `version` grows by one with each change of state or content, `agreement_version` with each that both signed."""

    plan_id: UUID
    holder_id: UUID
    version: int
    status: PlanStatus
    interview_id: UUID
    home_district: str
    responsible_district: str
    officer_id: UUID | None
    specialist_asked: bool
    recommendation_version: int = 0
    recommended: tuple[str, ...] = ()
    holder_signed: bool = False
    officer_signed: bool = False
    agreed_on: date | None = None
    other_choice: OtherChoice | None = None
    other_choice_reason: str | None = None
    declined_on: date | None = None
    sufficient: bool | None = None
    decline_reason: str | None = None
    completed_on: date | None = None
    succeeded: int | None = None
    failed: int | None = None
    agreement_version: int = 0

    def become(self, status: PlanStatus, **changes: object) -> "Plan":
        """The plan in its next state. Raises PlanNotOpen when the state does not follow the present one."""
        if status not in _NEXT[self.status]:
            raise errors.PlanNotOpen(
                f"A plan that is {self.status} cannot become {status}",
                f"แผนในสถานะ {self.status} ไม่สามารถเปลี่ยนเป็น {status}",
                plan_id=str(self.plan_id),
                plan_status=self.status.value,
            )
        return self.changed(status=status, **changes)

    def go_on(self, before: PlanStatus) -> "Plan":
        """The plan as it was before a death or a merge ended it, which was none, or a withdrawal, after which the wish was stated anew.

        Raises PlanNotOpen for one that did not end so.
        """
        if self.status not in _CUT_OFF:
            raise errors.PlanNotOpen(plan_id=str(self.plan_id), plan_status=self.status.value)
        return self.changed(status=before)

    def changed(self, **changes: object) -> "Plan":
        """The plan with other content, one version on."""
        return replace(self, version=self.version + 1, **changes)  # type: ignore[arg-type]  # the callers name fields of this class
