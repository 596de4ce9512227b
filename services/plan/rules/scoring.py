"""The dated data of the recommendation: rules/scoring.yaml, read once a process and checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from services.plan.domain import Lack
from shared.dated import holding

FILE: Final = Path(__file__).parent / "scoring.yaml"
POINTS_TOTAL: Final = 100

LEVELS: Final[Mapping[str, frozenset[str]]] = {
    "need": frozenset({"FOUND", "NOT_FOUND"}),
    "wish": frozenset({"WISHED", "NOT_WISHED"}),
    "approach": frozenset({"FITS", "ANY", "NOT_CHOSEN", "OTHER"}),
    "occupation": frozenset({"MADE_FOR", "ANY", "OTHER"}),
    "means": frozenset({"MENDED", "OTHER", "NONE"}),
    "nearness": frozenset({"DISTRICT", "PROVINCE", "REGION", "ELSEWHERE", "NOT_LISTED", "NONE_OPEN"}),
    "seats": frozenset({"ENOUGH", "FEW", "FULL", "NOT_LISTED", "NONE_OPEN"}),
    "history": frozenset({"GOOD", "MIXED", "POOR", "NOT_KNOWN"}),
}
"""The factors, in the order in which reasons are given, and the levels that the code tells of each."""


@dataclass(frozen=True, slots=True)
class Words:
    """A reason in both languages."""

    th: str
    en: str


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """One level of one factor: its points, and what it says for or against a programme, if anything. There is one of each in a version."""

    factor: str
    level: str
    points: int
    reason: Words | None
    doubt: Words | None


@dataclass(frozen=True, slots=True)
class RecordScale:
    """From how many finished on a history counts, and from which share of successes (percent) it is good, or below which poor."""

    finished_min: int
    good_percent: int
    poor_percent: int


@dataclass(frozen=True, slots=True)
class Scoring:
    """One version. `marks` are by factor and level; the best of each factor add up to 100."""

    valid_from: date
    reference: str
    programmes_max: int
    score_min: int
    marks: Mapping[str, Mapping[str, Mark]]
    sources: Mapping[str, str]
    best: Mapping[str, int]
    seats_few: int
    record: RecordScale
    lacks: Mapping[Lack, Words]


@dataclass(frozen=True, slots=True)
class ScoringData:
    """All versions, the newest last, and the region of each first digit of a province's code."""

    versions: tuple[Scoring, ...]
    regions: Mapping[str, str]

    def on(self, day: date) -> Scoring:
        """The version that holds on the day; before the first the first."""
        return holding(self.versions, lambda one: one.valid_from, day)


@cache
def load() -> ScoringData:
    """The data of this release. Raises ValueError or KeyError for data that make no sense."""
    return parsed(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def parsed(content: Mapping[str, Any]) -> ScoringData:
    """The data from YAML. Raises ValueError where points do not add up to 100, a level is missing or unknown, or a source is not named."""
    versions = tuple(sorted((_scoring(one) for one in content["versions"]), key=lambda one: one.valid_from))
    return ScoringData(versions, {digit: region for region, digits in content["regions"].items() for digit in digits})


def _scoring(content: Mapping[str, Any]) -> Scoring:
    factors = content["factors"]
    if factors.keys() != LEVELS.keys():
        raise ValueError(f"the factors of {content['valid_from']} are {sorted(factors)}, not {sorted(LEVELS)}")
    marks = {name: _marks(name, factors[name]) for name in LEVELS}
    best = {name: max(mark.points for mark in levels.values()) for name, levels in marks.items()}
    if sum(best.values()) != POINTS_TOTAL:
        raise ValueError(f"the best points of {content['valid_from']} add up to {sum(best.values())}, not {POINTS_TOTAL}")
    return Scoring(
        valid_from=content["valid_from"],
        reference=content["reference"],
        programmes_max=content["programmes_max"],
        score_min=content["score_min"],
        marks=marks,
        sources={name: factors[name]["reference"] for name in LEVELS},
        best=best,
        seats_few=content["seats_few"],
        record=RecordScale(**content["record"]),
        lacks={lack: Words(**content["lacks"][lack]) for lack in Lack},
    )


def _marks(factor: str, content: Mapping[str, Any]) -> dict[str, Mark]:
    levels = content["levels"]
    if not content["reference"]:
        raise ValueError(f"the source of {factor} is not named")
    if levels.keys() != LEVELS[factor]:
        raise ValueError(f"the levels of {factor} are {sorted(levels)}, not {sorted(LEVELS[factor])}")
    return {
        name: Mark(factor, name, level["points"], _words(level.get("for")), _words(level.get("against"))) for name, level in levels.items()
    }


def _words(content: Mapping[str, str] | None) -> Words | None:
    return None if content is None else Words(**content)
