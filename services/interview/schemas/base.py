"""What requests and answers share: how a person and a case are named."""

from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from services.interview.forms.base import Form
from shared.http import field_error, readable
from shared.thai.reader_lines import CARD_DIGITS, LINE_CHARACTERS_MAX, citizen_id_in, number_in

A_HOLDER = "019a5f3e-7c1a-7d34-9b1e-2f6f0c9d0001"
A_CASE = "5b0e9a50-7c2a-5c4d-8256-1f0a6a550001"
AN_OFFICER = "019a5f3e-7c1a-7d34-9b1e-2f6f0c9d0002"
A_PAPER: dict[str, Any] = {
    "consents": {"share_with_agencies": True, "bank_data": True, "wage_through_card": False},
    "identity_paper": "CITIZEN_ID_CARD",
    "signed_by": "SIGNATURE",
    "privacy_notice_version": "2018-01",
}


CitizenId = Annotated[
    str,
    Field(
        max_length=LINE_CHARACTERS_MAX,
        description="13 digits, also Thai ones, with or without dashes; or the line that a card reader gives, with one citizen id in it, of which"
        " nothing else is kept. เลขประจำตัวประชาชน หรือข้อความทั้งบรรทัดจากเครื่องอ่านบัตร",
        examples=["1-0000-00000-01-7"],
    ),
    AfterValidator(readable(citizen_id_in, "13 digits, typed or in a reader's line")),
]


CardNo = Annotated[
    str,
    Field(
        max_length=LINE_CHARACTERS_MAX,
        description="16 digits, also Thai ones, or the track that a reader gives. หมายเลขบัตรสวัสดิการแห่งรัฐ หรือข้อความจากเครื่องอ่านบัตร",
    ),
    AfterValidator(readable(lambda line: number_in(line, CARD_DIGITS), f"{CARD_DIGITS} digits, typed or in a reader's line", "card_no")),
]


class CaseRef(Form):
    """Names a case by exactly one of `case_id` and `holder_id`."""

    case_id: UUID | None = None
    holder_id: UUID | None = None

    @model_validator(mode="after")
    def _one_case(self) -> Self:
        if (self.case_id is None) == (self.holder_id is None):
            raise field_error("case", "give one of case_id, holder_id", "ระบุ case_id หรือ holder_id เพียงหนึ่งอย่าง", field="case_id")
        return self

    def key(self) -> tuple[Literal["case_id", "holder_id"], UUID]:
        """The column and the value that find the case."""
        if self.case_id is not None:
            return "case_id", self.case_id
        if self.holder_id is not None:
            return "holder_id", self.holder_id
        raise field_error("case", "give one of case_id, holder_id", "ระบุ case_id หรือ holder_id เพียงหนึ่งอย่าง")


class Out(BaseModel):
    """Base of the answers: read from objects or mappings."""

    model_config = ConfigDict(from_attributes=True)


class CountOut(Out):
    """How many cases a call touched."""

    district: str
    cases: int
