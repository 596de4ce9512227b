"""What plan hears from other services: one function per event, a batch at a time."""

import re
from collections.abc import Iterable, Sequence
from typing import Final, TypeVar
from uuid import UUID

import orjson
from pydantic import ValidationError

from services.plan.commands import interviews, people, recommend
from services.plan.commands.agency_reports import ToldReport, take_told
from services.plan.commands.merge import one_plan_goes_on
from services.plan.commands.referrals import StepReport
from services.plan.commands.wages import take_wages
from services.plan.domain import Because, Noted, WageTold
from services.plan.repository import catalogue, plans
from services.plan.repository import people as copies
from services.plan.resources import PlanResources
from services.plan.rules.situation import open_assessment
from services.plan.schemas.referrals import PersonalPart
from shared.bus.consumers import Consumers, Early, RejectedEvent, Work
from shared.contracts import Event, EventData
from shared.contracts.common import Bank
from shared.contracts.interview import (
    AccountOfficerAssigned,
    AssessmentRecorded,
    CaseRouted,
    DecisionRecorded,
    FollowUpRecorded,
    IntentDeclared,
    IntentWithdrawn,
    InterviewCompleted,
    OfficerRegistered,
)
from shared.contracts.payments import PolicyPublished
from shared.contracts.plan import ReferralStepReported, WagePaidThroughCard
from shared.contracts.registry import (
    CardholderDeathTakenBack,
    CardholderDeceased,
    CardholderErased,
    CardholderMerged,
    CardholderMoved,
    CardholderRegistered,
    CardholderUnmerged,
    CardholderUpdated,
    HolderState,
)
from shared.crypto import SealBroken
from shared.errors import Invalid
from shared.http import field_problems
from shared.http.texts import text_problem

E = TypeVar("E", bound=EventData)

POLICY: Final = "policy:newest"

_MONTH: Final = re.compile("[12][0-9]{3}-(0[1-9]|1[0-2])")
_BANK_TEXT_MAX: Final = 200
_SATANG_MAX: Final = 10**13

consumers = Consumers("plan")


def _holder(event: Event) -> list[str]:
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
    provides=_holder,
    natural_key=True,
)
async def on_card_holders(work: Work, events: list[Event]) -> None:
    """Keep the copy of the holders; a death closes the plan, a merge leaves one, an erasure forgets."""
    await people.keep_holders(work.tx, _noted(HolderState, events))


@consumers.on(PolicyPublished, provides=lambda _: [POLICY], natural_key=True)
async def on_policy_published(work: Work, events: list[Event]) -> None:
    """Keep the copy of the policy sets."""
    for published in _data(PolicyPublished, events):
        await copies.add_policy(work.tx, published.version, published.profile, published.parameters)


@consumers.on(OfficerRegistered, natural_key=True)
async def on_officer_registered(work: Work, events: list[Event]) -> None:
    """Keep the copy of the officers."""
    await copies.upsert_officers(work.tx, _data(OfficerRegistered, events))


@consumers.on(CaseRouted)
async def on_case_routed(work: Work, events: list[Event]) -> Sequence[Early]:
    """Keep which district is responsible."""
    ready, early = await _when_holder_is_here(work, events)
    await copies.route(work.tx, _data(CaseRouted, ready))
    return early


@consumers.on(AccountOfficerAssigned)
async def on_account_officer_assigned(work: Work, events: list[Event]) -> Sequence[Early]:
    """Keep whose case it is."""
    ready, early = await _when_holder_is_here(work, events)
    await copies.assign(work.tx, _data(AccountOfficerAssigned, ready))
    return early


@consumers.on(IntentDeclared)
async def on_intent_declared(work: Work, events: list[Event]) -> Sequence[Early]:
    """Keep the stated wish; one stated again opens a withdrawn plan."""
    ready, early = await _when_holder_is_here(work, events)
    resources = _resources(work)
    await people.declare_wishes(work.tx, _noted(IntentDeclared, ready), resources.desk)
    return early


@consumers.on(IntentWithdrawn)
async def on_intent_withdrawn(work: Work, events: list[Event]) -> Sequence[Early]:
    """End the plan of who withdrew."""
    ready, early = await _when_holder_is_here(work, events)
    await people.withdraw_wishes(work.tx, _noted(IntentWithdrawn, ready))
    return early


