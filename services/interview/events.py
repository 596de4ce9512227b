"""The events of a case, made from its state. Ids are deterministic where an aggregate's version says which fact it is."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from services.interview.domain import Case, Change, case_id_of
from services.interview.errors import OfficerRequired
from services.interview.forms.wish import WishPaper
from services.interview.repository.assigning import Assignment
from services.interview.repository.intents import Intent
from services.interview.rules.policy import Policy
from shared import tracing
from shared.clock import midnight, on_day
from shared.contracts import Event
from shared.contracts.envelope import envelope_bytes, format_of, parted
from shared.contracts.interview import (
    AccountOfficerAssigned,
    CaseFact,
    CaseRouted,
    ConsentsCaptured,
    Employer,
    HomeVisitDue,
    HomeVisitOverdue,
    IntentDeclared,
    MeetingPlaceAnnounced,
    NoticeRequested,
    OverdueLevel,
)
from shared.ids import same_id, same_id_text

TOLD_DAYS_BEFORE: Final = 3


def case_event(fact: CaseFact, at: datetime) -> Event:
    """The event of a fact, keyed by the card holder."""
    return Event.of(fact, subject=fact.holder_id, time=at)


def routed(change: Change, *, on: date, at: datetime, reason: str) -> Event:
    """Where the case is from now on. `reason` is OPENED, WISHED, MOVED or CORRECTED."""
    case = change.after
    previous = change.before.responsible_district if change.before.version else None
    fact = CaseRouted(
        holder_id=case.holder_id,
        case_id=case.case_id,
        version=case.version,
        home_district=case.home_district,
        responsible_district=case.responsible_district,
        previous_district=previous,
        routed_on=on,
        reason=reason,
    )
    return Event.of(fact, subject=case.holder_id, time=at, identity=(case.version,))


def assigned(case: Case, employer: Employer, *, on: date, at: datetime) -> Event:
    """Whose case it is from now on. Raises OfficerRequired when it is nobody's."""
    if case.officer_id is None:
        raise OfficerRequired(case_id=case.case_id)
    fact = AccountOfficerAssigned(
        holder_id=case.holder_id,
        case_id=case.case_id,
        version=case.version,
        officer_id=case.officer_id,
        employer=employer,
        co_interviewer_id=case.co_interviewer_id,
        district=case.responsible_district,
        assigned_on=on,
    )
    return Event.of(fact, subject=case.holder_id, time=at, identity=(case.version,))


def assigned_messages(
    assignments: Sequence[Assignment], employers: Mapping[UUID, Employer], *, on: date, at: datetime
) -> list[tuple[str, str, UUID | str, bytes]]:
    """The messages of `assigned` for many cases: one is made, with a place for each value that is a case's own."""
    kind, nobody = AccountOfficerAssigned.type, str(UUID(int=1))
    fact = {
        "holder_id": nobody,
        "case_id": "<case>",
        "version": "<version>",
        "officer_id": "<officer>",
        "employer": "<employer>",
        "co_interviewer_id": "<co_interviewer>",
        "district": "<district>",
        "assigned_on": on.isoformat(),
    }
    identifier = same_id(kind, nobody)
    message = envelope_bytes(identifier, kind, nobody, at, fact, tracing.correlation_id.get(), tracing.causation_id.get())
    own = (str(identifier), nobody, nobody, "<case>", '"<version>"', "<officer>", "<employer>", '"<co_interviewer>"', "<district>")
    form = format_of(parted(message, own))
    messages: list[tuple[str, str, UUID | str, bytes]] = []
    for one in assignments:
        holder, version = str(one.holder_id), str(one.version + 1)
        event_id = same_id_text(kind, holder, version)
        co_interviewer = "null" if one.co_interviewer_id is None else f'"{one.co_interviewer_id}"'
        employer = employers[one.officer_id]
        value = form % (event_id, holder, holder, one.case_id, version, one.officer_id, employer, co_interviewer, one.district)
        messages.append((AccountOfficerAssigned.topic, holder, event_id, value.encode()))
    return messages


