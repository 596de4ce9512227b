"""What payments tells: policy, allowances, runs, and what became of each payment. Other programmes' payments are no figures of the measure."""

from collections.abc import Sequence
from typing import Final

from services.reporting import repository
from services.reporting.commands.facts import columns, facts
from services.reporting.domain.payments import finality, outcome_of
from shared.clock import on_day
from shared.contracts import Event
from shared.contracts.payments import (
    TOP_UP,
    EntitlementFact,
    EntitlementStopped,
    PaymentFact,
    PaymentRunClosed,
    PaymentRunReleased,
    PaymentSettled,
    PolicyPublished,
)
from shared.db import Tx

_CLOSED: Final = (
    *("eligible", "paid", "failed", "held", "returned"),
    *("eligible_satang", "paid_satang", "failed_satang", "held_satang", "returned_satang"),
)


async def record_policies(tx: Tx, events: Sequence[Event]) -> None:
    """Keep the copy of the policy sets."""
    rows = [columns(one, "profile", "version", "published_on", "parameters") for _, one in facts(events, PolicyPublished)]
    await repository.keep(tx, repository.POLICY, rows)


async def record_entitlements(tx: Tx, events: Sequence[Event]) -> None:
    """Keep the newest state of each allowance; the reason stands only while it is stopped."""
    told = [entitlement for _, entitlement in facts(events, EntitlementFact)]
    await repository.touch(tx, [one.holder_id for one in told])
    await repository.keep(tx, repository.ENTITLEMENT, [_entitlement(one) for one in told])


def _entitlement(one: EntitlementFact) -> dict[str, object]:
    stopped = one if isinstance(one, EntitlementStopped) else None
    names = ("entitlement_id", "holder_id", "version", "status", "tier", "monthly_satang", "first_month", "last_month")
    return {
        "stop_reason": _why(stopped) if stopped else None,
        "stop_month": stopped.stop_month if stopped else None,
        **columns(one, *names),
    }


def _why(stopped: EntitlementStopped) -> str:
    return "MERGED" if stopped.merged_into else stopped.reason


async def record_payments(tx: Tx, events: Sequence[Event]) -> None:
    """Keep the last word on each attempt: a settled payment can come back, not the other way round."""
    told = [payment for _, payment in facts(events, PaymentFact) if payment.programme == TOP_UP]
    await repository.touch(tx, [one.holder_id for one in told])
    await repository.keep(tx, repository.PAYMENT, [_payment(one) for one in told])


def _payment(one: PaymentFact) -> dict[str, object]:
    outcome = outcome_of(one)
    names = ("disbursement_id", "attempt_no", "holder_id", "run_id", "month", "tier", "bank", "district", "amount_satang")
    reason = None if isinstance(one, PaymentSettled) else getattr(one, "reason_code", None)
    return {"outcome": outcome, "finality": finality(outcome), "reason_code": reason, **columns(one, *names)}


async def record_released_runs(tx: Tx, events: Sequence[Event]) -> None:
    """Keep what each run was released with."""
    rows = [
        {"released_on": on_day(event.time), **columns(run, "run_id", "month", "persons", "amount_satang")}
        for event, run in facts(events, PaymentRunReleased)
        if run.programme == TOP_UP
    ]
    await repository.keep(tx, repository.RUN_RELEASED, rows)


async def record_closed_runs(tx: Tx, events: Sequence[Event]) -> None:
    """Keep how each run closed."""
    rows = [
        {"closed_on": on_day(event.time), **columns(run, "run_id", "month", *_CLOSED)}
        for event, run in facts(events, PaymentRunClosed)
        if run.programme == TOP_UP
    ]
    await repository.keep(tx, repository.RUN_CLOSED, rows)
