"""What we knew on one day of how it was on another, and who said so: replayed random changes equal a naive model."""

from collections import defaultdict
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.rules.as_of import Assertion, holding
from services.registry.rules.changes import Aspect
from shared.auth import Reach
from tests.registry.facts import NOW, district
from tests.registry.people import card_no, citizen_id, file_of, line
from tests.registry.test_change_requests import CONSENT, DOCUMENT, decide

FIRST_DAY = date(2018, 2, 1)
DAYS = [FIRST_DAY + timedelta(days=number) for number in range(30)]


@pytest.fixture
async def person(registry):
    registry.write("r.csv", file_of(line(1), line(2)))
    await registry.import_file("r.csv")
    return (await registry.holder_of(citizen_id(1)))["holder_id"]


def play(registry, moment):
    registry.service.resources.clock.play(moment)


async def change(registry, person, kind, valid_from, **more):
    body = {"kind": kind, "valid_from": valid_from, "document": DOCUMENT | {"issued_on": "2018-01-05"}, **more}
    answer = await registry.post(f"/v1/card-holders/{person}/change-requests", body)
    assert answer.status_code in {201, 409}, answer.text
    if answer.status_code == 201 and answer.json()["status"] == "PROPOSED":
        approved = await decide(registry, answer.json()["request_id"])
        assert approved.status_code == 200, approved.text
    return answer


async def as_of(registry, person, *, personal=False, **query):
    path = f"/v1/card-holders/{person}/as-of" + ("/personal" if personal else "")
    answer = await registry.get(path, **query, **({"purpose": "tests"} if personal else {}))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_who_never_changed_is_as_they_entered(registry, person):
    state = await as_of(registry, person)
    assert (state["tier"], state["subdistrict"], state["bank"], state["status"]) == ("UP_TO_30000", "810101", "KTB", "ALIVE")
    assert {fact["version"] for fact in state["facts"]} == {1}
    assert {(fact["what"], fact["who"], fact["why"], fact["valid_from"]) for fact in state["facts"]} == {
        ("REGISTERED", "tester", "r.csv", None)
    }
    plain = await as_of(registry, person, personal=True)
    assert (plain["first_name"], plain["house_no"], plain["phone"], plain["account_no"]) == ("สุดา", "12/3", "0812345678", "1234567890")
    early = await registry.get(f"/v1/card-holders/{person}/as-of", known_at="2018-02-01T00:00:00+07:00")
    assert early.status_code == 404
    assert await registry.value("SELECT count(*) FROM card_holder_fact") == 0


async def test_what_we_knew_on_one_day_of_another_and_who_said_it(registry, person):
    play(registry, NOW + timedelta(days=10))  # 25 February
    body = {"moved_on": "2018-02-20", "subdistrict": "100101", "house_no": "9", "reason": "แจ้งย้าย"}
    assert (await registry.post(f"/v1/card-holders/{person}/moves", body)).status_code == 201
    play(registry, NOW + timedelta(days=12))
    await registry.post(f"/v1/card-holders/{person}/death", {"deceased_on": "2018-02-24", "evidence": "ใบมรณบัตร 1/2561"})
    await registry.approve_deaths()
    told = {}
    for known in ("2018-02-20", "2018-02-26", "2018-03-01"):
        for valid in ("2018-02-19", "2018-02-21", "2018-02-26"):
            state = await as_of(registry, person, valid_on=valid, known_at=f"{known}T00:00:00Z")
            told[known, valid] = (state["subdistrict"], state["status"])
    assert told == {
        ("2018-02-20", "2018-02-19"): ("810101", "ALIVE"),
        ("2018-02-20", "2018-02-21"): ("810101", "ALIVE"),
        ("2018-02-20", "2018-02-26"): ("810101", "ALIVE"),
        ("2018-02-26", "2018-02-19"): ("810101", "ALIVE"),
        ("2018-02-26", "2018-02-21"): ("100101", "ALIVE"),
        ("2018-02-26", "2018-02-26"): ("100101", "ALIVE"),
        ("2018-03-01", "2018-02-19"): ("810101", "ALIVE"),
        ("2018-03-01", "2018-02-21"): ("100101", "ALIVE"),
        ("2018-03-01", "2018-02-26"): ("100101", "DECEASED"),
    }
    facts = {fact["aspect"]: fact for fact in (await as_of(registry, person))["facts"]}
    assert [facts["LIFE"][name] for name in ("who", "decided_by", "document_reference", "valid_from")] == [
        "tester",
        "checker",
        "ใบมรณบัตร 1/2561",
        "2018-02-24",
    ]
    assert (facts["ADDRESS"]["why"], facts["NAME"]["version"]) == ("แจ้งย้าย", 1)
    await registry.assert_sound()


