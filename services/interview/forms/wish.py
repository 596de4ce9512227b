"""Annex 2: the wish to develop (แบบแจ้งความประสงค์)."""

from datetime import date
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


class PaperOfAuthority(StrEnum):
    """What lets somebody state the wish for the person."""

    POWER_OF_ATTORNEY = "POWER_OF_ATTORNEY"
    COURT_ORDER = "COURT_ORDER"
    HOUSE_REGISTRATION = "HOUSE_REGISTRATION"
    CERTIFICATE_OF_HEADMAN = "CERTIFICATE_OF_HEADMAN"


class Proxy(Form):
    """Who states the wish for the person, and by which paper."""

    name: Name
    relation: Name = Field(description="Relation to the card holder. ความเกี่ยวข้องกับผู้มีบัตร", examples=["บุตร"])
    authority: PaperOfAuthority = Field(
        description="The paper that was shown: a power of attorney (หนังสือมอบอำนาจ), a court's order (คำสั่งศาล), the house registration"
        " (ทะเบียนบ้าน), or the headman's certificate (หนังสือรับรองของกำนันผู้ใหญ่บ้าน)"
    )
    authority_reference: Annotated[str, Field(max_length=200, description="Number and date of the paper. เลขที่และวันที่ของเอกสาร")] = ""


class WishPaper(Form):
    """What is on the signed paper besides who, when and where."""

    consents: Consents
    identity_paper: IdentityPaper
    identity_paper_issued_on: Annotated[date | None, Field(description="Where it is on the paper. วันออกบัตร (ถ้ามี)")] = None
    identity_paper_expires_on: Annotated[date | None, Field(description="Where it is on the paper. วันหมดอายุ (ถ้ามี)")] = None
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

    @model_validator(mode="after")
    def _witness_is_another(self) -> Self:
        if self.witness is not None and self.proxy is not None and self.witness == self.proxy.name:
            raise field_error("witness", "must be another person than the proxy", "พยานต้องไม่ใช่ผู้แจ้งแทน", field="witness")
        return self


NAMES_OF_OTHERS: Final = frozenset({"witness", "proxy"})
"""The fields that name other people; they are stored sealed."""
