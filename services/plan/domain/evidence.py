"""What shows an outcome, by its kind: typed, so that it can be checked and counted. Money is whole baht."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from shared.contracts.plan import EvidenceKind
from shared.thai.text import clean

Words = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(clean)]
Baht = Annotated[int, Field(ge=1, le=100_000_000)]
Percent = Annotated[int, Field(ge=0, le=100)]


class EvidenceFlag(StrEnum):
    """What of an evidence does not agree with what else is known."""

    HOURS_NOT_ATTENDED = "HOURS_NOT_ATTENDED"


class Evidence(BaseModel):
    """Base: frozen, nothing unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: EvidenceKind


class Training(Evidence):
    """A course: hours attended, the certificate and the test's result where there are, and the tool kit that was given."""

    kind: Literal[EvidenceKind.TRAINING]
    hours: Annotated[int, Field(ge=1, le=2_000)] = Field(description="Hours attended. ชั่วโมงที่เข้าอบรม", examples=[60])
    certificate_no: Words | None = Field(default=None, description="เลขที่ใบรับรอง", examples=["ชช. ๑๒๓/๒๕๖๑"])
    test_percent: Percent | None = Field(default=None, description="ผลทดสอบ ร้อยละ", examples=[82])
    kit: Words | None = Field(default=None, description="The tool kit given. ชุดเครื่องมือที่มอบ", examples=["ชุดเครื่องมือช่างชุมชน"])
    kit_value_baht: Baht | None = Field(default=None, examples=[3500])


class DebtSettled(Evidence):
    """An informal debt is settled: what was owed, and for how much it was settled."""

    kind: Literal[EvidenceKind.DEBT_SETTLED]
    owed_baht: Baht
    settled_for_baht: Annotated[int, Field(ge=0, le=100_000_000)]


class DebtRefinanced(Evidence):
    """A bank took an informal debt over."""

    kind: Literal[EvidenceKind.DEBT_REFINANCED]
    owed_baht: Baht
    refinanced_baht: Baht
    bank: Words
    monthly_payment_baht: Baht | None = None


class DebtNoAgreement(Evidence):
    """Creditor and debtor did not agree."""

    kind: Literal[EvidenceKind.DEBT_NO_AGREEMENT]
    owed_baht: Baht
    because: Words


class LandAllotted(Evidence):
    """Land to work on was allotted, in square wa (400 are one rai)."""

    kind: Literal[EvidenceKind.LAND_ALLOTTED]
    square_wa: Annotated[int, Field(ge=1, le=40_000)]
    subdistrict: Annotated[str, Field(pattern=r"^\d{6}$")]
    document_no: Words


class LandRefused(Evidence):
    """No land was allotted."""

    kind: Literal[EvidenceKind.LAND_REFUSED]
    because: Words


class Loan(Evidence):
    """A loan was granted."""

    kind: Literal[EvidenceKind.LOAN]
    amount_baht: Baht
    purpose: Words
    bank: Words


class Job(Evidence):
    """A post: with whom, since when, for which monthly wage."""

    kind: Literal[EvidenceKind.JOB]
    employer: Words
    starts_on: date
    monthly_wage_baht: Baht


class Home(Evidence):
    """A home of one's own, or to rent."""

    kind: Literal[EvidenceKind.HOME]
    tenure: Literal["OWNED", "RENTED"]
    subdistrict: Annotated[str, Field(pattern=r"^\d{6}$")]
    monthly_payment_baht: Baht | None = None


class Saving(Evidence):
    """The membership of a fund that saves for old age."""

    kind: Literal[EvidenceKind.SAVING]
    fund: Words
    member_since: date
    monthly_saving_baht: Baht | None = None


def evidence_context(referral_id: UUID) -> bytes:
    """What sealed evidence is bound to."""
    return f"referral-evidence:{referral_id}".encode()


AnyEvidence = Annotated[
    Training | DebtSettled | DebtRefinanced | DebtNoAgreement | LandAllotted | LandRefused | Loan | Job | Home | Saving,
    Field(discriminator="kind"),
]
