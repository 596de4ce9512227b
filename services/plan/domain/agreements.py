"""What the first analysis found, and the versions of what both signed."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.plan.domain.plans import Line
from shared.contracts.common import Approach, Dimension


def reason_context(plan_id: UUID, agreement_version: int) -> bytes:
    """What the sealed reason of an amendment is bound to."""
    return f"agreement:{plan_id}:{agreement_version}".encode()


@dataclass(frozen=True, slots=True)
class AgreementVersion:
    """One version of a plan's agreement. The lines in force by it are `line_nos`; `side_by_side`, none of them waits for an earlier step."""

    plan_id: UUID
    version: int
    agreed_on: date
    officer_id: UUID
    line_nos: tuple[int, ...]
    side_by_side: bool
    reason_sealed: str | None
    recorded_by: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class FirstAnalysis:
    """What an interview, or a revision of it, found, and the facts that it stood on."""

    plan_id: UUID
    interview_id: UUID
    revision: int
    analysed_on: date
    officer_id: UUID
    approach: Approach | None
    problems: tuple[Dimension, ...]
    wishes: tuple[Dimension, ...]
    occupation: str
    second_occupation: str | None
    income_now_baht: int
    specialist_asked: bool
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Agreed:
    """The lines in force of a plan. `side_by_side`, none of them waits for an earlier step."""

    lines: tuple[Line, ...]
    side_by_side: bool

    @property
    def line_nos(self) -> frozenset[int]:
        """Their numbers."""
        return frozenset(line.line_no for line in self.lines)

    def due(self, referred: AbstractSet[int], done: AbstractSet[int]) -> list[Line]:
        """The lines that were not referred and whose turn has come: every line of an earlier step is done."""
        return [
            line
            for line in self.lines
            if line.line_no not in referred
            and (self.side_by_side or all(other.line_no in done for other in self.lines if other.step_no < line.step_no))
        ]
