"""Interviews: the co-interview rule, the menu, the wish at home, refusals; then follow-ups and decisions."""

import orjson
import pytest

from shared.auth import Level
from shared.contracts.common import Dimension
from shared.crypto import FieldCipher
from shared.ids import new_id
from tests.interview import world
from tests.interview.test_visits_and_officers import ASSIGN, listed


async def assigned(interview, *, employer="BAAC", wish=True):
    """A person with an officer in March: one who came in February, or one on the list of home visits."""
    if wish:
        interview.on("2018-02-14")
        (person,) = await interview.people()
        await interview.made("/v1/intents", world.wish(person.subject))
    else:
        (person,) = await listed(interview)
    interview.on("2018-03-20")
    officer = await interview.officer(employer)
    if employer not in {"BAAC", "GSB"}:
        await interview.officer("GSB", "8102")
    await interview.made(ASSIGN)
    return person, officer


async def interviewed(interview, **more):
    person, officer = await assigned(interview)
    await interview.made("/v1/interviews", world.interview(person.subject, **more))
    return person, officer


def menu(code="D2-TRAIN", **more):
    return [{"dimension": "D2", "programme_code": code, "goal": "ทอผ้าขาย", "holder_signed": True, "officer_signed": True, **more}]


async def test_who_came_in_february_is_interviewed_by_their_officer(interview):
    person, officer = await assigned(interview)
    answer = await interview.post("/v1/interviews", world.interview(person.subject, menu=menu()), interview.ao(officer))
    assert answer.status_code == 201, answer.text
    done = answer.json()
    assert (done["state"], done["revision"], done["slip_no"]) == ("INTERVIEWED", 1, None)
    assert (await interview.published(person.subject))[-2:] == ["AssessmentRecorded", "InterviewCompleted"]
    (completed,) = await interview.outbox("InterviewCompleted")
    fact = completed.data
    assert (fact.answer, fact.channel, str(fact.officer_id), fact.district) == ("DEVELOP", "WALK_IN", officer, "8101")
    assert (fact.menu[0].line_no, fact.menu[0].programme_code, fact.menu[0].holder_signed) == (1, "D2-TRAIN", True)
    shown = (await interview.get(answer.headers["location"], interview.ao(officer))).json()
    assert shown["answers"]["menu"][0]["goal"] == "ทอผ้าขาย"
    assert (await interview.post("/v1/interviews", world.interview(person.subject))).json()["type"].endswith("case-not-ready")


async def test_health_and_debts_are_sealed_in_the_table_and_for_plan(interview):
    person, _ = await interviewed(interview)
    secrets = ("เบาหวาน", "นายทุน")
    async with interview.db.reading() as tx:
        row = await tx.fetchrow("SELECT * FROM interview")
        payloads = [bytes(one["payload"]).decode() for one in await tx.fetch("SELECT payload FROM outbox")]
    assert not [secret for secret in secrets if secret in str(dict(row)) or secret in "".join(payloads)]
    fields = interview.service.resources.fields
    assert "เบาหวาน" in fields.open(row["health_sealed"], row["interview_id"].bytes + b"health")
    assert "นายทุน" in fields.open(row["debts_sealed"], row["interview_id"].bytes + b"debts")
    (assessment,) = await interview.outbox("AssessmentRecorded")
    content = orjson.loads(FieldCipher.from_text(world.ASSESSMENT_KEYS).open_text(assessment.data.sealed, person.subject.encode()))
    assert content["health"]["chronic_illness"] is True
    assert (content["debts"][0]["formal"], content["debts"][0]["amount_satang"]) == (False, 2_000_000)
    assert (content["land_rai"], content["housing_tenure"], content["skills"]) == (3.5, "OWNED", ["weaving"])


async def test_without_baac_or_gsb_the_interview_cannot_be_completed(interview):
    person, _ = await assigned(interview, employer="COMMUNITY_DEVELOPMENT")
    case = await interview.case(person.subject)
    ktb = await interview.officer("KTB")
    async with interview.db.transaction() as tx:
        await tx.execute("UPDATE case_file SET co_interviewer_id = NULL")
    for visit in ({}, {"co_interviewer_id": ktb}):
        answer = await interview.post("/v1/interviews", world.interview(person.subject, visit=visit))
        assert (answer.status_code, answer.json()["type"].rsplit(":", 1)[1]) == (409, "co-interviewer-required")
        assert "ธ.ก.ส." in answer.json()["detail_th"]
    visit = {"co_interviewer_id": case["co_interviewer_id"]}
    await interview.made("/v1/interviews", world.interview(person.subject, visit=visit))
    (completed,) = await interview.outbox("InterviewCompleted")
    assert str(completed.data.co_interviewer_id) == case["co_interviewer_id"]


