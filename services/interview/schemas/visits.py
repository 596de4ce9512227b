"""Home visits."""

from datetime import date
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from services.interview.forms.base import Form, Name, Subdistrict, Text
from services.interview.rules.visit_results import Following, NextStep, VisitResult
from services.interview.schemas.base import A_CASE, CaseRef, Out
from services.interview.schemas.cases import CaseOut
from shared.contracts.common import Tier
from shared.contracts.interview import Employer, OverdueLevel
from shared.http import field_error
from shared.thai.dates import in_thai


class MoveIn(Form):
    """A move as the officer was told."""

    moved_on: date
    to_subdistrict: Subdistrict


class DeathIn(Form):
    """A death as the officer was told."""

    deceased_on: date
    evidence: Name = Field(examples=["ใบมรณบัตร"])


class VisitAttemptIn(CaseRef):
    """A home visit that brought no interview. With MOVED may come `move`, with DECEASED `death`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"case_id": A_CASE, "visited_on": "2018-03-20", "reason": "NOT_AT_HOME"}]})

    visited_on: date
    reason: VisitResult
    officer_id: UUID | None = None
    note: Text = ""
    move: MoveIn | None = None
    death: DeathIn | None = None
    travelled_km: Annotated[
        float | None, Field(ge=0, le=1000, description="How far the officer travelled for this visit. ระยะทางที่เดินทางครั้งนี้ (กม.)")
    ] = None

    @model_validator(mode="after")
    def _facts_fit_reason(self) -> Self:
        if (self.move and self.reason is not VisitResult.MOVED) or (self.death and self.reason is not VisitResult.DECEASED):
            raise field_error("reason", "does not fit the move or death told", "เหตุผลไม่สอดคล้องกับข้อมูลการย้ายหรือเสียชีวิต", field="reason")
        return self


class NextStepOut(Out):
    """What is to follow from the visit."""

    step: NextStep
    visit_again_on: date | None = Field(description="Null where nobody is to come again. วันที่ควรไปหาอีกครั้ง")
    registry_is_told: str | None = Field(description="The event that tells the registry. สิ่งที่แจ้งทะเบียน", examples=["MoveReported"])
    counted: int = Field(description="Visits so far that count towards NOT_FOUND. จำนวนครั้งที่นับว่าไม่พบตัว")
    needed: int = Field(description="How many the policy asks for. จำนวนครั้งที่หลักเกณฑ์กำหนด")
    text_th: str
    text_en: str


class VisitAttemptOut(CaseOut):
    """The case after the visit, which is its attempt number `attempts`, and what is to follow."""

    next: NextStepOut

    @classmethod
    def told(cls, case: Any, following: Following) -> Self:
        """Of the case and what follows."""
        return cls(**CaseOut.model_validate(case).model_dump(), next=NextStepOut.model_validate(following))


class WhyDueOut(Out):
    """Why the person is on the list: the rule's inputs on the day of the list, and the rule in words."""

    age: int
    age_max: int | None
    tier: Tier
    income_max_baht: int | None
    no_wish_by: date
    policy_version: int
    text_th: str
    text_en: str

    @classmethod
    def of_row(cls, row: Any) -> Self:
        """From a line of the list."""
        income = "-" if row["income_max_baht"] is None else f"{row['income_max_baht']:,}"
        inputs = {name: row[name] for name in ("age", "age_max", "tier", "income_max_baht", "no_wish_by", "policy_version")}
        return cls(
            **inputs,
            text_th=f"อายุ {row['age']} ปี (ไม่เกิน {row['age_max']} ปี) รายได้ปี 2559 ไม่เกิน {income} บาท และไม่ได้แจ้งความประสงค์ภายใน {in_thai(row['no_wish_by'])}",
            text_en=f"Aged {row['age']} (not over {row['age_max']}), income of B.E. 2559 not over {income} baht, and no wish stated by {row['no_wish_by']}",
        )


class HomeVisitOut(CaseOut):
    """A home visit, in the order of subdistricts. The house and the village are the registry's to tell."""

    due_by: date
    listed_on: date
    list_id: UUID
    officer_employer: Employer | None
    why: WhyDueOut
    visited_on: date | None = Field(description="The last visit that brought no interview. วันที่ไปครั้งล่าสุด")
    last_result: VisitResult | None
    next_step: NextStep | None
    visit_again_on: date | None
    risen_to: list[OverdueLevel] = Field(description="To whom it rose for not being made in time. ระดับที่ได้รับแจ้งว่าเกินกำหนด")

    @classmethod
    def of_row(cls, row: Any) -> Self:
        """From a line of the list."""
        return cls.model_validate({**dict(row), "why": WhyDueOut.of_row(row), "risen_to": row["risen_to"] or []})


class RoundVisitOut(HomeVisitOut):
    """A home visit of a round, with the village that the registry tells."""

    moo: str | None = Field(description="Village number; null where none is known or it is not shown to you. หมู่ที่", examples=["4"])

    @classmethod
    def at(cls, row: Any, moo: str | None) -> Self:
        """From a line of the list and the village."""
        return cls.of_row({**dict(row), "moo": moo})


class RoundOut(Out):
    """A round in the order in which it is walked."""

    items: list[RoundVisitOut]


class HomeVisitCountOut(Out):
    """How far the visits of an officer or an area are; `listed` is the sum of the three figures after it."""

    group: str = Field(description="Officer id (empty: no officer yet) or area code. รหัสผู้ดูแลหรือรหัสพื้นที่", examples=["810101"])
    listed: int
    not_visited: int = Field(description="Without a visit. ยังไม่ได้ไปหา")
    visited_in_vain: int = Field(description="Visited without a result. ไปแล้วแต่ยังไม่มีผล")
    with_result: int = Field(description="Interviewed, refused, not found, gone. มีผลแล้ว")
    risen_to_officer: int
    risen_to_district: int
    risen_to_province: int


class HomeVisitListOut(Out):
    """A list that was made."""

    list_id: UUID
    district: str
    listed_on: date
    made_by: str
    policy_version: int
    no_wish_by: date
    due_by: date
    cases: int = Field(description="New on this list. จำนวนที่เพิ่มในบัญชีนี้")
