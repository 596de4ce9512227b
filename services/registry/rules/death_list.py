"""One line of a list of deaths of the civil registration: from bytes to checked values. Pure."""

import csv
from datetime import date
from typing import Final, NamedTuple

from services.registry.rules.registry_file import LINE_BYTES_MAX, WHOLE_LINE, Fault
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


def is_header(raw: bytes) -> bool:
    """Whether the first line names exactly our columns, in their order."""
    return raw.removeprefix(_BOM).rstrip(b"\r\n") == ",".join(COLUMNS).encode()


def read_death(raw: bytes, *, today: date) -> DeathLine | list[Fault]:
    """The values of a line, or everything that is wrong with it. A death after `today` is wrong."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text or len(raw) >= LINE_BYTES_MAX:
        return [Fault(WHOLE_LINE, "encoding", "the line is not UTF-8 text", "บรรทัดไม่ใช่ข้อความ UTF-8")]
    try:
        fields = [clean(field) for field in next(csv.reader([text.rstrip("\r\n")], strict=True), [])]
    except csv.Error:
        fields = []
    if len(fields) != len(COLUMNS):
        return [Fault(WHOLE_LINE, "columns", f"the line must have {len(COLUMNS)} fields", f"บรรทัดต้องมี {len(COLUMNS)} ช่องข้อมูล")]
    return _values(*fields, today=today)


def _values(citizen_id: str, deceased_on: str, document: str, *, today: date) -> DeathLine | list[Fault]:
    faults: list[Fault] = []
    number, day = "", date.min
    try:
        number = parse_citizen_id(citizen_id)
    except BadCitizenId as bad:
        faults.append(Fault("citizen_id", "citizen_id", bad.message_en, bad.message_th))
    try:
        day = parse_birth_date(deceased_on, Precision.DAY).value
    except BadDate as bad:
        faults.append(Fault("deceased_on", "deceased_on", bad.message_en, bad.message_th))
    if day > today:
        faults.append(Fault("deceased_on", "deceased_on", "the date lies in the future", "วันที่อยู่ในอนาคต"))
    if not document:
        faults.append(Fault("document", "required", "is required", "จำเป็นต้องระบุ"))
    elif len(document) > DOCUMENT_CHARACTERS_MAX:
        longest = DOCUMENT_CHARACTERS_MAX
        faults.append(Fault("document", "length", f"has more than {longest} characters", f"ยาวเกิน {longest} ตัวอักษร"))
    return faults or DeathLine(number, day, document)
