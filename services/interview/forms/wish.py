"""Annex 2: the wish to develop (แบบแจ้งความประสงค์)."""

from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from services.interview.forms.base import Form, Name, Text
from shared.http.validation import field_error


class IdentityPaper(StrEnum):
    """What the person showed."""

    CITIZEN_ID_CARD = "CITIZEN_ID_CARD"
    WELFARE_CARD = "WELFARE_CARD"
    HOUSE_REGISTRATION = "HOUSE_REGISTRATION"
    OFFICIAL_LETTER = "OFFICIAL_LETTER"


class SignedBy(StrEnum):
    """Signature or thumbprint."""

    SIGNATURE = "SIGNATURE"
    THUMBPRINT = "THUMBPRINT"


class Consents(Form):
    """What the person consents to (PDPA)."""

    share_with_agencies: bool = Field(description="Share with the agencies of the projects. ยินยอมเปิดเผยข้อมูลแก่หน่วยงาน")
    bank_data: bool = Field(description="Use of bank data. ยินยอมให้ใช้ข้อมูลธนาคาร")
    wage_through_card: bool = Field(description="Wage through the card. ยินยอมรับค่าจ้างผ่านบัตร")

    def given(self) -> tuple[str, ...]:
        """The purposes whose boxes are ticked, by the registry's names."""
        return tuple(name.upper() for name, ticked in self if ticked)


class Proxy(Form):
    """Who states the wish for the person."""

    name: Name
    relation: Name = Field(examples=["บุตร"])


class WishPaper(Form):
    """What is on the signed paper besides who, when and where."""

    consents: Consents
    identity_paper: IdentityPaper
    signed_by: SignedBy
    witness: Annotated[Name | None, Field(description="Needed with a thumbprint. พยาน (จำเป็นเมื่อพิมพ์ลายนิ้วมือ)")] = None
    proxy: Proxy | None = None
    privacy_notice_version: Annotated[str, Field(min_length=1, max_length=40, examples=["2018-01"])]
    note: Text = ""

    @model_validator(mode="after")
    def _thumbprint_needs_witness(self) -> Self:
        if self.signed_by is SignedBy.THUMBPRINT and self.witness is None:
            raise field_error("witness", "a thumbprint needs a witness", "การพิมพ์ลายนิ้วมือต้องมีพยาน", field="witness")
        return self


NAMES_OF_OTHERS: Final = frozenset({"witness", "proxy"})
"""The fields that name other people; they are stored sealed."""
