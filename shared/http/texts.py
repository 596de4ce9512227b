"""Text that PostgreSQL does not take, found by its field: with the NUL character, or with half a character (a lone surrogate)."""

import re
from collections.abc import Iterator
from typing import Any, Final

from shared.errors import FieldProblem

MAYBE_BAD: Final = re.compile(rb"\0|\\u0000|\\u[dD][89a-fA-F]|\xed[\xa0-\xbf]")
"""What the bytes of a JSON body have somewhere if one of its texts is bad."""
_BAD: Final = re.compile("[\0\ud800-\udfff]")


def text_problem(value: Any, path: str = "") -> FieldProblem | None:
    """What is wrong with the first text (or name) of a JSON value that PostgreSQL does not take, by names joined by dots; None where all are good."""
    return next(_problems(value, path), None)


def _problems(value: Any, path: str) -> Iterator[FieldProblem]:
    match value:
        case str():
            if found := _BAD.search(value):
                yield _problem(path, found.group())
        case dict():
            for name, entry in value.items():
                where = f"{path}.{name}" if path else str(name)
                if found := _BAD.search(name):
                    yield _problem(_BAD.sub("�", where), found.group())
                else:
                    yield from _problems(entry, where)
        case list():
            for index, entry in enumerate(value):
                yield from _problems(entry, f"{path}.{index}" if path else str(index))


def _problem(field: str, character: str) -> FieldProblem:
    if character == "\0":
        return FieldProblem(field, "nul_character", "must not contain the NUL character", "ต้องไม่มีอักขระ NUL")
    return FieldProblem(field, "string_unicode", "must be well-formed Unicode", "ต้องเป็นข้อความยูนิโค้ดที่ถูกต้อง")
