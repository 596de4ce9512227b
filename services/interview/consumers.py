"""What interview hears: the registry's card holders, payments' policy and allowances, plan's catalogue and plans."""

from collections.abc import Iterable
from typing import Any, TypeVar
from uuid import UUID

from pydantic import ValidationError

from services.interview.commands.follow_plan import cases_known, follow_plan
from services.interview.commands.follow_registry import HeardState, follow_registry
from services.interview.repository import appeals, code_lists, copies, holders, households, notices
from services.interview.rules.policy import Policy
from shared.bus.consumers import Consumers, Early, RejectedEvent, Work
from shared.contracts import Event, EventData
from shared.contracts.payments import (
    EntitlementConfirmed,
    EntitlementFact,
    EntitlementReinstated,
    EntitlementStarted,
    EntitlementStopped,
    PolicyPublished,
)
from shared.contracts.plan import (
    CodeListChanged,
    DevelopmentFailed,
    PlanAssigned,
    PlanCompleted,
    PlanDeclined,
    ProgrammeChanged,
    RecommendationPrepared,
    ReferralAccepted,
    ReferralClosed,
    ReferralCreated,
    ReferralDeclined,
    ReferralOutcomeRecorded,
    ReferralReopened,
    ReferralStarted,
    SpecialistReviewAsked,
    SpecialistReviewGiven,
    SpecialistReviewWithdrawn,
)
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
    HouseholdChanged,
    NoticeStateChanged,
)

consumers = Consumers("interview")

D = TypeVar("D", bound=EventData)


def _facts(events: Iterable[Event], kind: type[D]) -> list[D]:
    """The data of the events, which are all of one type."""
    return [event.data for event in events if isinstance(event.data, kind)]


def _newest(facts: Iterable[D], key: str) -> list[D]:
    """The last of each key by version: one statement takes no row twice."""
    newest: dict[Any, D] = {}
    for fact in sorted(facts, key=lambda fact: getattr(fact, "version")):  # noqa: B009  # only versioned facts come here
        newest[getattr(fact, key)] = fact
    return list(newest.values())


@consumers.on(
    CardholderRegistered,
    CardholderUpdated,
    CardholderMoved,
    CardholderDeceased,
    CardholderDeathTakenBack,
    CardholderErased,
    CardholderMerged,
    CardholderUnmerged,
    provides=lambda event: [f"holder:{event.subject}"],
    natural_key=True,
)
async def take_holders(work: Work, events: list[Event]) -> None:
    """Keep the copy; cases follow moves and deaths, merges and erasures."""
    await follow_registry(work.tx, [HeardState(event.data, event.time) for event in events if isinstance(event.data, HolderState)])


@consumers.on(HouseholdChanged, natural_key=True)
async def take_households(work: Work, events: list[Event]) -> None:
    """Keep who lives with whom: a household has one account officer."""
    await households.keep_newer(work.tx, _newest(_facts(events, HouseholdChanged), "household_id"))


@consumers.on(PolicyPublished, provides=lambda event: [f"policy:{event.subject}"], natural_key=True)
async def take_policies(work: Work, events: list[Event]) -> None:
    """Keep policies that can be read; another is a dead letter, so that no window is ever guessed."""
    for event in events:
        if isinstance(event.data, PolicyPublished):
            try:
                Policy.of(event.data.profile, event.data.version, event.data.parameters)
            except ValidationError as error:
                raise RejectedEvent(event, f"the policy cannot be read: {error.errors()[0]['loc']}") from error
    await copies.keep_policies(work.tx, _facts(events, PolicyPublished))


@consumers.on(ProgrammeChanged, provides=lambda event: [f"programme:{event.subject}"], natural_key=True)
async def take_programmes(work: Work, events: list[Event]) -> None:
    """Keep the catalogue that menu lines are checked against."""
    await copies.keep_programmes(work.tx, _newest(_facts(events, ProgrammeChanged), "code"))


@consumers.on(CodeListChanged, natural_key=True)
async def take_code_lists(work: Work, events: list[Event]) -> None:
    """Keep the lists that forms take codes from, every version."""
    await code_lists.keep(work.tx, _facts(events, CodeListChanged))


@consumers.on(EntitlementStarted, EntitlementConfirmed, EntitlementStopped, EntitlementReinstated, natural_key=True)
async def take_entitlements(work: Work, events: list[Event]) -> None:
    """Show the allowance on the case."""
    await copies.keep_entitlements(work.tx, _newest(_facts(events, EntitlementFact), "holder_id"))


@consumers.on(NoticeStateChanged, natural_key=True)
async def take_notice_states(work: Work, events: list[Event]) -> None:
    """Show on the case what became of the notices that we asked for, so that its officer knows who must be told otherwise."""
    told = [(event.data, event.time) for event in events if isinstance(event.data, NoticeStateChanged) and event.data.source == "interview"]
    await notices.keep_states(work.tx, told)


