"""One line of a list of deaths of the civil registration: from bytes, of CSV or NDJSON, to checked values. Pure."""

from datetime import date
from typing import Final, NamedTuple

import orjson

from services.registry.rules.masking import masked
from shared.files.broken_lines import NUL
from shared.files.lines import LINE_BYTES_MAX, TOO_LONG, WHOLE_LINE, Fault, fields_of
from shared.thai.citizen_id import BadCitizenId, parse_citizen_id
from shared.thai.dates import BadDate, Precision, parse_birth_date
from shared.thai.text import clean

COLUMNS: Final = ("citizen_id", "deceased_on", "document")
DOCUMENT_CHARACTERS_MAX: Final = 200
_BOM: Final = b"\xef\xbb\xbf"


class DeathLine(NamedTuple):
    """A line that is right by itself."""

    citizen_id: str
    deceased_on: date
    document: str


NOT_FOUND: Final = Fault("citizen_id", "not_found", "is nobody's of the registry", "ไม่พบในทะเบียน")
TWICE: Final = Fault("citizen_id", "duplicate", "stands in an earlier line", "ซ้ำกับบรรทัดก่อนหน้า")
BEFORE_BIRTH: Final = Fault("deceased_on", "not_a_day_of_life", "lies before the person's birth", "อยู่ก่อนวันเกิด")
TAKEN_BACK: Final = Fault(
    "deceased_on", "death_taken_back", "is the day of a death that was taken back, or before it", "การเสียชีวิตในวันนี้หรือหลังจากนี้ถูกเพิกถอนแล้ว"
)


def read_death(raw: bytes, *, today: date) -> DeathLine | list[Fault]:
    """The values of a line of CSV, or everything that is wrong with it. A death after `today` is wrong."""
    fields = fields_of(raw, COLUMNS, masked)
    return [fields] if isinstance(fields, Fault) else _values(*fields, today=today)


def read_death_object(raw: bytes, *, today: date) -> DeathLine | list[Fault]:
    """The same of a line of NDJSON: an object with exactly our fields, all of them text."""
    if len(raw) >= LINE_BYTES_MAX:
        return [TOO_LONG]
    try:
        found = orjson.loads(raw.removeprefix(_BOM))
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        return [Fault(WHOLE_LINE, "json", "the line is not a JSON object in UTF-8", "บรรทัดไม่ใช่ JSON object แบบ UTF-8")]
    if found.keys() != set(COLUMNS):
        names = ", ".join(COLUMNS)
        return [Fault(WHOLE_LINE, "columns", f"the object must have the fields {names} and no other", f"ต้องมีช่องข้อมูล {names} เท่านั้น")]
    faults = [Fault(name, "text", "must be text without NUL", "ต้องเป็นข้อความและไม่มี NUL") for name in COLUMNS if not _is_text(found[name])]
    return faults or _values(*(clean(found[name]) for name in COLUMNS), today=today)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and NUL not in value


def _values(citizen_id: str, deceased_on: str, document: str, *, today: date) -> DeathLine | list[Fault]:
    faults: list[Fault] = []
    number, day = "", date.min
    try:
        number = parse_citizen_id(citizen_id)
    except BadCitizenId as bad:
        faults.append(Fault("citizen_id", "citizen_id", bad.message_en, bad.message_th, masked("citizen_id", citizen_id)))
    try:
        day = parse_birth_date(deceased_on, Precision.DAY).value
    except BadDate as bad:
        faults.append(Fault("deceased_on", "deceased_on", bad.message_en, bad.message_th, masked("deceased_on", deceased_on)))
    if day > today:
        faults.append(
            Fault("deceased_on", "deceased_on", "the date lies in the future", "วันที่อยู่ในอนาคต", masked("deceased_on", deceased_on))
        )
    if not document:
        faults.append(Fault("document", "required", "is required", "จำเป็นต้องระบุ"))
    elif len(document) > DOCUMENT_CHARACTERS_MAX:
        longest = DOCUMENT_CHARACTERS_MAX
        faults.append(
            Fault("document", "length", f"has more than {longest} characters", f"ยาวเกิน {longest} ตัวอักษร", masked("document", document))
        )
    return faults or DeathLine(number, day, document)
