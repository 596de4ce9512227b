"""Forms that come late, and what may be expected."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from services.interview.forms.base import Form, Name
from services.interview.queries.expected_benefits import Expected
from services.interview.schemas.base import Out
from services.interview.schemas.defined import shown
from services.interview.schemas.intents import A_WISH, WishIn
from shared.approvals import ApprovalStatus, Proposal
from shared.contracts.common import Channel, Tier


class LateFormIn(WishIn):
    """A signed form that is entered late, and why it is late."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra=shown("annex2", {"citizen_id": "1-0000-00000-01-7", "reason": "น้ำท่วมเส้นทาง นำแบบส่งอำเภอไม่ได้"}, A_WISH),
    )

    reason: Annotated[Name, Field(description="Why it is late, without personal data. เหตุที่ล่าช้า (ไม่ใส่ข้อมูลส่วนบุคคล)")]


class LateFormReasonIn(Form):
    """Why a late form does not count, or is taken back."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "ไม่มีแบบที่ลงนามจริง"}]})

    reason: Annotated[Name, Field(description="Without personal data. เหตุผล (ไม่ใส่ข้อมูลส่วนบุคคล)")]


class LateFormOut(Out):
    """A form that waits for another person's approval, or had its decision."""

    form_id: UUID
    holder_id: UUID | None
    district: str | None
    channel: Channel
    stated_on: date
    entered_on: date
    days_late: int = Field(description="From the signature to the entry. จำนวนวันจากวันลงนามถึงวันบันทึก")
    place_id: UUID | None
    wished_district: str | None
    reason: str
    status: ApprovalStatus
    version: int
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    decision_reason: str | None
    repeated: bool = Field(default=False, description="This person's form waited already. มีแบบของบุคคลนี้รออยู่แล้ว")

    @classmethod
    def of(cls, proposal: Proposal, *, repeated: bool = False) -> "LateFormOut":
        """What a proposal says of its form."""
        said: dict[str, Any] = {name: value for name, value in proposal.parameters.items() if name != "officer_id"}
        days_late = (date.fromisoformat(said["entered_on"]) - date.fromisoformat(said["stated_on"])).days
        about = {"form_id": proposal.id, "holder_id": proposal.subject, "district": proposal.district, "reason": proposal.reason}
        return cls.model_validate({**said, **about, **proposal.standing(), "days_late": days_late, "repeated": repeated})


class ExpectedBenefitOut(Out):
    """What a wish stated on that day brings by the policy; payments decides."""

    tier: Tier
    stated_on: date
    monthly_satang: int = Field(description="A month, in satang. เงินเพิ่มต่อเดือน (สตางค์)")
    months: int = Field(description="How many months. จำนวนเดือน")
    first_month: str | None
    last_month: str | None
    total_satang: int = Field(description="In all these months, in satang. รวมทุกเดือน (สตางค์)")
    needs_decision: bool = Field(description="A wish of that day waits for คอจ. ต้องรอ คอจ. พิจารณา")
    policy_profile: str
    policy_version: int
    slip_no: str | None = Field(default=None, description="The slip that the person has already. หางตั๋วที่มีอยู่แล้ว")
    slip_stated_on: date | None = Field(default=None, description="Its day. วันที่แจ้งไว้แล้ว")

    @classmethod
    def of(cls, expected: Expected) -> "ExpectedBenefitOut":
        """What a query found."""
        benefit, policy, slip = expected.benefit, expected.policy, expected.slip
        return cls(
            tier=expected.tier,
            stated_on=expected.stated_on,
            monthly_satang=benefit.monthly_satang,
            months=benefit.months,
            first_month=benefit.first_month,
            last_month=benefit.last_month,
            total_satang=benefit.monthly_satang * benefit.months,
            needs_decision=expected.needs_decision,
            policy_profile=policy.profile,
            policy_version=policy.version,
            slip_no=slip and slip.slip_no,
            slip_stated_on=slip and slip.stated_on,
        )
