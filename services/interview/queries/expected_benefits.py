"""What a wish of a day brings, from the copy of the policy, before anything is recorded."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.interview.commands.state_wish import case_for_wish
from services.interview.errors import LateWishRefused
from services.interview.repository import intents, people
from services.interview.repository.intents import Intent
from services.interview.rules.expected_benefit import ExpectedBenefit, expected_benefit
from services.interview.rules.policy import LateWish, Policy
from shared.auth import Reach
from shared.contracts.common import Tier
from shared.db import ReadTx


@dataclass(frozen=True, slots=True)
class Expected:
    """What may be expected, by which policy, and the slip that the person has already."""

    tier: Tier
    stated_on: date
    benefit: ExpectedBenefit
    policy: Policy
    slip: Intent | None = None

    @property
    def needs_decision(self) -> bool:
        """Whether a wish of that day waits for คอจ."""
        return self.stated_on > self.policy.visit_window.last


async def expected_of_tier(tx: ReadTx, tier: Tier, stated_on: date) -> Expected:
    """For anybody of the tier. Raises PolicyNotHere, LateWishRefused."""
    return _expected(await people.newest_policy(tx), tier, stated_on)


async def expected_of_person(tx: ReadTx, reach: Reach, holder_id: UUID, stated_on: date, today: date) -> Expected | None:
    """For a card holder; None out of reach. Raises HolderErased, HolderDeceased, HolderMerged, LateWishRefused."""
    found = await people.read_person(tx, reach, holder_id)
    if found is None:
        return None
    person, case = found
    case, stands = await case_for_wish(tx, person, case, stated_on, today)
    slip = await intents.intent_of_case(tx, case.case_id) if stands and case is not None else None
    return _expected(person.policy, person.tier, stated_on, slip)


def _expected(policy: Policy, tier: Tier, stated_on: date, slip: Intent | None = None) -> Expected:
    if slip is None and stated_on > policy.visit_window.last and policy.late_wish is LateWish.REFUSE:
        raise LateWishRefused(stated_on=stated_on, last_day=policy.visit_window.last)
    return Expected(tier, stated_on, expected_benefit(policy, tier, stated_on), policy, slip)
