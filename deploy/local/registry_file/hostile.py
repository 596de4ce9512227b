"""A copy of a registry file with known faults, and the list of them, for tests of whoever reads such files."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO, Final

import orjson

from deploy.local.registry_file.layout import COLUMNS, LENGTH_MAX, REQUIRED
from shared.thai.citizen_id import check_digit, parse_citizen_id
from shared.thai.digits import arabic_digits

ROUNDS: Final = 3
"""How often every kind of fault comes, if the file is long enough."""

WHOLE_LINE: Final = ""
"""The `field` of a fault that is not one field's."""

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Fault:
    """One line that must be rejected: its number (the header is line 1), the field, the code (see docs/registry-file.md)."""

    line: int
    field: str
    code: str


@dataclass(frozen=True, slots=True)
class _Kind:
    """What the reader must say of a line, and the way to spoil it: from its row and an earlier good one to bytes."""

    field: str
    code: str
    spoil: Callable[[Row, Row], bytes]


def write_hostile_copy(source: Path, target: Path, faults: Path) -> tuple[Fault, ...]:
    """Copy a registry file with lines spoilt all over it; write the faults as NDJSON, in the order of lines.

    The other lines are the source's byte for byte, and no line is added: the copy holds as many good persons as the source
    less the faults. Raises ValueError if the source is too short to hold every kind of fault.
    """
    people = _count_lines(source) - 1
    spoilt = min(len(_KINDS) * ROUNDS, people // 2)
    if spoilt < len(_KINDS):
        raise ValueError(f"{source} has {people} persons; {2 * len(_KINDS)} are needed to hold every kind of fault")
    found: list[Fault] = []
    with source.open("rb") as original, target.open("wb") as copy:
        copy.write(next(original))
        for number, (line, kind) in enumerate(_copied(original, spoilt, people // spoilt), start=2):
            copy.write(line)
            if kind:
                found.append(Fault(number, kind.field, kind.code))
    faults.write_bytes(b"".join(orjson.dumps(asdict(fault)) + b"\n" for fault in found))
    return tuple(found)


def _copied(lines: BinaryIO, spoilt: int, step: int) -> Iterator[tuple[bytes, _Kind | None]]:
    """The lines, the last of every `step` of them spoilt by the kind whose turn it is, until `spoilt` of them are."""
    first = last_good = b""
    for place, line in enumerate(lines):
        turn, rest = divmod(place, step)
        if rest < step - 1 or turn >= spoilt:
            first, last_good = first or line, line
            yield line, None
            continue
        kind = _KINDS[turn % len(_KINDS)]
        # Now a line from far away, now the nearest one, so that a reader in chunks must remember more than a chunk.
        earlier = first if turn // len(_KINDS) % 2 == 0 else last_good
        yield kind.spoil(_row(line), _row(earlier)) + b"\n", kind


def _count_lines(path: Path) -> int:
    with path.open("rb") as lines:
        return sum(1 for _ in lines)


def _row(line: bytes) -> Row:
    return dict(zip(COLUMNS, next(csv.reader([line.decode()])), strict=True))


def _line(row: Row) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(row.values())
    return text.getvalue().encode()


def _with(**values: str) -> Callable[[Row, Row], bytes]:
    return lambda row, _: _line(row | values)


def _day(text: str) -> Callable[[Row, Row], bytes]:
    return _with(birth_date=text, birth_precision="DAY")


def _wrong_check_digit(row: Row, _: Row) -> bytes:
    digits = parse_citizen_id(row["citizen_id"])
    return _line(row | {"citizen_id": f"{digits[:12]}{(int(digits[12]) + 1) % 10}"})


def _foreign_first_digit(row: Row, _: Row) -> bytes:
    """An id that begins with 6 and has its right check digit."""
    digits = "6" + parse_citizen_id(row["citizen_id"])[1:12]
    return _line(row | {"citizen_id": digits + check_digit(digits)})


def _taken_from_earlier(field: str) -> Callable[[Row, Row], bytes]:
    return lambda row, earlier: _line(row | {field: earlier[field]})


def _unclosed_quote(row: Row, _: Row) -> bytes:
    return _line(row | {"road": "@"}).replace(b"@", '"ถนนสุขใจ'.encode())


def _cut_character(row: Row, _: Row) -> bytes:
    return _line(row | {"first_name": "@"}).replace(b"@", "สม".encode()[:-1])


def _tis620(row: Row, _: Row) -> bytes:
    """A line in the older Thai encoding. A name in it that begins with น is never UTF-8."""
    numbers = {name: arabic_digits(row[name]) for name in ("citizen_id", "card_no")}
    return _line(row | numbers | {"prefix": "", "first_name": "นที"}).decode().encode("tis-620", errors="ignore")


_WHOLE_LINES: Final = (
    _Kind(WHOLE_LINE, "columns", lambda row, _: _line(dict(list(row.items())[:-1]))),
    _Kind(WHOLE_LINE, "columns", lambda row, _: _line(row) + b",Y"),
    _Kind(WHOLE_LINE, "columns", lambda _row, _: b""),
    _Kind("road", "quote", _unclosed_quote),
    _Kind("mobile_consent", "encoding", lambda row, _: _line(row) + b"\xff\xfe"),
    _Kind("first_name", "encoding", _cut_character),
    _Kind("first_name", "encoding", _tis620),
    _Kind("first_name", "encoding", _with(first_name="สม\x00ชาย")),
)
_IDS: Final = (
    _Kind("citizen_id", "citizen_id", _wrong_check_digit),
    _Kind("citizen_id", "citizen_id", _foreign_first_digit),
    _Kind("citizen_id", "citizen_id", _with(citizen_id="100000000001")),
    _Kind("citizen_id", "citizen_id", _with(citizen_id="1-0000-00000-O1-7")),
    _Kind("citizen_id", "duplicate", _taken_from_earlier("citizen_id")),
    _Kind("citizen_id", "duplicate", lambda _, earlier: _line(earlier)),
    _Kind("card_no", "duplicate", _taken_from_earlier("card_no")),
    _Kind("card_no", "card_no", _with(card_no="976400001234567")),
    _Kind("card_no", "card_no", _with(card_no="97640000ABCD5678")),
)
_BIRTHS: Final = tuple(
    _Kind("birth_date", "birth_date", _day(text))
    for text in (
        "2150-01-01",  # in the future
        "31/12/2650",  # in the future too, B.E.
        "1700-01-01",
        "30/02/2501",
        "1959-02-29",
        "1958-13-01",
        "15/02/2483",  # B.E. 2483 began in April
        "yesterday",
        "1958.03.01",
        "01-มี.ค.-2501",
    )
)
_PRECISIONS: Final = (
    _Kind("birth_precision", "birth_precision", _with(birth_precision="HOUR")),
    _Kind("birth_precision", "birth_precision", _with(birth_date="1958-00-00", birth_precision="DAY")),
    _Kind("birth_precision", "birth_precision", _with(birth_date="2501-00-00", birth_precision="MONTH")),
)
_INCOMES: Final = tuple(
    _Kind("income_2559_baht", "income", _with(income_2559_baht=text))
    for text in ("-1", "-0.01", "many", "30,000", "1e5", "NaN", "Infinity", "12.345", "12.3.4", "99999999999999999999")
)
_OTHERS: Final = tuple(
    _Kind(field, code, _with(**{field: text}))
    for field, code, text in (
        ("subdistrict_code", "subdistrict", "999999"),
        ("subdistrict_code", "subdistrict", "8101"),
        ("subdistrict_code", "subdistrict", "100205"),  # abolished in 2006
        ("postcode", "postcode", "8100"),
        ("postcode", "postcode", "A1000"),
        ("bank", "bank", "XYZ"),
        ("account_no", "account_no", "12345"),
        ("account_no", "account_no", "0200ABCD1234"),
        ("phone", "phone", "12345"),
        ("phone", "phone", "ไม่มี"),
        ("mobile_consent", "consent", "maybe"),
        ("first_name", "required", " \u200b "),
    )
)
_EMPTY: Final = tuple(_Kind(field, "required", _with(**{field: ""})) for field in COLUMNS if field in REQUIRED)
_LONG: Final = tuple(_Kind(field, "length", _with(**{field: "ก" * (longest + 1)})) for field, longest in LENGTH_MAX.items())
# Longer than the 131,072 characters at which Python's csv module gives up.
_VERY_LONG: Final = (_Kind("road", "length", _with(road="ถนนสายยาว" * 20_000)),)

_KINDS: Final = _WHOLE_LINES + _IDS + _BIRTHS + _PRECISIONS + _INCOMES + _OTHERS + _EMPTY + _LONG + _VERY_LONG
CODES: Final = frozenset(kind.code for kind in _KINDS)
"""Every code that a fault can have."""