@consumers.on(InterviewCompleted)
async def on_interview_completed(work: Work, events: list[Event]) -> Sequence[Early]:
    """Recommend, assign or decline."""
    if await copies.newest_policy(work.tx) is None:
        return [Early(event, POLICY) for event in events]
    ready, early = await _when_holder_is_here(work, events, held=True)
    await _refuse_unknown_programmes(work, ready)
    resources = _resources(work)
    completed = _noted(InterviewCompleted, ready)
    await interviews.take_interviews(work.tx, completed, resources.desk)
    await one_plan_goes_on(work.tx, {one.data.holder_id: one.because for one in completed})
    return early


@consumers.on(AssessmentRecorded)
async def on_assessment_recorded(work: Work, events: list[Event]) -> None:
    """Keep the sealed assessment and look at the recommendation again; it may come before its interview. Of who was erased none is kept."""
    resources = _resources(work)
    here = await copies.known_holders(work.tx, {_holder_id(event) for event in events}, held=True)
    told = [event for event in events if isinstance(event.data, AssessmentRecorded) and not here.get(_holder_id(event))]
    for event in told:
        if isinstance(event.data, AssessmentRecorded) and not event.data.erased:
            _refuse_unreadable(event, event.data, resources)
    await recommend.take_assessments(work.tx, _noted(AssessmentRecorded, told), resources.desk)


@consumers.on(DecisionRecorded)
async def on_decision_recorded(work: Work, events: list[Event]) -> Sequence[Early]:
    """Keep what committees decided, and what follows for the plan."""
    ready, early = await _when_holder_is_here(work, events, held=True)
    resources = _resources(work)
    await people.keep_decisions(work.tx, _noted(DecisionRecorded, ready), resources.desk)
    return early


@consumers.on(FollowUpRecorded)
async def on_follow_up_recorded(work: Work, events: list[Event]) -> None:
    """Keep on the plan what the newest contact told of work and income."""
    here = await copies.known_holders(work.tx, {_holder_id(event) for event in events}, held=True)
    await plans.keep_follow_ups(work.tx, _data(FollowUpRecorded, [event for event in events if not here.get(_holder_id(event))]))


@consumers.on(WagePaidThroughCard, natural_key=True)
async def on_wage_paid_through_card(work: Work, events: list[Event]) -> None:
    """Banks tell the wages that they paid; the topic says which bank it was."""
    resources = _resources(work)
    await take_wages(work.tx, [_wage_told(event, resources) for event in events], resources.clock.business_now())


@consumers.on(ReferralStepReported, natural_key=True)
async def on_referral_step_reported(work: Work, events: list[Event]) -> None:
    """Agencies report steps of their referrals; the topic says which agency it was. What is refused is kept for it to read."""
    resources = _resources(work)
    because = Because(resources.clock.business_now(), "agency reports", "reported")
    told = [_report_told(event, resources) for event in events]
    await take_told(work.tx, told, resources.rules.outcomes, resources.fields, because)


def _report_told(event: Event, resources: PlanResources) -> ToldReport:
    [data] = _data(ReferralStepReported, [event])
    agency = event.topic.split(".")[1].upper()
    try:
        personal = _personal_part(data, agency, resources)
    except Invalid as unreadable:
        return ToldReport(agency, data.report_id, data.referral_id, unreadable)
    said = StepReport(
        data.referral_id,
        data.step,
        data.on,
        data.position,
        data.reason,
        data.outcome,
        data.final,
        words=personal.words,
        details=personal.details,
    )
    return ToldReport(agency, data.report_id, data.referral_id, said)


