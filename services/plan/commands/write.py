"""The end of every use case that changes plans."""

from services.plan.changes import Changes
from services.plan.commands.places import settle_places
from services.plan.commands.reviews import withdraw_with_plans
from services.plan.commands.tell_agencies import tell_agencies
from services.plan.repository import clocks, plans
from services.plan.rules.referral_clocks import clock_of
from shared.bus import outbox
from shared.db import Tx


async def write(tx: Tx, changes: Changes) -> None:
    """Write the changes and what follows from them for specialists and seats, then the events, and what agencies are told: the plans' rows are locked by then, so the outbox is in order."""
    await withdraw_with_plans(tx, changes)
    await plans.save(tx, changes)
    await clocks.set_clocks(tx, {referral_id: clock_of(referral) for referral_id, referral in changes.referrals.items()})
    await settle_places(tx, changes)
    await outbox.add_many(tx, changes.events)
    await tell_agencies(tx, changes)
