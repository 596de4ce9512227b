"""Forms that come late: the date on the form counts once another person than who entered it has approved."""

import asyncio
from datetime import date

import pytest

from shared.auth import Level
from shared.contracts.common import Tier
from tests.interview import world
from tests.interview.conftest import CHIEF

ON = "2018-04-10"


def slug(answer):
    return answer.json()["type"].rsplit(":", 1)[1]


def late(holder_id, stated_on="2018-02-14", **more):
    return world.wish(holder_id, stated_on, reason="น้ำท่วมเส้นทาง", **more)


async def entered(interview, who=None, **more):
    """Somebody's form of 14 February, entered on 10 April."""
    (person,) = await interview.people()
    interview.on(ON)
    return person, await interview.made("/v1/late-forms", late(person.subject, **more), who)


async def test_another_person_approves_and_the_date_on_the_form_counts(interview):
    person, form = await entered(interview)
    assert (form["status"], form["days_late"], form["entered_on"], form["district"]) == ("PROPOSED", 55, ON, "8101")
    assert await interview.case(person.subject) is None  # nothing counts yet
    (waiting,) = (await interview.get("/v1/late-forms", interview.chief(), status="PROPOSED")).json()["items"]
    assert waiting == (await interview.get(f"/v1/late-forms/{form['form_id']}")).json() == form
    interview.on("2018-04-12")
    slip = await interview.made(f"/v1/late-forms/{form['form_id']}/approval", None, interview.chief())
    assert (slip["approved_late"], slip["months"], slip["stated_on"], slip["received_on"]) == (True, 10, "2018-02-14", ON)
    (declared,) = await interview.outbox("IntentDeclared")
    assert (declared.data.approved_late, str(declared.data.stated_on)) == (True, "2018-02-14")
    assert await interview.published(person.subject) == ["CaseRouted", "IntentDeclared", "ConsentsCaptured"]
    async with interview.db.reading() as tx:
        assert tuple(await tx.fetchrow("SELECT recorded_by, approved_late_by FROM intent")) == ("DISTRICT-8101", "chief-8101")
    assert (await interview.get("/v1/late-forms", status="PROPOSED")).json()["items"] == []
    again = await interview.post(f"/v1/late-forms/{form['form_id']}/refusal", {"reason": "x"}, interview.chief())
    assert slug(again) == "already-decided"


async def test_who_entered_it_approves_nothing_whatever_their_scopes(interview):
    _, form = await entered(interview, interview.chief())
    for path, body in (("approval", None), ("refusal", {"reason": "x"})):
        assert slug(await interview.post(f"/v1/late-forms/{form['form_id']}/{path}", body, interview.chief())) == "decider-is-proposer"
        assert (await interview.post(f"/v1/late-forms/{form['form_id']}/{path}", body)).status_code == 403
        elsewhere = await interview.post(f"/v1/late-forms/{form['form_id']}/{path}", body, interview.chief("8102"))
        assert elsewhere.status_code == 404
    assert await interview.outbox("IntentDeclared") == []


async def test_a_refused_form_does_not_count_and_keeps_its_reason(interview):
    person, form = await entered(interview)
    refused = await interview.made(f"/v1/late-forms/{form['form_id']}/refusal", {"reason": "ไม่มีลายมือชื่อ"}, interview.chief())
    assert (refused["status"], refused["decision_reason"], refused["decided_by"]) == ("REJECTED", "ไม่มีลายมือชื่อ", "chief-8101")
    assert await interview.case(person.subject) is None


