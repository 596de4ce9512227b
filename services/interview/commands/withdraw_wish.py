"""Withdrawing the wish (docs/measure.md 4)."""

from datetime import date
from uuid import UUID

from services.interview import events
from services.interview.commands.act import Act
from services.interview.domain import Change, IntentStatus, Step
from services.interview.repository import cases, intents, people
from services.interview.repository.intents import Intent
from shared.bus import outbox
from shared.contracts.interview import IntentWithdrawn
from shared.db import Tx
from shared.errors import Invalid


async def withdraw_wish(tx: Tx, act: Act, intent_id: UUID, withdrawn_on: date, reason: str) -> Intent:
    """Withdraw the wish. Raises NotFound, Invalid for a day before the wish or to come, CaseNotReady."""
    found = await people.lock_case(tx, act.caller.reach, "case_id", await intents.case_of_intent(tx, intent_id))
    case = found.case
    stated_on = case.stated_on or withdrawn_on
    if not stated_on <= withdrawn_on <= act.today:
        raise Invalid.field(
            "withdrawn_on",
            "date_range",
            "is before the wish or in the future",
            "ก่อนวันแจ้งความประสงค์หรือยังไม่มาถึง",
            f"{stated_on}..{act.today}",
        )
    change = Change.of(case).step(Step.WITHDRAWN, reason, withdrawn_on=withdrawn_on).put(intent_status=IntentStatus.WITHDRAWN)
    await cases.save_changes(tx, [change], by=act.by, at=act.at)
    intent = await intents.settle(tx, case.case_id, IntentStatus.WITHDRAWN, withdrawn_on=withdrawn_on)
    # Of a wish that still waited for its decision nobody outside has heard.
    if case.wish_counts:
        fact = IntentWithdrawn(holder_id=case.holder_id, case_id=case.case_id, withdrawn_on=withdrawn_on, known_on=act.today, reason=reason)
        await outbox.add_many(tx, [events.case_event(fact, act.at)])
    return intent
