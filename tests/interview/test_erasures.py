"""A person whom the registry erased: nothing that they told is left, nothing comes back, and every count is as it was."""

from datetime import date

from shared.auth import Level
from tests.interview import world
from tests.interview.test_consumers import household, plan_facts
from tests.interview.test_interviews import menu
from tests.interview.test_sealed_answers import SCOPE

ON = date(2018, 7, 2)
SAID = ("ทอผ้าขาย", "นายพยาน", "เปลี่ยนใจ", "6111", "28000", "นายทุน", "เหมาะสม", "พบที่ตลาด")
DUMPED = (
    "holder",
    "intent",
    "interview",
    "visit_attempt",
    "follow_up",
    "decision",
    "case_history",
    "recommendation",
    "agreed_plan",
    "referral",
)


async def told(interview):
    """A person about whom everything is known that can be."""
    (person,) = await interview.people(citizen_id="1000000000017")
    paper = {"signed_by": "THUMBPRINT", "witness": "นายพยาน", "note": "พบที่ตลาด"}
    await interview.made("/v1/intents", world.wish(person.subject, **paper))
    officer = await interview.officer()
    interview.on("2018-03-20")
    await interview.made("/v1/districts/8101/assignments")
    answers = world.interview(person.subject, menu=menu())
    done = await interview.made("/v1/interviews", answers)
    await interview.bring(*plan_facts(person.subject)[:3])
    interview.on("2018-06-10")
    await interview.made("/v1/follow-ups", world.follow_up(person.subject, obstacles="เปลี่ยนใจ"))
    return person, officer, done["interview_id"]


async def dump(interview):
    async with interview.db.reading() as tx:
        return "\n".join([str(await tx.fetch(f"SELECT row::text FROM {name} AS row")) for name in DUMPED])


async def counts(interview):
    async with interview.db.reading() as tx:
        return {name: await tx.fetchval(f"SELECT count(*) FROM {name}") for name in DUMPED[:7] if name != "case_history"}


async def test_nothing_of_an_erased_person_is_left_and_the_counts_are_the_same(interview):
    person, officer, interview_id = await told(interview)
    before, text = await counts(interview), await dump(interview)
    assert [word for word in SAID if word not in text and word not in {"นายพยาน", "นายทุน"}] == []  # those two are sealed
    sealed = f"/v1/interviews/{interview_id}/sealed-answers"
    assert (await interview.get(sealed, interview.caller(scopes=SCOPE))).status_code == 200
    for _ in range(2):
        await interview.bring(world.erased(person, ON))
    text = await dump(interview)
    assert [word for word in SAID if word in text] == []
    async with interview.db.reading() as tx:
        row = await tx.fetchrow("SELECT i.people_sealed, v.health_sealed, v.debts_sealed FROM intent i JOIN interview v USING (case_id)")
    assert tuple(row) == (None, b"", b"")
    assert await counts(interview) == before
    case = await interview.case(person.subject)
    assert (case["state"], case["recommendation"], case["plan"], case["referrals"]) == ("CLOSED", None, None, [])
    for path, scopes in ((f"/v1/interviews/{interview_id}", None), (sealed, SCOPE)):
        who = interview.caller(scopes=scopes) if scopes else interview.caller()
        assert (await interview.get(path, who)).status_code == 404
    emptied = [event.data for event in await interview.outbox("AssessmentRecorded") if event.data.erased]
    assert [(str(one.interview_id), one.sealed) for one in emptied] == [(interview_id, "")]
    assert (await interview.get("/v1/officers", interview.caller(Level.OFFICER, officer))).json()["items"][0]["open_cases"] == 0


async def test_what_comes_after_the_erasure_is_not_kept(interview):
    person, _, _ = await told(interview)
    await interview.bring(household("home", 1, [person.data.holder_id]))
    assert len((await interview.state())["household_member"]) == 1
    await interview.bring(world.erased(person, ON))
    once = await interview.state()
    assert once["household_member"] == []
    await interview.bring(
        household("home", 1, [person.data.holder_id]),
        *plan_facts(person.subject),
        world.erased(person, ON),
        world.moved(person, "900101", ON, version=3),
    )
    after = await interview.state()
    assert {name: rows for name, rows in after.items() if rows != once[name]} == {}
    for path, body in (
        ("/v1/follow-ups", world.follow_up(person.subject, "SEPTEMBER", "2018-09-10")),
        ("/v1/interviews", world.interview(person.subject, "2018-06-10")),
    ):
        assert (await interview.post(path, body)).json()["type"].endswith("holder-erased")
    found_by = {name: value for name, value in world.wish("", citizen_id="1000000000017").items() if name != "holder_id"}
    assert (await interview.post("/v1/intents", found_by)).json()["type"].endswith("not-in-registry")


async def test_an_erasure_in_one_batch_with_later_states_is_not_missed(interview):
    person, _, _ = await told(interview)
    await interview.bring(world.erased(person, ON, version=5), world.died(person, ON, version=6))
    assert [word for word in SAID if word in await dump(interview)] == []
    assert await interview.state_of(person.subject) == "CLOSED"
