"""What follows from a home visit that brought no interview; the table is visit_results.yaml."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from services.interview.domain import State
from services.interview.rules.dated import in_force
from services.interview.rules.policy import Policy

FILE: Final = "visit_results.yaml"


class VisitResult(StrEnum):
    """What a home visit without an interview brought. All but REFUSES are reasons for which nobody was met."""

    NOT_AT_HOME = "NOT_AT_HOME"
    MOVED = "MOVED"
    DECEASED = "DECEASED"
    IN_ANOTHER_PROVINCE = "IN_ANOTHER_PROVINCE"
    ILL = "ILL"
    REFUSES = "REFUSES"


class NextStep(StrEnum):
    """What the officer is to do next."""

    VISIT_AGAIN = "VISIT_AGAIN"
    TELEPHONE = "TELEPHONE"
    FIND_ADDRESS = "FIND_ADDRESS"
    GET_EVIDENCE = "GET_EVIDENCE"
    CASE_GOES_WITH_THE_PERSON = "CASE_GOES_WITH_THE_PERSON"
    WAIT_FOR_THE_REGISTRY = "WAIT_FOR_THE_REGISTRY"
    PROPOSE_NOT_FOUND = "PROPOSE_NOT_FOUND"
    NONE = "NONE"


AFTER_TELLING: Final = frozenset({NextStep.CASE_GOES_WITH_THE_PERSON, NextStep.WAIT_FOR_THE_REGISTRY})
"""Steps that follow only when the officer said where the person moved, or by what the death is shown."""


@dataclass(frozen=True, slots=True)
class Following:
    """What is to follow from one visit: the step, when to come again, which event tells the registry, the state, and the words for it.

    `counted` are the visits up to this one that count towards NOT_FOUND, `needed` the policy's number of them.
    """

    step: NextStep
    visit_again_on: date | None
    registry_is_told: str | None
    state: State
    counted: int
    needed: int
    text_th: str
    text_en: str


def following(policy: Policy, result: VisitResult, visited_on: date, *, told: bool, counted_before: int) -> Following:
    """What follows; `told` says whether the move or the death came with the visit, `counted_before` how many visits counted until then.

    A day to come again is never after the last day of the visits.
    """
    table = in_force(FILE, visited_on)
    rule: dict[str, Any] = table["results"][result]
    rule = {**rule, **(rule.get("when_told", {}) if told else {})}
    counted = counted_before + rule["counts_towards_not_found"]
    last = policy.visit_window.last
    again_on, words = _again_on(rule["again_after_days"], visited_on, last), rule
    step = NextStep(rule["next_step"])
    if rule["counts_towards_not_found"] and counted >= policy.not_found_attempts_min:
        step, again_on, words = NextStep(table["attempts_used_up"]["next_step"]), None, table["attempts_used_up"]
    elif again_on is None and rule["again_after_days"] is not None:
        words = {name: f"{rule[name]} ({table['visits_over'][name]})" for name in ("th", "en")}
    return Following(
        step=step,
        visit_again_on=again_on,
        registry_is_told=rule.get("registry_is_told"),
        state=State(rule["state"]),
        counted=counted,
        needed=policy.not_found_attempts_min,
        text_th=words["th"],
        text_en=words["en"],
    )


def _again_on(after_days: int | None, visited_on: date, last: date) -> date | None:
    if after_days is None or visited_on >= last:
        return None
    return min(visited_on + timedelta(days=after_days), last)
