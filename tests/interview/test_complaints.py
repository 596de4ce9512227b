"""Complaints: who may see and answer them, how long they may take, how they rise, and what the person and the reports hear."""

from datetime import date
from uuid import UUID

import pytest

from services.interview.jobs import escalate_complaints
from services.interview.rules.complaint_clock import due_on
from shared.auth import Level, Reach
from shared.contracts.interview import ComplaintLevel
from shared.ids import new_id, read_secret_code, secret_code
from shared.thai.working_days import working_days_after
from tests.interview import world
from tests.interview.test_interviews import interviewed

WORK = ("interview.complaints:read", "interview.complaints:write")
DECIDE = (*WORK, "interview.complaints:decide")
SAID = "เดือนเมษายนได้รับเงินเพิ่มไม่ครบ"
CITIZEN = "1-0000-00000-01-7"


def complaint(**more):
    return {"category": "AMOUNT", "channel": "TELEPHONE", "text": SAID} | more


class Actors:
    """Who works at complaints in Krabi."""

    def __init__(self, interview):
        self.clerk = interview.caller(scopes=WORK)
        self.chief = interview.caller(scopes=DECIDE)
        self.governor = interview.caller(Level.PROVINCE, "81", DECIDE)
        self.elsewhere = interview.caller(code="9001", scopes=DECIDE)


async def received(interview, who=None, **more):
    """A complaint of a card holder, as it was taken in."""
    interview.on("2018-04-02")
    if "holder_id" not in more and "citizen_id" not in more:
        (person,) = await interview.people()
        more["holder_id"] = person.subject
    return await interview.made("/v1/complaints", complaint(**more), who or interview.caller(scopes=WORK))


def slug(answer):
    return answer.json()["type"].rsplit(":", 1)[-1]


async def step(interview, taken, name, who, body=None):
    return await interview.post(f"/v1/complaints/{taken['complaint_id']}/{name}", body, who)


async def test_a_complaint_goes_its_way_and_who_has_the_code_sees_state_and_days_alone(interview):
    who = Actors(interview)
    taken = await received(interview)
    # Seven working days: the holiday of 6 April and the weekend do not count.
    assert (taken["state"], taken["level"], taken["district"], taken["due_on"]) == ("RECEIVED", "TEAM", "8101", "2018-04-12")
    status = f"/v1/complaint-status/{taken['reference'].lower()}"
    told = await interview.client.get(status)
    assert told.json() == {"state": "RECEIVED", "received_on": "2018-04-02", "due_on": "2018-04-12", "answered_on": None, "closed_on": None}
    assert (await step(interview, taken, "closure", who.clerk, {"satisfied": True})).status_code == 409
    assert (await step(interview, taken, "handling", who.clerk)).json()["state"] == "IN_HAND"
    interview.on("2018-04-10")
    answered = await step(interview, taken, "answer", who.clerk, {"text": "จ่ายเพิ่มแล้ว"})
    assert (answered.json()["state"], answered.json()["answered_on"], answered.headers["etag"]) == ("ANSWERED", "2018-04-10", '"3"')
    assert slug(await step(interview, taken, "answer", who.clerk, {"text": "อีกครั้ง"})) == "complaint-not-ready"
    assert (await step(interview, taken, "closure", who.clerk, {"satisfied": True})).json()["state"] == "CLOSED"
    assert (await interview.client.get(status)).json()["closed_on"] == "2018-04-10"
    shown = (await interview.get(f"/v1/complaints/{taken['complaint_id']}", who.chief)).json()
    assert (shown["text"], shown["answer"], [line["step"] for line in shown["history"]]) == (
        SAID,
        "จ่ายเพิ่มแล้ว",
        ["RECEIVED", "TAKEN_IN_HAND", "ANSWERED", "CLOSED"],
    )
    async with interview.db.reading() as tx:
        assert await tx.fetchval("SELECT count(*) FROM audit_entry WHERE detail = $1", f"complaint {taken['complaint_id']}") == 1
    events = await interview.outbox(subject=taken["complaint_id"])
    assert [event.type.split(".")[1] for event in events] == ["ComplaintReceived", "ComplaintAnswered"]
    assert taken["holder_id"] not in str([event.data for event in events])


@pytest.mark.parametrize("code", ["X" * 23, "X" * 25, "9" * 24, "%00" * 8, secret_code()])
async def test_a_code_that_is_none_tells_nothing(interview, code):
    assert (await interview.client.get(f"/v1/complaint-status/{code}")).status_code == 404


