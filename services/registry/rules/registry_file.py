"""One line of the national registry file (docs/registry-file.md): from bytes to checked, normalised values. Pure.

Runs once a line for 11.5 million lines, so it looks at whole lines before it looks at fields, and at a column of many lines at once.
"""

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple, Self

from services.registry.domain import HOLDERS_A_CHUNK
from services.registry.rules.masking import masked
from services.registry.rules.registry_fields import READERS, Refused, refuse_cell
from shared.files.broken_lines import NUL
from shared.files.cells import CELL_MARKS
from shared.files.lines import Fault, fields_of, parted
from shared.thai.areas import is_subdistrict
from shared.thai.citizen_id import FIRST_DIGITS, BadCitizenId, check_digit, parse_citizen_id
from shared.thai.dates import BadDate, BirthDate, Precision, parse_birth_date
from shared.thai.text import clean

COLUMNS: Final = (
    "citizen_id",
    "card_no",
    "prefix",
    "first_name",
    "last_name",
    "birth_date",
    "birth_precision",
    "income_2559_baht",
    "subdistrict_code",
    "house_no",
    "moo",
    "road",
    "postcode",
    "bank",
    "account_no",
    "phone",
    "mobile_consent",
)
HEADER_LINES: Final = 1

_READER_OF: Final = dict(zip(COLUMNS, READERS, strict=True))
_PART: Final = "\x1f"
_REQUIRED: Final = frozenset(COLUMNS) - {"prefix", "last_name", "house_no", "moo", "road", "account_no", "phone"}


class FileLine(NamedTuple):
    """A line that is right. Texts are clean, digits Arabic, the phone begins with 0; what is not told is empty."""

    citizen_id: str
    card_no: str
    prefix: str
    first_name: str
    last_name: str
    birth: BirthDate
    income_2559_satang: int
    subdistrict: str
    house_no: str
    moo: str
    road: str
    postcode: str
    bank: str
    account_no: str
    phone: str
    mobile_consent: bool

    def normalised(self) -> bytes:
        """One text for the whole content: the same content gives the same text, however it was written."""
        birth, consent = birth_text(self.birth), "Y" if self.mobile_consent else "N"
        return _PART.join([*self[:5], birth, str(self.income_2559_satang), *self[7:15], consent]).encode()

    @classmethod
    def of(cls, normalised: bytes) -> Self:
        """The values of `normalised`."""
        texts = normalised.decode().split(_PART)
        return cls(*texts[:5], birth_of(texts[5]), int(texts[6]), *texts[7:15], texts[15] == "Y")  # type: ignore[arg-type, call-arg]  # sixteen texts


def birth_text(birth: BirthDate) -> str:
    """A birth date as it stands in the normalised text."""
    return f"{birth.value.isoformat()}/{birth.precision!s}"


@lru_cache(maxsize=50_000)
def birth_of(text: str) -> BirthDate:
    """The birth date of `birth_text`."""
    day, _, precision = text.partition("/")
    return BirthDate(date.fromisoformat(day), Precision(precision))


CITIZEN_ID_IN_TEXT: Final = slice(13)
CARD_NO_IN_TEXT: Final = slice(14, 30)
"""Where a normalised text has the citizen id, and the card number."""


ONCE_IN_A_FILE: Final = {
    "citizen_id": ("the citizen id stands in an earlier line", "เลขประจำตัวประชาชนซ้ำกับบรรทัดก่อนหน้า"),
    "card_no": ("the card number is another person's", "หมายเลขบัตรเป็นของบุคคลอื่น"),
}
"""The columns whose value belongs to one person, and the words for a second one."""


def duplicate(column: str, value: str = "") -> Fault:
    """The fault of a line whose citizen id or card number was taken by an earlier one."""
    return Fault(column, "duplicate", *ONCE_IN_A_FILE[column], masked(column, value))


def erased() -> Fault:
    """The fault of a line about a person who was erased: a file does not bring them back."""
    return Fault(
        "citizen_id",
        "erased",
        "the person was erased and is on the list of those who do not come back",
        "บุคคลนี้ถูกลบข้อมูลตามกฎหมายและอยู่ในรายการที่ห้ามนำกลับเข้า",
    )


def chunk_of(line: int) -> int:
    """The chunk of the bulk lane that the person of this line belongs to."""
    return (line - HEADER_LINES - 1) // HOLDERS_A_CHUNK


def read_lines(raws: Sequence[bytes], *, today: date) -> list[FileLine | list[Fault]]:
    """Of each line the values, or everything that is wrong with it. A birth after `today` is wrong."""
    plain = read_plain(raws, today=today)
    return [read_fields(raw, today=today) if line is None else line for raw, line in zip(raws, plain, strict=True)]


def read_fields(raw: bytes, *, today: date) -> FileLine | list[Fault]:
    """The same of one line, field by field, however the line is written."""
    fields = fields_of(raw, COLUMNS, masked)
    return [fields] if isinstance(fields, Fault) else _values(fields, today)


# Most lines are written as they are stored: one look tells that, and what the fields are.
_PLAIN: Final = re.compile(
    r"([0-9]{13}),([0-9]{16}),([^,\"]{0,40}),([^,\"]{1,100}),([^,\"]{0,100}),([0-9/-]{1,10}),(DAY|MONTH|YEAR),"
    r"([0-9]{1,7})(?:\.([0-9]{1,2}))?,([0-9]{6}),([0-9/]{0,60}),([0-9]{0,20}),([^,\"]{0,120}),([0-9]{5}),(BAAC|GSB|KTB),"
    r"((?:[0-9]{10,15})?),((?:0(?:[2-7][0-9]{7}|[689][0-9]{8}))?),([YN])[\r\n]*"
)