async def test_a_death_that_was_taken_back_was_believed_until_then_and_never_was(registry, person):
    play(registry, NOW + timedelta(days=10))  # 25 February
    await registry.post(f"/v1/card-holders/{person}/death", {"deceased_on": "2018-02-20", "evidence": "ใบมรณบัตร 1/2561"})
    await registry.approve_deaths()
    play(registry, NOW + timedelta(days=20))  # 7 March
    await change(registry, person, "DEATH_TAKEN_BACK", "2018-02-20")
    told = {}
    for known in ("2018-02-24", "2018-02-28", "2018-03-08"):
        for valid in ("2018-02-19", "2018-02-20", "2018-03-08"):
            state = await as_of(registry, person, valid_on=valid, known_at=f"{known}T00:00:00Z")
            told[known, valid] = (state["status"], state["deceased_on"])
    alive, dead = ("ALIVE", None), ("DECEASED", "2018-02-20")
    assert told == {
        ("2018-02-24", "2018-02-19"): alive,
        ("2018-02-24", "2018-02-20"): alive,
        ("2018-02-24", "2018-03-08"): alive,
        ("2018-02-28", "2018-02-19"): alive,
        ("2018-02-28", "2018-02-20"): dead,
        ("2018-02-28", "2018-03-08"): dead,
        ("2018-03-08", "2018-02-19"): alive,
        ("2018-03-08", "2018-02-20"): alive,
        ("2018-03-08", "2018-03-08"): alive,
    }
    life = next(fact for fact in (await as_of(registry, person))["facts"] if fact["aspect"] == "LIFE")
    assert [life[name] for name in ("what", "who", "decided_by", "document_reference")] == [
        *("DEATH_TAKEN_BACK", "tester", "checker", DOCUMENT["reference"])
    ]
    await registry.assert_sound()


async def test_a_change_of_before_a_later_one_fills_the_past_and_leaves_the_present(registry, person):
    await change(registry, person, "NAME_CHANGE", "2018-02-10", name={"first_name": "ใหม่"})
    answer = await change(registry, person, "NAME_CHANGE", "2018-02-05", name={"first_name": "กลาง"})
    assert answer.json()["status"] == "APPLIED"
    assert (await registry.get(f"/v1/card-holders/{person}")).json()["first_name"] == "ใหม่"
    names = [
        (await as_of(registry, person, personal=True, valid_on=day))["first_name"] for day in ("2018-02-04", "2018-02-05", "2018-02-12")
    ]
    assert names == ["สุดา", "กลาง", "ใหม่"]
    await registry.assert_sound()


async def test_past_values_need_scope_and_reach_and_are_audited(registry, person):
    path = f"/v1/card-holders/{person}/as-of"
    assert (await registry.get(f"{path}/personal", purpose="tests", scopes=("registry.card-holders:read",))).status_code == 403
    for tail, query in (("", {}), ("/personal", {"purpose": "tests"})):
        assert (await registry.get(path + tail, district("1001"), **query)).status_code == 404
    before = await registry.value("SELECT count(*) FROM audit_entry WHERE holder_id = $1", person)
    await as_of(registry, person, personal=True)
    assert await registry.value("SELECT count(*) FROM audit_entry WHERE holder_id = $1", person) == before + 1
    masked = await registry.get(path)
    assert not any(word in masked.text for word in ("สุดา", "1234567890", card_no(1), citizen_id(1)))
    for bad in (
        {"valid_on": "never"},
        {"known_at": "2018-02-01"},
        {"known_at": "2018-02-01T00:00:00"},
        {"known_at": "0001-01-01T00:00:00+14:00"},
    ):
        assert (await registry.get(path, Reach.country(), **bad)).status_code == 422


NAMES = ["กมล", "ขจร", "คม", "งาม"]
INCOMES = [1_000_000, 3_000_000, 3_000_100, 9_000_000]
HOMES = ["810101", "810102", "100101", "100102"]
BANKS = ["KTB", "BAAC", "GSB"]


