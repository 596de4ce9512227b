"""Proposals that another person decides, whatever they are about."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from services.registry.schemas.fields import Text
from shared.approvals import ApprovalStatus


class ProposalOut(BaseModel):
    """Where a proposal stands (`shared.approvals.Proposal.standing`)."""

    status: ApprovalStatus
    version: int
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    decision_reason: str | None


class ProposalDecisionIn(BaseModel):
    """Yes or no, and why."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"approved": True, "reason": "หลักฐานครบถ้วน"}]})

    approved: bool
    reason: Text = Field(min_length=3, max_length=200, description="Why, without personal data. เหตุผล (ไม่ใส่ข้อมูลส่วนบุคคล)")


class WithdrawalIn(BaseModel):
    """Why the proposer takes it back."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "เสนอผิดราย"}]})

    reason: Text = Field(min_length=3, max_length=200, description="Why, without personal data. เหตุผล (ไม่ใส่ข้อมูลส่วนบุคคล)")