async def test_who_entered_it_and_nobody_else_takes_it_back_and_enters_it_anew(interview):
    """An account officer, whose own reach holds no form that waits, for another district."""
    officer = interview.ao(await interview.officer())
    (person,) = await interview.people()
    interview.on("2018-03-05")
    await interview.made("/v1/districts/8101/home-visit-list")
    await interview.made("/v1/districts/8101/assignments")
    interview.on(ON)
    body = late(person.subject, wished_district="8102")
    form = await interview.made("/v1/late-forms", body, officer)
    path, why = f"/v1/late-forms/{form['form_id']}", {"reason": "บันทึกผิดคน"}
    assert (await interview.get("/v1/late-forms", officer)).json()["items"] == [form] == [(await interview.get(path, officer)).json()]
    for who, said in ((interview.chief("8102"), "not-your-proposal"), (interview.chief(), "not-found")):
        assert slug(await interview.post(f"{path}/withdrawal", why, who)) == said
    back = await interview.made(f"{path}/withdrawal", why, officer)
    assert (back["status"], back["decision_reason"], back["decided_by"]) == ("WITHDRAWN", "บันทึกผิดคน", form["proposed_by"])
    for path_, who in ((f"{path}/approval", interview.chief("8102")), (f"{path}/withdrawal", officer)):
        assert slug(await interview.post(path_, why if path_.endswith("withdrawal") else None, who)) == "already-decided"
    anew = await interview.made("/v1/late-forms", late(person.subject), officer)
    assert (anew["form_id"] != form["form_id"], anew["status"], anew["district"]) == (True, "PROPOSED", "8101")
    assert await interview.outbox("IntentDeclared") == []


