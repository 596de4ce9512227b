"""Code lists: whole versions, each in force from a day on, and what became of the codes that a newer one no longer has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Code:
    """One code with its words; `hours` is the length of a training course."""

    code: str
    title_th: str
    title_en: str
    hours: int | None = None


@dataclass(frozen=True, slots=True)
class Retired:
    """A code of the version before that is not in this one, and which stand for it now."""

    code: str
    becomes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CodeList:
    """One version of a list."""

    name: str
    version: int
    label: str
    valid_from: date
    source: str
    approval_reference: str
    codes: tuple[Code, ...]
    retired: tuple[Retired, ...] = ()


def translated(code: str, later: Sequence[CodeList]) -> list[str]:
    """What a code is called after each of the versions, oldest first: itself where it stayed, none where nothing stands for it."""
    found = [code]
    for version in later:
        becomes = {one.code: one.becomes for one in version.retired}
        found = list(dict.fromkeys(new for old in found for new in becomes.get(old, (old,))))
    return found
