"""What payments takes in: one function per event (holder states are one), each a batch of events to one command."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final, cast
from uuid import UUID

from services.payments.commands.duplicates import keep_suspicions
from services.payments.commands.entitlements import Cause, NewFact, take_facts
from services.payments.commands.holders import assign_officers, keep_holders, keep_payees, route_cases
from services.payments.commands.holds import hold_reported_deaths
from services.payments.commands.recalls import take_refusals
from services.payments.commands.results import take_results
from services.payments.commands.use import take_use
from services.payments.domain import month_from
from services.payments.repository import holders, policies
from services.payments.repository.recalls import Refusal
from services.payments.resources import PaymentsResources
from services.payments.rules.bank_answers import Answer
from services.payments.rules.facts import Content, Decided, Fact, Interviewed, PlanAgreed, Wish, Withdrawal
from services.payments.rules.use_reports import UseReport
from shared.bus.consumers import Consumers, Early, RejectedEvent, Work
from shared.clock import on_day
from shared.contracts import Event
from shared.contracts.common import Bank
from shared.contracts.interview import (
    AccountOfficerAssigned,
    CaseFact,
    CaseRouted,
    DeathReported,
    DecisionRecorded,
    IntentDeclared,
    IntentWithdrawn,
    InterviewCompleted,
)
from shared.contracts.payments import BankRecallRefused, BankResultReported, BankUseReported
from shared.contracts.plan import PlanAssigned, PlanDeclined
from shared.contracts.registry import (
    CardholderDeathTakenBack,
    CardholderDeceased,
    CardholderErased,
    CardholderMerged,
    CardholderMoved,
    CardholderRegistered,
    CardholderUnmerged,
    CardholderUpdated,
    DuplicateSuspected,
    HolderState,
    PayeeChanged,
)
from shared.crypto import SealBroken
from shared.ids import same_id

consumers = Consumers("payments")

_BIGINT: Final = range(-(2**63), 2**63)
_BANK_TEXT_MAX: Final = 200


def _arrives(event: Event) -> list[str]:
    return [f"holder:{event.subject}"]


@consumers.on(
    CardholderRegistered,
    CardholderUpdated,
    CardholderMoved,
    CardholderDeceased,
    CardholderDeathTakenBack,
    CardholderErased,
    CardholderMerged,
    CardholderUnmerged,
    natural_key=True,
    provides=_arrives,
)
async def card_holders_changed(work: Work, events: list[Event]) -> None:
    """Keep the copy of card holders; a death or a merge into another stops the allowance, one taken back gives it again."""
    await keep_holders(work.tx, [(cast("HolderState", event.data), Cause.of(event)) for event in events])


@consumers.on(DuplicateSuspected, natural_key=True)
async def duplicates_suspected(work: Work, events: list[Event]) -> None:
    """Keep who may be paid twice; no allowance stops."""
    await keep_suspicions(work.tx, [cast("DuplicateSuspected", event.data) for event in events])


@consumers.on(PayeeChanged, natural_key=True)
async def payees_changed(work: Work, events: list[Event]) -> None:
    """Keep where money goes. A payee that cannot be opened is refused now, not on the day of the payment; one that was erased is forgotten."""
    resources: PaymentsResources = work.resources
    for event in events:
        payee = cast("PayeeChanged", event.data)
        if payee.erased:
            continue
        try:
            resources.seals.open(payee.holder_id, payee.sealed)
        except SealBroken as error:
            raise RejectedEvent(event, f"the payee cannot be opened: {error}") from error
    await keep_payees(work.tx, [cast("PayeeChanged", event.data) for event in events])


@consumers.on(CaseRouted)
async def cases_routed(work: Work, events: list[Event]) -> Sequence[Early]:
    """Keep which district is responsible."""
    ready, early = await _of_known_holders(work, events)
    routes = [cast("CaseRouted", event.data) for event in ready]
    await route_cases(work.tx, [(one.holder_id, one.version, one.responsible_district) for one in routes])
    return early


@consumers.on(AccountOfficerAssigned)
async def officers_assigned(work: Work, events: list[Event]) -> Sequence[Early]:
    """Keep whose case it is."""
    ready, early = await _of_known_holders(work, events)
    assigned = [cast("AccountOfficerAssigned", event.data) for event in ready]
    await assign_officers(work.tx, [(one.holder_id, one.version, one.officer_id) for one in assigned])
    return early


@consumers.on(IntentDeclared)
async def wishes_stated(work: Work, events: list[Event]) -> Sequence[Early]:
    """A wish opens an allowance."""
    known = await policies.by_versions(work.tx, [cast("IntentDeclared", event.data).policy_version for event in events])
    for event in events:
        version = cast("IntentDeclared", event.data).policy_version
        if version not in known:
            raise RejectedEvent(event, f"policy version {version} was never published")
    return await _take(work, events, _wish)


@consumers.on(IntentWithdrawn)
async def wishes_withdrawn(work: Work, events: list[Event]) -> Sequence[Early]:
    """A withdrawn wish stops the allowance by profile."""
    return await _take(work, events, _withdrawal)


@consumers.on(InterviewCompleted)
async def interviews_completed(work: Work, events: list[Event]) -> Sequence[Early]:
    """The interview confirms the allowance or, where the answer is no, stops it by profile."""
    return await _take(work, events, _interview)


@consumers.on(DecisionRecorded)
async def decisions_recorded(work: Work, events: list[Event]) -> Sequence[Early]:
    """A committee grants a late wish, stops or reinstates."""
    return await _take(work, events, _decision)


@consumers.on(PlanAssigned)
async def plans_assigned(work: Work, events: list[Event]) -> Sequence[Early]:
    """An agreed plan confirms the allowance; those without one are candidates for a committee's CHOSE_NOTHING."""
    return await _take(work, events, _plan)


