"""A small country's year as events, told from outside: four persons of district 8101 and one of 1001."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from shared.clock import BANGKOK
from shared.contracts import Event, interview, payments, plan, registry
from shared.contracts.common import Bank, Channel, Dimension, Tier
from shared.ids import same_id
from tests.reporting.allocations import unmet_needs
from tests.reporting.employers import employer_deductions
from tests.reporting.work import work

OFFICER, PLACE, RUN, IMPORT = (same_id("story", what) for what in ("officer", "place", "run", "import"))
POLICY = {
    "walk_in_window": {"from": "2018-02-01", "to": "2018-02-28"},
    "visit_window": {"from": "2018-03-01", "to": "2018-05-31"},
    "visit_age_max": 60,
}


@dataclass
class Story:
    """Events in the order in which they happened; each a second after the one before on its day."""

    events: list[Event] = field(default_factory=list)

    def tell(self, day: date, data, subject=None):
        moment = datetime(day.year, day.month, day.day, 9, tzinfo=BANGKOK) + timedelta(seconds=len(self.events))
        number = len(self.events)
        topic = registry.HISTORY if isinstance(data, registry.HolderState) else None
        event = Event.of(data, subject=subject or data.holder_id, time=moment, identity=[number], topic=topic)
        self.events.append(event)
        return event


def holder(name: str) -> UUID:
    return same_id("holder", name)


def case(name: str) -> dict:
    return {"holder_id": holder(name), "case_id": same_id("case", name)}


def in_plan(name: str) -> dict:
    return {"holder_id": holder(name), "plan_id": same_id("plan", name)}


def registered(
    name, *, version=1, kind=registry.CardholderRegistered, tier=Tier.UP_TO_30000, age=40, subdistrict="810101", status="ALIVE", **more
):
    return kind(
        holder_id=holder(name),
        version=version,
        citizen_index="00" * 32,
        card_index="11" * 32,
        index_key="k1",
        tier=tier,
        age=age,
        visit_group=tier is Tier.UP_TO_30000 and age <= 60,
        policy_version=1,
        subdistrict=subdistrict,
        bank=Bank.BAAC,
        status=status,
        recorded_on=date(2018, 1, 15),
        **more,
    )


def declared(name, day, *, channel=Channel.WALK_IN, tier=Tier.UP_TO_30000, district="8101"):
    return interview.IntentDeclared(
        **case(name),
        intent_id=same_id("intent", name, day),
        slip_no="8101-000001",
        stated_on=day,
        received_on=day,
        channel=channel,
        tier=tier,
        place_id=PLACE if channel is Channel.WALK_IN else None,
        district=district,
        policy_version=1,
    )


def interviewed(name, day, *, channel=Channel.WALK_IN, answer=interview.Answer.DEVELOP, revision=1, income=20_000):
    return interview.InterviewCompleted(
        **case(name),
        interview_id=same_id("interview", name),
        revision=revision,
        interviewed_on=day,
        channel=channel,
        officer_id=OFFICER,
        co_interviewer_id=None,
        answer=answer,
        occupation="6111",
        income_now_baht=income,
        district="8101",
        subdistrict="810101",
    )


def followed(name, day, rnd, *, yearly, reached=True):
    return interview.FollowUpRecorded(
        **case(name),
        follow_up_id=same_id("follow-up", name, day),
        round=rnd,
        contacted_on=day,
        reached=reached,
        officer_id=OFFICER,
        job_status=interview.JobStatus.EMPLOYED,
        yearly_income_baht=yearly,
        recommendation=interview.Recommendation.CONTINUE,
    )


def paid(name, kind, *, attempt_no=1, month="2018-03", **more):
    return kind(
        holder_id=holder(name),
        disbursement_id=same_id("disbursement", name, month, attempt_no),
        run_id=RUN,
        month=month,
        attempt_no=attempt_no,
        bank=Bank.BAAC,
        tier=Tier.UP_TO_30000,
        amount_satang=20_000,
        district="8101",
        **more,
    )


def complained(name, version, kind, *, level="TEAM", due_on, district="8101", **more):
    return kind(
        complaint_id=same_id("complaint", name), version=version, category="AMOUNT", district=district, level=level, due_on=due_on, **more
    )


def complaints(tell) -> None:
    """Three complaints: one in time, one that rose and was answered late, one whose answer did not satisfy and which is open."""
    received = {"channel": "TELEPHONE", "received_on": date(2018, 4, 2)}
    steps = [
        ("first", 1, interview.ComplaintReceived, {"due_on": date(2018, 4, 12), **received}),
        ("first", 2, interview.ComplaintAnswered, {"due_on": date(2018, 4, 12), "answered_on": date(2018, 4, 12)}),
        ("second", 1, interview.ComplaintReceived, {"due_on": date(2018, 4, 12), **received}),
        ("second", 2, interview.ComplaintEscalated, _risen("OVERDUE", date(2018, 4, 26))),
        ("second", 3, interview.ComplaintAnswered, {"level": "DISTRICT", "due_on": date(2018, 4, 26), "answered_on": date(2018, 4, 20)}),
        ("third", 1, interview.ComplaintReceived, {"due_on": date(2018, 9, 24), "district": "1001", **received}),
        ("third", 2, interview.ComplaintAnswered, {"due_on": date(2018, 9, 24), "district": "1001", "answered_on": date(2018, 9, 20)}),
        ("third", 3, interview.ComplaintEscalated, {"district": "1001", **_risen("NOT_SATISFIED", date(2018, 10, 10))}),
    ]
    for name, version, kind, more in steps:
        tell(date(2018, 9, 21), complained(name, version, kind, **more), str(same_id("complaint", name)))


def specialists_and_seats(tell) -> None:
    """Of Anong's plan specialists were asked four things, and she gave up a seat that she had waited for."""
    anong = in_plan("anong")
    due_on = date(2018, 4, 12)
    for name in ("in time", "late", "withdrawn", "open"):
        asked = {"review_id": same_id("review", name), "dimension": Dimension.D3, **anong}
        questions = {"agency": None, "district": "8101", "asked_on": date(2018, 4, 2), "due_on": due_on, "in_interview": False}
        tell(date(2018, 4, 2), plan.SpecialistReviewAsked(**asked, **questions))
        if name in {"late", "open"}:
            risen = {"agency": None, "district": "8101", "level": "DISTRICT", "due_on": due_on, "found_on": date(2018, 4, 17)}
            tell(date(2018, 4, 17), plan.SpecialistReviewOverdue(**asked, **risen))
        if name in {"late", "in time"}:
            given_on = date(2018, 4, 18) if name == "late" else due_on
            opinion = {"agency": None, "opinion": "NONE_FITS", "programmes": (), "given_on": given_on, "due_on": due_on}
            tell(given_on, plan.SpecialistReviewGiven(**asked, **opinion))
        if name == "withdrawn":
            tell(date(2018, 4, 3), plan.SpecialistReviewWithdrawn(**asked, withdrawn_on=date(2018, 4, 3), reason="NOT_NEEDED"))
    seat = {"line_no": 1, "offering_id": same_id("offering"), "programme_code": "D2-TRAIN", **anong}
    tell(date(2018, 4, 2), plan.SeatWaitingBegun(**seat, since=date(2018, 4, 2), place=1))
    tell(date(2018, 4, 9), plan.SeatTaken(**seat, taken_on=date(2018, 4, 9), waited=True))
    tell(date(2018, 4, 10), plan.SeatGivenUp(**seat, given_up_on=date(2018, 4, 10), had_seat=True, reason="WITHDRAWN"))


