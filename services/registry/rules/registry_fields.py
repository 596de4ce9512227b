"""The fields of a registry file, each from text to its normalised value. Pure."""

import re
from collections.abc import Callable
from typing import Final

from shared.contracts.common import Bank
from shared.files.cells import CELL_MARKS
from shared.thai.areas import is_subdistrict
from shared.thai.citizen_id import BadCitizenId, parse_citizen_id
from shared.thai.dates import Precision
from shared.thai.digits import arabic_digits
from shared.thai.text import clean

_BANKS: Final = frozenset(Bank)
_SEPARATORS: Final = str.maketrans("", "", " -")
_PHONE_SEPARATORS: Final = str.maketrans("", "", " -.()")
_INCOME: Final = re.compile(r"([0-9]{1,7})(?:\.([0-9]{1,2}))?")
_CARD: Final = re.compile(r"[0-9]{16}")
_ACCOUNT: Final = re.compile(r"[0-9]{10,15}")
_POSTCODE: Final = re.compile(r"[0-9]{5}")
_PHONE: Final = re.compile(r"(?:0|\+?66)([2-7][0-9]{7}|[689][0-9]{8})")


class Refused(Exception):
    """A field's value is not right."""

    def __init__(self, code: str, en: str, th: str) -> None:
        super().__init__(code)
        self.code, self.en, self.th = code, en, th


def refuse_cell(field: str) -> object:
    """Refuse what a workbook's cell could not tell. Raises Refused."""
    raise Refused(*CELL_MARKS[field[0]])


def _citizen_id(text: str) -> str:
    try:
        return parse_citizen_id(text)
    except BadCitizenId as bad:
        raise Refused("citizen_id", bad.message_en, bad.message_th) from None


def _free_text(longest: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        if len(text) > longest:
            raise Refused("length", f"has more than {longest} characters", f"ยาวเกิน {longest} ตัวอักษร")
        return text

    return read


def _digits(code: str, pattern: re.Pattern[str], en: str, th: str) -> Callable[[str], str]:
    """Digits of a form, Thai or Arabic, perhaps with spaces and dashes between; empty where the column may be."""

    def read(text: str) -> str:
        digits = arabic_digits(text).translate(_SEPARATORS)
        if text and not pattern.fullmatch(digits):
            raise Refused(code, en, th)
        return digits

    return read


def _precision(text: str) -> Precision:
    try:
        return Precision(text.upper())
    except ValueError:
        raise Refused("birth_precision", "must be DAY, MONTH or YEAR", "ต้องเป็น DAY, MONTH หรือ YEAR") from None


def _income(text: str) -> int:
    found = _INCOME.fullmatch(arabic_digits(text))
    if found is None:
        raise Refused("income", "must be baht from 0 to 9,999,999.99", "ต้องเป็นจำนวนบาทตั้งแต่ 0 ถึง 9,999,999.99")
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


def _subdistrict(text: str) -> str:
    code = arabic_digits(text)
    if not is_subdistrict(code):
        raise Refused("subdistrict", "is not a subdistrict's code", "ไม่ใช่รหัสตำบล")
    return code


def _bank(text: str) -> str:
    bank = text.upper()
    if bank not in _BANKS:
        raise Refused("bank", "must be KTB, BAAC or GSB", "ต้องเป็น KTB, BAAC หรือ GSB")
    return bank


def _phone(text: str) -> str:
    if not text:
        return ""
    found = _PHONE.fullmatch(arabic_digits(text).translate(_PHONE_SEPARATORS))
    if found is None:
        raise Refused("phone", "is not a Thai telephone number", "ไม่ใช่หมายเลขโทรศัพท์")
    return "0" + found[1]


def _consent(text: str) -> bool:
    if text not in {"Y", "N", "y", "n"}:
        raise Refused("consent", "must be Y or N", "ต้องเป็น Y หรือ N")
    return text in {"Y", "y"}


_CARD_NO = _digits("card_no", _CARD, "must have 16 digits", "ต้องมี 16 หลัก")

READERS: Final[tuple[Callable[[str], object], ...]] = (
    _citizen_id,
    _CARD_NO,
    _free_text(40),
    _free_text(100),
    _free_text(100),
    str,
    _precision,
    _income,
    _subdistrict,
    _free_text(60),
    _free_text(20),
    _free_text(120),
    _digits("postcode", _POSTCODE, "must have 5 digits", "ต้องมี 5 หลัก"),
    _bank,
    _digits("account_no", _ACCOUNT, "must have 10 to 15 digits", "ต้องมี 10 ถึง 15 หลัก"),
    _phone,
    _consent,
)


def read_card_no(text: str) -> str | None:
    """The 16 digits of a card number as people type it, or None."""
    try:
        return _CARD_NO(clean(text)) or None
    except Refused:
        return None


_ACCOUNT_NO: Final = _digits("account_no", _ACCOUNT, "must have 10 to 15 digits", "ต้องมี 10 ถึง 15 หลัก")


def read_account_no(text: str) -> str | None:
    """The digits of an account as people type it, empty for none, or None for what is no account."""
    try:
        return _ACCOUNT_NO(clean(text))
    except Refused:
        return None


def read_phone(text: str) -> str | None:
    """A Thai telephone number from 0 on as people type it, or None."""
    try:
        return _phone(clean(text)) or None
    except Refused:
        return None
