"""The texts of notices (notice_templates.yaml): which there are, what each may say, and what it says."""

import re
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from shared.money import in_baht
from shared.thai.dates import YEAR_CE_MAX, YEAR_CE_MIN, in_thai, month_in_thai

FILE: Final = Path(__file__).parent / "notice_templates.yaml"
CHARACTERS_MAX: Final = 201
"""Three parts of a message in Thai (UCS-2, 67 characters each)."""

_PLACE_CHARACTERS_MAX: Final = 60
_SATANG_DIGITS_MAX: Final = 9
_MONTH: Final = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


class NoticeNotTellable(ValueError):
    """There is no such template, or the parameters are not those that it declares; the message says which."""


@dataclass(frozen=True)
class Template:
    """One version of a text. `parameters` gives the kind of each."""

    name: str
    version: int
    source: str
    parameters: Mapping[str, str]
    text: str

    def fill(self, values: Mapping[str, str]) -> str:
        """The text with the values in it. Raises NoticeNotTellable."""
        if set(values) != set(self.parameters):
            raise NoticeNotTellable(f"{self.name} takes {', '.join(sorted(self.parameters)) or 'nothing'}")
        shown = {}
        for name, kind in self.parameters.items():
            try:
                shown[name] = _KINDS[kind](values[name])
            except ValueError as error:
                raise NoticeNotTellable(f"{name} of {self.name} is not a {kind}") from error
        return self.text.format(**shown)


def newest(name: str) -> Template:
    """The version that new notices use. Raises NoticeNotTellable."""
    versions = templates().get(name)
    if not versions:
        raise NoticeNotTellable(f"there is no template {name}")
    return versions[max(versions)]


def of_version(name: str, version: int) -> Template:
    """The version that a notice was asked in. Raises KeyError."""
    return templates()[name][version]


@cache
def templates() -> Mapping[str, Mapping[int, Template]]:
    """All templates by name and version. Raises ValueError for a file that does not hold to its own rules."""
    with FILE.open(encoding="utf-8") as file:
        content = yaml.safe_load(file)
    return {name: {entry["version"]: _checked(name, entry) for entry in entries} for name, entries in content.items()}


def _checked(name: str, entry: Mapping[str, Any]) -> Template:
    template = Template(name, **entry)
    used = {field for _, field, _, _ in string.Formatter().parse(template.text) if field is not None}
    if used != set(template.parameters):
        raise ValueError(f"{name}: the text uses {sorted(used)}, declared are {sorted(template.parameters)}")
    longest = template.fill({parameter: _LONGEST[kind] for parameter, kind in template.parameters.items()})
    if len(longest) > CHARACTERS_MAX:
        raise ValueError(f"{name}: {len(longest)} characters, allowed are {CHARACTERS_MAX}")
    return template


def _day(text: str) -> str:
    return in_thai(date.fromisoformat(text))


def _month(text: str) -> str:
    found = _MONTH.fullmatch(text)
    if found is None or not YEAR_CE_MIN <= int(found[1]) <= YEAR_CE_MAX:
        raise ValueError(text)
    return month_in_thai(date(int(found[1]), int(found[2]), 1))


def _amount(text: str) -> str:
    if not (text.isascii() and text.isdigit() and len(text) <= _SATANG_DIGITS_MAX):
        raise ValueError(text)
    return in_baht(int(text)).removesuffix(".00")


def _place(text: str) -> str:
    if not text.strip() or len(text) > _PLACE_CHARACTERS_MAX or not text.isprintable():
        raise ValueError(text)
    return text.strip()


_KINDS: Final[Mapping[str, Callable[[str], str]]] = {"day": _day, "month": _month, "amount_satang": _amount, "place": _place}
_LONGEST: Final = {"day": "2018-11-30", "month": "2018-11", "amount_satang": "9" * _SATANG_DIGITS_MAX, "place": "ก" * _PLACE_CHARACTERS_MAX}
