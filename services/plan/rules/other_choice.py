"""Why a plan was agreed that is not what was recommended: asked for whenever it is so, and only then."""

from collections.abc import Iterable
from typing import Final

from shared.contracts.plan import OtherChoice
from shared.errors import Invalid

GIVEN_BY_OFFICERS: Final = tuple(one for one in OtherChoice if one is not OtherChoice.SIGNED_AT_INTERVIEW)
"""Codes that an officer may give; the one that is left is given to what was signed before there was a recommendation."""


def why_otherwise(chosen: Iterable[str], recommended: Iterable[str], code: OtherChoice | None, words: str | None) -> OtherChoice | None:
    """The code of the reason; None where all that was chosen was recommended. Words without a code are another reason.

    Raises Invalid for a choice without a reason, a code that is not the officer's to give, and OTHER without words.
    """
    others = [one for one in chosen if one not in set(recommended)]
    if not others:
        return None
    allowed = " | ".join(GIVEN_BY_OFFICERS)
    if code is None and not words:
        names = ", ".join(others)
        raise Invalid.field(
            "other_choice",
            "missing",
            f"must say why {names} was chosen and not what was recommended",
            f"ต้องระบุเหตุผลที่เลือก {names} ซึ่งต่างจากคำแนะนำ",
            allowed,
        )
    if code is not None and code not in GIVEN_BY_OFFICERS:
        raise Invalid.field("other_choice", "not_allowed", "is not an officer's to give", "ผู้ดูแล (AO) ใช้รหัสนี้ไม่ได้", allowed)
    if code is OtherChoice.OTHER and not words:
        raise Invalid.field(
            "reason_for_other_choice", "missing", "must say it in words with OTHER", "ต้องระบุเหตุผลเป็นข้อความเมื่อเลือก OTHER", "1..500"
        )
    return code or OtherChoice.OTHER
