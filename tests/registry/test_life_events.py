"""Moves and deaths: by officers over HTTP and by interview's reports; and events twice and shuffled give the same state."""

import itertools
from datetime import date

import orjson
import pytest

from shared.auth import Level, Reach
from shared.bus.consumers import RejectedEvent
from shared.contracts import parse
from shared.contracts.registry import HISTORY, HOLDERS
from shared.ids import new_id
from tests.registry.facts import assigned, death_reported, district, move_reported, routed
from tests.registry.people import citizen_id, file_of, line

MOVE = {"moved_on": "2018-02-10", "subdistrict": "100101", "house_no": "9/1", "road": "ถนนราชดำเนิน", "reason": "แจ้งย้าย"}
DEATH = {"deceased_on": "2018-02-12", "evidence": "ใบมรณบัตร 1/2561"}


@pytest.fixture
async def person(registry):
    """Somebody of Mueang Krabi; the id."""
    registry.write("r.csv", file_of(line(1), line(2)))
    await registry.import_file("r.csv")
    return (await registry.holder_of(citizen_id(1)))["holder_id"]


async def single_facts(registry):
    """The events that were published one by one, after the import."""
    rows = await registry.fetch(
        "SELECT topic, payload FROM outbox WHERE expander IS NULL AND topic = ANY($1) ORDER BY seq", [HOLDERS, HISTORY]
    )
    return [parse(row["payload"], topic=row["topic"]) for row in rows]


async def test_a_move_is_recorded_and_published(registry, person):
    answer = await registry.post(f"/v1/card-holders/{person}/moves", MOVE, district("8101"), **{"If-Match": '"1"'})
    assert answer.status_code == 201, answer.text
    assert (answer.json()["home_district"], answer.json()["responsible_district"], answer.headers["ETag"]) == ("1001", "1001", '"2"')
    personal = (await registry.get(f"/v1/card-holders/{person}/personal?purpose=tests")).json()
    assert (personal["house_no"], personal["road"], personal["moo"], personal["postcode"]) == ("9/1", "ถนนราชดำเนิน", "", "10200")
    state, fact = await single_facts(registry)
    assert state.type == fact.type == "registry.CardholderMoved.v1"
    assert state.id == fact.id
    assert (fact.data.version, fact.data.subdistrict, fact.data.previous_subdistrict) == (2, "100101", "810101")
    await registry.assert_sound()


async def test_a_waiting_bulk_chunk_never_takes_the_newest_state_off_the_compacted_topic(registry, person):
    await registry.post(f"/v1/card-holders/{person}/moves", MOVE)
    [newest] = [envelope for topic, key, envelope in await registry.published() if topic == HOLDERS and key == person][:1]
    assert (newest["type"], newest["data"]["version"]) == ("registry.CardholderMoved.v1", 2)
    facts = [envelope["data"]["version"] for topic, key, envelope in await registry.published() if topic == HISTORY and key == person]
    assert facts == [1, 2]


async def test_a_death_is_recorded_once_when_another_person_approves(registry, person):
    answer = await registry.post(f"/v1/card-holders/{person}/death", DEATH)
    assert (answer.status_code, answer.json()["status"]) == (202, "PROPOSED")
    again = await registry.post(f"/v1/card-holders/{person}/death", DEATH)
    assert (again.status_code, again.json()["type"]) == (409, "urn:sukjai:problem:change-already-proposed")
    assert (await registry.get(f"/v1/card-holders/{person}")).json()["status"] == "ALIVE"
    await registry.approve_deaths()
    late = await registry.post(f"/v1/card-holders/{person}/death", DEATH)
    assert (late.status_code, late.json()["type"]) == (409, "urn:sukjai:problem:holder-deceased")
    shown = (await registry.get(f"/v1/card-holders/{person}")).json()
    assert (shown["status"], shown["version"]) == ("DECEASED", 2)
    facts = await single_facts(registry)
    assert [fact.type for fact in facts] == ["registry.CardholderDeceased.v1"] * 2  # on two topics
    assert facts[0].data.evidence == DEATH["evidence"]
    refused = await registry.post(f"/v1/card-holders/{person}/moves", MOVE)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:sukjai:problem:holder-deceased")
    await registry.assert_sound()


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("moves", MOVE | {"moved_on": "2018-02-16"}),
        ("moves", MOVE | {"moved_on": "1970-05-03"}),
        ("moves", MOVE | {"subdistrict": "999999"}),
        ("moves", MOVE | {"subdistrict": "1001"}),
        ("moves", {"moved_on": "2018-02-10"}),
        ("death", DEATH | {"deceased_on": "2018-02-16"}),
        ("death", DEATH | {"deceased_on": "1969-01-01"}),
        ("death", DEATH | {"evidence": ""}),
    ],
)
async def test_what_cannot_be_is_refused(registry, person, what, body):
    answer = await registry.post(f"/v1/card-holders/{person}/{what}", body)
    assert answer.status_code == 422
    assert "1970-05-04" not in answer.text
    assert await single_facts(registry) == []


