"""What becomes of a referral at its agency: decided by the seed, the referral and the agency's character alone, so the same year plays the same way.

No I/O.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from deploy.local.agency_simulator.characters import WHOLE, Cast, Character, Contradiction, Manner
from deploy.local.chance import Chance
from shared.contracts.plan import DeclineReason, Outcome
from shared.thai.working_days import working_days_after

LINE_MAX: Final = 40
"""The longest line of an agency."""


@dataclass(frozen=True, slots=True)
class Referral:
    """What an agency is told of a referral, by whatever way."""

    referral_id: str
    programme_code: str
    dimension: str
    referred_on: date
    starts_on: date | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """One report: the step, its day, what is said with it, and the day on which it goes out. `of_another`: about a referral of another agency."""

    referral_id: str
    step: str
    on: date
    sent_on: date
    said: Mapping[str, Any] = field(default_factory=dict)
    of_another: bool = False

    def line(self) -> dict[str, Any]:
        """As plan takes it."""
        return {"referral_id": self.referral_id, "step": self.step, "on": self.on.isoformat(), **self.said}


def reports_of(seed: int, referral: Referral, character: Character, cast: Cast) -> list[Report]:
    """All that the agency will ever report of the referral, in the order in which it goes out; nothing when the agency is silent."""
    if character.manner is None:
        return []
    fate = _Fate(Chance(seed, referral.referral_id), referral, character, character.manner, cast)
    contradiction = fate.chance.by_part("contradicts", character.contradicts, WHOLE)
    straight = list(fate.declined_then_taken() if contradiction is Contradiction.TAKES_THE_DECLINED else fate.straight())
    return sorted(_in_disorder(straight, contradiction), key=lambda report: report.sent_on)


def _in_disorder(reports: list[Report], contradiction: Contradiction | None) -> list[Report]:
    match contradiction:
        case Contradiction.OUTCOME_FIRST if reports[-1].step == "OUTCOME":
            later = working_days_after(reports[-1].sent_on, 2)
            return [replace(report, sent_on=later) if report.step in {"ACCEPTED", "STARTED"} else report for report in reports]
        case Contradiction.TWICE:
            return [*reports, *(replace(report, sent_on=working_days_after(report.sent_on, 1)) for report in reports)]
        case Contradiction.OF_ANOTHER:
            return [*reports, replace(reports[0], of_another=True)]
        case _:
            return reports


@dataclass(frozen=True, slots=True)
class _Fate:
    """One referral's way, step by step."""

    chance: Chance
    referral: Referral
    character: Character
    manner: Manner
    cast: Cast

    def straight(self) -> Iterator[Report]:
        """The way without a contradiction."""
        received = self._after(self.referral.referred_on, "receipt")
        yield self._report("RECEIVED", received)
        answered = self._after(received, "answer")
        reason = self.chance.by_part("declines", self.character.declines, WHOLE)
        if reason is not None:
            yield self._declined(answered, reason)
        elif self._does("wait_lists"):
            yield from self._in_line(answered)
        else:
            yield from self._taken_in(answered)

    def declined_then_taken(self) -> Iterator[Report]:
        """No seat, and days later taken in all the same."""
        declined = self._after(self._after(self.referral.referred_on, "receipt"), "answer")
        yield self._declined(declined, DeclineReason.NO_SEAT)
        accepted = self._after(declined, "place")
        yield self._report("ACCEPTED", accepted)
        yield self._report("STARTED", self._after(accepted, "start"))

    def _in_line(self, listed: date) -> Iterator[Report]:
        position = self.chance.between("position", 2, LINE_MAX)
        yield self._report("WAIT_LISTED", listed, position=position)
        parts = {"place": self.character.gets_a_place, "waits": self.character.waits_on}
        fate = self.chance.by_part("leaves the line", parts, WHOLE)
        free = self._after(listed, "place")
        if fate == "place":
            yield from self._taken_in(free)
        elif fate == "waits":
            yield self._report("WAIT_LISTED", free, position=self.chance.between("moves up to", 1, position - 1))
        else:
            yield self._declined(free, DeclineReason.NO_SEAT)

    def _taken_in(self, accepted: date) -> Iterator[Report]:
        yield self._report("ACCEPTED", accepted)
        started = max(self._after(accepted, "start"), self.referral.starts_on or date.min)
        if self._does("does_not_start"):
            yield self._outcome(started, Outcome.DID_NOT_START)
            return
        yield self._report("STARTED", started)
        ended = self._after(started, "outcome")
        ends = self.cast.outcomes[self.referral.dimension]
        before = self.chance.by_part("before the end", ends.before, WHOLE)
        if before is not None:
            yield self._outcome(working_days_after(started, self.manner.outcome[0] // 2), before)
        how = ends.good if self._does("succeeds") else ends.bad
        yield self._outcome(ended, self.chance.by_part("ends", how, sum(how.values())) or next(iter(how)))

    def _declined(self, on: date, reason: DeclineReason) -> Report:
        words = {"words": self.cast.other_words} if reason is DeclineReason.OTHER else {}
        return self._report("DECLINED", on, reason=reason.value, **words)

    def _outcome(self, on: date, outcome: Outcome) -> Report:
        details = self._evidence(on, outcome)
        return self._report("OUTCOME", on, outcome=outcome.value, **({"details": details} if details else {}))

    def _evidence(self, on: date, outcome: Outcome) -> dict[str, Any]:
        by = self.cast.evidence
        shown = by.get(self.referral.programme_code, by.get(self.referral.dimension, {})).get(outcome)
        if shown is None:
            return {}
        form = self.chance.one_of(f"{outcome} is shown by", shown)
        return {name: self._filled(f"{outcome} {name}", value, on) for name, value in form.items()}

    def _filled(self, question: str, value: Any, on: date) -> Any:
        match value:
            case {"from": least, "to": most}:
                return self.chance.between(question, least, most)
            case list():
                return self.chance.one_of(question, value)
            case str():
                return value.format(number=self.chance.between("number", 1, 9999), on=on.isoformat())
            case _:
                return value

    def _report(self, step: str, on: date, **said: Any) -> Report:
        return Report(self.referral.referral_id, step, on, on, said)

    def _after(self, day: date, what: str) -> date:
        return working_days_after(day, self.chance.between(what, *getattr(self.manner, what)))

    def _does(self, what: str) -> bool:
        part: float = getattr(self.character, what)
        return self.chance.of(what) * WHOLE < part
