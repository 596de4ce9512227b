"""What plan and an agency that connects by Kafka tell each other, on topics that are that agency's alone. Nothing of the person is in the clear."""

from datetime import date
from enum import StrEnum
from typing import Final, Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.common import Dimension
from shared.contracts.envelope import EventData
from shared.contracts.plan.referrals import ClosingReason, DeclineReason, Outcome, OverdueLevel, ReferralClock, ReferralStep
from shared.contracts.plan.topics import AGENCY_REFERRALS, AGENCY_REPORTS


class AgencyNotice(StrEnum):
    """Why an agency is told of a referral."""

    REFERRED = "REFERRED"
    REMINDED = "REMINDED"
    OVERDUE = "OVERDUE"
    WITHDRAWN = "WITHDRAWN"
    REOPENED = "REOPENED"


OFFERING_NAMED: Final = "OFFERING_NAMED"
"""The `notice` of AgencyOfferingNamed, beside those of AgencyNotified."""


class AgencyTold(EventData):
    """Base: the referral by then, `version` and `status` with it; the key is the referral. Who the person is, the packet tells over REST to the agency's own token."""

    topic = AGENCY_REFERRALS
    consumers = ("external:agency",)

    agency: str
    referral_id: UUID
    version: int
    status: str
    programme_code: str
    programme_version: int
    dimension: Dimension
    attempt: int
    offering_id: UUID | None = None
    starts_on: date | None = None
    referred_on: date
    noticed_on: date


class AgencyNotified(AgencyTold):
    """A referral of the agency is new, waits for its next step, ended without an outcome, or goes on.

    `clock`, `due_on` and `overdue_since` say which step is waited for, until when, and since which day it is too late; `level` to whom that rose.
    """

    type = "plan.AgencyNotified.v1"

    notice: AgencyNotice
    clock: ReferralClock | None = None
    due_on: date | None = None
    overdue_since: date | None = None
    level: OverdueLevel | None = None
    closing_reason: ClosingReason | None = None


class AgencyOfferingNamed(AgencyTold):
    """A referral that the agency has is now for this offering, which begins on `starts_on`: the person was allotted a seat of it."""

    type = "plan.AgencyOfferingNamed.v1"

    notice: Literal["OFFERING_NAMED"] = OFFERING_NAMED


class ReferralStepReported(EventData):
    """An agency reports a step of one of its referrals. Written by agencies on their own reports topic; the key is the referral.

    `report_id` is the agency's own and never used twice. `sealed` holds what is personal, where there is anything: the JSON of `words` and `details`
    (the evidence, as over REST) under the key that the agency shares with the suite, bound to the referral's id (ASCII). The topic says which agency it was.
    """

    type = "agency.ReferralStepReported.v1"
    topic = AGENCY_REPORTS
    consumers = ("plan",)

    report_id: str = Field(min_length=1, max_length=100, pattern=r"^[!-~]+$")
    referral_id: UUID
    step: ReferralStep
    on: date
    position: int | None = Field(default=None, ge=1, le=1_000_000)
    reason: DeclineReason | None = None
    outcome: Outcome | None = None
    final: bool | None = None
    sealed: str | None = Field(default=None, max_length=20_000)


class AgencyReportRefused(EventData):
    """A report of the agency's topic was refused: the field, the rule by its code, and why. The key is the referral that it named."""

    type = "plan.AgencyReportRefused.v1"
    topic = AGENCY_REFERRALS
    consumers = ("external:agency",)

    agency: str
    report_id: str
    referral_id: UUID
    refused_on: date
    field: str
    code: str
    reason_en: str
    reason_th: str
