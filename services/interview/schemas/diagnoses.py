"""Diagnosis help."""

from datetime import date
from typing import Any

from pydantic import ConfigDict, Field

from services.interview.forms.base import Form
from services.interview.schemas.base import Out
from services.interview.schemas.defined import FormVersion
from shared.contracts.common import Approach, Dimension

_ANSWERS: dict[str, Any] = {
    "person": {
        "education": "PRIMARY",
        "household_size": 4,
        "dependants": 2,
        "occupation": "6111",
        "income_now_baht": 28000,
        "expenses_month_baht": 4500,
        "land": {"tenure": "OWNED"},
        "housing": "OWNED",
    },
    "debts": [{"kind": "INFORMAL", "creditor": "นายทุนในหมู่บ้าน", "amount_satang": 2000000}],
    "abilities": {"skills": ["weaving"], "readiness": "READY"},
}


class DiagnosisIn(Form):
    """Answers of annex 3, all or some."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"answers": _ANSWERS, "on": "2018-03-20"}]})

    answers: dict[str, Any] = Field(description="Any part of the form (GET /v1/forms/annex3). คำตอบบางส่วนหรือทั้งหมดของแบบ")
    form_version: FormVersion = None
    on: date | None = Field(default=None, description="By the rules of this day, else of the interview or today. ใช้หลักเกณฑ์ของวันนี้")


class ReasonOut(Out):
    """A rule that holds."""

    rule: str
    dimension: Dimension | None
    message_en: str
    message_th: str
    source: str


class NotJudgedOut(Out):
    """A rule that could not be judged, and what was not answered."""

    rule: str
    missing: list[str]


class ProposalOut(Out):
    """What the rules propose. The account officer decides."""

    rules_version: str
    problems: list[Dimension]
    reasons: list[ReasonOut]
    approach: Approach | None
    because: ReasonOut | None = Field(description="Why this approach, or why none. เหตุผลของแนวทาง")
    not_judged: list[NotJudgedOut]
