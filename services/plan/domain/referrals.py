"""Referrals: what agencies report of them, and the state that follows from it.

CREATED ─→ RECEIVED ─→ ACCEPTED ─→ STARTED ─→ CLOSED
              │  └────→ WAIT_LISTED ─→ (ACCEPTED, DECLINED)
              └───────→ DECLINED (also after ACCEPTED), and the line is referred again: a new attempt

Each report is a fact with its day, and the state is what the facts add up to: a step that was skipped is implied by a later one, and one
that is reported late fills in its day. So reports in any order end in the same state.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from services.plan.errors.referrals import ReferralClosed, ReferralDeclined, ReferralNotOpen
from shared.contracts.common import Dimension
from shared.contracts.plan import ClosingReason, DeclineReason, Outcome, ReferralStep
from shared.ids import same_id


class ReferralStatus(StrEnum):
    """States of a referral. CREATED is sent, and not known to have been received."""

    CREATED = "CREATED"
    RECEIVED = "RECEIVED"
    WAIT_LISTED = "WAIT_LISTED"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    STARTED = "STARTED"
    CLOSED = "CLOSED"


Step = ReferralStep
"""What an agency may report; the word of this module."""

BY_OUTCOME: Final = "OUTCOME"
"""Why a referral is closed that has its final outcome; of the others see ClosingReason."""

_ORDER: Final = list(Step)
_DAYS: Final = {
    Step.RECEIVED: "received_on",
    Step.WAIT_LISTED: "wait_listed_on",
    Step.ACCEPTED: "accepted_on",
    Step.DECLINED: "declined_on",
    Step.STARTED: "started_on",
    Step.OUTCOME: "outcome_on",
}


def referral_id_of(plan_id: UUID, line_no: int, attempt: int = 1) -> UUID:
    """The id of the referral of a line; each attempt at one line has its own."""
    return same_id("referral", plan_id, line_no, *([attempt] if attempt > 1 else []))


@dataclass(frozen=True, slots=True)
class Referral:
    """One line of a plan on its way through its agency. Of the attempts at a line one is `current`, the last.

    `starts_on` is the day on which the person is to begin, where one was agreed.
    """

    referral_id: UUID
    plan_id: UUID
    holder_id: UUID
    line_no: int
    programme_code: str
    programme_version: int
    dimension: Dimension
    agency: str
    status: ReferralStatus
    version: int
    referred_on: date
    attempt: int = 1
    current: bool = True
    offering_id: UUID | None = None
    starts_on: date | None = None
    received_on: date | None = None
    wait_listed_on: date | None = None
    wait_position: int | None = None
    accepted_on: date | None = None
    declined_on: date | None = None
    decline_reason: DeclineReason | None = None
    started_on: date | None = None
    outcome: Outcome | None = None
    outcome_final: bool = False
    outcome_on: date | None = None
    closed_reason: str | None = None

    @property
    def ended(self) -> bool:
        """Whether the line has its end with this referral: a final outcome, or no agency that takes the person."""
        return self.outcome_final or self.closed_reason == ClosingReason.NOT_PLACED

    @property
    def begun(self) -> bool:
        """Whether the agency took the person in, by what it reported."""
        return bool(self.accepted_on or self.started_on or self.outcome)

    def day_of(self, step: Step) -> date | None:
        """On which day the step was, as far as it is known."""
        day: date | None = getattr(self, _DAYS[step])
        return day

    def days_for(self, step: Step) -> tuple[date, date | None]:
        """Between which days the step can have been by what is known of the others; no last day where no later step is known."""
        place = _ORDER.index(step)
        before = [day for one in _ORDER[:place] if (day := self.day_of(one))]
        after = [day for one in _ORDER[place + 1 :] if (day := self.day_of(one))]
        repeated = self.day_of(step) if step in _REPEATED else None
        return max([self.referred_on, *before, *([repeated] if repeated else [])]), min(after, default=None)

    def take(
        self,
        step: Step,
        on: date,
        *,
        position: int | None = None,
        reason: DeclineReason | None = None,
        outcome: Outcome | None = None,
        final: bool = False,
    ) -> "Referral":
        """The referral after the report; the same report once more changes nothing. Raises ReferralNotOpen, ReferralDeclined, ReferralClosed."""
        facts = {_DAYS[step]: on, **self._said(step, position=position, reason=reason, outcome=outcome, final=final)}
        if all(getattr(self, name) == value for name, value in facts.items()):
            return self
        self._require_open_for(step)
        told = replace(self, **facts)  # type: ignore[arg-type]  # the names are this class's own
        return replace(told, version=self.version + 1, status=told.standing(), closed_reason=BY_OUTCOME if told.outcome_final else None)

    def _said(
        self, step: Step, *, position: int | None, reason: DeclineReason | None, outcome: Outcome | None, final: bool
    ) -> dict[str, object]:
        match step:
            case Step.WAIT_LISTED:
                return {"wait_position": position}
            case Step.DECLINED:
                return {"decline_reason": reason}
            case Step.OUTCOME:
                return {"outcome": outcome, "outcome_final": final}
            case _:
                return {}

    def _require_open_for(self, step: Step) -> None:
        if self.status is ReferralStatus.CLOSED and (self.closed_reason != BY_OUTCOME or step in {Step.OUTCOME, Step.DECLINED}):
            raise ReferralClosed(
                referral_id=str(self.referral_id), outcome=self.outcome and self.outcome.value, closed_reason=self.closed_reason
            )
        if self.status is ReferralStatus.DECLINED and step in {Step.STARTED, Step.OUTCOME}:
            raise ReferralDeclined(referral_id=str(self.referral_id), decline_reason=self.decline_reason and self.decline_reason.value)
        is_known = self.day_of(step) is not None and step not in _REPEATED
        if is_known or (step is Step.DECLINED and (self.started_on or self.outcome)):
            raise ReferralNotOpen(referral_id=str(self.referral_id), referral_status=self.status.value)

    def standing(self) -> ReferralStatus:
        """The state that the reported facts add up to."""
        if self.outcome_final:
            return ReferralStatus.CLOSED
        if self.started_on or self.outcome:
            return ReferralStatus.STARTED
        known = [step for step in (Step.DECLINED, Step.ACCEPTED, Step.WAIT_LISTED, Step.RECEIVED) if self.day_of(step)]
        return ReferralStatus(known[0]) if known else ReferralStatus.CREATED

    def close(self, reason: ClosingReason) -> "Referral":
        """The referral closed without an outcome; one that is closed, or gave way to another attempt, stays as it is."""
        if self.status is ReferralStatus.CLOSED or not self.current:
            return self
        return replace(self, status=ReferralStatus.CLOSED, version=self.version + 1, closed_reason=reason)

    def give_way(self) -> "Referral":
        """The referral when the next attempt at its line is made; one that was not declined is called back. Raises ReferralNotOpen."""
        self.require_not_taken_in()
        if self.status is ReferralStatus.DECLINED:
            return replace(self, version=self.version + 1, current=False)
        return replace(self, version=self.version + 1, current=False, status=ReferralStatus.CLOSED, closed_reason=ClosingReason.CALLED_BACK)

    def require_not_taken_in(self) -> None:
        """Raise ReferralNotOpen unless the line waits for an agency that takes the person in."""
        if not self.current or self.status not in _NOT_TAKEN_IN:
            raise ReferralNotOpen(referral_id=str(self.referral_id), referral_status=self.status.value)

    def go_on(self, closed_as: ClosingReason) -> "Referral":
        """The referral as it was before it was closed for this reason; another stays as it is."""
        if self.status is not ReferralStatus.CLOSED or self.closed_reason != closed_as:
            return self
        return replace(self, status=self.standing(), version=self.version + 1, closed_reason=None)


_REPEATED: Final = frozenset({Step.WAIT_LISTED, Step.OUTCOME})
"""Steps that may be reported again while the state allows: a place in the line changes, an outcome follows another."""


_NOT_TAKEN_IN: Final = frozenset({ReferralStatus.CREATED, ReferralStatus.RECEIVED, ReferralStatus.WAIT_LISTED, ReferralStatus.DECLINED})
"""States in which a line may be sent elsewhere."""


def current(referrals: Iterable[Referral]) -> list[Referral]:
    """The last attempt at each line."""
    return [referral for referral in referrals if referral.current]
