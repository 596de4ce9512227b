"""A meeting place through its day: numbers, counters, slips, those who could state no wish, and the closing that the officer signs."""

import asyncio

import pytest

from shared.auth import Level
from shared.db import Database
from shared.ids import new_id
from tests.interview import world
from tests.interview.test_access import PLACE

DAY = "2018-02-14"


async def announced(interview, district="8101", **more):
    place = PLACE | {"subdistrict": f"{district}01"} | more
    return (await interview.made("/v1/meeting-places", place, interview.chief(district)))["place_id"]


async def queue_of(interview, place_id):
    return (await interview.get(f"/v1/meeting-places/{place_id}/queue")).json()


def stranger(**more):
    """The wish of somebody who is not in the registry."""
    return {name: value for name, value in world.wish("", citizen_id="1-0000-00000-01-7", **more).items() if name != "holder_id"}


async def at_place(interview, place_id, count=1, **more):
    """So many people state the wish there."""
    people = await interview.people(count)
    return [await interview.made("/v1/intents", world.wish(person.subject, place_id=place_id, **more)) for person in people]


async def close(interview, place_id, paper_count, who=None, **more):
    body = {"day": DAY, "paper_count": paper_count, **more}
    return await interview.post(f"/v1/meeting-places/{place_id}/closings", body, who)


def slug(answer):
    return answer.json()["type"].rsplit(":", 1)[1]


async def test_the_queue_from_the_first_number_to_the_slip(interview):
    place_id = await announced(interview)
    first, second, third, fourth = [await interview.made(f"/v1/meeting-places/{place_id}/tickets") for _ in range(4)]
    assert [one["number"] for one in (first, second, third, fourth)] == [1, 2, 3, 4]
    called = await interview.made(f"/v1/meeting-places/{place_id}/calls", {"counter": "1"})
    assert (called["ticket_id"], called["status"], called["counter"]) == (first["ticket_id"], "SERVING", "1")
    await interview.made(f"/v1/meeting-places/{place_id}/calls", {"counter": "2"})
    (person,) = await interview.people()
    wish = world.wish(person.subject, place_id=place_id, ticket_id=first["ticket_id"])
    slip = await interview.made("/v1/intents", wish)
    await interview.made(f"/v1/tickets/{second['ticket_id']}/service")
    await interview.made(f"/v1/tickets/{third['ticket_id']}/departure")
    seen = await queue_of(interview, place_id)
    assert (seen["tickets"], seen["waiting"], seen["serving"], seen["served"], seen["left"]) == (4, 1, 0, 2, 1)
    assert (seen["next_number"], seen["per_hour"]) == (4, [{"hour": 12, "served": 2}])
    assert seen["mean_wait_s"] >= 0
    async with interview.db.reading() as tx:
        linked = await tx.fetchval("SELECT intent_id::text FROM queue_ticket WHERE ticket_id = $1::uuid", first["ticket_id"])
    assert linked == slip["intent_id"]
    # The same person at the counter again, with the number that was theirs: the first slip.
    assert (await interview.made("/v1/intents", wish))["repeated"] is True
    (other,) = await interview.people()
    taken = await interview.post("/v1/intents", world.wish(other.subject, place_id=place_id, ticket_id=first["ticket_id"]))
    assert slug(taken) == "ticket-ended"
    assert await interview.case(other.subject) is None
    assert slug(await interview.post(f"/v1/tickets/{third['ticket_id']}/service")) == "ticket-ended"
    assert (await interview.post("/v1/intents", world.wish(other.subject, ticket_id=first["ticket_id"]))).json()["errors"][0][
        "field"
    ] == "place_id"


async def test_counters_that_call_at_once_never_get_the_same_number(interview):
    place_id = await announced(interview)
    path = f"/v1/meeting-places/{place_id}"
    taken = await asyncio.gather(*(interview.post(f"{path}/tickets") for _ in range(8)))
    assert sorted(answer.json()["number"] for answer in taken) == list(range(1, 9))
    calls = await asyncio.gather(*(interview.post(f"{path}/calls", {"counter": str(counter)}) for counter in range(10)))
    called = [answer.json()["number"] for answer in calls if answer.status_code == 200]
    assert sorted(called) == list(range(1, 9))
    assert [slug(answer) for answer in calls if answer.status_code != 200] == ["nobody-waits"] * 2
    assert sorted(one["number"] for one in (await queue_of(interview, place_id))["now_serving"]) == list(range(1, 9))