@consumers.on(PlanDeclined)
async def plans_declined(work: Work, events: list[Event]) -> Sequence[Early]:
    """Who is content with what they have has no allowance; who merely chose nothing waits for a committee's CHOSE_NOTHING."""
    return await _take(work, [event for event in events if cast("PlanDeclined", event.data).sufficient], _content)


@consumers.on(DeathReported, natural_key=True)
async def deaths_reported(work: Work, events: list[Event]) -> None:
    """Hold the money of who is reported dead, if the policy set says so: the registry's decision is not here yet."""
    resources: PaymentsResources = work.resources
    reports = {event.id: _holder(event) for event in events}
    await hold_reported_deaths(work.tx, reports, resources.clock.business_now())


@consumers.on(BankRecallRefused, natural_key=True)
async def recalls_refused(work: Work, events: list[Event]) -> None:
    """Banks cannot give back what they were asked for; what they were not asked for is refused."""
    resources: PaymentsResources = work.resources
    refusals = {event.id: _refusal(event) for event in events}
    known = await take_refusals(work.tx, list(refusals.values()), resources.clock.business_now())
    for event in events:
        if refusals[event.id].instruction_id not in known or refusals[event.id].via is not refusals[event.id].bank:
            raise RejectedEvent(event, "this payment was not asked back of the bank")


@consumers.on(BankResultReported, natural_key=True)
async def results_reported(work: Work, events: list[Event]) -> None:
    """Banks answered; the topic says which bank it was."""
    resources: PaymentsResources = work.resources
    await take_results(work.tx, [_answer(event) for event in events], resources.clock.business_now())


@consumers.on(BankUseReported, natural_key=True)
async def use_reported(work: Work, events: list[Event]) -> None:
    """Banks tell what was used in a month."""
    resources: PaymentsResources = work.resources
    await take_use(work.tx, [_use(event) for event in events], resources.clock.business_now())


async def _of_known_holders(work: Work, events: Sequence[Event]) -> tuple[list[Event], list[Early]]:
    """Events whose holder is here, and those that are early."""
    known = await holders.present(work.tx, [_holder(event) for event in events])
    early = [Early(event, f"holder:{_holder(event)}") for event in events if _holder(event) not in known]
    return [event for event in events if _holder(event) in known], early


