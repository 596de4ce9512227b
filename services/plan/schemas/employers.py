"""Employers of card holders: what they are asked and shown. Nothing here tells who a person is, or their tier, debts or health."""

from datetime import date, datetime
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field

from services.plan.domain import EmployerStatus, ItemKind, PeriodStatus, Standing
from services.plan.schemas.base import EXAMPLE_ID, In, Words, example_of
from shared.http import readable
from shared.thai.reader_lines import CARD_DIGITS, LINE_CHARACTERS_MAX, citizen_id_in, number_in
from shared.thai.tax_id import parse_tax_id

EXAMPLE_TAX_ID: Final = "0-10-5-561-00000-3"
_DECLARED_MAX: Final = 1000


TaxId = Annotated[
    str,
    Field(
        max_length=40,
        description="Tax id of a juristic person, 13 digits, also Thai ones, with or without dashes. เลขประจำตัวผู้เสียภาษีของนิติบุคคล",
        examples=[EXAMPLE_TAX_ID],
    ),
    AfterValidator(readable(parse_tax_id, "13 digits, the first 0, the last a check digit")),
]
CitizenId = Annotated[
    str,
    Field(
        max_length=LINE_CHARACTERS_MAX,
        description="As the person shows it: 13 digits, or the line of a card reader. Not kept. เลขประจำตัวประชาชน",
        examples=["1-0000-00000-01-7"],
    ),
    AfterValidator(readable(citizen_id_in, "13 digits, typed or in a reader's line")),
]
CardNo = Annotated[
    str,
    Field(
        max_length=LINE_CHARACTERS_MAX,
        description="As it stands on the welfare card: 16 digits, or the track of a reader. Not kept. หมายเลขบัตรสวัสดิการแห่งรัฐ",
        examples=["0000-1111-2222-3333"],
    ),
    AfterValidator(readable(lambda line: number_in(line, CARD_DIGITS), f"{CARD_DIGITS} digits, typed or in a reader's line", "card_no")),
]
Month = Annotated[
    str, Field(pattern=r"^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$", description="Month, year of the common era. เดือน", examples=["2018-12"])
]
Satang = Annotated[int, Field(ge=0, le=10**13, description="In satang. เป็นสตางค์", examples=[950_000])]
Correction = Annotated[
    Words | None,
    Field(description="Why it is told anew or late; needed once the period is closed. เหตุผลที่แก้ไข (จำเป็นเมื่อปิดรอบแล้ว)", examples=[None]),
]


class EmployerBody(In):
    """An employer applies for itself."""

    model_config = example_of(tax_id=EXAMPLE_TAX_ID, name_th="บริษัท ตัวอย่าง จำกัด", name_en="Example Co., Ltd.")

    tax_id: TaxId
    name_th: Words
    name_en: Words


class EmployerDecisionBody(In):
    """The Revenue side registers the employer or does not."""

    model_config = example_of(approved=True, reason="ตรวจสอบทะเบียนนิติบุคคลแล้ว")

    approved: bool
    reason: Words


class ActOut(BaseModel):
    """A change of state: which, by whom, when and why."""

    version: int
    state: str
    who: str
    at: datetime
    why: str


class EmployerOut(BaseModel):
    """An employer and whether it is registered."""

    tax_id: str
    version: int
    name_th: str
    name_en: str
    status: EmployerStatus
    decision_reason: str | None


class EmployerDetailOut(EmployerOut):
    """An employer with its history."""

    history: list[ActOut]


class EmploymentBody(In):
    """A card holder who has shown the employer the citizen id and the welfare card is in its employ from a day on."""

    model_config = example_of(citizen_id="1-0000-00000-01-7", card_no="0000-1111-2222-3333", starts_on="2018-02-01")

    citizen_id: CitizenId
    card_no: CardNo
    starts_on: date
    ends_on: date | None = Field(default=None, description="The last day, where it is known. วันสุดท้ายของการจ้าง", examples=[None])