# Where in it the free texts are, the subdistrict, and the birth date with what is known of it.
_TEXTS: Final = (2, 3, 4, 12)
_SUBDISTRICT: Final = 9
_BIRTH: Final = slice(5, 7)


def read_plain(raws: Sequence[bytes], *, today: date) -> list[FileLine | None]:
    """Of each line that is right and written as values are stored, the values; None for any other, which is read field by field."""
    found = [_PLAIN.fullmatch(text) for text in _texts(raws)]
    rows = [match.groups() for match in found if match]
    columns = list(zip(*rows, strict=True)) or [()] * _PLAIN.groups
    # What comes again and again is looked at once.
    unclean = {text for text in {text for column in _TEXTS for text in columns[column]} if not _is_clean(text)}
    unknown = {code for code in set(columns[_SUBDISTRICT]) if not is_subdistrict(code)}
    births = {written: _plain_birth(*written, today) for written in set(zip(*columns[_BIRTH], strict=True))}
    lines = [
        FileLine._make((*row[:5], birth, int(row[7]) * 100 + (int(row[8].ljust(2, "0")) if row[8] else 0), *row[9:17], row[17] == "Y"))
        if (birth := births[row[_BIRTH]]) is not None
        and row[0][12] == check_digit(row[0])
        and row[0][0] in FIRST_DIGITS
        and row[_SUBDISTRICT] not in unknown
        and not (unclean and any(row[column] in unclean for column in _TEXTS))
        else None
        for row in rows
    ]
    if len(rows) == len(raws):
        return lines
    those = iter(lines)
    return [next(those) if match else None for match in found]


def read_text(column: str, written: str) -> str | None:
    """The value of a column that is text, normalised; None where a line with it is wrong."""
    text = clean(written)
    if NUL in written or text[0:1] in CELL_MARKS or (not text and column in _REQUIRED):
        return None
    try:
        return str(_READER_OF[column](text))
    except Refused:
        return None


def read_birth(written: str, precision: str, today: date) -> BirthDate | None:
    """The birth date of the two columns; None where a line with them is wrong."""
    known = read_text("birth_precision", precision)
    return _birth(text, Precision(known), today, []) if known and (text := read_text("birth_date", written)) else None


def _texts(raws: Sequence[bytes]) -> list[str]:
    """The lines as text; one that is none is empty, so that it is read, and refused, by itself."""
    try:
        return [raw.decode() for raw in raws]
    except UnicodeDecodeError:
        return [_text(raw) for raw in raws]


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return ""


@lru_cache(maxsize=50_000)
def _is_clean(text: str) -> bool:
    return clean(text) == text


@lru_cache(maxsize=50_000)
def _plain_birth(text: str, precision: str, today: date) -> BirthDate | None:
    try:
        birth = parse_birth_date(text, Precision(precision))
    except BadDate:
        return None
    return birth if birth.value <= today else None


def citizen_id_of(raw: bytes) -> str | None:
    """The citizen id of a line that is wrong elsewhere, where it can be read: whom the line is about."""
    try:
        return parse_citizen_id(field_of(raw, "citizen_id"))
    except BadCitizenId:
        return None


def field_of(raw: bytes, column: str) -> str:
    """What a line has in a column, clean; empty where it cannot be read."""
    fields = parted(raw.decode(errors="replace").rstrip("\r\n")) or []
    place = COLUMNS.index(column)
    return fields[place] if place < len(fields) else ""


def _values(fields: list[str], today: date) -> FileLine | list[Fault]:
    faults: list[Fault] = []
    values: list[object] = []
    for column, read, field in zip(COLUMNS, READERS, fields, strict=True):
        if not field and column in _REQUIRED:
            faults.append(Fault(column, "required", "is required", "จำเป็นต้องระบุ"))
            values.append(None)
            continue
        try:
            values.append(read(field) if field[0:1] not in CELL_MARKS else refuse_cell(field))
        except Refused as refused:
            faults.append(Fault(column, refused.code, refused.en, refused.th, masked(column, field)))
            values.append(None)
    birth = _birth(fields[5], values.pop(6), today, faults) if fields[5] else None
    if faults or birth is None:
        return sorted(faults, key=lambda fault: COLUMNS.index(fault.field))
    values[5] = birth
    return FileLine(*values)  # type: ignore[arg-type]  # each reader gives what its column holds


def _birth(text: str, precision: object, today: date, faults: list[Fault]) -> BirthDate | None:
    """The birth date, read with what is said to be known of it; where that is wrong itself, with what the date shows."""
    try:
        birth = parse_birth_date(text, precision if isinstance(precision, Precision) else None)
    except BadDate as bad:
        less_known = bad.code == "precision"
        field, code = ("birth_precision", "birth_precision") if less_known else ("birth_date", "birth_date")
        faults.append(Fault(field, code, bad.message_en, bad.message_th, masked("birth_date", text)))
        return None
    if birth.value > today:
        faults.append(Fault("birth_date", "birth_date", "the date lies in the future", "วันเกิดอยู่ในอนาคต", masked("birth_date", text)))
        return None
    return birth