@consumers.on(RecommendationPrepared, natural_key=True)
async def take_recommendations(work: Work, events: list[Event]) -> None:
    """Show the officer what plan recommends."""
    erased = await holders.erased_among(work.tx, [UUID(event.subject) for event in events])
    facts = [fact for fact in _facts(events, RecommendationPrepared) if fact.holder_id not in erased]
    await copies.keep_recommendations(work.tx, _newest(facts, "holder_id"))


@consumers.on(PlanAssigned)
async def take_plans(work: Work, events: list[Event]) -> list[Early]:
    """The case has an agreed plan."""
    here, early = await _follow(work, events)
    await copies.keep_plans(work.tx, _newest(_facts(here, PlanAssigned), "holder_id"))
    return early


@consumers.on(PlanDeclined)
async def take_declined_plans(work: Work, events: list[Event]) -> list[Early]:
    """The person chose nothing, or is content."""
    return (await _follow(work, events))[1]


@consumers.on(ReferralCreated)
async def take_referrals(work: Work, events: list[Event]) -> list[Early]:
    """A plan line went to its agency."""
    here, early = await _follow(work, events)
    await copies.keep_referrals(work.tx, _facts(here, ReferralCreated))
    return early


@consumers.on(ReferralAccepted)
async def take_acceptances(work: Work, events: list[Event]) -> list[Early]:
    """The agency took the person in."""
    here, early = await _follow(work, events)
    await copies.accept_referrals(work.tx, _facts(here, ReferralAccepted))
    return early


@consumers.on(ReferralDeclined)
async def take_refusals(work: Work, events: list[Event]) -> list[Early]:
    """The agency does not take the person in; their officer refers the line again."""
    here, early = await _follow(work, events)
    await copies.decline_referrals(work.tx, _facts(here, ReferralDeclined))
    return early


@consumers.on(ReferralStarted)
async def take_starts(work: Work, events: list[Event]) -> list[Early]:
    """The person began at the agency."""
    here, early = await _follow(work, events)
    await copies.start_referrals(work.tx, _facts(here, ReferralStarted))
    return early


@consumers.on(ReferralClosed, ReferralReopened)
async def take_closings(work: Work, events: list[Event]) -> list[Early]:
    """The referral ended without an outcome, or goes on after all."""
    here, early = await _follow(work, events)
    await copies.close_referrals(work.tx, [event.data for event in here if isinstance(event.data, ReferralClosed | ReferralReopened)])
    return early


@consumers.on(ReferralOutcomeRecorded)
async def take_outcomes(work: Work, events: list[Event]) -> list[Early]:
    """What became of the referral; the officer sees it at the follow-up. The case's end waits for the whole plan."""
    here, early = await _follow(work, events)
    await copies.keep_outcomes(work.tx, _facts(here, ReferralOutcomeRecorded))
    return early


@consumers.on(PlanCompleted)
async def take_completed_plans(work: Work, events: list[Event]) -> list[Early]:
    """Every line has its outcome."""
    return (await _follow(work, events))[1]


@consumers.on(SpecialistReviewAsked)
async def take_specialist_reviews(work: Work, events: list[Event]) -> list[Early]:
    """A specialist is asked before the plan; the officer sees until when."""
    here, early = await _follow(work, events)
    await copies.keep_specialist_reviews(work.tx, _facts(here, SpecialistReviewAsked))
    return early


@consumers.on(SpecialistReviewGiven)
async def take_opinions(work: Work, events: list[Event]) -> list[Early]:
    """The specialist's opinion, for the officer to agree with the person."""
    here, early = await _follow(work, events)
    await copies.keep_opinions(work.tx, _facts(here, SpecialistReviewGiven))
    return early


@consumers.on(SpecialistReviewWithdrawn)
async def take_withdrawn_reviews(work: Work, events: list[Event]) -> list[Early]:
    """Nobody waits for the specialist any more."""
    here, early = await _follow(work, events)
    await copies.withdraw_specialist_reviews(work.tx, _facts(here, SpecialistReviewWithdrawn))
    return early


@consumers.on(DevelopmentFailed)
async def take_failures(work: Work, events: list[Event]) -> list[Early]:
    """A plan came to nothing: the committee decides whether the cause is reasonable."""
    here, early = await _follow(work, events)
    await appeals.keep_failures(work.tx, _facts(here, DevelopmentFailed))
    return early


async def _follow(work: Work, events: list[Event]) -> tuple[list[Event], list[Early]]:
    here, unknown, known = await cases_known(work.tx, events)
    await follow_plan(work.tx, here, known)
    return here, [Early(event, f"case:{UUID(event.subject)}") for event in unknown]
