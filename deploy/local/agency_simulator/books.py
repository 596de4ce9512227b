"""An agency's own books: what was referred to it, what it has still to report, and what it was answered. No I/O."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from deploy.local.agency_simulator.characters import WHOLE, Cast, Character
from deploy.local.agency_simulator.fate import Referral, Report, reports_of
from deploy.local.chance import Chance

OVER: Final = frozenset({"referral-closed", "referral-not-open", "referral-declined"})
"""Refusals after which the matter rests: the person withdrew or died, was sent elsewhere, or the agency contradicts itself."""


@dataclass
class Books:
    """One agency. What it will report of a referral is settled when the referral comes; `referred` are all it ever had."""

    agency: str
    seed: int
    cast: Cast
    referred: set[str] = field(default_factory=set)
    totals: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    _waiting: dict[str, list[Report]] = field(default_factory=dict)
    _told: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    @property
    def character(self) -> Character:
        """How the agency is."""
        return self.cast.agencies[self.agency]

    def take(self, referral: Referral, known: Mapping[str, Any] | None = None) -> bool:
        """Enter a referral; False for one that was entered before.

        `known` is what the suite knows of it, where the agency begins anew: what it reported before its restart is not reported again.
        """
        if referral.referral_id in self.referred:
            return False
        self.referred.add(referral.referral_id)
        reports = reports_of(self.seed, referral, self.character, self.cast)
        self._told[referral.referral_id] = Counter(_what(report) for report in reports if _is_known(report, known or {}))
        self._await(referral.referral_id, reports)
        if not reports:
            self.totals["unanswered"] += 1
        return True

    def take_again(self, referral: Referral) -> None:
        """A referral that was over goes on, or is for another day now: what the agency has not reported of it is still to be reported."""
        self.referred.add(referral.referral_id)
        self._await(referral.referral_id, reports_of(self.seed, referral, self.character, self.cast))

    def _await(self, referral_id: str, reports: Iterable[Report]) -> None:
        """Of the reports those go out that were not taken before. One in disorder, about another's referral, went out with the first."""
        told = Counter(self._told[referral_id])
        has_begun = told.total() > 0
        waiting = []
        for report in reports:
            if told[_what(report)] > 0:
                told[_what(report)] -= 1
            elif not (report.of_another and has_begun):
                waiting.append(report)
        self._waiting.pop(referral_id, None)
        if waiting:
            self._waiting[referral_id] = waiting

    def reads_packet(self, referral_id: str) -> bool:
        """Whether the agency looks at the packet of the referral."""
        return Chance(self.seed, referral_id).of("reads the packet") * WHOLE < self.character.packets

    def over(self, referral_id: str) -> None:
        """The suite told that the referral is over: nothing more is reported of it."""
        self._waiting.pop(referral_id, None)

    def due(self, today: date, of_others: Iterable[str] = ()) -> list[Report]:
        """What goes out up to the day, in its order, and is not waiting any more.

        `of_others` are referrals of other agencies: a report in disorder names one of them, and falls away where there is none.
        """
        due: list[Report] = []
        for referral_id, waiting in list(self._waiting.items()):
            due += [report for report in waiting if report.sent_on <= today]
            left = [report for report in waiting if report.sent_on > today]
            if left:
                self._waiting[referral_id] = left
            else:
                del self._waiting[referral_id]
        foreign = min(of_others, default=None)
        named = [replace(report, referral_id=foreign) if report.of_another and foreign else report for report in due]
        return sorted((report for report in named if foreign or not report.of_another), key=lambda report: report.sent_on)

    def hear(self, report: Report, refusal: str | None) -> None:
        """Note the answer to a report: `refusal` is the slug of the problem, None for one that was taken."""
        self.totals["reported"] += 1
        if refusal is None:
            self.totals[f"told_{report.step.lower()}"] += 1
            self._told[report.referral_id][_what(report)] += 1
        else:
            self._refuse(report, refusal)

    def hear_late(self, report: Report, refusal: str) -> None:
        """Note that a report was refused after it had been heard as taken."""
        self.totals[f"told_{report.step.lower()}"] -= 1
        self._told[report.referral_id][_what(report)] -= 1
        self._refuse(report, refusal)

    def _refuse(self, report: Report, refusal: str) -> None:
        self.refused[f"{refusal} of another" if report.of_another else refusal] += 1
        if refusal in OVER:
            self.over(report.referral_id)

    def summary(self) -> dict[str, Any]:
        """What this agency did: counts, and refusals by slug or code."""
        return {"referred": len(self.referred), **self.totals, "refused": dict(self.refused)}


def _what(report: Report) -> str:
    """What of its referral the report tells."""
    return str(report.said.get("outcome", report.step))


def _is_known(report: Report, known: Mapping[str, Any]) -> bool:
    """Whether the suite has this step of the referral already; of an outcome, whether it has this one or an end."""
    if report.of_another:
        return bool(known.get("received_on"))
    if report.step == "OUTCOME":
        return bool(known.get("outcome_final")) or known.get("outcome") == report.said["outcome"]
    return known.get(f"{report.step.lower()}_on") is not None
