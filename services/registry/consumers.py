"""What the registry takes from the others: the policy, whose case a person is, reports of moves and deaths."""

from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

from services.registry.commands import changes, consents, life_events, notices, policy, reach
from services.registry.commands.life_events import Said
from services.registry.domain import Move
from services.registry.repository import referred
from services.registry.resources import RegistryResources
from services.registry.rules.notice_templates import NoticeNotTellable
from shared.bus.consumers import Consumers, RejectedEvent, Work
from shared.contracts import Event, EventData
from shared.contracts.interview import AccountOfficerAssigned, CaseRouted, ConsentsCaptured, DeathReported, MoveReported, NoticeRequested
from shared.contracts.payments import AllowanceNoticeRequested, PolicyPublished
from shared.contracts.plan import ReferralClosed, ReferralCreated, ReferralDeclined, ReferralOutcomeRecorded, ReferralReopened
from shared.errors import Invalid, NotFound

consumers = Consumers("registry")

_NOT_IN_REGISTRY = "the holder is not in the registry"
T = TypeVar("T", bound=EventData)


@consumers.on(PolicyPublished)
async def policy_published(work: Work, events: list[Event]) -> None:
    """Keep the policy; groups are computed again where it changes them."""
    for event, published in _with_data(events, PolicyPublished):
        try:
            await policy.take_policy(work.tx, published)
        except (KeyError, ValueError) as error:
            raise RejectedEvent(event, f"the parameters are not usable: {error!r}") from error


@consumers.on(CaseRouted, natural_key=True)
async def case_routed(work: Work, events: list[Event]) -> None:
    """Keep the responsible district."""
    _require_known(events, await reach.route_cases(work.tx, [fact for _, fact in _with_data(events, CaseRouted)]))


@consumers.on(AccountOfficerAssigned, natural_key=True)
async def account_officer_assigned(work: Work, events: list[Event]) -> None:
    """Keep the officer."""
    _require_known(events, await reach.assign_officers(work.tx, [fact for _, fact in _with_data(events, AccountOfficerAssigned)]))


@consumers.on(MoveReported)
async def move_reported(work: Work, events: list[Event]) -> None:
    """Record the move, unless more is known already."""
    resources: RegistryResources = work.resources
    for event, report in _with_data(events, MoveReported):
        move = Move(report.moved_on, report.to_subdistrict)
        try:
            await life_events.take_move_report(work.tx, report.holder_id, move, _said(event, report.reported_by), resources.vault)
        except (Invalid, NotFound) as error:
            raise RejectedEvent(event, _reason(error)) from error


@consumers.on(DeathReported)
async def death_reported(work: Work, events: list[Event]) -> None:
    """Propose the death, which stops somebody's money: another person decides. Nothing where it is recorded or proposed already."""
    resources: RegistryResources = work.resources
    for event, report in _with_data(events, DeathReported):
        said = _said(event, report.reported_by)
        evidence = report.evidence or said.why
        try:
            await changes.report_death(work.tx, report.holder_id, report.deceased_on, evidence, said, resources.vault)
        except (Invalid, NotFound) as error:
            raise RejectedEvent(event, _reason(error)) from error


@consumers.on(ConsentsCaptured, natural_key=True)
async def consents_captured(work: Work, events: list[Event]) -> None:
    """Enter the consents of intent forms into the register."""
    told = []
    for event, captured in _with_data(events, ConsentsCaptured):
        try:
            told.append((captured, consents.statements_of(captured), event.time))
        except Invalid as error:
            raise RejectedEvent(event, error.detail_en) from error
    _require_known(events, await consents.take_captured(work.tx, told))


@consumers.on(NoticeRequested)
async def notice_requested(work: Work, events: list[Event]) -> None:
    """Keep what people are to be told, once; the jobs' part sends it."""
    await _take_requests(work, "interview", _with_data(events, NoticeRequested))


@consumers.on(AllowanceNoticeRequested)
async def allowance_notice_requested(work: Work, events: list[Event]) -> None:
    """Keep whom to tell of their first payment, once."""
    await _take_requests(work, "payments", _with_data(events, AllowanceNoticeRequested))


@consumers.on(ReferralCreated, ReferralDeclined, ReferralClosed, ReferralReopened, ReferralOutcomeRecorded, natural_key=True)
async def referrals_told(work: Work, events: list[Event]) -> None:
    """Keep who is referred to which agency now; of one person the events are in order."""
    told = {}
    for event in events:
        match event.data:
            case ReferralCreated() | ReferralReopened() as fact:
                told[fact.referral_id] = (fact.holder_id, fact.agency, True)
            case ReferralDeclined() | ReferralClosed() | ReferralOutcomeRecorded(final=True) as fact:
                told[fact.referral_id] = (fact.holder_id, fact.agency, False)
    await referred.keep(work.tx, told)


async def _take_requests(work: Work, source: str, asked: Sequence[tuple[Event, NoticeRequested | AllowanceNoticeRequested]]) -> None:
    for event, request in asked:
        try:
            notices.check(request)
        except NoticeNotTellable as error:
            raise RejectedEvent(event, str(error)) from error
    _require_known([event for event, _ in asked], await notices.take_requests(work.tx, source, [(one, event.time) for event, one in asked]))


def _with_data(events: Sequence[Event], model: type[T]) -> list[tuple[Event, T]]:
    return [(event, event.data) for event in events if isinstance(event.data, model)]


def _said(event: Event, reported_by: UUID | None) -> Said:
    officer = life_events.officer_name(reported_by) if reported_by else "interview"
    return Said(who=officer, at=event.time, why=f"event {event.id}")


def _require_known(events: Sequence[Event], unknown: set[UUID]) -> None:
    for event in events:
        data: Any = event.data
        if data.holder_id in unknown:
            raise RejectedEvent(event, _NOT_IN_REGISTRY)


def _reason(error: Invalid | NotFound) -> str:
    return _NOT_IN_REGISTRY if isinstance(error, NotFound) else error.detail_en
