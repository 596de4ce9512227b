"""Interviews (annex 3)."""

from datetime import date, datetime
from uuid import UUID

from pydantic import ConfigDict

from services.interview.domain import State
from services.interview.forms.interview import Answers, Debt, Health, InterviewForm
from services.interview.schemas.base import A_CASE, A_PAPER, CaseRef, Out
from shared.contracts.common import Channel
from shared.contracts.interview import Answer


class InterviewIn(CaseRef, InterviewForm):
    """An interview (annex 3)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "case_id": A_CASE,
                    "visit": {"interviewed_on": "2018-03-20", "place": "บ้านเลขที่ 12 หมู่ 3"},
                    "person": {
                        "education": "PRIMARY",
                        "marital_status": "MARRIED",
                        "household_size": 4,
                        "dependants": 2,
                        "occupation": "6111",
                        "income_now_baht": 28000,
                        "income_2559_baht": 26000,
                        "expenses_month_baht": 4500,
                        "land": {"tenure": "OWNED", "rai": 3.5},
                        "housing": "OWNED",
                    },
                    "debts": [{"kind": "INFORMAL", "creditor": "นายทุนในหมู่บ้าน", "amount_satang": 2000000, "wants_mediation": True}],
                    "abilities": {"skills": ["weaving"], "readiness": "READY"},
                    "diagnosis": {"problems": ["D2", "D3"], "approach": "SECOND_OCCUPATION"},
                    "wishes": {"answer": "DEVELOP", "dimensions": ["D2"], "states_wish": True, "paper": A_PAPER},
                    "menu": [{"dimension": "D2", "programme_code": "D2-DSD-TECHNICIAN", "holder_signed": True, "officer_signed": True}],
                }
            ]
        }
    )

    def form(self) -> InterviewForm:
        """The form without the reference."""
        return InterviewForm(**{name: getattr(self, name) for name in InterviewForm.model_fields})


class InterviewOut(Out):
    """An interview without health and debts."""

    interview_id: UUID
    case_id: UUID
    holder_id: UUID
    revision: int
    interviewed_on: date
    channel: Channel
    officer_id: UUID
    co_interviewer_id: UUID | None
    district: str
    subdistrict: str
    answer: Answer
    approach: str | None
    occupation: str
    second_occupation: str | None
    income_now_baht: int
    specialist_asked: bool
    answers: Answers
    recorded_at: datetime


class SealedAnswersOut(Out):
    """What an interview found of health and debts."""

    interview_id: UUID
    holder_id: UUID
    revision: int
    health: Health
    debts: list[Debt]


class InterviewRecordedOut(Out):
    """What was recorded, and where the case stands now; `slip_no` when the wish was stated at the same visit."""

    interview_id: UUID
    revision: int
    case_id: UUID
    holder_id: UUID
    state: State
    slip_no: str | None
