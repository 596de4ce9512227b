"""The tax id of a juristic person: the 13 digits of its registration, the last of which checks the rest."""

from typing import Final

from stdnum.exceptions import InvalidChecksum, InvalidComponent, InvalidLength, ValidationError
from stdnum.th import moa

from shared.thai.digits import arabic_digits
from shared.thai.unreadable import Unreadable

LENGTH: Final = 13


class BadTaxId(Unreadable):
    """Not the tax id of a juristic person. Codes: `characters`, `length`, `first_digit`, `check_digit`."""


def parse_tax_id(text: str) -> str:
    """The 13 plain digits of a juristic person's tax id written with Arabic or Thai digits, with or without spaces and dashes.

    A natural person's tax id is the citizen id; it is not read here, since it names a person. Raises BadTaxId.
    """
    try:
        tax_id: str = moa.validate(arabic_digits(text))
    except InvalidLength as error:
        raise BadTaxId("length", f"a tax id has {LENGTH} digits", f"เลขประจำตัวผู้เสียภาษีต้องมี {LENGTH} หลัก") from error
    except InvalidComponent as error:
        raise BadTaxId("first_digit", "the tax id of a juristic person begins with 0", "เลขประจำตัวผู้เสียภาษีของนิติบุคคลต้องขึ้นต้นด้วย 0") from error
    except InvalidChecksum as error:
        raise BadTaxId("check_digit", "the last digit does not fit the others", "เลขตรวจสอบหลักสุดท้ายไม่ถูกต้อง") from error
    except ValidationError as error:
        raise BadTaxId(
            "characters", "a tax id has only digits, spaces and dashes", "เลขประจำตัวผู้เสียภาษีมีได้เฉพาะตัวเลข ช่องว่าง และขีด"
        ) from error
    return tax_id


def formatted_tax_id(tax_id: str) -> str:
    """Thirteen plain digits as printed: `0-10-5-536-00000-1`."""
    text: str = moa.format(tax_id)
    return text