async def test_what_is_not_answered_in_time_rises_to_the_district_and_then_to_the_province(interview):
    who = Actors(interview)
    taken = await received(interview)
    interview.on("2018-04-12")
    sweep = "/v1/districts/8101/complaint-sweeps"
    assert (await interview.made(sweep, who=who.chief))["complaints"] == 0
    interview.on("2018-04-17")
    overdue = (await interview.get("/v1/complaints", who.chief, overdue="true")).json()["items"]
    assert [one["complaint_id"] for one in overdue] == [taken["complaint_id"]]
    assert [(await interview.made(sweep, who=who.chief))["complaints"] for _ in range(2)] == [1, 0]
    refused = await step(interview, taken, "answer", who.clerk, {"text": "x"})
    assert (refused.status_code, slug(refused), refused.json()["level"]) == (403, "complaint-is-higher", "DISTRICT")
    assert (await step(interview, taken, "handling", who.chief)).json()["state"] == "IN_HAND"
    interview.on("2018-05-20")
    for _ in range(2):
        await escalate_complaints(interview.service.resources)
    assert (await step(interview, taken, "answer", who.chief, {"text": "x"})).status_code == 403
    interview.on("2018-07-01")
    await escalate_complaints(interview.service.resources)
    done = (await step(interview, taken, "answer", who.governor, {"text": "x"})).json()
    assert (done["level"], done["state"], done["version"]) == ("PROVINCE", "ANSWERED", 5)
    last = await step(interview, taken, "closure", who.governor, {"satisfied": False})
    assert (last.status_code, slug(last)) == (409, "nobody-higher")
    risen = [(event.data.level, event.data.reason, str(event.data.due_on)) for event in await interview.outbox("ComplaintEscalated")]
    assert risen == [("DISTRICT", "OVERDUE", "2018-04-26"), ("PROVINCE", "OVERDUE", "2018-06-04")]


async def test_whom_the_answer_does_not_satisfy_the_next_level_hears(interview):
    who = Actors(interview)
    taken = await received(interview)
    await step(interview, taken, "answer", who.clerk, {"text": "ถูกต้องแล้ว"})
    risen = (await step(interview, taken, "closure", who.clerk, {"satisfied": False})).json()
    assert (risen["state"], risen["level"], risen["due_on"], risen["answered_on"]) == ("ESCALATED", "DISTRICT", "2018-04-12", None)


async def test_nobody_finds_or_answers_a_complaint_about_themselves(interview):
    person, officer = await interviewed(interview)
    own = interview.caller(Level.OFFICER, officer, WORK)
    about_another = await received(interview, own, holder_id=person.subject)
    assert (await step(interview, about_another, "answer", own, {"text": "x"})).status_code == 200
    about_officer = await received(interview, holder_id=person.subject, category="OFFICER", about_officer_id=officer)
    assert about_officer["level"] == "DISTRICT"  # not for the team to answer
    about_place = await received(interview, holder_id=person.subject, category="PLACE", about_officer_id=officer)
    as_clerk = {"Authorization": f"Bearer {interview.issuer.issue('clerk', DECIDE, Reach(Level.DISTRICT, '8101'), UUID(officer))}"}
    for who in (own, as_clerk):
        for taken in (about_officer, about_place):
            assert (await interview.get(f"/v1/complaints/{taken['complaint_id']}", who)).status_code == 404
            for name, body in (("handling", None), ("answer", {"text": "x"}), ("closure", {"satisfied": True})):
                assert (await step(interview, taken, name, who, body)).status_code == 404
        assert [one["complaint_id"] for one in (await interview.get("/v1/complaints", who)).json()["items"]] == [
            about_another["complaint_id"]
        ]
    assert (await step(interview, about_officer, "answer", Actors(interview).chief, {"text": "x"})).status_code == 200