def _risen(reason, due_on):
    return {"level": "DISTRICT", "due_on": due_on, "reason": reason, "escalated_on": date(2018, 4, 17)}


def the_year() -> list[Event]:
    """Anong comes and goes all the way; Boon is visited and refuses; Chai is not found; Dao dies; Ek is old, rich, of Bangkok, and moves to Krabi."""
    story = Story()
    tell = story.tell
    tell(
        date(2018, 1, 10),
        payments.PolicyPublished(profile="amended", version=1, published_on=date(2018, 1, 10), parameters=POLICY),
        "amended",
    )
    for name in ("anong", "boon", "chai", "dao"):
        tell(date(2018, 1, 15), registered(name))
    tell(date(2018, 1, 15), registered("ek", tier=Tier.OVER_30000, age=70, subdistrict="100101"))
    tell(
        date(2018, 1, 16),
        registry.RegistryImportCompleted(import_id=IMPORT, lines=5, registered=5, updated=0, unchanged=0, rejected=0, per_partition=(5,)),
        str(IMPORT),
    )
    tell(
        date(2018, 1, 20),
        interview.OfficerRegistered(officer_id=OFFICER, version=1, district="8101", employer=interview.Employer.BAAC),
        str(OFFICER),
    )
    tell(
        date(2018, 1, 20),
        interview.MeetingPlaceAnnounced(
            place_id=PLACE,
            version=1,
            district="8101",
            subdistrict="810101",
            name="ศาลาประชาคม",
            opens_on=date(2018, 2, 1),
            closes_on=date(2018, 2, 28),
            capacity_per_day=200,
        ),
        str(PLACE),
    )
    closed = interview.PlaceDayClosed(
        place_id=PLACE, day=date(2018, 2, 5), district="8101", version=1, slips=1, paper_count=1, refused=2, tickets=4, served=3, left=1
    )
    key = f"{PLACE}:2018-02-05"
    tell(date(2018, 2, 5), closed, key)
    tell(date(2018, 2, 6), interview.PlaceDayReopened(place_id=PLACE, day=date(2018, 2, 5), district="8101", version=2), key)
    tell(date(2018, 2, 6), closed.model_copy(update={"version": 3, "paper_count": 2}), key)
    line = {"dimension": Dimension.D2, "programme_code": "DSD-01", "programme_version": 1, "agency": "DSD"}
    tell(
        date(2018, 1, 21),
        plan.ProgrammeChanged(
            code="DSD-01",
            version=1,
            dimension=Dimension.D2,
            name_th="ช่างชุมชน",
            name_en="Community craftsman",
            agency="DSD",
            approval_reference="คอต. 1/2561",
        ),
        "DSD-01",
    )
    for number, (district, seats) in enumerate((("8101", 20), (None, 300)), start=1):
        given = plan.OfferingChanged(
            offering_id=same_id("offering", number),
            version=1,
            programme_code="DSD-01",
            dimension=Dimension.D2,
            agency="DSD",
            province="81",
            district=district,
            place="กระบี่",
            starts_on=date(2018, 5, 7),
            ends_on=date(2018, 5, 16),
            apply_until=date(2018, 4, 27),
            seats=seats,
        )
        tell(date(2018, 3, 1), given, str(given.offering_id))
    tell(date(2018, 3, 2), given.model_copy(update={"version": 2, "seats": 200}), str(given.offering_id))
    tell(date(2018, 2, 5), declared("anong", date(2018, 2, 5)))
    tell(date(2018, 2, 20), declared("ek", date(2018, 2, 20), tier=Tier.OVER_30000, district="1001"))
    entitlement = {
        "holder_id": holder("anong"),
        "entitlement_id": same_id("entitlement", "anong"),
        "tier": Tier.UP_TO_30000,
        "monthly_satang": 20_000,
        "first_month": "2018-03",
        "last_month": "2018-12",
    }
    tell(
        date(2018, 2, 5),
        payments.EntitlementStarted(
            **entitlement,
            version=1,
            status="PENDING",
            intent_id=same_id("intent", "anong"),
            stated_on=date(2018, 2, 5),
            policy_profile="amended",
            policy_version=1,
            rule="walk-in",
        ),
    )
    for name in ("boon", "chai", "dao"):
        tell(
            date(2018, 3, 1),
            interview.HomeVisitDue(**case(name), district="8101", subdistrict="810101", due_by=date(2018, 5, 31), policy_version=1),
        )
    for name in ("anong", "boon"):
        tell(
            date(2018, 3, 2),
            interview.AccountOfficerAssigned(
                **case(name), version=1, officer_id=OFFICER, employer=interview.Employer.BAAC, district="8101", assigned_on=date(2018, 3, 2)
            ),
        )
    tell(date(2018, 3, 5), interviewed("anong", date(2018, 3, 5)))
    tell(date(2018, 3, 5), payments.EntitlementConfirmed(**entitlement, version=2, status="ACTIVE", rule="interviewed"))
    tell(date(2018, 3, 6), interviewed("boon", date(2018, 3, 6), channel=Channel.HOME_VISIT, answer=interview.Answer.REFUSE))
    tell(date(2018, 3, 5), interview.VisitRefused(**case("boon"), visited_on=date(2018, 3, 5), attempt_no=1, officer_id=OFFICER))
    risen = {"level": "DISTRICT", "due_by": date(2018, 5, 31), "found_on": date(2018, 5, 17), "district": "8101", "officer_id": OFFICER}
    tell(date(2018, 5, 17), interview.HomeVisitOverdue(**case("chai"), **risen, attempts=1))
    for attempt in (1, 2, 3):
        tell(
            date(2018, 3, 6 + attempt),
            interview.VisitUnsuccessful(
                **case("chai"),
                visited_on=date(2018, 3, 6 + attempt),
                attempt_no=attempt,
                reason=interview.NotMetReason.NOT_AT_HOME,
                officer_id=OFFICER,
            ),
        )
    tell(
        date(2018, 4, 1),
        interview.DecisionRecorded(
            **case("chai"),
            decision_id=same_id("decision"),
            kind=interview.DecisionKind.NOT_FOUND,
            committee="คอจ. 81",
            decided_on=date(2018, 4, 1),
            known_on=date(2018, 4, 1),
            reference="คอจ. 2/2561",
        ),
    )
    tell(date(2018, 1, 20), registered("twin", age=61))
    same = {"kind": registry.CardholderMerged, "merged_into": holder("anong"), "merged_on": date(2018, 3, 1), "reason": "same person"}
    tell(date(2018, 3, 1), registered("twin", version=2, age=61, **same))
    two = {"kind": registry.CardholderUnmerged, "unmerged_on": date(2018, 3, 2), "reason": "two persons"}
    tell(date(2018, 3, 2), registered("twin", version=3, age=61, **two))
    tell(date(2018, 3, 3), registered("twin", version=4, age=61, **same))
    # A death that was recorded wrongly and taken back changes no figure.
    wrong = {"wrong_death_on": date(2018, 2, 20), "alive_again_on": date(2018, 3, 1)}
    died = {"kind": registry.CardholderDeceased, "status": "DECEASED", "deceased_on": date(2018, 2, 20)}
    tell(date(2018, 2, 21), registered("chai", version=2, **died))
    tell(date(2018, 3, 1), registered("chai", version=3, kind=registry.CardholderDeathTakenBack, **wrong))
    tell(date(2018, 4, 2), registered("dao", version=2, kind=registry.CardholderDeceased, status="DECEASED", deceased_on=date(2018, 4, 1)))
    tell(date(2018, 4, 3), registered("dao", version=3, kind=registry.CardholderErased, status="DECEASED", erased_on=date(2018, 4, 3)))
    tell(
        date(2018, 3, 6),
        plan.RecommendationPrepared(
            **in_plan("anong"),
            interview_id=same_id("interview", "anong"),
            version=1,
            programmes=(
                plan.RecommendedProgramme(
                    programme_code="DSD-01", programme_version=1, dimension=Dimension.D2, score=80, reasons_th=(), reasons_en=()
                ),
            ),
        ),
    )
    assigned = {**in_plan("anong"), "interview_id": same_id("interview", "anong"), "officer_id": OFFICER, "district": "8101"}
    old_lines = (plan.PlanLine(line_no=1, **line), plan.PlanLine(line_no=2, **line))
    tell(date(2018, 3, 7), plan.PlanAssigned(**assigned, version=1, agreed_on=date(2018, 3, 7), lines=old_lines))
    tell(date(2018, 3, 20), plan.PlanAssigned(**assigned, version=2, agreed_on=date(2018, 3, 20), lines=old_lines[:1]))
    referral = {**in_plan("anong"), "referral_id": same_id("referral"), "line_no": 1, "agency": "DSD"}
    first = {**referral, "referral_id": same_id("first referral")}
    for attempt, one, day in ((1, first, date(2018, 3, 21)), (2, referral, date(2018, 3, 25))):
        sent = plan.ReferralCreated(**one, programme_code="DSD-01", dimension=Dimension.D2, referred_on=day, attempt=attempt)
        tell(day, sent)
    tell(
        date(2018, 3, 23),
        plan.ReferralDeclined(**first, declined_on=date(2018, 3, 23), reason=plan.DeclineReason.PROGRAMME_ENDED, attempt=1),
    )
    tell(date(2018, 3, 27), plan.ReferralReceived(**referral, received_on=date(2018, 3, 27)))
    tell(date(2018, 3, 28), plan.ReferralWaitListed(**referral, wait_listed_on=date(2018, 3, 28), position=3))
    clock = {"clock": plan.ReferralClock.START, "due_on": date(2018, 4, 18)}
    tell(date(2018, 4, 17), plan.ReferralReminded(**referral, **clock, reminded_on=date(2018, 4, 17)))
    overdue = {"level": plan.OverdueLevel.DISTRICT, "since": date(2018, 4, 5), "found_on": date(2018, 4, 19), "district": "8101"}
    tell(date(2018, 4, 19), plan.ReferralOverdue(**referral, **clock, **overdue))
    closed = {"programme_code": "DSD-01", "attempt": 2, "reason": plan.ClosingReason.DECEASED, "closed_on": date(2018, 4, 10)}
    tell(date(2018, 4, 10), plan.ReferralClosed(**referral, **closed))
    tell(date(2018, 4, 12), plan.ReferralReopened(**referral, reopened_on=date(2018, 4, 12)))
    tell(date(2018, 4, 20), plan.ReferralStarted(**referral, started_on=date(2018, 4, 20)))
    tell(date(2018, 4, 5), plan.ReferralAccepted(**referral, accepted_on=date(2018, 4, 5)))
    for outcome, final, day in (
        (plan.Outcome.TRAINING_AWAITING_RESULT, False, date(2018, 5, 1)),
        (plan.Outcome.TRAINING_PASSED, True, date(2018, 6, 1)),
    ):
        tell(day, plan.ReferralOutcomeRecorded(**referral, outcome=outcome, final=final, recorded_on=day))
    tell(date(2018, 6, 2), plan.PlanCompleted(**in_plan("anong"), completed_on=date(2018, 6, 2), succeeded=1, failed=0, dropped=False))
    tell(
        date(2018, 3, 25),
        payments.PaymentRunReleased(run_id=RUN, month="2018-03", persons=2, amount_satang=40_000, per_bank={"BAAC": 2}, list_hash="0"),
        str(RUN),
    )
    tell(date(2018, 3, 26), paid("anong", payments.PaymentFailed, reason_code="AC04"))
    tell(date(2018, 3, 28), paid("anong", payments.PaymentSettled, attempt_no=2, value_date=date(2018, 3, 28)))
    tell(date(2018, 3, 26), paid("ek", payments.PaymentSettled, value_date=date(2018, 3, 26)))
    tell(date(2018, 3, 29), paid("ek", payments.PaymentReturned, reason_code="AC01"))
    tell(
        date(2018, 3, 31),
        payments.PaymentRunClosed(
            run_id=RUN,
            month="2018-03",
            eligible=2,
            paid=1,
            failed=0,
            held=0,
            returned=1,
            eligible_satang=40_000,
            paid_satang=20_000,
            failed_satang=0,
            held_satang=0,
            returned_satang=20_000,
        ),
        str(RUN),
    )
    tell(
        date(2018, 5, 2),
        registered(
            "ek",
            version=2,
            kind=registry.CardholderMoved,
            tier=Tier.OVER_30000,
            age=70,
            subdistrict="810201",
            previous_subdistrict="100101",
            moved_on=date(2018, 5, 1),
        ),
    )
    tell(
        date(2018, 5, 2),
        interview.CaseRouted(
            **case("ek"),
            version=1,
            home_district="8102",
            responsible_district="8102",
            previous_district="1001",
            routed_on=date(2018, 5, 2),
            reason="MOVED",
        ),
    )
    tell(date(2018, 6, 10), followed("anong", date(2018, 6, 10), interview.FollowUpRound.JUNE, yearly=28_000))
    tell(date(2018, 9, 10), followed("anong", date(2018, 9, 10), interview.FollowUpRound.SEPTEMBER, yearly=110_000))
    tell(
        date(2018, 7, 1),
        interview.FollowUpOverdue(**case("boon"), round=interview.FollowUpRound.JUNE, due_by=date(2018, 6, 30), officer_id=OFFICER),
    )
    tell(date(2018, 7, 2), interview.IntentWithdrawn(**case("ek"), withdrawn_on=date(2018, 7, 1), known_on=date(2018, 7, 2)))
    tell(
        date(2018, 3, 8),
        plan.PlanDeclined(**in_plan("boon"), interview_id=same_id("interview", "boon"), declined_on=date(2018, 3, 8), sufficient=False),
    )
    tell(
        date(2018, 8, 2),
        payments.EntitlementStopped(
            **entitlement, version=3, status="STOPPED", reason=payments.StopReason.DID_NOT_DEVELOP, stop_month="2018-09", rule="decision"
        ),
    )
    tell(
        date(2018, 9, 2),
        payments.EntitlementReinstated(**entitlement, version=4, status="ACTIVE", from_month="2018-10", rule="decision"),
    )
    tell(date(2018, 9, 5), registered("anong", version=2, kind=registry.CardholderUpdated, age=41, changed=("age",)))
    complaints(tell)
    specialists_and_seats(tell)
    employer_deductions(tell)
    work(tell)
    unmet_needs(tell)
    tell(date(2018, 12, 28), registered("anong", version=3, kind=registry.CardholderErased, age=41, erased_on=date(2018, 12, 28)))
    return story.events
