"""How many persons the file has: the published counts by age and income, scaled down."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_COUNTS: Final = Path(__file__).parents[1] / "data" / "cardholder_counts.csv"


@dataclass(frozen=True, slots=True)
class Cell:
    """One of the four groups of card holders."""

    over_60: bool
    over_30000: bool


@dataclass(frozen=True, slots=True)
class Totals:
    """What a registry file holds: persons in each cell and in all."""

    cells: Mapping[Cell, int]

    @property
    def persons(self) -> int:
        """Persons of all cells; the file has one line each, and the header."""
        return sum(self.cells.values())


def totals_at(scale: int) -> Totals:
    """Persons when one stands for `scale` real ones. At 1 the published counts to the person."""
    published = _published()
    shares = apportion((sum(published.values()) + scale // 2) // scale, list(published.values()))
    return Totals(dict(zip(published, shares, strict=True)))


def apportion(total: int, weights: Sequence[float]) -> list[int]:
    """Whole shares of `total` in proportion to the weights, by largest remainder; of equal remainders the first wins."""
    whole = sum(weights)
    exact = [total * weight / whole for weight in weights]
    shares = [int(share) for share in exact]
    by_remainder = sorted(range(len(weights)), key=lambda place: shares[place] - exact[place])
    for place in by_remainder[: total - sum(shares)]:
        shares[place] += 1
    return shares


def _published() -> dict[Cell, int]:
    with _COUNTS.open(encoding="utf-8", newline="") as file:
        return {Cell(row["age_group"] == ">60", row["income_group"] == ">30000"): int(row["persons"]) for row in csv.DictReader(file)}