async def test_who_is_no_card_holder_may_complain_too_and_only_what_is_needed_is_kept_sealed(interview):
    interview.on("2018-04-02")
    who = Actors(interview)
    asked = complaint(category="NOT_LISTED", district="8101", citizen_id=CITIZEN, person={"name": "สมหญิง", "contact": "ผู้ใหญ่บ้าน หมู่ 3"})
    taken = await interview.made("/v1/complaints", asked, who.clerk)
    assert taken["holder_id"] is None
    shown = (await interview.get(f"/v1/complaints/{taken['complaint_id']}", who.clerk)).json()
    assert shown["person"] == {"name": "สมหญิง", "contact": "ผู้ใหญ่บ้าน หมู่ 3"}
    async with interview.db.reading() as tx:
        row = str(await tx.fetchval("SELECT c::text FROM complaint c"))
    assert [word for word in ("สมหญิง", "1000000000017", world.LOOKUP.of("1000000000017"), SAID) if word in row] == []
    for body, field in (
        ({**asked, "district": None}, "district"),
        (complaint(holder_id=str(new_id()), citizen_id=CITIZEN), "holder_id"),
        ({**asked, "received_on": "2018-04-03"}, "received_on"),
    ):
        refused = await interview.post("/v1/complaints", body, who.clerk)
        assert (refused.status_code, [one["field"] for one in refused.json()["errors"]]) == (422, [field])
    assert (await interview.post("/v1/complaints", {**asked, "district": "9001"}, who.clerk)).status_code == 404
    (person,) = await interview.people(citizen_id="1000000000017")
    named = await interview.post("/v1/complaints", asked, who.clerk)
    assert [one["field"] for one in named.json()["errors"]] == ["person"]
    mine = await interview.made("/v1/complaints", {**asked, "person": None}, who.clerk)
    assert mine["holder_id"] == person.subject


async def test_of_an_erased_person_nothing_said_is_left_and_of_a_merged_one_it_is_found_under_who_stays(interview):
    who = Actors(interview)
    person, stays = await interview.people(2)
    taken = await received(interview, holder_id=person.subject)
    await step(interview, taken, "answer", who.clerk, {"text": "จ่ายเพิ่มแล้ว"})
    await interview.bring(world.merged(person, stays.subject, date(2018, 5, 2)))
    found = (await interview.get("/v1/complaints", who.clerk, holder_id=stays.subject)).json()["items"]
    assert [one["complaint_id"] for one in found] == [taken["complaint_id"]]
    await interview.bring(world.erased(person, date(2018, 7, 2), version=12))
    shown = (await interview.get(f"/v1/complaints/{taken['complaint_id']}", who.clerk)).json()
    assert (shown["text"], shown["answer"], shown["state"]) == (None, None, "ANSWERED")
    again = await interview.post("/v1/complaints", complaint(holder_id=person.subject), who.clerk)
    assert slug(again) == "holder-erased"


async def test_complaints_are_within_reach_and_each_step_needs_its_scope(interview):
    who = Actors(interview)
    taken = await received(interview)
    path = f"/v1/complaints/{taken['complaint_id']}"
    for read, there in ((who.clerk, 200), (who.governor, 200), (who.elsewhere, 404), (interview.caller(scopes=()), 403)):
        assert (await interview.get(path, read)).status_code == there
    assert (await interview.get("/v1/complaints", who.elsewhere)).json()["items"] == []
    for name, body in (("handling", None), ("answer", {"text": "x"}), ("closure", {"satisfied": True})):
        assert (await step(interview, taken, name, who.elsewhere, body)).status_code == 404
        assert (await step(interview, taken, name, interview.caller(scopes=WORK[:1]), body)).status_code == 403
    assert (await interview.post("/v1/districts/8101/complaint-sweeps", who=who.elsewhere)).status_code == 404
    assert (await interview.post("/v1/districts/8101/complaint-sweeps", who=who.clerk)).status_code == 403
    (person,) = await interview.people(subdistrict="900101")
    assert (await interview.post("/v1/complaints", complaint(holder_id=person.subject), who.clerk)).status_code == 404


def test_working_days_leave_out_weekends_and_holidays():
    assert working_days_after(date(2018, 4, 11), 2) == date(2018, 4, 17)  # Songkran and the Monday for it
    assert due_on(ComplaintLevel.TEAM, date(2018, 2, 1)) == date(2018, 2, 12)
    assert due_on(ComplaintLevel.TEAM, date(2017, 12, 29)) == date(2018, 1, 11)  # the first value counts for what came before it, too


def test_a_code_is_read_as_people_write_it():
    code = secret_code()
    assert read_secret_code(" ".join(code[start : start + 4] for start in range(0, 24, 4)).lower()) == code
    assert read_secret_code(code.replace("O", "0").replace("I", "1").replace("B", "8")) == code
    assert len({secret_code() for _ in range(1000)}) == 1000
