"""What of the counts about outcomes is shown where: tables by area, from coarse to fine, in which nothing small can be found (shared/small_cells).

A unit is a person referred to one programme (or with a job). Tables are by the smallest areas that are looked at: a district's code, a
province's, or nothing where none is known.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from shared.small_cells import Table, added, all_areas, hidden_parts, refined, shown_areas

OTHER: Final = "OTHER"
"""The group of those that are told as one."""

Level = Callable[[Any], Any]
"""Into which category of a level of detail each finest category falls."""


def everybody(_: Any) -> str:
    """The level that counts units alone."""
    return "ALL"


@dataclass(frozen=True)
class Told:
    """What is shown at each level, coarsest first, by area."""

    levels: list[dict[str, Counter[Any]]]
    areas: frozenset[str]

    @classmethod
    def of(cls, tables: Mapping[str, Table], *levels: Level) -> "Told":
        """What of the tables is shown; the first level is `everybody`."""
        return cls(refined(tables, (everybody, *levels)), frozenset(all_areas(tables)))

    def at(self, level: int, area: str) -> Counter[Any] | None:
        """The area's table at the level; None where it is not shown."""
        return self.levels[level].get(area)

    def count(self, level: int, area: str) -> int | None:
        """How many units the area has; None where the level is not shown."""
        table = self.at(level, area)
        return None if table is None else table.total()

    def hidden(self, level: int) -> frozenset[str]:
        """The areas that are not shown at the level."""
        return self.areas - self.levels[level].keys()


@dataclass(frozen=True)
class Grouped:
    """Units by group in more than one way to count them: each unit is once in each part (`part` of `group`)."""

    areas: dict[str, Counter[Any]]

    @classmethod
    def of(cls, tables: Mapping[str, Table], never: frozenset[str]) -> "Grouped":
        """Tables by (part, group, category). Groups that are too small in the country are told as OTHER everywhere; `never` are areas not shown without groups."""
        parts: dict[str, Counter[Any]] = {}
        for (part, group, category), count in added(tables.values()).items():
            parts.setdefault(group, Counter())[part, category] += count
        merged = hidden_parts(parts)
        told: dict[str, Counter[Any]] = {code: Counter() for code in tables}
        for code, table in tables.items():
            for (part, group, category), count in table.items():
                told[code][part, OTHER if group in merged else group, category] += count
        return cls(dict(shown_areas(told, never)))

    def groups(self, area: str) -> list[str]:
        """The groups that are shown in the area, OTHER last."""
        return sorted({group for _, group, _ in self.areas.get(area, ())}, key=lambda group: (group == OTHER, group))

    def counts(self, area: str, part: str, group: str) -> Counter[Any]:
        """The categories of one part and group."""
        return Counter({category: count for (p, g, category), count in self.areas[area].items() if (p, g) == (part, group)})
