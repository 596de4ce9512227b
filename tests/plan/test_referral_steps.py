"""Each step of a referral: reports in any order, declines and next attempts, clocks moved on, and what agencies may not see."""

from datetime import UTC, datetime
from itertools import permutations

import pytest

from services.plan.jobs.referrals import raise_alarms
from shared.auth import Level, Reach
from shared.contracts.plan import ReferralClock
from tests.plan import story
from tests.plan.story import JOB, TECHNICIAN, person
from tests.plan.test_prescriptions import agree
from tests.plan.test_seats import offered, taken

ONE, TWO = person(1), person(2)
SUPPLEMENTARY = "D2-DSD-SUPPLEMENTARY"


@pytest.fixture
async def referred(plan):
    """A person who was referred to a course, on 20 March 2561; today is 2 April."""
    await plan.bring(*story.beginning(ONE), story.interviewed(ONE, lines=story.menu(TECHNICIAN)))
    return plan


def played_on(plan, month, day):
    """Move the clock of the service to noon of the day."""
    plan.resources.clock.play(datetime(2018, month, day, 5, tzinfo=UTC))


async def report(plan, referral, step, *, who=None, status=201, **said):
    path = f"/v1/referrals/{referral['referral_id']}/reports"
    answer = await plan.post(path, {"step": step, **said}, who or plan.agency(referral["agency"]))
    assert answer.status_code == status, answer.text
    return answer.json()


async def last(plan, holder_id=ONE):
    return (await plan.referrals_of(holder_id))[-1]


STEPS = (
    ("RECEIVED", {"on": "2018-03-21"}),
    ("WAIT_LISTED", {"on": "2018-03-22", "position": 7}),
    ("ACCEPTED", {"on": "2018-03-26"}),
    ("STARTED", {"on": "2018-03-28"}),
    ("OUTCOME", {"on": "2018-04-02", "outcome": "TRAINING_PASSED"}),
)
FACTS = ("status", "received_on", "wait_listed_on", "wait_position", "accepted_on", "started_on", "outcome", "outcome_on")


async def test_reports_in_any_order_end_plan_and_referral_in_the_same_state(plan):
    orders = list(permutations(STEPS))[::9]
    people = [person(number) for number in range(len(orders))]
    await plan.bring(*story.beginning(*people), *(story.interviewed(one, lines=story.menu(TECHNICIAN)) for one in people))
    for holder_id, order in zip(people, orders, strict=True):
        referral = await last(plan, holder_id)
        lines = [{"referral_id": referral["referral_id"], "step": step, **said} for step, said in order]
        answer = (await plan.post("/v1/referrals/reports", lines, plan.agency("DSD"))).json()
        assert (answer["taken"], answer["refused"]) == (5, 0)
        again = (await plan.post("/v1/referrals/reports", lines, plan.agency("DSD"))).json()
        assert (again["taken"], again["refused"]) == (5, 0)  # the same reports once more change nothing
        assert len(await plan.published(holder_id)) == 3 + 5 + 1
    ended = [await last(plan, holder_id) for holder_id in people]
    assert {tuple(one[name] for name in FACTS) for one in ended} == {
        ("CLOSED", "2018-03-21", "2018-03-22", 7, "2018-03-26", "2018-03-28", "TRAINING_PASSED", "2018-04-02")
    }
    assert {(row["status"], row["completed_on"]) for row in (await plan.get("/v1/plans")).json()["items"]} == {("COMPLETED", "2018-04-02")}


async def test_steps_that_are_told_days_after_the_outcome_fill_in_their_days_of_an_ended_plan(referred):
    one = await last(referred)
    await report(referred, one, "OUTCOME", on="2018-04-02", outcome="TRAINING_PASSED")
    was = await referred.plan_of(ONE)
    for step, said in STEPS[:-1]:
        await report(referred, one, step, **said)
    told, plan = await last(referred), await referred.plan_of(ONE)
    assert (told["status"], told["received_on"], told["started_on"]) == ("CLOSED", "2018-03-21", "2018-03-28")
    assert (plan["status"], plan["version"]) == ("COMPLETED", was["version"])
    assert (await referred.published(ONE)).count("PlanCompleted") == 1


