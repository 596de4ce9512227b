"""The published figures, and how ours are set beside them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from services.reporting.domain.figures import Comparison

_FILE: Final = Path(__file__).with_name("published.yaml")


@dataclass(frozen=True)
class PublishedFigure:
    """A figure of the whole country, where it is from, and what is to be known about it."""

    persons: int
    mark: str
    source: str
    note: str | None = None

    def beside(self, ours: int, scale: int) -> Comparison:
        """The comparison with our figure when one of our persons stands for `scale` real ones."""
        scaled = round(self.persons / scale, 1)
        return Comparison(self.persons, self.mark, self.source, scaled, round(ours - scaled, 1), self.note)


@dataclass(frozen=True)
class Published:
    """The file as values."""

    age_max: int
    age_income: Mapping[tuple[str, str], PublishedFigure]
    income_limits_baht: tuple[int, int]
    year: Mapping[str, PublishedFigure]


NOT_OVER, OVER = "not_over_60", "over_60"
"""The age groups of the circular's table."""


@cache
def published() -> Published:
    """The published figures, read once."""
    file: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    sources, table, bands = file["sources"], file["age_income"], file["income_bands"]
    cells = {
        (tier, age_group): PublishedFigure(persons, table["mark"], sources[table["mark"]])
        for tier, groups in table["persons"].items()
        for age_group, persons in groups.items()
    }
    low, high = bands["limits_baht"]
    year = {name: PublishedFigure(source=sources[figure["mark"]], **figure) for name, figure in file["year"].items()}
    return Published(table["age_max"], cells, (low, high), year)
