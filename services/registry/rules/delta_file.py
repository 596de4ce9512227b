"""One line of a file of changes (docs/registry-file.md): what is to be done with a person, why, and the person's line. Pure."""

import re
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple

from services.registry.rules.masking import masked
from services.registry.rules.registry_file import COLUMNS, FileLine, citizen_id_of, read_lines
from shared.files.lines import LINE_BYTES_MAX, TOO_LONG, WHOLE_LINE, Fault, wrong_number
from shared.thai.text import clean

DELTA_COLUMNS: Final = ("change", "reason", *COLUMNS)
REASON_CHARACTERS_MAX: Final = 200
_HEAD: Final = re.compile(rb'(?:"((?:[^"]|"")*)"|([^,"]*)),(?:"((?:[^"]|"")*)"|([^,"]*)),')


class Asked(StrEnum):
    """What a line asks for."""

    ADD = "ADD"
    CORRECT = "CORRECT"
    REMOVE = "REMOVE"


class DeltaLine(NamedTuple):
    """A line that is right. `person` is the rest of it; a line that removes has none, and needs only the citizen id."""

    asked: Asked
    reason: str
    citizen_id: str
    person: FileLine | None


CONTRADICTED: Final = {
    Asked.ADD: ("known", "the person is in the registry already", "บุคคลนี้อยู่ในทะเบียนแล้ว จึงเพิ่มไม่ได้"),
    Asked.CORRECT: ("unknown", "nobody in the registry has this citizen id", "ไม่พบบุคคลนี้ในทะเบียน จึงแก้ไขไม่ได้"),
    Asked.REMOVE: ("unknown", "nobody in the registry has this citizen id", "ไม่พบบุคคลนี้ในทะเบียน จึงนำออกไม่ได้"),
}
"""What is said where the registry knows otherwise."""


def contradicted(asked: Asked) -> Fault:
    """The fault of a line that the registry contradicts."""
    return Fault("citizen_id", *CONTRADICTED[asked])


def read_delta_line(raw: bytes, *, today: date) -> DeltaLine | list[Fault]:
    """The change that a line asks for, or everything that is wrong with it."""
    if len(raw) >= LINE_BYTES_MAX:
        return [TOO_LONG]
    found = _HEAD.match(raw)
    if found is None:
        return [_broken_head(raw)]
    person = raw[found.end() :]
    word, reason = (_text(quoted if quoted is not None else plain) for quoted, plain in (found.group(1, 2), found.group(3, 4)))
    faults: list[Fault] = []
    asked = next((one for one in Asked if one == word.upper()), None)
    if asked is None:
        faults.append(_fault("change", "change", word, "must be ADD, CORRECT or REMOVE", "ต้องเป็น ADD, CORRECT หรือ REMOVE"))
    if not reason and asked is not Asked.ADD:
        faults.append(Fault("reason", "required", "is required", "จำเป็นต้องระบุ"))
    elif len(reason) > REASON_CHARACTERS_MAX:
        faults.append(
            _fault(
                "reason", "length", reason, f"has more than {REASON_CHARACTERS_MAX} characters", f"ยาวเกิน {REASON_CHARACTERS_MAX} ตัวอักษร"
            )
        )
    elif "\ufffd" in reason:
        faults.append(_fault("reason", "encoding", reason, "is not UTF-8 text", "ไม่ใช่ข้อความ UTF-8"))
    if asked is Asked.REMOVE:
        return _removal(reason, person, faults, today)
    [line] = read_lines([person], today=today)
    if not isinstance(line, FileLine):
        return [*faults, *line]
    return faults or DeltaLine(asked or Asked.ADD, reason, line.citizen_id, line)


def person_of(raw: bytes) -> bytes:
    """What a line says of the person: a line of changes without its head, any other as it is."""
    head = _HEAD.match(raw)
    if head is None:
        return raw
    word = _text(head.group(1) if head.group(1) is not None else head.group(2)).upper()
    return raw[head.end() :] if word in set(Asked) else raw


def _removal(reason: str, person: bytes, faults: list[Fault], today: date) -> DeltaLine | list[Fault]:
    citizen_id = citizen_id_of(person)
    if citizen_id is None:
        [wrong] = read_lines([person], today=today)
        if isinstance(wrong, list):
            faults += [fault for fault in wrong if fault.field in {WHOLE_LINE, "citizen_id"}] or wrong
    if faults or citizen_id is None:
        return faults
    return DeltaLine(Asked.REMOVE, reason, citizen_id, None)


def _broken_head(raw: bytes) -> Fault:
    fields = raw.count(b",") + 1
    if b'"' not in raw or fields < len(("change", "reason")) + 1:
        return wrong_number(fields, len(DELTA_COLUMNS))
    field = "change" if raw.startswith(b'"') else "reason"
    return Fault(field, "quote", "the quote is not closed where the field ends", "เครื่องหมายคำพูดไม่ปิดเมื่อจบช่องข้อมูล")


def _text(raw: bytes) -> str:
    return clean(raw.decode(errors="replace").replace('""', '"'))


def _fault(field: str, code: str, value: str, en: str, th: str) -> Fault:
    return Fault(field, code, en, th, masked(field, value))
