"""The case: its states, the one table of transitions, and a case on its way through them. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final, Self
from uuid import UUID

from services.interview.errors import CaseNotReady
from shared.contracts.common import Channel
from shared.ids import same_id


class State(StrEnum):
    """Where a case stands (docs/measure.md 5). ELIGIBLE has no row: the person is a card holder and nothing has happened."""

    ELIGIBLE = "ELIGIBLE"
    PENDING_DECISION = "PENDING_DECISION"
    DECLARED = "DECLARED"
    VISIT_DUE = "VISIT_DUE"
    VISITED = "VISITED"
    ASSIGNED = "ASSIGNED"
    REFUSED = "REFUSED"
    NOT_FOUND = "NOT_FOUND"
    INTERVIEWED = "INTERVIEWED"
    PLAN_AGREED = "PLAN_AGREED"
    SUFFICIENCY = "SUFFICIENCY"
    REFERRED = "REFERRED"
    IN_DEVELOPMENT = "IN_DEVELOPMENT"
    COMPLETED = "COMPLETED"
    DROPPED = "DROPPED"
    FOLLOWED_UP = "FOLLOWED_UP"
    CLOSED = "CLOSED"
    WITHDRAWN = "WITHDRAWN"
    DECEASED = "DECEASED"
    MERGED = "MERGED"

    @property
    def how_far(self) -> int:
        """How far the person has come: 0 nothing wished (any more), 1 the wish, 2 the interview, 3 a plan."""
        return _HOW_FAR.get(self, 0)


class Step(StrEnum):
    """What happens to a case. The name is what the history keeps."""

    WISH_STATED = "WISH_STATED"
    LATE_WISH_STATED = "LATE_WISH_STATED"
    LATE_WISH_GRANTED = "LATE_WISH_GRANTED"
    LATE_WISH_REFUSED = "LATE_WISH_REFUSED"
    LISTED_FOR_VISIT = "LISTED_FOR_VISIT"
    OFFICER_ASSIGNED = "OFFICER_ASSIGNED"
    ROUTED = "ROUTED"
    NOT_MET = "NOT_MET"
    MET_AT_HOME = "MET_AT_HOME"
    NOT_FOUND = "NOT_FOUND"
    INTERVIEWED = "INTERVIEWED"
    INTERVIEW_AMENDED = "INTERVIEW_AMENDED"
    SPOT_CHECKED = "SPOT_CHECKED"
    REFUSED = "REFUSED"
    CONTENT = "CONTENT"
    PLAN_AGREED = "PLAN_AGREED"
    PLAN_DECLINED = "PLAN_DECLINED"
    REFERRED = "REFERRED"
    DEVELOPMENT_BEGUN = "DEVELOPMENT_BEGUN"
    COMPLETED = "COMPLETED"
    DROPPED = "DROPPED"
    FOLLOWED_UP = "FOLLOWED_UP"
    SEPTEMBER_DONE = "SEPTEMBER_DONE"
    DECIDED = "DECIDED"
    APPEALED = "APPEALED"
    WITHDRAWN = "WITHDRAWN"
    REINSTATED = "REINSTATED"
    DIED = "DIED"
    MERGED = "MERGED"
    UNMERGED = "UNMERGED"
    ERASED = "ERASED"
    ALIVE_AGAIN = "ALIVE_AGAIN"
    CLOSED = "CLOSED"


class IntentStatus(StrEnum):
    """Whether a stated wish counts."""

    VALID = "VALID"
    PENDING_DECISION = "PENDING_DECISION"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


class TicketStatus(StrEnum):
    """Where a number of a meeting place's queue stands."""

    WAITING = "WAITING"
    SERVING = "SERVING"
    SERVED = "SERVED"
    LEFT = "LEFT"


_S = State
_BEFORE_WISH: Final = (_S.ELIGIBLE, _S.VISIT_DUE, _S.VISITED, _S.REFUSED, _S.SUFFICIENCY, _S.NOT_FOUND)
_IN_PLAN: Final = (_S.PLAN_AGREED, _S.REFERRED, _S.IN_DEVELOPMENT)
_AFTER_INTERVIEW: Final = (_S.INTERVIEWED, *_IN_PLAN, _S.COMPLETED, _S.DROPPED, _S.FOLLOWED_UP, _S.SUFFICIENCY, _S.REFUSED)
CAME_TO_NOTHING: Final = (_S.WITHDRAWN, _S.REFUSED, _S.SUFFICIENCY)
"""States in which a wish came to nothing by the person's own word; they may come back."""
_AT_AN_END: Final = frozenset({_S.CLOSED, _S.DECEASED, _S.MERGED})
_OPEN: Final = tuple(state for state in State if state not in {_S.ELIGIBLE, *_AT_AN_END})


def _stay(*states: State) -> dict[State, State]:
    return {state: state for state in states}


def _all_to(target: State, *states: State) -> dict[State, State]:
    return dict.fromkeys(states, target)