def _personal_part(data: ReferralStepReported, agency: str, resources: PlanResources) -> PersonalPart:
    """Words and evidence of the report, opened and checked as they are over REST. Raises Invalid."""
    if data.sealed is None:
        return PersonalPart()
    try:
        opened = orjson.loads(resources.agency_ciphers[agency].open_text(data.sealed, str(data.referral_id).encode()))
    except (KeyError, SealBroken, ValueError) as error:
        raise Invalid.field(
            "sealed",
            "sealed",
            "is not sealed under the key that the agency shares with the suite, for this referral",
            "ไม่ได้เข้ารหัสด้วยกุญแจที่หน่วยงานใช้ร่วมกับระบบสำหรับการส่งต่อนี้",
        ) from error
    try:
        personal = PersonalPart.model_validate(opened)
    except ValidationError as error:
        raise Invalid.of(*field_problems(error.errors())) from error
    if problem := text_problem(personal.model_dump(mode="json")):
        raise Invalid.of(problem)
    return personal


def _wage_told(event: Event, resources: PlanResources) -> WageTold:
    [data] = _data(WagePaidThroughCard, [event])
    via = Bank(event.topic.split(".")[2].upper())
    texts = (data.bank_reference, data.employer_tax_id, data.corrects or "")
    if any("\0" in text or len(text) > _BANK_TEXT_MAX for text in texts) or data.amount_satang > _SATANG_MAX:
        raise RejectedEvent(event, "a text or amount that cannot be kept")
    if not _MONTH.fullmatch(data.wage_month):
        raise RejectedEvent(event, f"wage_month {data.wage_month!r} is not YYYY-MM")
    try:
        employment_id = UUID(hex=data.employment_reference)
    except ValueError as error:
        raise RejectedEvent(event, "employment_reference is not 32 hex characters") from error
    return WageTold.of(
        via=via,
        bank=data.bank,
        bank_reference=data.bank_reference,
        employment_id=employment_id,
        tax_id=data.employer_tax_id,
        wage_month=data.wage_month,
        amount_satang=data.amount_satang,
        paid_on=data.paid_on,
        card_index=resources.card_index(via, data.sealed_card, data.employment_reference),
        corrects=data.corrects,
    )


def _resources(work: Work) -> PlanResources:
    resources: PlanResources = work.resources
    return resources


def _data(kind: type[E], events: Iterable[Event]) -> list[E]:
    """The data of the events, which the subscription says are of this kind."""
    return [one.data for one in _noted(kind, events)]


def _noted(kind: type[E], events: Iterable[Event]) -> list[Noted[E]]:
    """The data with whence they came."""
    noted = []
    for event in events:
        if not isinstance(event.data, kind):
            raise TypeError(f"{event.type} came to the handler of {kind.__name__}")
        because = Because(event.time, event.source, event.type, event.correlation_id, str(event.id))
        noted.append(Noted(event.data, because))
    return noted


async def _when_holder_is_here(work: Work, events: Sequence[Event], *, held: bool = False) -> tuple[list[Event], list[Early]]:
    """The events of holders that are here, and the others, which wait for theirs. Of who was erased nothing is heard any more.

    `held` for events that bring what was told: an erasure waits until it is here, and then finds it.
    """
    holder_of = {event.id: _holder_id(event) for event in events}
    here = await copies.known_holders(work.tx, set(holder_of.values()), held=held)
    ready = [event for event in events if here.get(holder_of[event.id]) is False]
    return ready, [Early(event, f"holder:{event.subject}") for event in events if holder_of[event.id] not in here]


def _holder_id(event: Event) -> UUID:
    try:
        return UUID(event.subject)
    except ValueError as error:
        raise RejectedEvent(event, "the subject is not a card holder's id") from error


async def _refuse_unknown_programmes(work: Work, events: Iterable[Event]) -> None:
    chosen = [(event, {line.programme_code for line in event.data.menu}) for event in events if isinstance(event.data, InterviewCompleted)]
    codes = set[str]().union(*(codes for _, codes in chosen))
    known = await catalogue.owners(work.tx, codes) if codes else {}
    for event, codes in chosen:
        if unknown := codes - known.keys():
            raise RejectedEvent(event, f"no programme {', '.join(sorted(unknown))} in the catalogue")


def _refuse_unreadable(event: Event, data: AssessmentRecorded, resources: PlanResources) -> None:
    try:
        open_assessment(resources.assessments, data.holder_id, data.sealed)
    except (SealBroken, orjson.JSONDecodeError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise RejectedEvent(event, f"the assessment cannot be read: {type(error).__name__}") from error