def visit_due(case: Case, policy: Policy, *, at: datetime) -> Event:
    """The person is to be visited at home."""
    fact = HomeVisitDue(
        holder_id=case.holder_id,
        case_id=case.case_id,
        district=case.responsible_district,
        subdistrict=case.subdistrict,
        due_by=policy.visit_window.last,
        policy_version=policy.version,
    )
    return Event.of(fact, subject=case.holder_id, time=at, identity=(case.case_id,))


def visit_overdue(case: Case, level: OverdueLevel, *, due_by: date, at: datetime) -> Event:
    """The visit was not made in time; once for each level."""
    fact = HomeVisitOverdue(
        holder_id=case.holder_id,
        case_id=case.case_id,
        level=level,
        due_by=due_by,
        found_on=on_day(at),
        district=case.responsible_district,
        officer_id=case.officer_id,
        attempts=case.attempts,
    )
    return Event.of(fact, subject=case.holder_id, time=at, identity=(case.case_id, level))


def visit_notice(case: Case, policy: Policy, *, at: datetime) -> Event:
    """The person is to be told that they will be visited; after the visits it is of no use."""
    last = policy.visit_window.last
    return _notice_to(case.holder_id, "home-visit-due", str(case.case_id), {"due_by": last.isoformat()}, (None, last), at)


def contact_notice(case: Case, contact_on: date, *, at: datetime) -> Event:
    """The person is to be told, some days before, when their officer will ask again."""
    days = (contact_on - timedelta(days=TOLD_DAYS_BEFORE), contact_on)
    return _notice_to(case.holder_id, "follow-up-due", f"{case.case_id}:{contact_on}", {"contact_on": contact_on.isoformat()}, days, at)


def place_notice(place: MeetingPlaceAnnounced, holder_id: UUID, *, at: datetime) -> Event:
    """The person is to be told where they may state the wish; once for each version of the place."""
    days = {"from_day": place.opens_on.isoformat(), "to_day": place.closes_on.isoformat()}
    key = f"{place.place_id}:{place.version}:{holder_id}"
    return _notice_to(holder_id, "meeting-place", key, {"place": place.name, **days}, (None, place.closes_on), at)


def _notice_to(holder_id: UUID, template: str, key: str, parameters: dict[str, str], days: tuple[date | None, date], at: datetime) -> Event:
    first, last = days
    fact = NoticeRequested(
        holder_id=holder_id,
        case_id=case_id_of(holder_id),
        notice_key=f"{template}:{key}",
        template=template,
        parameters=parameters,
        not_before=None if first is None else midnight(first),
        expires_at=midnight(last + timedelta(days=1)),
    )
    return Event.of(fact, subject=holder_id, time=at, identity=(fact.notice_key,))


def declared(intent: Intent, at: datetime) -> Event:
    """The wish counts. There is one intent a case, so its id says which fact it is."""
    fact = IntentDeclared(
        holder_id=intent.holder_id,
        case_id=intent.case_id,
        intent_id=intent.intent_id,
        slip_no=intent.slip_no,
        stated_on=intent.stated_on,
        received_on=intent.received_on,
        channel=intent.channel,
        tier=intent.tier,
        place_id=intent.place_id,
        district=intent.district,
        approved_late=intent.approved_late_by is not None,
        decision_reference=intent.decision_reference,
        policy_version=intent.policy_version,
    )
    return Event.of(fact, subject=intent.holder_id, time=at, identity=(intent.intent_id,))


def consents(intent: Intent, paper: WishPaper, officer_id: UUID | None, at: datetime) -> list[Event]:
    """The consents of the form, if any is ticked. They hold from the day of the signature, also while the wish waits for its decision."""
    given = paper.consents.given()
    if not given:
        return []
    fact = ConsentsCaptured(
        holder_id=intent.holder_id,
        case_id=intent.case_id,
        intent_id=intent.intent_id,
        slip_no=intent.slip_no,
        given=given,
        signed_on=intent.stated_on,
        channel=intent.channel,
        privacy_notice_version=paper.privacy_notice_version,
        captured_by=officer_id,
    )
    return [Event.of(fact, subject=intent.holder_id, time=at, identity=(intent.intent_id,))]
