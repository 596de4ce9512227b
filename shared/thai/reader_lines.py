"""What a reader at a counter gives: the bare number, or a raw line with the number in it.

Readers of chip cards type the fields of the card with a mark between them (`1000000000017#นาย#…`), readers of magnetic stripes
the whole track (`;0000111122223333=21121…?`), scanners of printed codes what was printed. What they have in common is the number itself,
in a run of digits of its length with no digit beside it. Exactly one number must be in the line; nothing else of it is looked at or kept.
"""

import re
from functools import cache
from typing import Final

from shared.thai.citizen_id import LENGTH, BadCitizenId, parse_citizen_id
from shared.thai.digits import arabic_digits
from shared.thai.unreadable import Unreadable

LINE_CHARACTERS_MAX: Final = 400
CARD_DIGITS: Final = 16
"""Digits of the number of a State Welfare Card."""

# A citizen id as it is printed has a dash or a blank between its groups; both are read.
_CITIZEN_ID: Final = re.compile(r"(?<![0-9])[0-9][- ]?[0-9]{4}[- ]?[0-9]{5}[- ]?[0-9]{2}[- ]?[0-9](?![0-9])")
_PLAIN: Final = re.compile(r"[-\s0-9\u00a0\u2010-\u2014\u200b-\u200d\u2060\ufeff]*")


class BadNumber(Unreadable):
    """No number of the wished length, or several. Codes: `length`, `several`. What was read is in no message."""


def citizen_id_in(line: str) -> str:
    """The citizen id that was typed, or that stands in a reader's line; 13 plain digits.

    Raises:
        BadCitizenId: as parse_citizen_id for what was typed; for a line without a citizen id, and `several` for one with two.
    """
    text = arabic_digits(line)
    if _PLAIN.fullmatch(text):
        return parse_citizen_id("".join(text.split()))
    ids, broken = set(), None
    for candidate in _CITIZEN_ID.findall(text):
        try:
            ids.add(parse_citizen_id(candidate))
        except BadCitizenId as bad:
            broken = bad
    if len(ids) == 1:
        return ids.pop()
    if ids:
        raise BadCitizenId("several", "the line holds more than one citizen id", "ข้อความจากเครื่องอ่านมีเลขประจำตัวประชาชนมากกว่าหนึ่งเลข")
    raise broken or BadCitizenId("characters", f"no citizen id of {LENGTH} digits is in it", f"ไม่พบเลขประจำตัวประชาชน {LENGTH} หลัก")


def number_in(line: str, length: int) -> str:
    """The number of that many digits that was typed (dashes and blanks between its digits too), or that stands in a reader's line.

    Raises:
        BadNumber: none, or several different ones.
    """
    text = arabic_digits(line)
    found = {"".join(re.findall("[0-9]", text))} if _PLAIN.fullmatch(text) else set(_number(length).findall(text))
    if len(found) > 1:
        raise BadNumber("several", "the line holds more than one such number", "ข้อความจากเครื่องอ่านมีมากกว่าหนึ่งหมายเลข")
    number = found.pop() if found else ""
    if len(number) != length:
        raise BadNumber("length", f"must have {length} digits", f"ต้องมี {length} หลัก")
    return number


@cache
def _number(length: int) -> re.Pattern[str]:
    return re.compile(rf"(?<![0-9])[0-9]{{{length}}}(?![0-9])")
