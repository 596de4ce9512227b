"""The file in which an agency without a system of its own gets its referrals, and reports of them. Pure.

It goes down with every referral a line and the columns of a report empty; it comes back filled in, or as the short form of those columns alone.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.plan.errors.agencies import NotAReportFile
from shared.files.cells import CELL_MARKS
from shared.files.forms import FileForm
from shared.files.lines import Fault, fields_of
from shared.thai.dates import BadDate, Precision, parse_birth_date
from shared.thai.digits import arabic_digits

INFORMATION: Final = {
    "referral_id": "เลขที่การส่งต่อ",
    "programme_code": "รหัสโครงการ",
    "programme_name": "ชื่อโครงการ",
    "attempt": "ส่งต่อครั้งที่",
    "status": "สถานะ",
    "referred_on": "วันที่ส่งต่อ",
    "offering_id": "รหัสรอบ",
    "place": "สถานที่",
    "starts_on": "วันที่เริ่ม",
    "waits_for": "ขั้นตอนที่รอ",
    "due_on": "กำหนดภายใน",
    "overdue_since": "เกินกำหนดตั้งแต่",
}
"""What the file tells of a referral, by column, with the Thai heading."""

REPORT: Final = {
    "step": "ขั้นตอน",
    "on": "วันที่",
    "position": "ลำดับที่รอ",
    "reason": "เหตุผลที่ไม่รับ",
    "outcome": "ผล",
    "words": "คำอธิบาย",
    "evidence_kind": "ชนิดหลักฐาน",
    "evidence": "หลักฐาน",
}
"""What an agency fills in."""

HEADINGS: Final = {**INFORMATION, **REPORT}
SHEET: Final = tuple(HEADINGS)
SHORT: Final = ("referral_id", *REPORT)
LINES_MAX: Final = 10_000
UNPACKED_BYTES_MAX: Final = 64 * 1024**2

_CODES: Final = {heading: column for column, heading in HEADINGS.items()}
_DATES: Final = ("on", "referred_on", "starts_on", "due_on", "overdue_since")
_CODE_WORDS: Final = ("step", "reason", "outcome", "evidence_kind")
_PERSONAL: Final = frozenset({"words", "evidence"})
_HARMLESS: Final = re.compile(r"[A-Za-z_]{1,40}|[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|[0-9๐-๙/-]{1,10}")


def in_thai(columns: Sequence[str]) -> tuple[str, ...]:
    """The Thai headings of the columns."""
    return tuple(HEADINGS[column] for column in columns)


REPORT_FILE: Final = FileForm(
    "a file of reports",
    "ไฟล์รายงานผล",
    (SHORT, SHEET, in_thai(SHORT), in_thai(SHEET)),
    NotAReportFile,
    workbooks=True,
    dates=frozenset({*_DATES, *in_thai(_DATES)}),
    unpacked_bytes_max=UNPACKED_BYTES_MAX,
)


@dataclass(frozen=True, slots=True)
class FilledLine:
    """What a line says, as REST would have it (`values`), what of it may be shown, and what is wrong with it so far."""

    values: dict[str, Any]
    shown: Mapping[str, str]
    faults: tuple[Fault, ...]


def columns_named(headings: Sequence[str]) -> tuple[str, ...]:
    """The columns of a first line, by their codes."""
    return tuple(_CODES.get(heading, heading) for heading in headings)


def masked(column: str, text: str) -> str:
    """A value as a refusal may show it: codes, ids and days as they are; of anything else the first letter and the length."""
    text = text.lstrip("".join(CELL_MARKS))
    if not text or (column not in _PERSONAL and _HARMLESS.fullmatch(text)):
        return text
    return f"{text[0] if text[0].isalpha() else ''}… ({len(text)})"


def read_line(raw: bytes, columns: Sequence[str]) -> FilledLine | None:
    """What a line reports; None for one without a report."""
    fields = fields_of(raw, columns, masked)
    if isinstance(fields, Fault):
        return FilledLine({}, {}, (fields,)) if raw.strip() else None
    row = {column: field for column, field in zip(columns, fields, strict=True) if column in REPORT or column == "referral_id"}
    if not any(field for column, field in row.items() if column in REPORT):
        return None
    shown = {column: masked(column, field) for column, field in row.items()}
    faults = [Fault(column, *CELL_MARKS[field[0]], shown[column]) for column, field in row.items() if field[:1] in CELL_MARKS]
    values: dict[str, Any] = {column: field or None for column, field in row.items()}
    for column in _CODE_WORDS:
        values[column] = row[column].upper() or None
    values["position"] = arabic_digits(row["position"]) or None
    values["on"] = _day(row["on"], faults, shown)
    values["details"] = _details(values.pop("evidence_kind"), values.pop("evidence"), faults, shown)
    required = [column for column in ("referral_id", "step", "on") if not row[column]]
    faults += [Fault(column, "required", "is required", "จำเป็นต้องระบุ") for column in required]
    return FilledLine({column: value for column, value in values.items() if value is not None}, shown, tuple(faults))


def _day(text: str, faults: list[Fault], shown: Mapping[str, str]) -> str | None:
    if not text:
        return None
    try:
        return parse_birth_date(text, Precision.DAY).value.isoformat()
    except BadDate:
        words = ("is no day; write 2018-04-03 or 03/04/2561", "ไม่ใช่วันที่ โปรดระบุในรูปแบบ 03/04/2561 หรือ 2018-04-03")
        faults.append(Fault("on", "date", *words, shown["on"]))
        return None


def _details(kind: str | None, text: str | None, faults: list[Fault], shown: Mapping[str, str]) -> dict[str, str] | None:
    """`name=value; name=value` as the evidence of REST, which checks it."""
    if kind is None and text is None:
        return None
    if kind is None:
        faults.append(Fault("evidence_kind", "required", "is required where there is evidence", "จำเป็นต้องระบุเมื่อมีหลักฐาน"))
        return None
    details = {"kind": kind}
    for part in filter(None, (part.strip() for part in (text or "").split(";"))):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or not name or name in details:
            words = ("is not name=value; name=value, each name once", "ต้องอยู่ในรูปแบบ ชื่อ=ค่า; ชื่อ=ค่า โดยแต่ละชื่อใช้ครั้งเดียว")
            faults.append(Fault("evidence", "pairs", *words, shown["evidence"]))
            return None
        details[name] = arabic_digits(value) if value and arabic_digits(value).isascii() else value
    return details
