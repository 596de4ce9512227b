"""What a rejection shows of a value: enough to see what is wrong with it, not enough to know it. Pure."""

import re
from typing import Final

from shared.files.cells import CELL_MARKS

SHOWN_CHARACTERS_MAX: Final = 24
_LITERAL: Final = frozenset({"change", "birth_precision", "bank", "mobile_consent"})
"""Columns of code words, which tell nothing about a person."""
_FREE_TEXTS: Final = frozenset({"prefix", "first_name", "last_name", "house_no", "moo", "road", "reason", "document"})
_WORD: Final = re.compile(r"[A-Za-z]{1,12}")
_THAI_DIGITS: Final = range(0x0E50, 0x0E5A)
_THAI: Final = range(0x0E01, 0x0E5C)
_YEAR_DIGITS: Final = 4
_DAY_DIGITS_MAX: Final = 2


def masked(column: str, text: str) -> str:
    """The value of a column as a rejection may show it.

    Numbers of persons show their first digit and the shape of the rest (`3xxxxxxxxxxxx`, `0aa-xxx`), free texts their first letter and
    their length, dates no more of the year than its century, codes of places their province.
    """
    text = text.lstrip("".join(CELL_MARKS))
    if not text or (column in _LITERAL and _WORD.fullmatch(text)):
        return text
    if column in _FREE_TEXTS:
        return f"{text[0] if text[0].isalpha() else _shape(text[0])}… ({len(text)})"
    return _cut(_number(column, text))


def masked_card(card_no: str) -> str:
    """A card number for those who may not see it: its last four digits."""
    return f"xxxx-xxxx-xxxx-{card_no[-4:]}"


def initial(name: str) -> str:
    """A name in a sample: its first letter."""
    return f"{name[0]}…" if name else ""


def _number(column: str, text: str) -> str:
    match column:
        case "birth_date" | "deceased_on":
            return re.sub(r"[0-9]+|[^0-9]+", _date_part, text)
        case "income_2559_baht":
            return _shape(text)
        case "subdistrict_code" | "postcode" if text[:2].isdecimal():
            return text[:2] + _shape(text[2:])
        case _:
            return text[0] + _shape(text[1:]) if len(text) > 1 else _shape(text)


def _date_part(found: re.Match[str]) -> str:
    part = found[0]
    if not part[0].isdecimal() or not part.isascii():
        return _shape(part)
    if len(part) <= _DAY_DIGITS_MAX:
        return part
    return f"{part[:2]}xx" if len(part) == _YEAR_DIGITS else _shape(part)


def _shape(text: str) -> str:
    """Each digit as x, each letter as a or ก, other characters as they are; what cannot be seen as ?."""
    return "".join(map(_kind, text[: SHOWN_CHARACTERS_MAX + 1]))


def _kind(character: str) -> str:
    code = ord(character)
    if character.isdecimal() or code in _THAI_DIGITS:
        return "x"
    if code in _THAI:
        return "ก"
    if character.isalpha():
        return "a"
    return character if character.isprintable() and character.isascii() else "?"


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN_CHARACTERS_MAX else f"{text[:SHOWN_CHARACTERS_MAX]}…"