async def test_what_does_not_fit_is_refused_by_field(referred):
    one = await last(referred)
    for said, field in (
        ({"step": "DECLINED"}, "reason"),
        ({"step": "DECLINED", "reason": "OTHER"}, "words"),
        ({"step": "OUTCOME"}, "outcome"),
        ({"step": "RECEIVED", "outcome": "TRAINING_PASSED"}, "outcome"),
        ({"step": "RECEIVED", "on": "2018-03-19"}, "on"),
        ({"step": "WAIT_LISTED", "position": 0}, "position"),
    ):
        refused = await report(referred, one, status=422, **said)
        assert refused["errors"][0]["field"] == field
    only_steps = referred.caller(Reach(Level.AGENCY, "DSD"), ("plan.referrals:accept",))
    refused = await report(referred, one, "OUTCOME", who=only_steps, status=403, outcome="TRAINING_PASSED")
    assert refused["needed_scope"] == "plan.outcomes:write"
    await report(referred, one, "STARTED", on="2018-03-28")
    late = await report(referred, one, "ACCEPTED", status=422, on="2018-03-29")
    assert late["errors"][0]["allowed"] == "2018-03-20..2018-03-28"
    assert (await report(referred, one, "DECLINED", status=409, reason="NO_SEAT"))["referral_status"] == "STARTED"


async def refer_again(plan, referral, *, status=201, who=None, **body):
    body = {"programme_code": SUPPLEMENTARY, "reason": "รอบนี้เต็ม", "holder_agrees": True, **body}
    answer = await plan.post(f"/v1/referrals/{referral['referral_id']}/next-attempts", body, who or plan.officer())
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_a_declined_line_goes_to_another_programme_and_its_history_stays(referred):
    first = await last(referred)
    await report(referred, first, "DECLINED", reason="NO_SEAT", words="เต็ม")
    assert (await report(referred, first, "STARTED", status=409))["decline_reason"] == "NO_SEAT"
    assert (await refer_again(referred, first, status=422, programme_code=JOB))["errors"][0]["field"] == "programme_code"
    await refer_again(referred, first, status=409, holder_agrees=False)
    await refer_again(referred, first, status=404, who=referred.officer(story.OTHER_OFFICER))
    second = await refer_again(referred, first)
    assert (second["attempt"], second["programme_code"], second["status"]) == (2, SUPPLEMENTARY, "CREATED")
    await refer_again(referred, first, status=409)
    elsewhere = {"programme_code": "D2-GSB-MONEY-CLINIC"}
    early = await refer_again(referred, second, status=409, **elsewhere)  # the agency has three working days to have it before it
    assert (early["type"].rpartition(":")[2], early["clock"], early["due_on"]) == ("referral-clock-running", "RECEIPT", "2018-04-05")
    third = await refer_again(referred, second, **elsewhere, early_reason="ผู้มีบัตรย้ายไปทำงาน")  # called back
    called_back = (await referred.get(f"/v1/referrals/{second['referral_id']}")).json()["history"][-1]
    assert called_back["evidence"] == "รอบนี้เต็ม\nผู้มีบัตรย้ายไปทำงาน"
    assert (await report(referred, second, "ACCEPTED", status=409))["closed_reason"] == "CALLED_BACK"
    assert [(one["attempt"], one["current"], one["status"], one["agency"]) for one in await referred.referrals_of(ONE)] == [
        (1, False, "DECLINED", "DSD"),
        (2, False, "CLOSED", "DSD"),
        (3, True, "CREATED", "GSB"),
    ]
    detail = (await referred.get(f"/v1/referrals/{first['referral_id']}")).json()
    assert [(move["step"], move["evidence"]) for move in detail["history"]] == [(None, None), ("DECLINED", "เต็ม"), (None, "รอบนี้เต็ม")]
    await report(referred, third, "OUTCOME", outcome="TRAINING_PASSED")
    assert (await referred.plan_of(ONE))["status"] == "COMPLETED"
    told = [(event["data"]["attempt"], event["data"]["agency"]) for event in await referred.outbox("ReferralCreated")]
    assert told == [(1, "DSD"), (2, "DSD"), (3, "GSB")]


