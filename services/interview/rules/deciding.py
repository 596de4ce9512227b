"""Which cases a kind of decision fits (docs/measure.md 4): what must be true before a committee's word changes anything."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.interview.domain import Case, IntentStatus, State
from services.interview.errors import AttemptsNotUsedUp, DecisionNotFitting, NoLateWish, TooEarly
from services.interview.rules.policy import Policy
from shared.contracts.interview import DecisionKind
from shared.thai.dates import in_thai

BY_DISTRICT: Final = frozenset({DecisionKind.NOT_FOUND, DecisionKind.NOT_INTERVIEWED})
"""Kinds that the head of the district team may record; the rest are คอจ.'s."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the case, the policy in force, the day on which the decision is recorded, how many visits count, and from where the wish was withdrawn."""

    kind: DecisionKind
    case: Case
    policy: Policy
    today: date
    attempts_counted: int = 0
    withdrew_from: State | None = None


def check_fits(question: Question) -> None:
    """Raises the named failure when the decision does not fit the case."""
    _CHECKS[question.kind](question)


def _late_wish(question: Question) -> None:
    if question.case.intent_status is not IntentStatus.PENDING_DECISION:
        raise NoLateWish(case_id=question.case.case_id)


def _not_found(question: Question) -> None:
    needed = question.policy.not_found_attempts_min
    counted = question.attempts_counted
    if counted < needed:
        raise AttemptsNotUsedUp(
            f"{counted} of {needed} home visits that count were made",
            f"ไปหาที่บ้านและนับได้แล้ว {counted} จาก {needed} ครั้ง",
            attempts=counted,
            attempts_needed=needed,
        )


def _not_interviewed(question: Question) -> None:
    if question.today <= question.policy.visit_window.last:
        raise TooEarly(
            f"Interviews go on until {question.policy.visit_window.last}",
            f"การสัมภาษณ์ยังดำเนินการถึง {in_thai(question.policy.visit_window.last)}",
            last_day=question.policy.visit_window.last,
        )
    if not question.case.wish_counts or question.case.interviewed_on is not None:
        raise _does_not_fit(
            question, "it is for those who stated the wish and were not interviewed", "ใช้กับผู้แจ้งความประสงค์ที่ยังไม่ได้รับการสัมภาษณ์"
        )


def _reinstate(question: Question) -> None:
    # A wish that was withdrawn before คอจ. granted it never counted: nobody outside has heard of it, so there is nothing to give back.
    never_counted = question.withdrew_from is State.PENDING_DECISION
    if question.case.intent_status not in {IntentStatus.VALID, IntentStatus.WITHDRAWN} or never_counted:
        raise _does_not_fit(
            question,
            "it is for those whose wish counted; who stated none states it (POST /v1/intents)",
            "ใช้กับผู้ที่เคยแจ้งความประสงค์แล้ว ผู้ที่ยังไม่แจ้งให้แจ้งความประสงค์ (POST /v1/intents)",
        )


def _in_states(*states: State) -> Callable[[Question], None]:
    def check(question: Question) -> None:
        if question.case.state not in states:
            names = ", ".join(states)
            raise _does_not_fit(question, f"it is for cases that are {names}", f"ใช้กับรายที่มีสถานะ {names}")

    return check


def _anything(_question: Question) -> None:
    """The decision fits every open case."""


def _does_not_fit(question: Question, en: str, th: str) -> DecisionNotFitting:
    return DecisionNotFitting(f"{question.kind}: {en}", f"{question.kind}: {th}", case_id=question.case.case_id, state=question.case.state)


_CHECKS: Final[Mapping[DecisionKind, Callable[[Question], None]]] = {
    DecisionKind.LATE_WISH_GRANTED: _late_wish,
    DecisionKind.LATE_WISH_REFUSED: _late_wish,
    DecisionKind.NOT_FOUND: _not_found,
    DecisionKind.NOT_INTERVIEWED: _not_interviewed,
    DecisionKind.CHOSE_NOTHING: _in_states(State.INTERVIEWED),
    DecisionKind.DID_NOT_DEVELOP: _in_states(State.PLAN_AGREED, State.REFERRED, State.IN_DEVELOPMENT, State.DROPPED, State.FOLLOWED_UP),
    DecisionKind.DID_NOT_WORK: _in_states(State.IN_DEVELOPMENT, State.COMPLETED, State.DROPPED, State.FOLLOWED_UP),
    DecisionKind.REASONABLE_CAUSE: _anything,
    DecisionKind.REINSTATE: _reinstate,
}