def _holder(event: Event) -> UUID:
    return cast("CaseFact", event.data).holder_id


async def _take(work: Work, events: Sequence[Event], fact_of: Callable[[Event], tuple[UUID, Fact]]) -> list[Early]:
    ready, early = await _of_known_holders(work, events)
    facts = [(event, *fact_of(event)) for event in ready]
    await take_facts(work.tx, [NewFact(fact_id, _holder(event), fact, Cause.of(event)) for event, fact_id, fact in facts])
    return early


def _wish(event: Event) -> tuple[UUID, Fact]:
    data = cast("IntentDeclared", event.data)
    wish = Wish(
        intent_id=data.intent_id,
        stated_on=data.stated_on,
        received_on=data.received_on,
        tier=data.tier,
        approved_late=data.approved_late,
        decision_reference=data.decision_reference,
        policy_version=data.policy_version,
        stated_at=event.time if on_day(event.time) == data.stated_on else None,
    )
    return same_id("wish", data.intent_id), wish


def _withdrawal(event: Event) -> tuple[UUID, Fact]:
    known_on = cast("IntentWithdrawn", event.data).known_on
    return same_id("withdrawal", event.id), Withdrawal(known_on=known_on, known_at=event.time if on_day(event.time) == known_on else None)


def _interview(event: Event) -> tuple[UUID, Fact]:
    data = cast("InterviewCompleted", event.data)
    fact = Interviewed(interview_id=data.interview_id, revision=data.revision, interviewed_on=data.interviewed_on, answer=data.answer)
    return same_id("interview", data.interview_id, data.revision), fact


def _decision(event: Event) -> tuple[UUID, Fact]:
    data = cast("DecisionRecorded", event.data)
    if data.effective_month is not None:
        try:
            month_from(data.effective_month)
        except ValueError as error:
            raise RejectedEvent(event, f"effective_month: {error}") from error
    fact = Decided(decision_id=data.decision_id, decision=data.kind, decided_on=data.decided_on, effective_month=data.effective_month)
    return same_id("decision", data.decision_id), fact


def _plan(event: Event) -> tuple[UUID, Fact]:
    data = cast("PlanAssigned", event.data)
    return same_id("plan", data.plan_id, data.version), PlanAgreed(plan_id=data.plan_id, agreed_on=data.agreed_on)


def _content(event: Event) -> tuple[UUID, Fact]:
    data = cast("PlanDeclined", event.data)
    return same_id("content", event.id), Content(plan_id=data.plan_id, declined_on=data.declined_on)


def _answer(event: Event) -> Answer:
    data = cast("BankResultReported", event.data)
    texts = (data.instruction_id, data.bank_reference, data.reason_code or "")
    if any("\0" in text or len(text) > _BANK_TEXT_MAX for text in texts) or data.amount_satang not in _BIGINT:
        raise RejectedEvent(event, "a text or amount that cannot be kept")
    return Answer.of(
        via=_via(event),
        bank=data.bank,
        instruction_id=data.instruction_id,
        status=data.status,
        amount_satang=data.amount_satang,
        value_date=data.value_date,
        bank_reference=data.bank_reference,
        reason_code=data.reason_code,
    )


def _use(event: Event) -> UseReport:
    data = cast("BankUseReported", event.data)
    if "\0" in data.bank_reference or data.used_satang not in _BIGINT:
        raise RejectedEvent(event, "a text or amount that cannot be kept")
    return UseReport.of(
        via=_via(event),
        bank=data.bank,
        instruction_id=data.instruction_id,
        month=month_from(data.month),
        used_satang=data.used_satang,
        bank_reference=data.bank_reference,
    )


def _refusal(event: Event) -> Refusal:
    data = cast("BankRecallRefused", event.data)
    return Refusal(_via(event), data.bank, UUID(hex=data.instruction_id), data.reason_code, data.bank_reference)


def _via(event: Event) -> Bank:
    """The bank whose topic it is."""
    return _bank_of(event.topic)


@lru_cache(maxsize=32)
def _bank_of(topic: str) -> Bank:
    return Bank(topic.split(".")[2].upper())