async def test_a_line_of_a_plan_that_goes_on_has_the_seat_of_its_last_attempt_and_none_while_it_is_declined(plan):
    await plan.bring(*story.beginning(ONE), story.interviewed(ONE))
    here, there = await offered(plan, "กระบี่", 1), await offered(plan, "คลองท่อม", 1)
    assert (await agree(plan, ONE, (TECHNICIAN, {"offering_id": str(here)}))).status_code == 201
    await report(plan, await last(plan), "DECLINED", reason="NO_SEAT")

    async def comes_back():
        today = plan.resources.clock.business_today()
        await plan.bring(story.withdrawn(ONE, today))
        assert (await taken(plan, here), await taken(plan, there)) == (0, 0)
        await plan.bring(story.declared(ONE, today))
        return await taken(plan, here), await taken(plan, there)

    assert await comes_back() == (0, 0)
    await refer_again(plan, await last(plan), programme_code=TECHNICIAN, offering_id=str(there))
    assert (await taken(plan, here), await taken(plan, there)) == (0, 1)
    plan.on("2018-04-03")
    assert await comes_back() == (0, 1)


async def test_an_agency_that_did_not_answer_in_time_is_not_waited_for(referred):
    first = await last(referred)
    played_on(referred, 3, 23)
    await refer_again(referred, first, status=409)
    played_on(referred, 3, 26)
    assert (await refer_again(referred, first))["attempt"] == 2


async def test_a_line_that_no_agency_takes_is_given_up_and_ends_the_plan(referred):
    one = await last(referred)
    path, body = f"/v1/referrals/{one['referral_id']}/giving-up", {"reason": "ไม่มีที่รับ"}
    assert (await referred.post(path, body, referred.agency("DSD"))).status_code == 403
    given_up = await referred.post(path, body, referred.officer())
    assert (given_up.status_code, given_up.json()["closed_reason"]) == (200, "NOT_PLACED")
    assert (await referred.post(path, body, referred.officer())).status_code == 409
    found = await referred.plan_of(ONE)
    assert (found["status"], found["succeeded"], found["failed"]) == ("DROPPED", 0, 1)
    [closed] = await referred.outbox("ReferralClosed")
    assert (closed["data"]["reason"], closed["data"]["attempt"]) == ("NOT_PLACED", 1)


WAY_TO = {
    ReferralClock.RECEIPT: (),
    ReferralClock.ANSWER: (("RECEIVED", {}),),
    ReferralClock.PLACE: (("WAIT_LISTED", {}),),
    ReferralClock.START: (("ACCEPTED", {}),),
    ReferralClock.OUTCOME: (("STARTED", {}),),
    ReferralClock.NEXT_ATTEMPT: (("DECLINED", {"reason": "NO_SEAT"}),),
}
# Of 2 April 2561 (of the receipt: 20 March) over Chakri day, Songkran and what followed: due, reminded, district, province, ministry.
DUE = {
    ReferralClock.RECEIPT: ((3, 23), (3, 22), (3, 26), (4, 2), (4, 19)),
    ReferralClock.ANSWER: ((4, 12), (4, 11), (4, 17), (4, 24), (5, 8)),
    ReferralClock.PLACE: ((5, 7), (5, 4), (5, 8), (5, 16), (5, 31)),
    ReferralClock.START: ((5, 7), (5, 4), (5, 8), (5, 16), (5, 31)),
    ReferralClock.OUTCOME: ((6, 8), (6, 7), (6, 11), (6, 18), (7, 2)),
    ReferralClock.NEXT_ATTEMPT: ((4, 10), (4, 9), (4, 11), (4, 20), (5, 4)),
}


def iso(day):
    return f"2018-{day[0]:02}-{day[1]:02}"


@pytest.mark.parametrize("clock", list(ReferralClock))
async def test_every_clock_reminds_then_rises_to_district_province_and_ministry_once(referred, clock):
    one = await last(referred)
    for step, said in WAY_TO[clock]:
        await report(referred, one, step, **said)
    due, reminded, *levels = DUE[clock]
    waiting = await last(referred)
    assert (waiting["waits_for"], waiting["due_on"], waiting["raised_to"]) == (clock, iso(due), None)
    for day in (reminded, *levels):
        played_on(referred, *day)
        for _ in range(2):
            await raise_alarms(referred.resources)
    [reminder] = await referred.outbox("ReferralReminded")
    assert (reminder["data"]["clock"], reminder["data"]["due_on"], reminder["data"]["reminded_on"]) == (clock, iso(due), iso(reminded))
    overdue = [event["data"] for event in await referred.outbox("ReferralOverdue")]
    assert [(one["level"], one["found_on"], one["district"]) for one in overdue] == [
        (level, iso(day), "8101") for level, day in zip(("DISTRICT", "PROVINCE", "MINISTRY"), levels, strict=True)
    ]
    listed = (await referred.get("/v1/referrals/overdue", referred.caller(Reach(Level.PROVINCE, "81")))).json()["items"]
    assert [(row["referral_id"], row["raised_to"]) for row in listed] == [(one["referral_id"], "MINISTRY")]


