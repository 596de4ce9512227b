"""Shares and survival with their intervals: what a count says of more than those counted.

Wilson's interval for a share, and the product-limit estimator of Kaplan and Meier with Greenwood's variance and an interval on the scale of
log(-log S). Both need counts alone, so a country costs no more than a village.
"""

from collections.abc import Mapping, Sequence
from math import exp, log, sqrt
from statistics import NormalDist

from services.reporting.domain.shares import Share


def wilson(count: int, of: int, confidence: float) -> Share | None:
    """The share of `count` in `of` with Wilson's interval, which stays sound near none and all; None of nobody."""
    if of == 0:
        return None
    z, share = _z(confidence), count / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return Share.rounded(share, min(middle - half, share), max(middle + half, share))


def kaplan_meier(ended: Mapping[int, int], last_seen: Mapping[int, int], horizons: Sequence[int], confidence: float) -> list[Share | None]:
    """The share that goes on for each horizon (days), of those whose end came on a day, and those of whom nothing is known after one.

    `ended` and `last_seen` count by days since the beginning; who was last seen counts among those at risk until then, and never as ended.
    None for a horizon that nobody reached, unless all had ended before. While none ended (or all did) Greenwood's variance is none:
    the interval is Wilson's, of those who reached the horizon (or of all).
    """
    return [_survival(ended, last_seen, horizon, confidence) for horizon in horizons]


def reached(ended: Mapping[int, int], last_seen: Mapping[int, int], horizon: int) -> int:
    """How many are known to have gone on until the horizon."""
    return sum(count for days in (ended, last_seen) for day, count in days.items() if day >= horizon)


def _survival(ended: Mapping[int, int], last_seen: Mapping[int, int], horizon: int, confidence: float) -> Share | None:
    at_risk = everybody = sum(ended.values()) + sum(last_seen.values())
    share, greenwood = 1.0, 0.0
    for day in sorted(day for day in {*ended, *last_seen} if day < horizon):
        ends = ended.get(day, 0)
        share *= 1 - ends / at_risk if at_risk else 1
        if 0 < ends < at_risk:
            greenwood += ends / (at_risk * (at_risk - ends))
        at_risk -= ends + last_seen.get(day, 0)
    if everybody and share == 0:
        return wilson(0, everybody, confidence)
    seen = reached(ended, last_seen, horizon)
    if seen == 0:
        return None
    if share == 1:
        return wilson(seen, seen, confidence)
    spread = _z(confidence) * sqrt(greenwood) / log(share)
    return Share.rounded(share, share ** exp(-spread), share ** exp(spread))


def _z(confidence: float) -> float:
    return NormalDist().inv_cdf(0.5 + confidence / 2)