async def test_a_home_visit_states_the_wish_and_completes_the_interview_in_one_call(interview):
    person, officer = await assigned(interview, wish=False)
    answer = await interview.made("/v1/interviews", world.stating_wish(world.interview(person.subject)), interview.ao(officer))
    assert answer["state"] == "INTERVIEWED"
    assert (await interview.published(person.subject))[-4:] == [
        "IntentDeclared", "ConsentsCaptured", "AssessmentRecorded", "InterviewCompleted"
    ]  # fmt: skip
    case = await interview.case(person.subject)
    assert (case["slip"]["slip_no"], case["slip"]["channel"], case["slip"]["months"]) == (answer["slip_no"], "HOME_VISIT", 9)
    steps = [entry["step"] for entry in reversed(case["history"])]
    assert steps == ["LISTED_FOR_VISIT", "OFFICER_ASSIGNED", "MET_AT_HOME", "WISH_STATED", "OFFICER_ASSIGNED", "INTERVIEWED"]


async def test_developing_needs_the_wish(interview):
    person, _ = await assigned(interview, wish=False)
    answer = await interview.post("/v1/interviews", world.interview(person.subject))
    assert (answer.status_code, answer.json()["type"].rsplit(":", 1)[1]) == (409, "intent-required")
    assert await interview.state_of(person.subject) == "VISIT_DUE"


@pytest.mark.parametrize(("answer", "state"), [("REFUSE", "REFUSED"), ("SUFFICIENT", "SUFFICIENCY")])
@pytest.mark.parametrize("wish", [True, False])
async def test_refusing_and_being_content_need_no_wish(interview, answer, state, wish):
    person, _ = await assigned(interview, wish=wish)
    done = await interview.made("/v1/interviews", world.interview(person.subject, answer=answer))
    assert done["state"] == state
    (completed,) = await interview.outbox("InterviewCompleted")
    assert (completed.data.answer, completed.data.decline_reason) == (answer, "พอใจกับชีวิต")


async def test_who_refused_at_home_may_think_again_and_is_interviewed_again(interview):
    person, _ = await assigned(interview, wish=False)
    await interview.made("/v1/interviews", world.interview(person.subject, answer="REFUSE"))
    interview.on("2018-04-20")
    await interview.made("/v1/intents", world.wish(person.subject, "2018-04-20", channel="HOME_VISIT"))
    done = await interview.made("/v1/interviews", world.interview(person.subject, "2018-04-20"))
    assert (done["state"], done["revision"]) == ("INTERVIEWED", 2)


async def test_menu_lines_name_active_programmes_of_their_dimension(interview):
    person, _ = await assigned(interview)
    await interview.bring(world.programme("D2-CLOSED", active=False), world.programme("D3-LOAN", dimension=Dimension.D3))
    lines = [*menu("NOBODY-KNOWS"), *menu("D2-CLOSED"), *menu("D3-LOAN"), *menu()]
    answer = await interview.post("/v1/interviews", world.interview(person.subject, menu=lines))
    assert (answer.status_code, answer.json()["type"].rsplit(":", 1)[1]) == (422, "unknown-programme")
    assert [(problem["field"], problem["code"]) for problem in answer.json()["errors"]] == [
        ("menu.0.programme_code", "unknown_programme"),
        ("menu.1.programme_code", "inactive_programme"),
        ("menu.2.dimension", "dimension"),
    ]
    assert [problem["allowed"] for problem in answer.json()["errors"]] == [*["plan: GET /v1/programmes?on=2018-03-20"] * 2, "D3"]


async def test_a_programme_takes_people_in_by_its_version_of_the_day(interview):
    person, _ = await assigned(interview)
    day, before, after = (world.interview(person.subject)["visit"]["interviewed_on"], "2018-01-31", "2018-12-31")
    await interview.bring(
        world.programme("D2-CLOSES-LATER", active=False, valid_from=after),
        world.programme("D2-CLOSED", active=False, valid_from=before),
        world.programme("D2-OVER", valid_from=before, valid_until=before),
        world.programme("D2-LAST-DAY", valid_from=before, valid_until=day),
    )
    lines = [*menu("D2-CLOSES-LATER"), *menu("D2-CLOSED"), *menu("D2-OVER"), *menu("D2-LAST-DAY")]
    answer = await interview.post("/v1/interviews", world.interview(person.subject, menu=lines))
    assert [(problem["field"], problem["code"]) for problem in answer.json()["errors"]] == [
        ("menu.1.programme_code", "inactive_programme"),
        ("menu.2.programme_code", "inactive_programme"),
    ]


