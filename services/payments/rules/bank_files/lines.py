"""What a line of a bank's file says, or what is wrong with it: the same for every kind of file."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final, NamedTuple, TypeVar

from shared.clock import on_day
from shared.contracts.payments import ResultStatus
from shared.files.lines import Fault
from shared.thai.digits import arabic_digits
from shared.thai.unreadable import Unreadable

REFERENCE_CHARACTERS_MAX: Final = 100
_YEARS: Final = range(2000, 2200)
_ID: Final = re.compile(r"[0-9a-f]{32}")
_BAHT: Final = re.compile(r"([0-9]{1,13})(?:\.([0-9]{1,5}))?")
_DIGIT: Final = "[0-9๐-๙]"
_HARMLESS: Final = re.compile(
    f"[0-9a-f]{{32}}|{_DIGIT}{{1,8}}|{_DIGIT}{{1,7}}[.,]{_DIGIT}{{1,3}}|{_DIGIT}{{1,4}}[/-]{_DIGIT}{{1,2}}[/-]{_DIGIT}{{1,4}}"
)

T = TypeVar("T")


class FileFormat(StrEnum):
    """The kinds of files that banks send."""

    PAIN_002 = "PAIN_002"
    CAMT_053 = "CAMT_053"
    CAMT_054 = "CAMT_054"
    MT940 = "MT940"
    CSV = "CSV"


class Told(NamedTuple):
    """What a bank says of one instruction: an answer, but for the bank."""

    instruction_id: str
    status: ResultStatus
    amount_satang: int
    value_date: date
    bank_reference: str
    reason_code: str | None = None


class FileLine(NamedTuple):
    """A line of a file by its number: an answer, or what is wrong with it; neither where it says nothing of a payment's end."""

    number: int
    told: Told | None = None
    faults: tuple[Fault, ...] = ()


class Wrong(Unreadable):
    """A value that is not what it should be. Codes: `instruction_id`, `amount`, `date`, `currency`, `length`, `status`."""


def masked(text: str) -> str:
    """A value as a refusal may show it: ids of instructions, short numbers and days as they are; of anything else only the length."""
    return text if _HARMLESS.fullmatch(text) else f"… ({len(text)})"


def fault(place: str, code: str, en: str, th: str, value: str = "") -> Fault:
    """What is wrong with one field."""
    return Fault(place, code, en, th, masked(value))


@dataclass
class Reading:
    """Takes the values of one line and keeps what is wrong with them."""

    faults: list[Fault] = field(default_factory=list)

    def take(self, place: str, text: str | None, read: Callable[[str], T]) -> T | None:
        """The value of a field that must be there; None where it is missing or wrong, which is kept. `read` raises Wrong."""
        text = (text or "").strip()
        if not text:
            self.faults.append(fault(place, "required", "is required", "จำเป็นต้องระบุ"))
            return None
        try:
            return read(text)
        except Wrong as error:
            self.faults.append(fault(place, error.code, error.message_en, error.message_th, text))
            return None

    def line(
        self,
        number: int,
        instruction_id: str | None,
        status: ResultStatus | None,
        amount_satang: int | None,
        value_date: date | None,
        bank_reference: str | None,
        reason_code: str | None = None,
    ) -> FileLine:
        """The line of these values: an answer, or all that is wrong with it."""
        if self.faults or not (instruction_id and status and value_date and bank_reference) or amount_satang is None:
            return FileLine(number, faults=tuple(self.faults))
        return FileLine(number, Told(instruction_id, status, amount_satang, value_date, bank_reference, reason_code))


def instruction(text: str) -> str:
    """The id of an instruction, in small letters. Raises Wrong."""
    if not _ID.fullmatch(text.lower()):
        raise Wrong(
            "instruction_id", "is no id of an instruction (32 characters 0-9 and a-f)", "ไม่ใช่เลขอ้างอิงคำสั่งจ่าย (0-9 และ a-f รวม 32 ตัวอักษร)"
        )
    return text.lower()


def satang(text: str, decimal: str = ".", thousands: str = "") -> int:
    """Baht as satang. Raises Wrong."""
    plain = arabic_digits(text).replace(thousands, "") if thousands else arabic_digits(text)
    found = None if decimal != "." and "." in plain else _BAHT.fullmatch(plain.replace(decimal, ".").removesuffix("."))
    if found is None or (found[2] or "")[2:].strip("0"):
        raise Wrong("amount", "is no amount in baht with two decimals", "ไม่ใช่จำนวนเงินบาททศนิยมสองตำแหน่ง")
    return int(found[1]) * 100 + int((found[2] or "")[:2].ljust(2, "0"))


def iso_day(text: str) -> date:
    """The day of an ISO date, or of a moment, which counts by the clock of Bangkok. Raises Wrong."""
    try:
        moment = datetime.fromisoformat(text)
        return possible(moment.date() if moment.tzinfo is None else on_day(moment))
    except (ValueError, OverflowError) as error:
        raise no_day("2018-03-21") from error


def possible(day: date) -> date:
    """The day, if a bank can have paid on it. Raises ValueError."""
    if day.year not in _YEARS:
        raise ValueError(f"{day} is outside of the years in which banks pay")
    return day


def no_day(example: str) -> Wrong:
    """The failure of a text that is no day."""
    return Wrong("date", f"is no day; write {example}", f"ไม่ใช่วันที่ โปรดระบุในรูปแบบ {example}")


def reference(text: str) -> str:
    """A text of the bank's own. Raises Wrong."""
    if len(text) > REFERENCE_CHARACTERS_MAX or not text.isprintable():
        raise Wrong("length", f"must be at most {REFERENCE_CHARACTERS_MAX} characters", f"ต้องไม่เกิน {REFERENCE_CHARACTERS_MAX} ตัวอักษร")
    return text


def wrong(number: int, *faults: Fault) -> FileLine:
    """A line that is no answer for these reasons."""
    return FileLine(number, faults=faults)


def too_large(number: int) -> FileLine:
    """A line that is over the limits."""
    return wrong(number, fault("", "size", "the entry is larger than is taken", "รายการมีขนาดใหญ่เกินกำหนด"))