def told_by_file(draw, number):
    """A file of later that says something else; it holds since ever, whatever was said of single days."""
    fields = {"first_name": draw.choice(NAMES), "income_2559_baht": str(draw.choice(INCOMES) / 100), "subdistrict_code": draw.choice(HOMES)}
    return fields, line(1, **fields, phone=f"08{number:08d}")


def told_by_request(draw, kind, number):
    """What a request of the kind says, by name, and as it is sent."""
    match kind:
        case "NAME_CHANGE":
            said = {"first_name": draw.choice(NAMES)}
            return said, {"name": said}
        case "INCOME_CORRECTION":
            said = {"income_2559_satang": draw.choice(INCOMES)}
            return said, said
        case "MOVE":
            said = {"subdistrict": draw.choice(HOMES)}
            return said, {"home": said}
        case "BANK_CHANGE":
            said = {"bank": draw.choice(BANKS), "account_no": f"{draw.randrange(10**9):010d}"}
            return said, {"account": said, "consent": CONSENT}
        case _:
            said = {"card_no": card_no(1000 + number)}
            return said, said


class Naive:
    """Every word in the order of its recording; a day's value is found by saying all of them again, the earlier days first."""

    def __init__(self):
        self.words = defaultdict(list)

    def say(self, moment, name, value, since=None):
        self.words[name].append((since or date.min, len(self.words[name]), moment, value))

    def value(self, name, valid_on, known_at):
        now = None
        for since, _, moment, value in sorted(self.words[name], key=lambda word: word[:2]):
            if moment <= known_at and since <= valid_on:
                now = value
        return now


@pytest.mark.parametrize("seed", range(4))
async def test_replayed_random_changes_equal_a_naive_model(registry, person, seed):
    draw, model, at = Random(seed), Naive(), NOW
    first = {
        "first_name": "สุดา",
        "income_2559_satang": 2_500_000,
        "subdistrict": "810101",
        "bank": "KTB",
        "account_no": "1234567890",
        "card_no": card_no(1),
    }
    for name, value in first.items():
        model.say(at, name, value)
    settled = False
    for number in range(14):
        at += timedelta(days=1, hours=draw.randrange(20))
        play(registry, at)
        since = FIRST_DAY + timedelta(days=draw.randrange((at.date() - FIRST_DAY).days))
        kind = draw.choice(["NAME_CHANGE", "INCOME_CORRECTION", "MOVE", "BANK_CHANGE", "CARD_REPLACED", "FILE"])
        if kind == "FILE":
            fields, row = told_by_file(draw, number)
            registry.write(f"{number}.csv", file_of(row))
            await registry.import_file(f"{number}.csv")
            model.say(at, "first_name", fields["first_name"])
            model.say(at, "income_2559_satang", int(float(fields["income_2559_baht"]) * 100))
            model.say(at, "subdistrict", fields["subdistrict_code"])
            if not settled:
                for name in ("bank", "account_no", "card_no"):
                    model.say(at, name, first[name])
            continue
        said, more = told_by_request(draw, kind, number)
        answer = await change(registry, person, kind, since.isoformat(), **more)
        if answer.status_code == 201:
            settled = settled or kind in {"BANK_CHANGE", "CARD_REPLACED"}
            for name, value in said.items():
                model.say(at, name, value, since)
    for _ in range(25):
        valid_on, known_at = draw.choice(DAYS), NOW + timedelta(hours=draw.randrange(24 * 25))
        told = await as_of(registry, person, personal=True, valid_on=valid_on.isoformat(), known_at=known_at.isoformat())
        assert {name: told[name] for name in first} == {name: model.value(name, valid_on, known_at) for name in first}, (valid_on, known_at)
    present = (await registry.get(f"/v1/card-holders/{person}/personal", purpose="tests")).json()
    assert {name: present[name] for name in first} == {name: model.value(name, at.date(), at) for name in first}
    await registry.assert_sound()


assertions = st.lists(st.tuples(st.sets(st.sampled_from(Aspect), min_size=1), st.none() | st.sampled_from(DAYS)), max_size=12)


@given(assertions, st.sampled_from(DAYS))
def test_each_aspect_is_the_last_word_of_the_latest_day(said, valid_on):
    known = [Assertion(version, tuple(aspects), since) for version, (aspects, since) in enumerate(said, start=1)]
    found = holding(known, valid_on)
    for aspect in Aspect:
        told = [one for one in known if aspect in one.aspects and (one.valid_from or date.min) <= valid_on]
        assert found.get(aspect) == (max(told, key=lambda one: (one.valid_from or date.min, one.version)).version if told else None)
