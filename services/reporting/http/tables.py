"""Rows of figures as lines of CSV: what is inside a row has columns of its own, a list stands as JSON."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, is_dataclass
from typing import Any, get_args, get_origin, get_type_hints

Shape = Mapping[str, "Shape | None"]


def has_rows(figures: type[Any]) -> bool:
    """Whether the report is a table."""
    return "rows" in get_type_hints(figures)


def row_kind(figures: type[Any]) -> type[Any]:
    """The dataclass of the rows of a report."""
    (kind,) = get_args(get_type_hints(figures)["rows"])
    found: type[Any] = kind
    return found


def shape_of(row: type[Any]) -> Shape:
    """The fields of such rows, each with the shape of the dataclass inside it or None: found once, and gone along for every row."""
    inside = ((name, _inside(hint)) for name, hint in get_type_hints(row).items())
    return {name: None if kind is None else shape_of(kind) for name, kind in inside}


def columns(shape: Shape, before: str = "") -> Iterator[str]:
    """The names of the columns of such rows."""
    for name, inside in shape.items():
        if inside is None:
            yield before + name
        else:
            yield from columns(inside, f"{before}{name}_")


def line(shape: Shape, value: Any, before: str = "") -> dict[str, Any]:
    """The row by its columns; all of what is not there are None."""
    told: dict[str, Any] = {}
    for name, inside in shape.items():
        one = None if value is None else getattr(value, name)
        if inside is None:
            told[before + name] = json.dumps([_plain(item) for item in one], ensure_ascii=False) if isinstance(one, list) else one
        else:
            told.update(line(inside, one, f"{before}{name}_"))
    return told


def _inside(hint: Any) -> type[Any] | None:
    """The dataclass that a value of this type is or may be; None for anything else, also a list of them."""
    if get_origin(hint) is list:
        return None
    return next((one for one in (hint, *get_args(hint)) if isinstance(one, type) and is_dataclass(one)), None)


def _plain(item: Any) -> Any:
    return asdict(item) if is_dataclass(item) and not isinstance(item, type) else item