async def test_only_the_cases_own_officer_interviews(interview):
    person, officer = await assigned(interview)
    other = await interview.officer()
    assert (await interview.post("/v1/interviews", world.interview(person.subject), interview.ao(other))).status_code == 404
    answer = await interview.post("/v1/interviews", world.interview(person.subject, visit={"officer_id": other}))
    assert answer.json()["type"].endswith("not-the-case-officer")
    (unassigned,) = await interview.people(age=70)
    interview.on("2018-02-20")
    await interview.made("/v1/intents", world.wish(unassigned.subject, "2018-02-20"))
    answer = await interview.post("/v1/interviews", world.interview(unassigned.subject, "2018-02-20"))
    assert answer.json()["type"].endswith("officer-required")
    interview.on("2018-03-20")
    for day in ("2018-02-13", "2018-03-21"):
        assert (await interview.post("/v1/interviews", world.interview(person.subject, day), interview.ao(officer))).status_code == 422


async def test_after_the_visits_a_home_visit_cannot_state_the_wish_by_itself(interview):
    person, _ = await assigned(interview, wish=False)
    interview.on("2018-06-05")
    answer = await interview.post("/v1/interviews", world.stating_wish(world.interview(person.subject, "2018-06-05")))
    assert answer.json()["type"].endswith("late-wish-needs-decision")
    assert (await interview.case(person.subject))["slip"] is None


async def test_follow_ups_of_june_and_september(interview):
    person, officer = await interviewed(interview)
    due = (await interview.get("/v1/follow-ups-due", round="JUNE")).json()["items"]
    assert [case["holder_id"] for case in due] == [person.subject]
    early = await interview.post("/v1/follow-ups", world.follow_up(person.subject, contacted_on="2018-03-20"))
    assert early.json()["type"].endswith("too-early")
    interview.on("2018-06-10")
    await interview.made("/v1/follow-ups", world.follow_up(person.subject), interview.ao(officer))
    assert (await interview.get("/v1/follow-ups-due", round="JUNE")).json()["items"] == []
    assert len((await interview.get("/v1/follow-ups-due", round="SEPTEMBER")).json()["items"]) == 1
    (recorded,) = await interview.outbox("FollowUpRecorded")
    assert (recorded.data.round, recorded.data.monthly_income_baht, str(recorded.data.officer_id)) == ("JUNE", 3200, officer)
    page = (await interview.get("/v1/follow-ups", case_id=(await interview.case(person.subject))["case_id"])).json()
    assert [row["round"] for row in page["items"]] == ["JUNE"]
    silent = {**world.follow_up(person.subject), "job_status": None}
    assert (await interview.post("/v1/follow-ups", silent)).status_code == 422
    assert (await interview.post("/v1/follow-ups", {**silent, "reached": False})).status_code == 201


async def test_who_will_be_asked_again_is_told_some_days_before(interview):
    person, officer = await interviewed(interview)
    interview.on("2018-06-10")
    await interview.made("/v1/follow-ups", {**world.follow_up(person.subject), "next_on": "2018-08-20"}, interview.ao(officer))
    (asked,) = await interview.outbox("NoticeRequested")
    assert (asked.data.template, asked.data.parameters) == ("follow-up-due", {"contact_on": "2018-08-20"})
    assert asked.data.not_before.isoformat() == "2018-08-17T00:00:00+07:00"
    assert asked.data.expires_at.isoformat() == "2018-08-21T00:00:00+07:00"


async def test_who_was_not_interviewed_is_not_followed(interview):
    person, _ = await assigned(interview)
    interview.on("2018-06-10")
    answer = await interview.post("/v1/follow-ups", world.follow_up(person.subject))
    assert answer.json()["type"].endswith("not-interviewed")


async def test_the_sweep_finds_each_missed_follow_up_once_after_the_due_day(interview):
    person, _ = await interviewed(interview)
    sweep = "/v1/districts/8101/follow-up-sweeps"
    interview.on("2018-06-30")
    assert (await interview.post(sweep, {"round": "JUNE"})).json()["type"].endswith("too-early")
    interview.on("2018-07-01")
    assert (await interview.made(sweep, {"round": "JUNE"}))["cases"] == 1
    assert (await interview.made(sweep, {"round": "JUNE"}))["cases"] == 0
    assert (await interview.post(sweep, {"round": "AD_HOC"})).status_code == 422
    assert (await interview.post(sweep, {"round": "JUNE"}, interview.caller(code="8102"))).status_code == 404
    (overdue,) = await interview.outbox("FollowUpOverdue")
    assert (overdue.subject, str(overdue.data.due_by)) == (person.subject, "2018-06-30")