TRANSITIONS: Final[Mapping[Step, Mapping[State, State]]] = {
    # Who withdrew, refused or was content may come back and state the wish anew.
    Step.WISH_STATED: _all_to(_S.DECLARED, *_BEFORE_WISH, _S.WITHDRAWN),
    Step.LATE_WISH_STATED: _all_to(_S.PENDING_DECISION, *_BEFORE_WISH, _S.WITHDRAWN),
    Step.LATE_WISH_GRANTED: {_S.PENDING_DECISION: _S.DECLARED},
    Step.LATE_WISH_REFUSED: {_S.PENDING_DECISION: _S.CLOSED},
    Step.LISTED_FOR_VISIT: {_S.ELIGIBLE: _S.VISIT_DUE},
    # Only who declared becomes ASSIGNED; others keep their state while they have an officer.
    Step.OFFICER_ASSIGNED: {_S.DECLARED: _S.ASSIGNED} | _stay(_S.ASSIGNED, _S.VISIT_DUE, _S.VISITED, *_AFTER_INTERVIEW),
    # A case that comes to another district has no officer there yet.
    Step.ROUTED: {**_stay(*_OPEN, *_AT_AN_END, _S.ELIGIBLE), _S.ASSIGNED: _S.DECLARED},
    Step.NOT_MET: {_S.VISIT_DUE: _S.VISITED} | _stay(_S.VISITED, _S.DECLARED, _S.ASSIGNED),
    Step.MET_AT_HOME: _all_to(_S.VISITED, _S.VISIT_DUE, _S.VISITED),
    Step.NOT_FOUND: {_S.VISITED: _S.NOT_FOUND},
    Step.INTERVIEWED: {_S.ASSIGNED: _S.INTERVIEWED},
    Step.INTERVIEW_AMENDED: _stay(*_AFTER_INTERVIEW),
    Step.SPOT_CHECKED: _stay(*_OPEN),
    Step.REFUSED: _all_to(_S.REFUSED, _S.VISITED, _S.INTERVIEWED),
    Step.CONTENT: _all_to(_S.SUFFICIENCY, _S.VISITED, _S.INTERVIEWED),
    # A plan that had ended goes on by a further agreement.
    Step.PLAN_AGREED: _all_to(_S.PLAN_AGREED, _S.INTERVIEWED, _S.SUFFICIENCY, _S.PLAN_AGREED, _S.COMPLETED, _S.DROPPED, _S.FOLLOWED_UP),
    Step.PLAN_DECLINED: _stay(_S.INTERVIEWED),
    Step.REFERRED: {_S.PLAN_AGREED: _S.REFERRED} | _stay(_S.REFERRED, _S.IN_DEVELOPMENT),
    Step.DEVELOPMENT_BEGUN: _all_to(_S.IN_DEVELOPMENT, _S.REFERRED, _S.IN_DEVELOPMENT),
    Step.COMPLETED: _all_to(_S.COMPLETED, *_IN_PLAN),
    Step.DROPPED: _all_to(_S.DROPPED, *_IN_PLAN),
    Step.FOLLOWED_UP: _stay(*_AFTER_INTERVIEW, _S.WITHDRAWN),
    # Until the plan has ended, a September contact is kept on the case and counts when it ends.
    Step.SEPTEMBER_DONE: _all_to(_S.FOLLOWED_UP, _S.COMPLETED, _S.DROPPED),
    Step.DECIDED: _stay(*_OPEN),
    Step.APPEALED: _stay(*_OPEN),
    Step.WITHDRAWN: _all_to(
        _S.WITHDRAWN,
        *(_S.PENDING_DECISION, _S.DECLARED, _S.ASSIGNED, _S.INTERVIEWED, *_IN_PLAN, _S.COMPLETED, _S.DROPPED, _S.FOLLOWED_UP),
    ),
    Step.REINSTATED: _all_to(_S.DECLARED, *CAME_TO_NOTHING),
    Step.DIED: _all_to(_S.DECEASED, *_OPEN, _S.MERGED, _S.ELIGIBLE),
    # A death that was taken back, and a merge that was wrong, lead to where the history says that the case stood: `Change.go_back`.
    Step.ALIVE_AGAIN: {},
    # One person has one case that goes on.
    Step.MERGED: _all_to(_S.MERGED, *_OPEN),
    Step.UNMERGED: {},
    Step.ERASED: _all_to(_S.CLOSED, *_OPEN, _S.MERGED),
    Step.CLOSED: _all_to(_S.CLOSED, _S.REFUSED, _S.NOT_FOUND, _S.SUFFICIENCY, _S.WITHDRAWN, _S.FOLLOWED_UP),
}

NEEDS_OFFICER: Final = (_S.DECLARED, _S.VISIT_DUE, _S.VISITED, _S.INTERVIEWED, *_IN_PLAN, _S.COMPLETED, _S.DROPPED, _S.FOLLOWED_UP)
"""States in which a case without an officer is given one when a whole district is assigned."""

TAKES_DRAFT: Final = tuple(state for state in _OPEN if state not in {_S.WITHDRAWN, _S.PENDING_DECISION})
"""States of cases whose interview may be prepared, or put right, in a draft; a draft of a case that goes to another one ends."""