async def test_numbers_are_taken_only_at_a_place_that_is_open_and_in_reach(interview):
    place_id = await announced(interview, opens_on="2018-02-20", closes_on="2018-02-21")
    answer = await interview.post(f"/v1/meeting-places/{place_id}/tickets")
    assert (slug(answer), answer.json()["opens_on"]) == ("place-not-open", "2018-02-20")
    for path in (f"/v1/meeting-places/{place_id}/queue", f"/v1/meeting-places/{place_id}/days/{DAY}"):
        assert (await interview.get(path, interview.caller(code="8102"))).status_code == 404
    assert (await interview.get("/v1/place-days", interview.caller(code="8102"), only_open="false")).json()["items"] == []


async def test_the_closing_is_signed_and_a_difference_must_be_explained(interview):
    place_id = await announced(interview)
    await at_place(interview, place_id, 2)
    await interview.post("/v1/intents", stranger(place_id=place_id))
    await interview.made(f"/v1/meeting-places/{place_id}/tickets")
    refused = await close(interview, place_id, 3)
    assert (refused.status_code, slug(refused)) == (409, "difference-not-explained")
    assert {name: refused.json()[name] for name in ("slips", "paper_count", "difference")} == {
        "slips": 2,
        "paper_count": 3,
        "difference": 1,
    }
    closed = (await close(interview, place_id, 3, explanation="แบบ 1 ฉบับเขียนผิด ทำใหม่")).json()
    assert (closed["closed"], closed["slips"], closed["refused"], closed["left"], closed["waiting"]) == (True, 2, 1, 1, 0)
    (signed,) = closed["signed"]
    assert (signed["signed_by"], signed["intact"], signed["statement"]["difference"]) == ("DISTRICT-8101", True, 1)
    async with interview.db.reading() as tx:
        assert signed["statement_hash"] in await tx.fetchval("SELECT detail FROM audit_entry WHERE action = 'PLACE_DAY_CLOSED'")
    (event,) = await interview.outbox("PlaceDayClosed")
    assert (event.data.slips, event.data.paper_count, event.data.refused, event.data.tickets, event.data.left) == (2, 3, 1, 1, 1)
    assert slug(await close(interview, place_id, 2)) == "place-day-closed"
    assert slug(await close(interview, place_id, 0, day="2018-02-15")) == "invalid"


async def test_a_forged_statement_is_seen(interview, interview_dsns):
    place_id = await announced(interview)
    await close(interview, place_id, 0)
    owner = await Database.connect(interview_dsns[0], name="forger")
    async with owner.transaction() as tx:
        await tx.execute("""UPDATE place_day_entry SET statement = statement || '{"paper_count": 7}'""")
    await owner.close()
    (signed,) = (await interview.get(f"/v1/meeting-places/{place_id}/days/{DAY}")).json()["signed"]
    assert signed["intact"] is False


async def test_nobody_may_be_at_a_counter_when_the_day_is_closed(interview):
    place_id = await announced(interview)
    ticket = await interview.made(f"/v1/meeting-places/{place_id}/tickets")
    await interview.made(f"/v1/meeting-places/{place_id}/calls", {"counter": "1"})
    refused = await close(interview, place_id, 0)
    assert (slug(refused), refused.json()["numbers"]) == ("tickets-being-served", [1])
    await interview.made(f"/v1/tickets/{ticket['ticket_id']}/service")
    assert (await close(interview, place_id, 0)).status_code == 201
    for path, body in (("tickets", None), ("calls", {"counter": "1"})):
        assert slug(await interview.post(f"/v1/meeting-places/{place_id}/{path}", body)) == "place-day-closed"


async def test_after_the_closing_a_form_is_only_taken_as_a_late_one(interview):
    place_id = await announced(interview)
    await at_place(interview, place_id)
    assert (await close(interview, place_id, 1)).status_code == 201
    (person,) = await interview.people()
    wish = world.wish(person.subject, place_id=place_id)
    assert slug(await interview.post("/v1/intents", wish)) == "place-day-closed"
    assert (await at_place(interview, await announced(interview)))[0]["repeated"] is False  # another place goes on
    form = await interview.made("/v1/late-forms", wish | {"reason": "ตกหล่นในแฟ้ม"})
    slip = await interview.made(f"/v1/late-forms/{form['form_id']}/approval", None, interview.chief())
    assert (slip["approved_late"], slip["stated_on"], slip["months"]) == (True, DAY, 10)
    seen = (await interview.get(f"/v1/meeting-places/{place_id}/days/{DAY}")).json()
    assert (seen["slips"], seen["late_slips"], seen["signed"][0]["statement"]["slips"]) == (2, 1, 1)


async def test_a_slip_and_the_closing_of_the_same_second_agree(interview):
    """Whoever is first: what was recorded before the closing is in its count, and nothing is recorded after it."""
    for _ in range(6):
        place_id = await announced(interview)
        people = await interview.people(3)
        wishes = [interview.post("/v1/intents", world.wish(person.subject, place_id=place_id)) for person in people]
        *slips, closing = await asyncio.gather(*wishes, close(interview, place_id, 0, explanation="นับไม่ทัน"))
        assert closing.status_code == 201
        recorded = sum(slip.status_code == 201 for slip in slips)
        assert closing.json()["signed"][0]["statement"]["slips"] == recorded
        assert {slug(slip) for slip in slips if slip.status_code != 201} <= {"place-day-closed"}


