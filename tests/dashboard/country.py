"""A country to look at: a few persons in two districts of each province, as far in the year as their number says; and the story of tests/reporting."""

from datetime import date, timedelta

from services.reporting.commands.counting import count_all
from services.reporting.consumers import consumers
from shared.bus.consumers import Delivery, Work
from shared.contracts import interview, payments, plan
from shared.contracts.common import Dimension, Tier
from shared.ids import same_id
from shared.thai.areas import areas_in, provinces
from tests.reporting.story import OFFICER, Story, case, declared, followed, in_plan, interviewed, paid, registered, the_year

AGENCIES = ("DSD", "DOE", "BAAC", "GSB", "NVTC")
STAGES = 8


def persons_of(place: int) -> int:
    """How many persons the province at this place of the list has."""
    return 4 + place % 5


def the_country():
    """The events of everybody."""
    story = Story(the_year())
    for place, province in enumerate(provinces()):
        districts = [area.code for area in areas_in(province)][:2]
        for number in range(persons_of(place)):
            _life(story.tell, f"{province}-{number}", districts[number % len(districts)], (place * 3 + number) % STAGES, place)
    return story.events


def _life(tell, name, district, stage, place):
    there = {"district": district, "subdistrict": f"{district}01"}
    tell(date(2018, 1, 15), registered(name, subdistrict=f"{district}01"))
    if stage == 0:
        due = interview.HomeVisitDue(**case(name), **there, due_by=date(2018, 5, 31), policy_version=1)
        tell(date(2018, 3, 1), due)
        return
    wished = date(2018, 2, 1) + timedelta(days=(place * 5 + stage) % 28)
    tell(wished, declared(name, wished, district=district))
    for month in range(3, 3 + min(stage, 6)):
        settled = paid(name, payments.PaymentSettled, month=f"2018-{month:02}", value_date=date(2018, month, 25))
        tell(date(2018, month, 25), settled.model_copy(update={"district": district, "tier": Tier.UP_TO_30000}))
    if stage >= 2:
        met = date(2018, 3, 1) + timedelta(days=(place * 7 + stage * 3) % 60)
        tell(met, interviewed(name, met).model_copy(update=there))
    if stage >= 3:
        _development(tell, name, district, stage, met + timedelta(days=5), AGENCIES[place % len(AGENCIES)])


def _development(tell, name, district, stage, agreed, agency):
    line = {"line_no": 1, "dimension": Dimension.D2, "programme_code": "DSD-01", "programme_version": 1, "agency": agency}
    whose = {"interview_id": same_id("interview", name), "officer_id": OFFICER, "district": district}
    tell(agreed, plan.PlanAssigned(**in_plan(name), **whose, version=1, agreed_on=agreed, lines=(plan.PlanLine(**line),)))
    referral = {**in_plan(name), "referral_id": same_id("referral", name), "line_no": 1, "agency": agency}
    if stage >= 4:
        sent = {"programme_code": "DSD-01", "dimension": Dimension.D2, "referred_on": agreed}
        tell(agreed, plan.ReferralCreated(**referral, **sent))
    if stage == 4:
        risen = {"clock": plan.ReferralClock.RECEIPT, "due_on": agreed + timedelta(days=10), "since": agreed, "district": district}
        tell(agreed + timedelta(days=20), plan.ReferralOverdue(**referral, **risen, level="DISTRICT", found_on=agreed + timedelta(days=20)))
    if stage >= 5:
        tell(agreed + timedelta(days=8), plan.ReferralAccepted(**referral, accepted_on=agreed + timedelta(days=8)))
    if stage >= 6:
        done = agreed + timedelta(days=40)
        tell(done, plan.ReferralOutcomeRecorded(**referral, outcome=plan.Outcome.TRAINING_PASSED, final=True, recorded_on=done))
        tell(done, plan.PlanCompleted(**in_plan(name), completed_on=done, succeeded=1, failed=0, dropped=False))
    if stage >= 7:
        tell(date(2018, 9, 3), followed(name, date(2018, 9, 3), interview.FollowUpRound.SEPTEMBER, yearly=45_000))


async def bring(db, events):
    """Deliver the events in one batch, as the consumer would, and count them, as the timer would."""
    async with db.transaction() as tx:
        await Delivery(consumers, Work(tx, None)).deliver(list(events))
    await count_all(db)