LOADS_OFFICER: Final = (*NEEDS_OFFICER, _S.ASSIGNED)
"""States whose cases count as an officer's load."""

TO_INTERVIEW: Final = (_S.DECLARED, _S.ASSIGNED, _S.VISIT_DUE, _S.VISITED)
"""States of cases whose interview is still to be made."""

_HOW_FAR: Final[Mapping[State, int]] = (
    dict.fromkeys((*_IN_PLAN, _S.COMPLETED, _S.DROPPED, _S.FOLLOWED_UP), 3)
    | {_S.INTERVIEWED: 2}
    | dict.fromkeys((_S.PENDING_DECISION, _S.DECLARED, _S.ASSIGNED), 1)
)

TO_FOLLOW: Final = (_S.INTERVIEWED, *_IN_PLAN, _S.COMPLETED, _S.DROPPED, _S.FOLLOWED_UP)
"""States whose people are to be contacted in June and September."""


@dataclass(frozen=True, slots=True)
class Case:
    """One person's case. `version` is 0 until it is stored; `home_district` follows the registry, `responsible_district` routing.

    `stated_on`, `channel` and `intent_status` are those of the one intent, or None; `june_on` and `september_on` are the
    first contacts of the rounds.
    """

    case_id: UUID
    holder_id: UUID
    version: int
    state: State
    home_district: str
    responsible_district: str
    subdistrict: str
    opened_on: date
    officer_id: UUID | None = None
    co_interviewer_id: UUID | None = None
    intent_status: IntentStatus | None = None
    stated_on: date | None = None
    channel: Channel | None = None
    attempts: int = 0
    interviews: int = 0
    interviewed_on: date | None = None
    plan_declined_on: date | None = None
    june_on: date | None = None
    september_on: date | None = None

    @classmethod
    def open(cls, holder_id: UUID, subdistrict: str, *, on: date, responsible_district: str | None = None) -> Self:
        """The case of a person about whom nothing has happened yet, in the home district unless another is wished for."""
        home = subdistrict[:4]
        return cls(case_id_of(holder_id), holder_id, 0, State.ELIGIBLE, home, responsible_district or home, subdistrict, on)

    @property
    def is_open(self) -> bool:
        """Whether something happened to it and it is not at an end."""
        return self.state in _OPEN

    @property
    def how_far(self) -> int:
        """See State.how_far."""
        return self.state.how_far

    @property
    def wish_counts(self) -> bool:
        """Whether a valid wish has been stated."""
        return self.intent_status is IntentStatus.VALID


def case_id_of(holder_id: UUID) -> UUID:
    """The id of a person's only case."""
    return same_id("case", holder_id)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the history: what happened, from which state to which, why, and facts for the reader."""

    step: Step
    from_state: State
    to_state: State
    reason: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """A case on its way: as it was read, as it will be stored, and what to keep in the history."""

    before: Case
    after: Case
    entries: tuple[Entry, ...] = ()

    @classmethod
    def of(cls, case: Case) -> Self:
        """Nothing has happened yet; storing it will make the next version."""
        return cls(case, replace(case, version=case.version + 1))

    def step(self, step: Step, reason: str = "", **details: Any) -> Self:
        """Take the step. Raises CaseNotReady naming the state and the states that allow it."""
        allowed = TRANSITIONS[step]
        now = self.after.state
        if now not in allowed:
            raise CaseNotReady(
                f"A case that is {now} cannot become {step}; possible from {', '.join(sorted(allowed))}",
                f"รายที่มีสถานะ {now} ไม่สามารถดำเนินการ {step} ได้ ทำได้จากสถานะ {', '.join(sorted(allowed))}",
                case_id=self.after.case_id,
                state=now,
                step=step,
                allowed=sorted(allowed),
            )
        entry = Entry(step, now, allowed[now], reason, details)
        return type(self)(self.before, replace(self.after, state=allowed[now]), (*self.entries, entry))

    def step_if_possible(self, step: Step, reason: str = "", **details: Any) -> Self:
        """Take the step where the state allows it, else stay: for facts of others that come whatever our state is."""
        return self.step(step, reason, **details) if self.after.state in TRANSITIONS[step] else self

    def go_back(self, step: Step, ended: State, stood: State) -> Self:
        """Go on where the case stood before it ended so, which was wrong. Whoever has no officer any more waits for another. Raises CaseNotReady."""
        if self.after.state is not ended:
            raise CaseNotReady(case_id=self.after.case_id, state=self.after.state, step=step, allowed=[ended])
        to = _S.DECLARED if stood is _S.ASSIGNED and self.after.officer_id is None else stood
        return replace(self, after=replace(self.after, state=to), entries=(*self.entries, Entry(step, ended, to)))

    def put(self, **fields: Any) -> Self:
        """Set fields of the case other than its state."""
        return replace(self, after=replace(self.after, **fields))

    @property
    def is_worth_storing(self) -> bool:
        """Whether anything happened or differs."""
        return bool(self.entries) or replace(self.after, version=self.before.version) != self.before