async def test_the_chief_reopens_with_a_reason_and_every_signature_stays(interview):
    place_id = await announced(interview)
    await close(interview, place_id, 0)
    path = f"/v1/meeting-places/{place_id}/reopenings"
    body = {"day": DAY, "reason": "พบแบบที่ยังไม่ได้บันทึก"}
    assert (await interview.post(path, body)).status_code == 403
    reopened = await interview.made(path, body, interview.chief())
    assert (reopened["closed"], [one["kind"] for one in reopened["signed"]]) == (False, ["CLOSED", "REOPENED"])
    assert slug(await interview.post(path, body, interview.chief())) == "place-day-not-closed"
    await at_place(interview, place_id)
    again = (await close(interview, place_id, 1)).json()
    assert [(one["version"], one["kind"], one["statement"].get("slips")) for one in again["signed"]] == [
        (1, "CLOSED", 0),
        (2, "REOPENED", None),
        (3, "CLOSED", 1),
    ]
    facts = await interview.outbox("PlaceDayClosed", "PlaceDayReopened")
    assert [(fact.type.split(".")[1], fact.data.version) for fact in facts] == [
        ("PlaceDayClosed", 1),
        ("PlaceDayReopened", 2),
        ("PlaceDayClosed", 3),
    ]


async def test_the_chief_sees_which_places_have_not_closed(interview):
    first, second = [await announced(interview, opens_on="2018-02-13") for _ in range(2)]
    await announced(interview, "8102", opens_on="2018-02-13")
    await at_place(interview, first)
    await close(interview, first, 1)
    lines, cursor = [], None
    while True:
        page = (await interview.get("/v1/place-days", interview.chief(), limit=2, **({"cursor": cursor} if cursor else {}))).json()
        lines += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    open_days = {(first, "2018-02-13"), (second, "2018-02-13"), (second, DAY)}
    assert {(one["place_id"], one["day"]) for one in lines} == open_days
    assert len(lines) == 3
    every = (await interview.get("/v1/place-days", interview.chief(), only_open="false", **{"from": DAY})).json()["items"]
    assert {(one["place_id"], one["closed"], one["signed_by"], one["slips"]) for one in every} == {
        (first, True, "DISTRICT-8101", 1),
        (second, False, None, 0),
    }


async def test_who_is_not_in_the_registry_is_counted_once_a_request_and_nothing_of_them_is_kept(interview):
    place_id, elsewhere = await announced(interview), await announced(interview, "8102")
    for _ in range(2):
        answer = await interview.post("/v1/intents", stranger(place_id=place_id), key="the-key")
        assert slug(answer) == "not-in-registry"
    assert "สำนักงานคลังจังหวัด" in answer.json()["where_to_ask_th"]
    assert "treasury" in answer.json()["where_to_ask_en"]
    await interview.post("/v1/intents", stranger(place_id=place_id))
    await interview.post("/v1/intents", stranger(place_id=elsewhere))  # not the caller's place: their district counts it
    (dead,) = await interview.people()
    await interview.bring(world.died(dead, world.date(2018, 2, 1)))
    assert slug(await interview.post("/v1/intents", world.wish(dead.subject, place_id=place_id))) == "holder-deceased"
    (person,) = await interview.people()
    assert (
        await interview.post("/v1/intents", world.wish(person.subject, "2018-02-15"))
    ).status_code == 422  # a bad form is no refused person
    listed = (await interview.get("/v1/refused-intakes", interview.chief())).json()["items"]
    assert {(one["day"], one["place_id"], one["reason"], one["persons"]) for one in listed} == {
        (DAY, place_id, "not-in-registry", 2),
        (DAY, None, "not-in-registry", 1),
        (DAY, place_id, "holder-deceased", 1),
    }
    for who in (interview.chief("8102"), interview.caller(Level.OFFICER, str(new_id()))):
        assert (await interview.get("/v1/refused-intakes", who)).json()["items"] == []
    async with interview.db.reading() as tx:
        kept = str([dict(row) for row in await tx.fetch("SELECT * FROM refused_intake")])
    assert "1000000000017" not in kept
    assert str(world.LOOKUP.of("1000000000017")) not in kept
    assert dead.subject not in kept


@pytest.mark.parametrize("path", ["/v1/place-days", "/v1/refused-intakes", "/v1/late-forms"])
async def test_damaged_cursors_are_refused(interview, path):
    assert (await interview.get(path, cursor="nonsense")).json()["errors"][0]["field"] == "cursor"