async def test_entered_twice_at_once_one_form_waits_and_approved_twice_at_once_one_slip_is_made(interview):
    (person,) = await interview.people()
    interview.on(ON)
    forms = await asyncio.gather(*(interview.post("/v1/late-forms", late(person.subject)) for _ in range(4)))
    assert sorted(form.status_code for form in forms) == [200, 200, 200, 201]
    (form_id,) = {form.json()["form_id"] for form in forms}
    deputy = interview.caller(Level.PROVINCE, "81", CHIEF)
    answers = await asyncio.gather(
        *(interview.post(f"/v1/late-forms/{form_id}/approval", None, who) for who in (interview.chief(), deputy))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert len(await interview.outbox("IntentDeclared")) == 1


@pytest.mark.parametrize(
    ("today", "stated_on", "channel"), [("2018-02-20", "2018-02-14", "WALK_IN"), ("2018-07-30", "2018-06-10", "HOME_VISIT")]
)
async def test_a_form_in_time_or_for_the_committee_goes_the_ordinary_way(interview, today, stated_on, channel):
    (person,) = await interview.people()
    interview.on(today)
    assert slug(await interview.post("/v1/late-forms", late(person.subject, stated_on, channel=channel))) == "form-not-late"
    await interview.made("/v1/intents", world.wish(person.subject, stated_on, channel=channel))


async def test_who_has_a_slip_already_gets_that_one(interview):
    (person,) = await interview.people()
    slip = await interview.made("/v1/intents", world.wish(person.subject))
    interview.on(ON)
    refused = await interview.post("/v1/late-forms", late(person.subject, "2018-02-12"))
    assert (slug(refused), refused.json()["slip_no"]) == ("wish-stated-before", slip["slip_no"])


async def test_a_slip_made_meanwhile_holds_against_the_form_that_waited(interview):
    person, form = await entered(interview)
    await interview.made("/v1/intents", world.wish(person.subject, ON, channel="HOME_VISIT"))
    refused = await interview.post(f"/v1/late-forms/{form['form_id']}/approval", None, interview.chief())
    assert slug(refused) == "wish-stated-before"
    assert (await interview.get(f"/v1/late-forms/{form['form_id']}")).json()["status"] == "PROPOSED"


async def test_what_became_of_the_person_meanwhile_is_told_and_an_erased_paper_is_gone(interview):
    dead, of_dead = await entered(interview)
    gone, of_gone = await entered(interview, signed_by="THUMBPRINT", witness="สมศรี ใจดี")
    merged, of_merged = await entered(interview)
    (other,) = await interview.people()
    await interview.bring(world.died(dead, date(2018, 4, 1)), world.erased(gone, date(2018, 4, 2)))
    await interview.bring(world.merged(merged, other.subject, date(2018, 4, 2)))
    told = [
        slug(await interview.post(f"/v1/late-forms/{form['form_id']}/approval", None, interview.chief()))
        for form in (of_dead, of_gone, of_merged)
    ]
    assert told == ["holder-deceased", "holder-erased", "holder-merged"]
    async with interview.db.reading() as tx:
        row = await tx.fetchrow("SELECT sealed, reason FROM approval WHERE subject = $1::uuid", gone.subject)
        waiting = await tx.fetchval("SELECT sealed FROM approval WHERE subject = $1::uuid", dead.subject)
    assert tuple(row) == (None, "")
    assert waiting is not None
    assert "สมศรี".encode() not in waiting


async def test_a_late_form_for_another_district_waits_there(interview):
    _, form = await entered(interview, wished_district="8102")
    assert form["district"] == "8102"
    assert (await interview.get("/v1/late-forms", interview.chief("8102"))).json()["items"] == [form]
    slip = await interview.made(f"/v1/late-forms/{form['form_id']}/approval", None, interview.chief("8102"))
    assert slip["district"] == "8102"


async def test_under_the_circular_a_form_of_may_is_refused_and_one_of_april_is_late(interview):
    await interview.bring(world.policy(2, "circular", world.CIRCULAR))
    person, other = await interview.people(2)
    interview.on("2018-05-20")
    assert slug(await interview.post("/v1/late-forms", late(person.subject, "2018-05-02", channel="HOME_VISIT"))) == "late-wish-refused"
    assert (await interview.post("/v1/late-forms", late(other.subject, "2018-04-30", channel="HOME_VISIT"))).status_code == 201


async def test_what_may_be_expected_is_shown_before_anything_is_recorded(interview):
    (person,) = await interview.people(tier=Tier.OVER_30000)
    before = await interview.state()
    expected = (await interview.get("/v1/expected-benefits", holder_id=person.subject, stated_on="2018-02-14")).json()
    shown = ("monthly_satang", "months", "first_month", "last_month", "total_satang", "needs_decision", "slip_no")
    assert [expected[name] for name in shown] == [10000, 10, "2018-03", "2018-12", 100_000, False, None]
    by_tier = (await interview.get("/v1/expected-benefits", tier="UP_TO_30000", stated_on="2018-05-02")).json()
    assert (by_tier["total_satang"], by_tier["months"]) == (140_000, 7)
    assert (await interview.get("/v1/expected-benefits", tier="UP_TO_30000", stated_on="2018-06-01")).json()["needs_decision"] is True
    assert await interview.state() == before
    slip = await interview.made("/v1/intents", world.wish(person.subject))
    assert (await interview.get("/v1/expected-benefits", holder_id=person.subject)).json()["slip_no"] == slip["slip_no"]
    assert (slip["monthly_satang"], slip["months"]) == (expected["monthly_satang"], expected["months"])


async def test_what_cannot_be_expected_is_refused_by_name(interview):
    dead, other = await interview.people(2)
    await interview.bring(world.died(dead, date(2018, 2, 1)))
    path = "/v1/expected-benefits"
    assert slug(await interview.get(path, holder_id=dead.subject)) == "holder-deceased"
    assert (await interview.get(path, interview.caller(code="8102"), holder_id=other.subject)).status_code == 404
    for query in ({}, {"tier": "UP_TO_30000", "holder_id": other.subject}, {"tier": "RICH"}):
        assert (await interview.get(path, **query)).status_code == 422
    await interview.bring(world.policy(2, "circular", world.CIRCULAR))
    refused = await interview.get(path, tier="UP_TO_30000", stated_on="2018-05-02")
    assert (slug(refused), refused.json()["last_day"]) == ("late-wish-refused", "2018-04-30")
