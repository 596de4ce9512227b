"""Referrals, and which state follows which."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.plan import errors
from shared.contracts.common import Dimension
from shared.contracts.plan import Outcome
from shared.ids import same_id


class ReferralStatus(StrEnum):
    """States of a referral."""

    CREATED = "CREATED"
    ACCEPTED = "ACCEPTED"
    CLOSED = "CLOSED"


def referral_id_of(plan_id: UUID, line_no: int) -> UUID:
    """The id of the referral of a line: every line has one."""
    return same_id("referral", plan_id, line_no)


@dataclass(frozen=True, slots=True)
class Referral:
    """One line of a plan on its way through its agency."""

    referral_id: UUID
    plan_id: UUID
    holder_id: UUID
    line_no: int
    programme_code: str
    dimension: Dimension
    agency: str
    status: ReferralStatus
    version: int
    referred_on: date
    accepted_on: date | None = None
    outcome: Outcome | None = None
    outcome_final: bool = False
    outcome_on: date | None = None
    closed_reason: str | None = None

    def accept(self, on: date) -> "Referral":
        """The referral after the agency took the person in. Raises ReferralNotOpen."""
        if self.status is not ReferralStatus.CREATED:
            raise errors.ReferralNotOpen(referral_id=str(self.referral_id), referral_status=self.status.value)
        return replace(self, status=ReferralStatus.ACCEPTED, version=self.version + 1, accepted_on=on)

    def record(self, outcome: Outcome, *, on: date, final: bool) -> "Referral":
        """The referral after an outcome; a final one closes it. Raises ReferralNotAccepted, ReferralClosed."""
        if self.status is ReferralStatus.CREATED:
            raise errors.ReferralNotAccepted(referral_id=str(self.referral_id))
        if self.status is ReferralStatus.CLOSED:
            raise errors.ReferralClosed(
                referral_id=str(self.referral_id), outcome=self.outcome and self.outcome.value, closed_reason=self.closed_reason
            )
        return replace(
            self,
            status=ReferralStatus.CLOSED if final else self.status,
            version=self.version + 1,
            outcome=outcome,
            outcome_final=final,
            outcome_on=on,
            closed_reason="OUTCOME" if final else None,
        )

    def close(self, reason: str) -> "Referral":
        """The referral closed with its plan; one that is closed stays as it is."""
        if self.status is ReferralStatus.CLOSED:
            return self
        return replace(self, status=ReferralStatus.CLOSED, version=self.version + 1, closed_reason=reason)

    def go_on(self, closed_as: str) -> "Referral":
        """The referral as it was before it was closed for this reason; another stays as it is."""
        if self.status is not ReferralStatus.CLOSED or self.closed_reason != closed_as:
            return self
        before = ReferralStatus.CREATED if self.accepted_on is None else ReferralStatus.ACCEPTED
        return replace(self, status=before, version=self.version + 1, closed_reason=None)
