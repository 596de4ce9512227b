"""Whether a reader of one version of a contract can read the messages of the other, both ways."""

from collections.abc import Iterator
from typing import Any

WORDS = {"title", "description", "default", "examples", "$schema", "$id"}


def breaks(landed: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """What an older or a newer reader would stumble over; empty when only optional fields were added.

    An old message must be readable by the new model: nothing new is required. A new message must be readable by an old
    reader, which ignores what it does not know: nothing is taken away, and no field takes other values than before.
    """
    return list(_compare(_Schema(landed, landed), _Schema(now, now), "message"))


class _Schema:
    """A part of a schema with the whole, for its references."""

    def __init__(self, part: dict[str, Any], whole: dict[str, Any]) -> None:
        while "$ref" in part:
            part = whole["$defs"][part["$ref"].removeprefix("#/$defs/")] | {name: value for name, value in part.items() if name != "$ref"}
        self.part, self.whole = part, whole

    def inside(self, part: dict[str, Any]) -> "_Schema":
        return _Schema(part, self.whole)


def _compare(landed: _Schema, now: _Schema, path: str) -> Iterator[str]:
    old, new = landed.part, now.part
    for rule in sorted(
        (old.keys() | new.keys())
        - WORDS
        - {"properties", "required", "anyOf", "items", "prefixItems", "additionalProperties", "$defs", "enum"}
    ):
        if old.get(rule) != new.get(rule):
            yield f"{path}: {rule} was {old.get(rule)!r} and is {new.get(rule)!r}"
    yield from _compare_enum(set(old.get("enum", ())), set(new.get("enum", ())), path)
    yield from _compare_fields(landed, now, path)
    for rule in ("items", "additionalProperties"):
        if isinstance(old.get(rule), dict) and isinstance(new.get(rule), dict):
            yield from _compare(landed.inside(old[rule]), now.inside(new[rule]), f"{path}[]")
        elif old.get(rule) != new.get(rule):
            yield f"{path}: {rule} changed"
    for rule in ("anyOf", "prefixItems"):
        choices, others = old.get(rule, []), new.get(rule, [])
        if len(choices) != len(others):
            yield f"{path}: {rule} had {len(choices)} choices and has {len(others)}"
        for choice, other in zip(choices, others, strict=False):
            yield from _compare(landed.inside(choice), now.inside(other), path)


def _compare_enum(old: set[Any], new: set[Any], path: str) -> Iterator[str]:
    if old - new:
        yield f"{path}: no longer takes {sorted(old - new)}, which old messages have"
    if new - old:
        yield f"{path}: takes {sorted(new - old)}, which old readers refuse"


def _compare_fields(landed: _Schema, now: _Schema, path: str) -> Iterator[str]:
    old, new = landed.part.get("properties", {}), now.part.get("properties", {})
    for name in sorted(old.keys() - new.keys()):
        yield f"{path}.{name}: was taken away"
    for name in sorted(set(landed.part.get("required", ())) ^ set(now.part.get("required", ()))):
        if name in old and name in new:
            yield f"{path}.{name}: {'is' if name in now.part.get('required', ()) else 'is no longer'} required"
        elif name in new:
            yield f"{path}.{name}: is new and required, which old messages lack"
    for name in sorted(old.keys() & new.keys()):
        yield from _compare(landed.inside(old[name]), now.inside(new[name]), f"{path}.{name}")
