"""What pydantic says, as field problems in both languages.

A validator of our own raises `field_error(...)` and so brings its own words; the common rules of pydantic are in the table.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from pydantic_core import PydanticCustomError

from shared.errors import FieldProblem
from shared.thai.unreadable import Unreadable

_OWN_NAME: Final = re.compile(r"[\[(]")
_TAG: Final = re.compile(r"[A-Z][A-Z0-9_]*")
_PLACES: Final = frozenset({"body", "query", "path", "header", "cookie"})


class _Words(NamedTuple):
    en: str
    th: str
    allowed: str | None = None


_DATE: Final = _Words("must be a date, year-month-day of the common era", "ต้องเป็นวันที่ ปี-เดือน-วัน (ค.ศ.)", "YYYY-MM-DD")
_MOMENT: Final = _Words("must be a date and time with a zone", "ต้องเป็นวันและเวลาพร้อมเขตเวลา", "YYYY-MM-DDThh:mm:ss+07:00")
_INTEGER: Final = _Words("must be a whole number", "ต้องเป็นจำนวนเต็ม", "-9223372036854775808..9223372036854775807")
_NUMBER: Final = _Words("must be a number", "ต้องเป็นตัวเลข")
_TEXT: Final = _Words("must be text", "ต้องเป็นข้อความ")
_BOOLEAN: Final = _Words("must be true or false", "ต้องเป็นจริงหรือเท็จ", "true | false")
_UUID: Final = _Words("must be a UUID", "ต้องเป็นรหัส UUID", "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx")
_OBJECT: Final = _Words("must be a JSON object", "ต้องเป็นออบเจกต์ JSON", "{…}")
_LIST: Final = _Words("must be a list", "ต้องเป็นรายการ", "[…]")
_CHOICE: Final = _Words("must be one of: {expected}", "ต้องเป็นค่าใดค่าหนึ่ง: {expected}", "{expected}")
_UNKNOWN: Final = _Words("is not allowed here", "ไม่เป็นไปตามที่กำหนด")

_WORDS: Final[dict[str, _Words]] = {
    "missing": _Words("is required", "จำเป็นต้องระบุ"),
    "extra_forbidden": _Words("is not a known field", "ไม่ใช่ช่องข้อมูลที่รู้จัก"),
    "string_too_short": _Words("must have at least {min_length} characters", "ต้องมีอย่างน้อย {min_length} ตัวอักษร", "≥ {min_length}"),
    "string_too_long": _Words("must have at most {max_length} characters", "ต้องมีไม่เกิน {max_length} ตัวอักษร", "≤ {max_length}"),
    "string_pattern_mismatch": _Words("does not have the right form", "รูปแบบไม่ถูกต้อง", "{pattern}"),
    "string_unicode": _Words("must be well-formed Unicode", "ต้องเป็นข้อความยูนิโค้ดที่ถูกต้อง"),
    "too_short": _Words("must have at least {min_length} entries", "ต้องมีอย่างน้อย {min_length} รายการ", "≥ {min_length}"),
    "too_long": _Words("must have at most {max_length} entries", "ต้องมีไม่เกิน {max_length} รายการ", "≤ {max_length}"),
    "greater_than": _Words("must be more than {gt}", "ต้องมากกว่า {gt}", "> {gt}"),
    "greater_than_equal": _Words("must be {ge} or more", "ต้องไม่น้อยกว่า {ge}", "≥ {ge}"),
    "less_than": _Words("must be less than {lt}", "ต้องน้อยกว่า {lt}", "< {lt}"),
    "less_than_equal": _Words("must be {le} or less", "ต้องไม่เกิน {le}", "≤ {le}"),
    "multiple_of": _Words("must be a multiple of {multiple_of}", "ต้องหารด้วย {multiple_of} ลงตัว", "n × {multiple_of}"),
    "finite_number": _NUMBER,
    "enum": _CHOICE,
    "literal_error": _CHOICE,
    "union_tag_invalid": _Words("must be one of: {expected_tags}", "ต้องเป็นค่าใดค่าหนึ่ง: {expected_tags}", "{expected_tags}"),
    "union_tag_not_found": _Words("must say its kind in {discriminator}", "ต้องระบุชนิดใน {discriminator}"),
    "none_required": _Words("must be left out", "ต้องไม่ระบุ", "null"),
    "json_invalid": _Words("is not JSON: {error}", "ไม่ใช่ JSON ที่ถูกต้อง", "JSON"),
    "date_past": _Words("must be in the past", "ต้องเป็นวันที่ผ่านมาแล้ว"),
    "date_future": _Words("must be in the future", "ต้องเป็นวันที่ยังไม่มาถึง"),
    "timezone_aware": _MOMENT,
    "model_attributes_type": _OBJECT,
    "model_type": _OBJECT,
    "dict_type": _OBJECT,
    "value_error": _Words("{error}", "ไม่เป็นไปตามที่กำหนด"),
}

# Families of pydantic types that mean the same to a person, by the beginning of their names.
_FAMILIES: Final[tuple[tuple[str, _Words], ...]] = (
    ("datetime_", _MOMENT),
    ("date_", _DATE),
    ("int_", _INTEGER),
    ("float_", _NUMBER),
    ("decimal_", _NUMBER),
    ("bool_", _BOOLEAN),
    ("uuid_", _UUID),
    ("string_", _TEXT),
    ("list_", _LIST),
    ("tuple_", _LIST),
    ("set_", _LIST),
)


def field_error(code: str, en: str, th: str, allowed: str | None = None, *, field: str | None = None) -> PydanticCustomError:
    """The error that a validator of a request model raises: its code, its words in both languages, what is allowed.

    A validator of a whole model names the `field` that is to be changed: pydantic knows only the model.
    """
    # The words go through the context as they are; pydantic would read braces in a template.
    return PydanticCustomError(code, "{en}", {"en": en, "th": th, "allowed": allowed, "field": field})


def readable(read: Callable[[str], str], allowed: str, code: str | None = None) -> Callable[[str], str]:
    """A validator that takes what people type or a card reader gives as `read` reads it; what is Unreadable is refused in its words."""

    def checked(text: str) -> str:
        try:
            return read(text)
        except Unreadable as bad:
            raise field_error(code or bad.code, bad.message_en, bad.message_th, allowed) from bad

    return checked


def field_problems(errors: Sequence[Mapping[str, Any]]) -> tuple[FieldProblem, ...]:
    """The problems behind the errors of a pydantic or request validation; what was sent is not repeated."""
    return tuple(_field_problem(error) for error in errors)


def _field_problem(error: Mapping[str, Any]) -> FieldProblem:
    code = str(error["type"])
    context = error.get("ctx") or {}
    # Who chose none of a union's kinds is told the field that says the kind.
    inner = context.get("field") or str(context.get("discriminator", "")).strip("'")
    name = _field_name((*error["loc"], inner) if inner else tuple(error["loc"]), code)
    if "th" in context and "en" in context:
        return FieldProblem(name, code, str(context["en"]), str(context["th"]), context.get("allowed"))
    words = _words(code)
    context = {**context, **{name: _choices(str(context[name])) for name in ("expected", "expected_tags") if name in context}}
    return FieldProblem(
        name,
        code,
        _fill(words.en, context) or _UNKNOWN.en,
        _fill(words.th, context) or _UNKNOWN.th,
        _fill(words.allowed, context) if words.allowed else None,
    )


def _choices(expected: str) -> str:
    """`A | B | C`, for readers of either language, of pydantic's `'A', 'B' or 'C'`."""
    return " | ".join(re.findall(r"'([^']*)'", expected)) or expected


def _words(code: str) -> _Words:
    if code in _WORDS:
        return _WORDS[code]
    return next((words for beginning, words in _FAMILIES if code.startswith(beginning)), _UNKNOWN)


def _fill(template: str, context: Mapping[str, Any]) -> str | None:
    try:
        return template.format_map(context)
    except KeyError:
        return None


def _field_name(location: tuple[Any, ...], code: str) -> str:
    place, rest = (location[0], location[1:]) if location and location[0] in _PLACES else ("", location)
    if code == "json_invalid":
        return str(place)
    if place and place != "body":
        # Each value of a parameter that may be given several times is a place of its own to pydantic; a caller knows the parameter.
        rest = rest[:1]
    # Validators and unions add their own names ("function-after[…]", the "TAG" of what was chosen) to the path; a caller knows only fields.
    named = [str(part) for part in rest if not (isinstance(part, str) and _OWN_NAME.search(part))]
    names = [part for part in named[:-1] if not _TAG.fullmatch(part)] + named[-1:]
    return ".".join(names) or str(place) or "body"
