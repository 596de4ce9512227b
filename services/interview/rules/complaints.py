"""A complaint on its way: who has it in hand, what may happen next, and the named failures.

Forbidden 403
└── ComplaintIsHigher      it has come to the district chief or the governor, who alone go on with it
Conflict 409
├── ComplaintNotReady      the state of the complaint does not allow the step
└── NobodyHigher           the province has answered: there is nobody above it here
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Self
from uuid import UUID

from shared.contracts.interview import ComplaintCategory, ComplaintChannel
from shared.contracts.interview import ComplaintLevel as Level
from shared.contracts.interview import ComplaintState as State
from shared.contracts.interview import ComplaintStep as Step
from shared.errors import Conflict, Forbidden

_RUNNING: Final = (State.RECEIVED, State.IN_HAND, State.ESCALATED)
TRANSITIONS: Final[Mapping[Step, Mapping[State, State]]] = {
    Step.TAKEN_IN_HAND: dict.fromkeys((State.RECEIVED, State.ESCALATED), State.IN_HAND),
    Step.ANSWERED: dict.fromkeys(_RUNNING, State.ANSWERED),
    Step.OVERDUE: dict.fromkeys(_RUNNING, State.ESCALATED),
    Step.NOT_SATISFIED: {State.ANSWERED: State.ESCALATED},
    Step.CLOSED: {State.ANSWERED: State.CLOSED},
}
HIGHER: Final[Mapping[Level, Level]] = {Level.TEAM: Level.DISTRICT, Level.DISTRICT: Level.PROVINCE}


class ComplaintNotReady(Conflict):
    """The state of the complaint does not allow the step; names both and the states that do."""

    slug = "complaint-not-ready"
    title_en, title_th = "The state of the complaint does not allow this", "สถานะของเรื่องร้องเรียนไม่อนุญาตให้ดำเนินการนี้"


class NobodyHigher(Conflict):
    """The province has answered."""

    slug = "nobody-higher"
    title_en = "The province has answered, and nobody here is above it: close the complaint and name the court or ombudsman to the person"
    title_th = "จังหวัดได้ตอบแล้วและไม่มีระดับที่สูงกว่าในระบบ ให้ยุติเรื่องและแจ้งสิทธิร้องต่อศาลหรือผู้ตรวจการแผ่นดิน"


class ComplaintIsHigher(Forbidden):
    """It has come to a level above the caller's."""

    slug = "complaint-is-higher"
    title_en, title_th = "The complaint has come to a higher level, which answers it", "เรื่องร้องเรียนนี้อยู่ในอำนาจของระดับที่สูงกว่า"


@dataclass(frozen=True, slots=True)
class Complaint:
    """What moves of a complaint. `due_on` is of the level that has it."""

    complaint_id: UUID
    version: int
    state: State
    level: Level
    category: ComplaintCategory
    channel: ComplaintChannel
    district: str
    received_on: date
    due_on: date
    answered_on: date | None = None
    closed_on: date | None = None

    def step(self, step: Step) -> Self:
        """Take the step. Raises ComplaintNotReady."""
        allowed = TRANSITIONS[step]
        if self.state not in allowed:
            names = ", ".join(sorted(allowed))
            raise ComplaintNotReady(
                f"A complaint that is {self.state} cannot become {step}; possible from {names}",
                f"เรื่องที่มีสถานะ {self.state} ไม่สามารถดำเนินการ {step} ได้ ทำได้จากสถานะ {names}",
                complaint_id=self.complaint_id,
                state=self.state,
                step=step,
                allowed=sorted(allowed),
            )
        return replace(self, state=allowed[self.state], version=self.version + 1)

    def risen(self, step: Step) -> Self:
        """One level higher, for one of the two reasons. Raises ComplaintNotReady, NobodyHigher."""
        moved = self.step(step)
        if self.level not in HIGHER:
            raise NobodyHigher(complaint_id=self.complaint_id, level=self.level)
        return replace(moved, level=HIGHER[self.level], answered_on=None)


def first_level(category: ComplaintCategory) -> Level:
    """Who has it first: about an officer it is the head of the team, else the team."""
    return Level.DISTRICT if category is ComplaintCategory.OFFICER else Level.TEAM
