"""Fields that several requests have."""

from typing import Annotated

from pydantic import AfterValidator, Field

from services.registry.rules.registry_fields import read_card_no
from shared.http import field_error
from shared.thai.citizen_id import BadCitizenId, parse_citizen_id
from shared.thai.text import clean


def _citizen_id(text: str) -> str:
    try:
        return parse_citizen_id(text)
    except BadCitizenId as bad:
        raise field_error("citizen_id", bad.message_en, bad.message_th) from None


def _card_no(text: str) -> str:
    digits = read_card_no(text)
    if digits is None:
        raise field_error("card_no", "must have 16 digits", "ต้องมี 16 หลัก")
    return digits


def _some_text(text: str) -> str:
    cleaned = clean(text)
    if not cleaned:
        raise field_error("empty", "must not be empty", "ต้องไม่ว่าง")
    return cleaned


CitizenId = Annotated[
    str,
    Field(
        max_length=40,
        description="13 digits, Arabic or Thai, with or without dashes. เลขประจำตัวประชาชน 13 หลัก",
        examples=["1-0000-00000-01-7"],
    ),
    AfterValidator(_citizen_id),
]
CardNo = Annotated[
    str, Field(max_length=40, description="16 digits. หมายเลขบัตร 16 หลัก", examples=["9764000000000001"]), AfterValidator(_card_no)
]
Text = Annotated[str, AfterValidator(clean)]
SomeText = Annotated[str, AfterValidator(_some_text)]
"""Text with something in it."""