class EmploymentEndBody(In):
    """The last day of an employment."""

    model_config = example_of(ends_on="2018-10-31")

    ends_on: date
    correction: Correction = None


class EmploymentOut(BaseModel):
    """An employment. `reference` is what the employer's bank is told with each wage, so that it can tell us of it."""

    employment_id: UUID
    version: int
    tax_id: str
    starts_on: date
    ends_on: date | None
    reference: str = Field(description="32 hex characters. รหัสอ้างอิงที่แจ้งธนาคาร")

    @classmethod
    def of_row(cls, row: dict[str, Any]) -> "EmploymentOut":
        """From a row of `employment`."""
        return cls.model_validate({**row, "reference": row["employment_id"].hex})


class ConsentOut(BaseModel):
    """From the day on wages are taken through the card and disclosed, or not any more."""

    since: date
    given: bool


class WageOut(BaseModel):
    """A wage that a bank paid through the card; `reference` is the bank and its own reference."""

    month: str
    paid_on: date
    amount_satang: int
    reference: str


class DeclaredWageOut(BaseModel):
    """What the employer says that it paid for the month, whichever way."""

    month: str
    amount_satang: int


class TrainingBody(In):
    """A training that the employer paid for this person; 0 satang take it back."""

    model_config = example_of(title="ช่างเชื่อมเบื้องต้น 30 ชั่วโมง", provider="สถาบันพัฒนาฝีมือแรงงาน", paid_on="2018-06-15", cost_satang=450_000)

    title: Words
    provider: Words
    paid_on: date
    cost_satang: Satang
    correction: Correction = None


class TrainingOut(BaseModel):
    """A training as it was last told."""

    training_id: UUID
    version: int
    employment_id: UUID
    title: str
    provider: str
    paid_on: date
    cost_satang: int


class EmploymentDetailOut(EmploymentOut):
    """An employment with what was told of it. `consent` is COUNTED while the person consents today."""

    consent: Standing
    consents: list[ConsentOut]
    wages: list[WageOut]
    declared: list[DeclaredWageOut]
    trainings: list[TrainingOut]
    history: list[ActOut]


class WageDeclaration(In):
    """What one person was paid for the month."""

    model_config = example_of(employment_id=EXAMPLE_ID, amount_satang=950_000)

    employment_id: UUID = Field(examples=[EXAMPLE_ID])
    amount_satang: Satang


class WageDeclarationsBody(In):
    """What an employer paid for one month, all ways together; what no bank tells of was not paid through the card."""

    model_config = example_of(month="2018-12", wages=[{"employment_id": EXAMPLE_ID, "amount_satang": 950_000}])

    month: Month
    wages: list[WageDeclaration] = Field(min_length=1, max_length=_DECLARED_MAX)
    correction: Correction = None


class WageDeclarationsOut(BaseModel):
    """What was kept."""

    month: str
    persons: int
    amount_satang: int


class PeriodBody(In):
    """An accounting period: whole months, twelve at most."""

    model_config = example_of(starts_on="2018-01-01", ends_on="2018-12-31")

    starts_on: date
    ends_on: date


class HeadCountBody(In):
    """All employees of the employer at the end of the month, card holders or not."""

    model_config = example_of(employees=45)

    employees: int = Field(ge=0, le=10_000_000)
    correction: Correction = None


class HeadCountOut(BaseModel):
    """What counts for the month now."""

    tax_id: str
    month: str
    employees: int


class PeriodOut(BaseModel):
    """An accounting period; `certified_version` is that of its newest statement."""

    period_id: UUID
    version: int
    tax_id: str
    starts_on: date
    ends_on: date
    status: PeriodStatus
    certified_version: int | None = None


class PeriodDetailOut(PeriodOut):
    """An accounting period with the employees of its months, as far as they were told, and its history."""

    head_counts: dict[str, int]
    history: list[ActOut]


class ItemOut(BaseModel):
    """One amount and whether it counts."""

    employment_id: UUID
    kind: ItemKind
    month: str
    amount_satang: int
    standing: Standing
    reference: str
    paid_on: date | None
