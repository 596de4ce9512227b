"""What a line weighs when seats are given out: the dated data of rules/allocation.yaml, checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from services.plan.domain.allocations import Points, Why
from services.plan.rules import scoring
from services.plan.rules.scoring import POINTS_TOTAL, Words
from shared.contracts.common import Tier
from shared.dated import holding

FILE: Final = Path(__file__).with_name("allocation.yaml")


@dataclass(frozen=True, slots=True)
class Weights:
    """One version, in points. `over` is what an outsider's seat of a district's share is worth less."""

    since: date
    reference: str
    fit_a_point: int
    tiers: Mapping[Tier, int]
    sent_again: int
    waiting_a_day: int
    waiting_days_max: int
    seat: int
    reserve_percent: int
    over: int
    in_district: int
    in_province: int
    words: Mapping[Why, Words]

    def points(self, fit: int, tier: Tier, *, sent_again: bool, waiting_days: int) -> Points:
        """What a line weighs, apart from where its offering is; `fit` is in points of the recommendation."""
        return Points(
            fit=self.fit_a_point * fit,
            need=self.tiers[tier] + (self.sent_again if sent_again else 0),
            waiting=self.waiting_a_day * max(min(waiting_days, self.waiting_days_max), 0),
        )

    def nearness(self, district: str, offered_in: str | None) -> int:
        """What an offering of the province weighs for somebody of the district."""
        return self.in_district if district == offered_in else self.in_province


def weights_on(day: date) -> Weights:
    """The version that holds on the day."""
    return holding(_versions(), lambda one: one.since, day)


@cache
def _versions() -> tuple[Weights, ...]:
    return parsed(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def parsed(content: Mapping[str, Any]) -> tuple[Weights, ...]:
    """The versions from YAML, the newest last. Raises ValueError or KeyError where they make no sense."""
    return tuple(sorted((_weights(one) for one in content["versions"]), key=lambda one: one.since))


def _weights(content: Mapping[str, Any]) -> Weights:
    since = date.fromisoformat(content["since"])
    fit, need, waiting, reserve = content["fit"]["a_point"], content["need"], content["waiting"], content["reserve"]
    nearness = scoring.load().on(since).marks["nearness"]
    weights = Weights(
        since=since,
        reference=content["reference"],
        fit_a_point=fit,
        tiers={Tier(name): points for name, points in need["tiers"].items()},
        sent_again=need["sent_again"],
        waiting_a_day=waiting["a_day"],
        waiting_days_max=waiting["days_max"],
        seat=content["seat"]["points"],
        reserve_percent=reserve["percent"],
        over=reserve["over"],
        in_district=fit * nearness["DISTRICT"].points,
        in_province=fit * nearness["PROVINCE"].points,
        words={Why(name): Words(**words) for name, words in content["words"].items()},
    )
    _check(weights)
    return weights


def _check(weights: Weights) -> None:
    """A seat must be worth more than one kept for others takes away, and that more than all points of a person. Raises ValueError."""
    most = (
        weights.fit_a_point * POINTS_TOTAL
        + max(weights.tiers.values())
        + weights.sent_again
        + weights.waiting_a_day * weights.waiting_days_max
    )
    if not most < weights.over < weights.seat:
        raise ValueError(f"of {weights.since}: {most} points at most, reserve over {weights.over}, a seat {weights.seat} must rise")
    if weights.tiers.keys() != set(Tier) or weights.words.keys() != set(Why):
        raise ValueError(f"of {weights.since}: a tier or a word is missing")
    if not 0 <= weights.reserve_percent <= 100:
        raise ValueError(f"of {weights.since}: a reserve of {weights.reserve_percent} percent")
