"""Answers that should differ between persons, as digests: interviews with the same ones were perhaps never held.

The sealed answers have no part in them, so that a digest tells nothing of health and debts; nor have the visit, its day and the menu, which many
persons rightly share.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

_OF_WHOLE: Final = ("person", "abilities", "diagnosis", "wishes")


@dataclass(frozen=True, slots=True)
class Digests:
    """Of all answers that should differ, of those about the person and the household, and of the free words where there are enough."""

    whole: bytes
    person: bytes
    words: bytes | None

    def as_columns(self) -> dict[str, bytes | None]:
        """As the interview keeps them."""
        return {"alike_whole": self.whole, "alike_person": self.person, "alike_words": self.words}


def digests_of(readable: Mapping[str, Any], schema: Mapping[str, Any], words_characters_min: int) -> Digests:
    """The digests of an interview's readable answers under the schema."""
    whole = {name: _normal(readable.get(name)) for name in _OF_WHOLE}
    words = " ".join(_normal(text) for name in _OF_WHOLE for text in _words(readable.get(name), schema["properties"][name]))
    return Digests(_digest(whole), _digest(whole["person"]), _digest(words) if len(words) >= words_characters_min else None)


def _normal(value: Any) -> Any:
    """Without what copying hands change: spaces, capitals, the order of a list, answers left empty."""
    match value:
        case str():
            return "".join(value.split()).casefold()
        case dict():
            kept = {name: _normal(inner) for name, inner in value.items()}
            return {name: inner for name, inner in kept.items() if inner not in ("", [], {}, None)}
        case list():
            return sorted((_normal(inner) for inner in value), key=orjson.dumps)
        case _:
            return value


def _words(value: Any, node: Mapping[str, Any]) -> Iterator[str]:
    """The answers in free words: text that is no code, no day and no choice."""
    match value:
        case str() if not {"enum", "pattern", "format"} & node.keys():
            yield value
        case dict():
            for name in sorted(value):
                yield from _words(value[name], node["properties"][name])
        case list():
            for inner in value:
                yield from _words(inner, node["items"])


def _digest(value: Any) -> bytes:
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).digest()