async def test_a_step_that_is_taken_stops_its_clock_and_a_late_look_raises_all_levels_in_order(referred):
    one = await last(referred)
    played_on(referred, 4, 3)
    await report(referred, one, "ACCEPTED", on="2018-04-03")
    await raise_alarms(referred.resources)
    assert await referred.outbox("ReferralReminded") == []
    played_on(referred, 9, 3)
    answer = await referred.post("/v1/referrals/alarms", None, referred.caller(scopes=("plan.alarms:raise",)))
    assert answer.json() == {"raised": 1}
    names = [event["type"].split(".")[1] for event in await referred.outbox()]
    assert names[-4:] == ["ReferralReminded"] + ["ReferralOverdue"] * 3
    await referred.bring(story.died(ONE), story.alive_again(ONE))  # the clock is stopped and goes on: nothing rises twice
    await raise_alarms(referred.resources)
    assert len(await referred.outbox("ReferralOverdue")) == 3
    assert (await last(referred))["raised_to"] == "MINISTRY"
    alarms = (await referred.get(f"/v1/referrals/{one['referral_id']}")).json()["alarms"]
    assert [alarm["level"] for alarm in alarms] == [None, "DISTRICT", "PROVINCE", "MINISTRY"]


async def test_lists_counts_and_reports_show_an_agency_its_own_alone(plan):
    """The job is DOE's: DSD finds it nowhere."""
    await plan.bring(*story.beginning(ONE, TWO))
    await plan.bring(story.interviewed(ONE, lines=story.menu(TECHNICIAN)), story.interviewed(TWO, lines=story.menu(JOB)))
    played_on(plan, 9, 3)
    await raise_alarms(plan.resources)
    job = await last(plan, TWO)
    dsd, doe = plan.agency("DSD"), plan.agency("DOE")
    for path in ("/v1/referrals", "/v1/referrals/overdue"):
        assert {row["agency"] for row in (await plan.get(path, dsd)).json()["items"]} == {"DSD"}
        assert (await plan.get(path, dsd, agency="DOE")).json()["items"] == []
        assert {row["agency"] for row in (await plan.get(path)).json()["items"]} == {"DSD", "DOE"}
    assert [one["agency"] for one in (await plan.get("/v1/referrals/counts", dsd)).json()["items"]] == ["DSD"]
    counted = (await plan.get("/v1/referrals/counts", doe)).json()
    assert (counted["on"], counted["items"]) == (
        "2018-09-03",
        [{"agency": "DOE", "programme_code": JOB, "status": "CREATED", "referrals": 1, "overdue": 1}],
    )
    assert (await plan.get(f"/v1/referrals/{job['referral_id']}", dsd)).status_code == 404
    await report(plan, job, "RECEIVED", who=dsd, status=404)
    lines = [{"referral_id": job["referral_id"], "step": "RECEIVED"}]
    answer = (await plan.post("/v1/referrals/reports", lines, dsd)).json()
    assert (answer["taken"], answer["lines"][0]["problem"]["status"]) == (0, 404)
    assert (await last(plan, TWO))["status"] == "CREATED"


async def test_overdue_pages_follow_one_another(plan):
    people = [person(number) for number in range(5)]
    await plan.bring(*story.beginning(*people), *(story.interviewed(one, lines=story.menu(TECHNICIAN)) for one in people))
    played_on(plan, 4, 30)
    seen, cursor = [], {}
    while True:
        page = (await plan.get("/v1/referrals/overdue", limit=2, **cursor)).json()
        seen += [row["referral_id"] for row in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert (len(seen), sorted(seen)) == (5, sorted(set(seen)))
