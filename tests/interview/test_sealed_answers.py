"""Health and debts: read within reach by a scope of their own, each reading a row that says who read of whom."""

from shared.auth import Level
from shared.ids import new_id
from tests.interview.test_interviews import interviewed

SCOPE = ("interview.sealed-answers:read",)


async def reads(interview):
    async with interview.db.reading() as tx:
        return [(row["client"], row["holder_id"]) for row in await tx.fetch("SELECT client, holder_id FROM audit_entry ORDER BY seq")]


async def recorded(interview):
    """An interview with an illness and a debt: its person and the path of what is sealed of it."""
    debt = {"kind": "INFORMAL", "creditor": "นายทุน", "amount_satang": 1_500_000}
    person, officer = await interviewed(interview, health={"chronic_illness": True, "note": "เบาหวาน"}, debts=[debt])
    (completed,) = await interview.outbox("InterviewCompleted", subject=person.subject)
    return person, officer, f"/v1/interviews/{completed.data.interview_id}/sealed-answers"


async def test_who_may_reads_them_and_it_is_noted(interview):
    person, officer, path = await recorded(interview)
    answer = await interview.get(path, interview.caller(scopes=SCOPE))
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["holder_id"], body["revision"]) == (person.subject, 1)
    assert (body["health"]["chronic_illness"], body["health"]["note"]) == (True, "เบาหวาน")
    assert [(debt["creditor"], debt["amount_satang"]) for debt in body["debts"]] == [("นายทุน", 1_500_000)]
    assert answer.headers["cache-control"] == "no-store"
    assert (await interview.get(path, interview.caller(Level.OFFICER, officer, SCOPE))).status_code == 200
    noted = [(client, str(holder)) for client, holder in await reads(interview)]
    assert noted == [("DISTRICT-8101", person.subject), (f"OFFICER-{officer}", person.subject)]


async def test_out_of_reach_they_are_not_there_and_the_asking_is_noted(interview):
    *_, path = await recorded(interview)
    for who in (interview.caller(code="9001", scopes=SCOPE), interview.caller(Level.OFFICER, str(new_id()), SCOPE)):
        assert (await interview.get(path, who)).status_code == 404
    assert (await interview.get(f"/v1/interviews/{new_id()}/sealed-answers", interview.caller(scopes=SCOPE))).status_code == 404
    assert [holder for _, holder in await reads(interview)] == [None, None, None]


async def test_the_scope_of_interviews_is_not_enough(interview):
    *_, path = await recorded(interview)
    assert (await interview.get(path, interview.caller())).status_code == 403
    assert await reads(interview) == []
