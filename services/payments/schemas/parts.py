"""What several requests and answers are made of."""

from datetime import date, datetime
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from services.payments.domain import Month, month_text
from services.payments.rules.wording import Words
from shared.approvals import ApprovalStatus
from shared.thai.text import clean


def _month_out(value: object) -> object:
    return month_text(Month(value)) if isinstance(value, date) else value


MONTH_PATTERN: Final = r"^(19|2[0-9])[0-9]{2}-(0[1-9]|1[0-2])$"
"""A month as callers name it, `2018-03`."""

MonthIn = Annotated[str, Field(pattern=MONTH_PATTERN, description="Benefit month. เดือนที่จ่าย", examples=["2018-03"])]
MonthOut = Annotated[str, BeforeValidator(_month_out), Field(examples=["2018-03"])]


class WordsOut(BaseModel):
    """The same in English and Thai."""

    en: str
    th: str

    @classmethod
    def of(cls, words: Words) -> "WordsOut":
        """The words."""
        return cls(en=words.en, th=words.th)


class In(BaseModel):
    """Base of requests: nothing unknown is taken."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Reason = Annotated[str, Field(min_length=3, max_length=500), AfterValidator(clean)]


class DecisionIn(In):
    """Yes or no, and why."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"approved": True, "reason": "ตรวจสอบแล้วถูกต้อง"}]})

    approved: bool
    reason: Reason


class WithdrawalIn(In):
    """Why the proposer takes it back."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "ระบุผิดรายการ"}]})

    reason: Reason


class StandingOut(BaseModel):
    """Where a proposal stands; `version` is the ETag."""

    status: ApprovalStatus
    version: int
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    decision_reason: str | None
