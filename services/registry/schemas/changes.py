"""Requests to change a person, and their decisions."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Final, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic.config import JsonDict

from services.registry.rules.changes import ChangeKind
from services.registry.rules.registry_fields import read_account_no, read_phone
from services.registry.schemas.fields import CardNo, Text
from shared.approvals import ApprovalStatus
from shared.contracts.common import Bank
from shared.http import field_error

INCOME_SATANG_MAX: Final = 999_999_999
_DOCUMENT: JsonDict = {"kind": "หนังสือสำคัญแสดงการเปลี่ยนชื่อ", "reference": "ช.3 12/2561", "issued_on": "2018-02-05"}
_CONSENT: JsonDict = {"reference": "ความยินยอม 77/2561", "given_on": "2018-02-10"}
_BEGIN: JsonDict = {"valid_from": "2018-02-05", "document": _DOCUMENT}
_EXAMPLES: Final[list[Any]] = [
    {"kind": "NAME_CHANGE", **_BEGIN, "name": {"prefix": "นาง", "first_name": "สุดา", "last_name": "ใจงาม"}},
    {"kind": "BANK_CHANGE", **_BEGIN, "account": {"bank": "BAAC", "account_no": "012345678901"}, "consent": _CONSENT},
    {"kind": "INCOME_CORRECTION", **_BEGIN, "income_2559_satang": 2_900_000, "reason": "หนังสือรับรองรายได้"},
    {"kind": "CARD_CANCELLED", **_BEGIN},
    {"kind": "DEATH_TAKEN_BACK", **_BEGIN, "reason": "มาแสดงตนต่อนายอำเภอ"},
]


def _account_no(text: str) -> str:
    digits = read_account_no(text)
    if digits is None:
        raise field_error("account_no", "must have 10 to 15 digits", "ต้องมี 10 ถึง 15 หลัก")
    return digits


def _mobile(text: str) -> str:
    number = read_phone(text)
    if number is None or len(number) != len("0812345678"):
        raise field_error("phone", "is not a Thai mobile number", "ไม่ใช่หมายเลขโทรศัพท์มือถือ")
    return number


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid")


class DocumentIn(_Form):
    """By what the change is shown. Without personal data."""

    kind: Text = Field(min_length=1, max_length=80, description="ชนิดเอกสาร")
    reference: Text = Field(
        min_length=1, max_length=120, description="Number or source, without personal data. เลขที่เอกสาร (ไม่ใส่ข้อมูลส่วนบุคคล)"
    )
    issued_on: date


class ConsentIn(_Form):
    """The person's consent to this change."""

    reference: Text = Field(min_length=1, max_length=120, description="Where the consent is on file. เลขที่หนังสือยินยอม")
    given_on: date


class HomeIn(_Form):
    """The new home. What is left out is unknown."""

    subdistrict: str = Field(pattern=r"^[0-9]{6}$", description="6-digit code. รหัสตำบล 6 หลัก")
    house_no: Text | None = Field(default=None, max_length=60)
    moo: Text = Field(default="", max_length=20)
    road: Text = Field(default="", max_length=120)
    postcode: str | None = Field(default=None, pattern=r"^[0-9]{5}$", description="By default the subdistrict's. รหัสไปรษณีย์")


class NameIn(_Form):
    """The whole new name."""

    prefix: Text = Field(default="", max_length=40)
    first_name: Text = Field(min_length=1, max_length=100)
    last_name: Text = Field(default="", max_length=100, description="Empty for a single name. ว่างหากมีชื่อเดียว")


class AccountIn(_Form):
    """The bank that pays. Without an account Krungthai pays onto the card."""

    bank: Bank
    account_no: Annotated[str, AfterValidator(_account_no)] = Field(default="", max_length=40, description="10 to 15 digits. เลขที่บัญชี")


class PromptpayKind(StrEnum):
    """By what a transfer finds the person."""

    CITIZEN_ID = "CITIZEN_ID"
    MOBILE = "MOBILE"
    NONE = "NONE"


class PromptpayIn(_Form):
    """The PromptPay id: the person's own citizen id, a mobile number, or none any more."""

    kind: PromptpayKind
    mobile: Annotated[str, AfterValidator(_mobile)] | None = Field(default=None, max_length=40)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.kind is PromptpayKind.MOBILE) != (self.mobile is not None):
            raise field_error(
                "promptpay", "a mobile number is for MOBILE, and only for it", "ระบุหมายเลขโทรศัพท์เฉพาะเมื่อเลือก MOBILE", field="mobile"
            )
        return self


