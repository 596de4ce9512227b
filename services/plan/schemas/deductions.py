"""What may be deducted, its statements and certificates; and the wages that banks tell."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.plan.domain import WageDisposition
from services.plan.papers.certificates import CHARACTERS_MAX
from services.plan.schemas.base import EXAMPLE_ID, In, example_of
from services.plan.schemas.employers import CardNo, Correction, ItemOut, Month, Satang, TaxId
from shared.contracts.common import Bank

_EXAMPLE_WAGE: dict[str, Any] = {
    "bank_reference": "KTB-PAYROLL-20181228-000017",
    "employment_reference": "019a5f3e7c1a7d349b1e2f6f0c9d2561",
    "employer_tax_id": "0105561000003",
    "wage_month": "2018-12",
    "amount_satang": 950_000,
    "paid_on": "2018-12-28",
    "card_no": "0000111122223333",
}
WAGES_IN_A_REQUEST_MAX = 2000


class HeadCountSumOut(BaseModel):
    """Of so many employees (in hundredths) at most `persons_max` persons count; `persons` do, `persons_over` would. Null is no limit."""

    employees_hundredths: int
    months_missing: list[str]
    persons_max: int | None
    persons: int
    persons_over: int


class DeductionOut(BaseModel):
    """What a period gives, in satang. The deductions take the place of the costs; what does not count is told by why."""

    tax_id: str
    employer_name_th: str
    employer_name_en: str
    period_id: UUID
    starts_on: date
    ends_on: date
    policy_profile: str
    policy_version: int
    wages_percent: int
    training_percent: int
    employees_percent_max: int | None
    employees_counted: str
    head_count: HeadCountSumOut
    wages_satang: int
    training_satang: int
    wages_deduction_satang: int
    training_deduction_satang: int
    deduction_satang: int
    not_counted_satang: dict[str, int]


class PreviewOut(BaseModel):
    """What would be certified now. `basis` is sent back to certify just this; `differs` says that the last certificate does not say it."""

    basis: str
    certified_version: int | None
    differs: bool
    deduction: DeductionOut
    items: list[ItemOut]


class StatementBody(In):
    """Certify what was looked at."""

    model_config = example_of(basis="b8c37e33defde51cf91e1e03e51657da", correction=None)

    basis: str = Field(min_length=1, max_length=64, description="`basis` of the preview. ค่า basis ที่ได้จากการตรวจดู")
    correction: Correction = None


class CertificateContentOut(DeductionOut):
    """What is certified: nothing about a person."""

    statement_id: UUID
    version: int
    issued_on: date


class StatementOut(BaseModel):
    """One version of what was certified of a period; those before it stay."""

    statement_id: UUID
    period_id: UUID
    version: int
    tax_id: str
    basis: str
    certificate: CertificateContentOut
    issued_at: datetime
    reason: str


class StatementDetailOut(StatementOut):
    """A statement with all that it adds up from; `newest_version` is that of its period."""

    newest_version: int
    items: list[ItemOut]


class CertificateOut(BaseModel):
    """The certificate, and the same signed: a compact JWS (ES256), verified by `/.well-known/jwks.json`. `reference` is the QR code's."""

    certificate: CertificateContentOut
    signed: str
    reference: str


class VerificationBody(In):
    """The text of the QR code, or the whole signed certificate."""

    model_config = example_of(text="eyJhbGciOiJFUzI1NiIsImtpZCI6InMxIiwidHlwIjoiZGVkdWN0aW9uIn0.eyJzdGF0ZW1lbnQiOiIifQ.c2lnbmF0dXJl")

    text: str = Field(min_length=1, max_length=CHARACTERS_MAX, description="ข้อความในรหัสภาพ หรือหนังสือรับรองที่ลงนาม")


class VerificationOut(BaseModel):
    """The certificate is ours. `newest_version` above `version` says that it was corrected since."""

    statement_id: UUID
    version: int
    newest_version: int
    tax_id: str
    starts_on: date
    ends_on: date
    deduction_satang: int
    issued_on: date


class BankWageIn(In):
    """A wage that the caller's bank paid through a card, as on its wages topic; the card is checked and not kept."""

    model_config = example_of(**_EXAMPLE_WAGE)

    bank_reference: str = Field(min_length=1, max_length=100)
    employment_reference: str = Field(pattern=r"^[0-9a-f]{32}$", description="รหัสอ้างอิงการจ้างงาน", examples=[UUID(EXAMPLE_ID).hex])
    employer_tax_id: TaxId
    wage_month: Month
    amount_satang: Satang
    paid_on: date
    card_no: CardNo
    corrects: str | None = Field(default=None, min_length=1, max_length=100, description="The reference that was told wrongly. รายการที่แก้ไข")


class BankWagesIn(In):
    """Wages of the caller's bank."""

    model_config = example_of(wages=[_EXAMPLE_WAGE])

    wages: list[BankWageIn] = Field(min_length=1, max_length=WAGES_IN_A_REQUEST_MAX)


class BankWagesOut(BaseModel):
    """What became of those that were new; `repeated` were told before."""

    received: int
    repeated: int
    dispositions: dict[WageDisposition, int]


class WageExceptionOut(BaseModel):
    """A bank's word of a wage that was not taken in, for people to look at."""

    wage_id: UUID
    via: Bank
    bank: Bank
    bank_reference: str
    employment_reference: str
    tax_id: str
    wage_month: str
    amount_satang: int
    paid_on: date
    corrects: str | None
    disposition: WageDisposition
    received_at: datetime

    @classmethod
    def of_row(cls, row: dict[str, Any]) -> "WageExceptionOut":
        """From a row of `wage_told`."""
        return cls.model_validate({**row, "employment_reference": row["employment_id"].hex})
