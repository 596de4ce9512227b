"""Small cells of statistics: a count of so few persons could tell of one of them, and is not shown, nor what would give it away.

A table counts units (persons, or what each of them has once) by category, every unit in exactly one. What is shown of a whole is
chosen so that all that can be reckoned from it are sums of cells of which each is none or not small: so no difference between two shown
tables gives a small cell (docs/adr/0035).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

Table = Mapping[Any, int]
"""Units by category."""

SHOWN_FROM: Final = 5
"""The smallest count above none that is shown."""

AREA_DIGITS: Final = (2, 4)
"""Digits of the codes of areas, each inside that whose code it begins with."""


def shown(count: int) -> int | None:
    """The count; None in place of a small one. None counted is shown: it is nobody's."""
    return count if count == 0 or count >= SHOWN_FROM else None


def is_safe(table: Table) -> bool:
    """Whether no cell of the table is small."""
    return all(shown(count) is not None for count in table.values())


def added(tables: Iterable[Table]) -> Counter[Any]:
    """The tables as one."""
    total: Counter[Any] = Counter()
    for table in tables:
        total.update(table)
    return total


def hidden_parts(parts: Mapping[str, Table], never: frozenset[str] = frozenset()) -> frozenset[str]:
    """Which parts of a whole that is shown are not shown: those with a small cell, and the smallest others until these together have none.

    `never` are parts that are hidden whatever they hold. What is hidden is known as one sum, which is safe if the whole is.
    """
    hidden = {name for name, table in parts.items() if name in never or not is_safe(table)}
    others = sorted((name for name in parts if name not in hidden), key=lambda name: (sum(parts[name].values()), name))
    for name in others:
        if is_safe(added(parts[one] for one in hidden)):
            break
        if any(parts[name].values()):
            hidden.add(name)
    return frozenset(hidden)


def shown_areas(tables: Mapping[str, Table], never: frozenset[str] = frozenset(), area: str = "") -> Iterator[tuple[str, Counter[Any]]]:
    """The tables of the area (`""` is the whole country) and of those inside that may be shown beside each other, by their codes.

    `tables` are of the smallest areas that are known; one whose code is too short to be in any part is in the whole alone. `never` are
    codes that are not shown, for they were not in a coarser table of the same. Nothing inside an area is shown that is not shown itself.
    """
    whole = added(tables.values())
    if area in never or not is_safe(whole):
        return
    yield area, whole
    digits = next((digits for digits in AREA_DIGITS if digits > len(area)), None)
    if digits is None or all(len(code) < digits for code in tables):
        return
    inside: dict[str, dict[str, Table]] = {}
    for code, table in tables.items():
        inside.setdefault(code[:digits], {})[code] = table
    parts = {code: added(of.values()) for code, of in inside.items()}
    hidden = hidden_parts(parts, never | {code for code in parts if len(code) < digits})
    for code in sorted(parts.keys() - hidden):
        yield from shown_areas(inside[code], never, code)


def all_areas(codes: Iterable[str]) -> set[str]:
    """The codes, those of the areas that they lie in, and `""`."""
    return {code[:digits] for code in codes for digits in (0, *AREA_DIGITS) if digits <= len(code)}


def refined(tables: Mapping[str, Table], levels: Sequence[Callable[[Any], Any]]) -> list[dict[str, Counter[Any]]]:
    """What is shown by area at each level of detail, coarsest first; a level says into which category each finest one falls.

    An area that is not shown at a level is not shown at any finer one.
    """
    areas = all_areas(tables)
    never: frozenset[str] = frozenset()
    told = []
    for level in levels:
        told.append(dict(shown_areas({code: coarser(table, level) for code, table in tables.items()}, never)))
        never = frozenset(areas - told[-1].keys())
    return told


def coarser(table: Table, level: Callable[[Any], Any]) -> Counter[Any]:
    """The table by the categories of the level."""
    told: Counter[Any] = Counter()
    for category, count in table.items():
        told[level(category)] += count
    return told