_VALUE_OF: Final = {
    ChangeKind.MOVE: "home",
    ChangeKind.NAME_CHANGE: "name",
    ChangeKind.CARD_REPLACED: "card_no",
    ChangeKind.INCOME_CORRECTION: "income_2559_satang",
    ChangeKind.BANK_CHANGE: "account",
    ChangeKind.PROMPTPAY_CHANGE: "promptpay",
}
"""The field that a kind needs; the others must be left out."""


class ChangeIn(_Form):
    """A change with its evidence. Each kind has its one field: `home`, `name`, `card_no`, `income_2559_satang`, `account` or `promptpay`."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": _EXAMPLES})

    kind: ChangeKind
    valid_from: date = Field(description="Since when it is so; the day of a death, also of one that is taken back. วันที่มีผล")
    document: DocumentIn
    consent: ConsentIn | None = Field(default=None, description="Needed where bank or PromptPay change. ความยินยอม")
    reason: Text = Field(default="", max_length=200, description="Without personal data. เหตุผล (ไม่ใส่ข้อมูลส่วนบุคคล)")
    home: HomeIn | None = None
    name: NameIn | None = None
    card_no: CardNo | None = None
    income_2559_satang: int | None = Field(default=None, ge=0, le=INCOME_SATANG_MAX, description="รายได้ปี 2559 (สตางค์)")
    account: AccountIn | None = None
    promptpay: PromptpayIn | None = None

    @model_validator(mode="after")
    def _one_value(self) -> Self:
        for kind, name in _VALUE_OF.items():
            if kind is self.kind and getattr(self, name) is None:
                raise field_error("missing", f"is required for {kind}", f"จำเป็นต้องระบุสำหรับ {kind}", field=name)
            if kind is not self.kind and getattr(self, name) is not None:
                raise field_error("not_of_kind", f"is only for {kind}", f"ใช้กับ {kind} เท่านั้น", field=name)
        return self


class DecisionIn(_Form):
    """A decision with its reason."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "ตรวจสอบเอกสารแล้ว"}]})

    reason: Text = Field(min_length=1, max_length=200, description="Without personal data. เหตุผล (ไม่ใส่ข้อมูลส่วนบุคคล)")


class ApprovalIn(DecisionIn):
    """An approval. After `basis-changed` look again and send the person's version that you have seen."""

    on_version: int | None = Field(
        default=None, ge=1, le=2**31 - 1, description="`holder_version` of the refusal. เวอร์ชันของผู้มีบัตรที่ตรวจสอบแล้ว"
    )


class ChangeStatus(StrEnum):
    """Where a request stands. What touches no money is APPLIED at once."""

    PROPOSED = ApprovalStatus.PROPOSED.value
    APPROVED = ApprovalStatus.APPROVED.value
    REJECTED = ApprovalStatus.REJECTED.value
    WITHDRAWN = ApprovalStatus.WITHDRAWN.value
    APPLIED = "APPLIED"


class FieldOut(BaseModel):
    """A field that becomes another; personal values are null here."""

    field: str = Field(examples=["tier"])
    before: str | bool | None = Field(examples=["OVER_30000"])
    after: str | bool | None = Field(examples=["UP_TO_30000"])


class ChangeOut(BaseModel):
    """A request, masked."""

    request_id: UUID
    version: int = Field(description="Of the request; for If-Match. เวอร์ชันของคำขอ")
    holder_id: UUID
    district: str = Field(description="Who is responsible for the person now. อำเภอที่รับผิดชอบ", examples=["8101"])
    kind: ChangeKind
    status: ChangeStatus
    valid_from: date
    document_kind: str
    document_reference: str
    document_on: date | None
    consent_reference: str | None
    consent_on: date | None
    reason: str
    fields: list[FieldOut]
    said_by: str
    said_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    decision_reason: str | None


class ValuesOut(BaseModel):
    """Plain values before and after; reading them is audited."""

    request_id: UUID
    holder_id: UUID
    before: dict[str, str | int | bool | None] = Field(examples=[{"bank": "KTB", "account_no": ""}])
    after: dict[str, str | int | bool | None] = Field(examples=[{"bank": "BAAC", "account_no": "012345678901"}])