async def test_an_older_move_or_version_is_refused(registry, person):
    await registry.post(f"/v1/card-holders/{person}/moves", MOVE)
    older = await registry.post(f"/v1/card-holders/{person}/moves", MOVE | {"moved_on": "2018-02-09"})
    assert (older.status_code, older.json()["type"]) == (409, "urn:sukjai:problem:move-out-of-order")
    stale = await registry.post(f"/v1/card-holders/{person}/death", DEATH, **{"If-Match": '"1"'})
    assert stale.status_code == 412


@pytest.mark.parametrize(("what", "body"), [("moves", MOVE), ("death", DEATH)])
async def test_life_events_need_reach_scope_and_key(registry, person, what, body):
    path = f"/v1/card-holders/{person}/{what}"
    for reach in (district("1001"), Reach(Level.OFFICER, str(new_id())), Reach(Level.BANK, "KTB")):
        assert (await registry.post(path, body, reach)).status_code == 404
    assert (await registry.post(f"/v1/card-holders/{new_id()}/{what}", body)).status_code == 404
    assert (await registry.post(path, body, scopes=("registry.card-holders:read",))).status_code == 403
    assert (await registry.client.post(path, json=body, headers=registry.token())).status_code == 422
    officer = new_id()
    await registry.bring(assigned(person, officer))
    assert (await registry.post(path, body, Reach(Level.OFFICER, str(officer)))).status_code in {201, 202}


async def test_reports_of_officers_are_recorded(registry, person):
    await registry.bring(move_reported(person, "100101"))
    await registry.bring(death_reported(person))
    await registry.approve_deaths()
    facts = [fact for fact in await single_facts(registry) if fact.topic == HISTORY]
    assert [fact.type for fact in facts] == ["registry.CardholderMoved.v1", "registry.CardholderDeceased.v1"]
    assert facts[1].data.deceased_on == date(2018, 2, 13)
    await registry.assert_sound()


async def test_a_late_report_changes_nothing(registry, person):
    await registry.bring(death_reported(person), death_reported(person, date(2018, 2, 1)))
    await registry.approve_deaths()
    before = await registry.state()
    await registry.bring(move_reported(person, "100101"), death_reported(person, date(2018, 2, 1)))
    assert await registry.state() == before
    assert await registry.value("SELECT count(*) FROM change_request") == 1


async def test_a_report_of_somebody_unknown_or_to_nowhere_is_a_dead_letter(registry, person):
    nobody = new_id()
    for event in (
        move_reported(nobody, "100101"),
        death_reported(nobody),
        move_reported(person, "999999"),
        routed(nobody, "1001"),
        assigned(nobody, nobody),
    ):
        with pytest.raises(RejectedEvent):
            await registry.bring(event)
    assert await registry.value("SELECT count(*) FROM card_holder_history") == 2


async def test_events_twice_and_shuffled_across_keys_give_the_same_state(registry, person):
    other = (await registry.holder_of(citizen_id(2)))["holder_id"]
    officer = new_id()
    of_person = [
        routed(person, "1001"),
        assigned(person, officer),
        move_reported(person, "100101"),
        routed(person, "1002", 2),
        death_reported(person),
    ]
    of_other = [routed(other, "1003"), assigned(other, officer, 2), assigned(other, new_id(), 1), move_reported(other, "810102")]
    first = [*of_person, *of_other]
    await registry.bring(*first)
    await registry.approve_deaths()
    state = orjson.dumps(await registry.state())
    mixed = [event for pair in itertools.zip_longest(of_other, of_person) for event in pair if event is not None]
    for again in (first, mixed, [*mixed, *mixed]):
        await registry.bring(*again)
        assert orjson.dumps(await registry.state()) == state
    for event in mixed:
        await registry.bring(event)
    assert orjson.dumps(await registry.state()) == state
    assert await registry.value("SELECT officer_id FROM card_holder WHERE holder_id = $1", other) == officer
    await registry.assert_sound()
