"""The Thai citizen id: 13 digits, the last of which checks the rest.

The check digit is worked out here and not by python-stdnum, which rejects Thai digits, lets the first digits 6 and 7 pass
and takes about 5 µs an id (a whole country is 11.5 million of them). The tests hold the two to the same answers.
"""

from typing import Final

from shared.thai.digits import THAI_DIGITS
from shared.thai.unreadable import Unreadable

FIRST_DIGITS: Final = "123458"
LENGTH: Final = 13

_SEPARATORS: Final = " \u00a0-\u2010\u2011\u2012\u2013\u2014"
_INVISIBLE: Final = "\u200b\u200c\u200d\u2060\ufeff"
_PLAIN: Final = {ord(thai): str(value) for value, thai in enumerate(THAI_DIGITS)} | dict.fromkeys(map(ord, _SEPARATORS + _INVISIBLE))
# Σ dᵢ·(14−i) is taken over character codes; what the codes add to the digits, 48·(13+…+2), is taken off again.
_CODES_EXCESS: Final = 48 * sum(range(2, 14))
# The check character by that sum mod 11.
_CHECK: Final = tuple(str((11 - (rest - _CODES_EXCESS) % 11) % 10) for rest in range(11))


class BadCitizenId(Unreadable):
    """Not a citizen id. Codes: `characters`, `length`, `first_digit`, `check_digit`. The id itself is in no message."""


def parse_citizen_id(text: str) -> str:
    """The 13 plain digits of a citizen id written with Arabic or Thai digits, with or without spaces and dashes.

    Raises:
        BadCitizenId: other characters, not 13 digits, a first digit that is not given out, or a wrong check digit.
    """
    digits = text
    if not (len(digits) == LENGTH and digits.isascii() and digits.isdecimal()):
        digits = _plain_digits(text)
    if digits[0] not in FIRST_DIGITS:
        raise BadCitizenId("first_digit", "a citizen id begins with 1-5 or 8", "เลขประจำตัวประชาชนต้องขึ้นต้นด้วย 1-5 หรือ 8")
    if digits[12] != check_digit(digits):
        raise BadCitizenId("check_digit", "the last digit does not fit the others", "เลขตรวจสอบหลักสุดท้ายไม่ถูกต้อง")
    return digits


def check_digit(first12: str) -> str:
    """The thirteenth digit that belongs to the first twelve Arabic digits; further characters are not looked at."""
    a, b, c, d, e, f, g, h, i, j, k, m = first12[:12].encode()
    total = 13 * a + 12 * b + 11 * c + 10 * d + 9 * e + 8 * f + 7 * g + 6 * h + 5 * i + 4 * j + 3 * k + 2 * m
    return _CHECK[total % 11]


def formatted(citizen_id: str) -> str:
    """Thirteen plain digits as printed on the card: `3-8101-00123-45-4`."""
    return f"{citizen_id[0]}-{citizen_id[1:5]}-{citizen_id[5:10]}-{citizen_id[10:12]}-{citizen_id[12]}"


def masked(citizen_id: str) -> str:
    """Thirteen plain digits for those who may not see the id: `3-8101-xxxxx-45-4`."""
    return f"{citizen_id[0]}-{citizen_id[1:5]}-xxxxx-{citizen_id[10:12]}-{citizen_id[12]}"


def _plain_digits(text: str) -> str:
    digits = text.translate(_PLAIN)
    if not (digits.isascii() and (digits.isdecimal() or not digits)):
        raise BadCitizenId("characters", "a citizen id has only digits, spaces and dashes", "เลขประจำตัวประชาชนมีได้เฉพาะตัวเลข ช่องว่าง และขีด")
    if len(digits) != LENGTH:
        raise BadCitizenId(
            "length", f"a citizen id has 13 digits, not {len(digits)}", f"เลขประจำตัวประชาชนต้องมี 13 หลัก ไม่ใช่ {len(digits)} หลัก"
        )
    return digits