async def test_who_stated_the_wish_and_was_not_interviewed_is_decided_about_once(interview):
    person, _ = await assigned(interview)
    await interviewed(interview)
    ruling = {name: value for name, value in world.decision("x", "x", "2018-06-05").items() if name not in {"holder_id", "kind"}}
    path = "/v1/districts/8101/not-interviewed-decisions"
    interview.on("2018-05-31")
    assert (await interview.post(path, {**ruling, "decided_on": "2018-05-30"})).json()["type"].endswith("too-early")
    interview.on("2018-06-05")
    waiting = (await interview.get("/v1/districts/8101/not-interviewed")).json()["items"]
    assert [case["holder_id"] for case in waiting] == [person.subject]
    assert (await interview.post(path, ruling, interview.caller(code="8102"))).status_code == 404
    assert (await interview.made(path, ruling))["cases"] == 1
    assert (await interview.made(path, ruling))["cases"] == 0
    (decided,) = await interview.outbox("DecisionRecorded")
    assert (decided.subject, decided.data.kind) == (person.subject, "NOT_INTERVIEWED")


async def test_decisions_fit_the_case_and_are_recorded_once(interview):
    person, _ = await interviewed(interview)
    interview.on("2018-08-01")
    committee = interview.committee()
    for kind in ("DID_NOT_WORK", "DID_NOT_DEVELOP", "NOT_INTERVIEWED"):
        answer = await interview.post("/v1/decisions", world.decision(person.subject, kind), committee)
        assert answer.json()["type"].endswith("decision-not-fitting"), kind
    body = world.decision(person.subject, "CHOSE_NOTHING", "2018-07-30")
    assert (await interview.post("/v1/decisions", {**body, "decided_on": "2018-08-02"}, committee)).status_code == 422
    assert (await interview.post("/v1/decisions", body, interview.committee("90"))).status_code == 404
    assert (await interview.made("/v1/decisions", body, committee))["state"] == "INTERVIEWED"
    assert (await interview.post("/v1/decisions", body, committee)).json()["type"].endswith("decision-not-fitting")
    listed_ = (await interview.get("/v1/decisions", committee, kind="CHOSE_NOTHING")).json()["items"]
    assert [row["reference"] for row in listed_] == ["กบ/CHOSE_NOTHING"]
    assert (await interview.get("/v1/decisions", interview.committee("90"))).json()["items"] == []


async def test_who_withdrew_and_is_reinstated_is_where_they_were(interview):
    person, _ = await interviewed(interview)
    slip = (await interview.case(person.subject))["slip"]
    interview.on("2018-08-01")
    await interview.made(f"/v1/intents/{slip['intent_id']}/withdrawal", {"withdrawn_on": "2018-08-01", "reason": "x"})
    assert await interview.state_of(person.subject) == "WITHDRAWN"
    back = await interview.made("/v1/decisions", world.decision(person.subject, "REINSTATE", "2018-08-01"), interview.committee())
    assert back["state"] == "INTERVIEWED"
    assert (await interview.case(person.subject))["slip"]["status"] == "VALID"


async def test_a_case_is_closed_when_nothing_is_left_to_do(interview):
    person, _ = await interviewed(interview, answer="REFUSE")
    case = await interview.case(person.subject)
    path = f"/v1/cases/{case['case_id']}/closure"
    assert (await interview.made(path, {"reason": "ไม่ประสงค์พัฒนา"}))["state"] == "CLOSED"
    assert (await interview.post(path, {"reason": "x"})).json()["type"].endswith("case-not-ready")


async def test_lists_of_cases_are_paged_within_reach(interview):
    people = await interview.people(5)
    for person in people:
        await interview.made("/v1/intents", world.wish(person.subject))
    await interview.people(subdistrict="900101")
    seen, cursor = [], None
    while True:
        page = (await interview.get("/v1/cases", limit=2, state="DECLARED", **({"cursor": cursor} if cursor else {}))).json()
        seen += [row["holder_id"] for row in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert sorted(seen) == sorted(person.subject for person in people)
    for who, count in [
        (interview.committee("81"), 5),
        (interview.committee("90"), 0),
        (interview.caller(Level.BANK, "KTB"), 0),
        (interview.ao(new_id()), 0),
    ]:
        assert len((await interview.get("/v1/cases", who)).json()["items"]) == count
