"""Guardians and proxies: papers, ends, minority, revocation, deaths, and the audited question whether somebody may act."""

import asyncio
from datetime import date

import pytest

from services.registry.rules.representatives import last_day_of_minority
from tests.registry.facts import death_reported, district
from tests.registry.people import OUTSIDER, appointment, citizen_id, file_of, line

HERE = district("8101")


@pytest.fixture
async def folk(registry):
    """1 and 2 are of age, 3 is nineteen, 4 lives elsewhere."""
    registry.write("r.csv", file_of(line(1), line(2), line(3, birth_date="1998-06-10"), line(4, subdistrict_code="100101")))
    await registry.import_file("r.csv")
    return {number: (await registry.holder_of(citizen_id(number)))["holder_id"] for number in range(1, 5)}


@pytest.fixture
def appoint(registry):
    async def made(holder_id, **told):
        answer = await registry.post(f"/v1/card-holders/{holder_id}/representatives", appointment(**told), HERE)
        assert answer.status_code == 201, answer.text
        return answer.json()

    return made


@pytest.fixture
def may(registry):
    """Whether somebody may act."""

    async def asked(person, /, purpose="STATE_WISH", on="2018-02-14", **agent):
        answer = await registry.post(f"/v1/card-holders/{person}/representatives/question", {"purpose": purpose, "on": on, **agent}, HERE)
        assert answer.status_code == 200, answer.text
        return answer.json()["may_act"]

    return asked


async def test_a_proxy_acts_for_the_purposes_named_until_the_day_named(registry, folk, appoint, may):
    made = await appoint(folk[1])
    assert (made["kind"], made["agent"]["name"], made["agent"]["citizen_id_masked"]) == ("PROXY", None, "1-0000-xxxxx-00-6")
    who = {"citizen_id": OUTSIDER["citizen_id"]}
    assert await may(folk[1], **who)
    assert not await may(folk[1], purpose="ACT_AT_BANK", **who)
    assert [await may(folk[1], on=day, **who) for day in ("2018-01-31", "2018-02-01", "2018-12-31", "2019-01-01")] == [
        False,
        True,
        True,
        False,
    ]
    assert not await may(folk[2], **who)
    assert not await may(folk[1], citizen_id=citizen_id(2))
    [listed] = (await registry.get(f"/v1/card-holders/{folk[1]}/representatives", HERE, on="2018-02-14")).json()["items"]
    assert listed == made | {"agent": made["agent"] | {"name": OUTSIDER["name"]}}
    assert (await registry.get(f"/v1/card-holders/{folk[1]}/representatives", HERE, on="2019-01-01")).json()["items"] == []
    assert len((await registry.get(f"/v1/card-holders/{folk[1]}/representatives", HERE)).json()["items"]) == 1
    await registry.assert_sound()


async def test_name_and_citizen_id_of_who_acts_lie_nowhere_in_the_clear(registry, folk, appoint):
    await appoint(folk[1])
    rows = [dict(row) for row in await registry.fetch("SELECT * FROM representative")]
    rows += [dict(row) for row in await registry.fetch("SELECT * FROM idempotency")]
    kept = str(rows) + str([row.get("body") for row in rows])
    for plain in (OUTSIDER["name"], OUTSIDER["citizen_id"], *(OUTSIDER["name"].split())):
        assert plain not in kept
        assert str(plain.encode())[2:-1] not in kept


async def test_readings_and_questions_are_in_the_audit_also_those_of_nobody(registry, folk, appoint, may):
    await appoint(folk[1])
    await registry.get(f"/v1/card-holders/{folk[1]}/representatives", HERE)
    await may(folk[1], citizen_id=OUTSIDER["citizen_id"])
    await may(folk[1], holder_id=folk[2])
    for what, body in [("representatives", None), ("representatives/question", {"purpose": "STATE_WISH", "holder_id": folk[1]})]:
        path = f"/v1/card-holders/{folk[4]}/{what}"
        answer = await (registry.get(path, HERE) if body is None else registry.post(path, body, HERE))
        assert answer.status_code == 404
    entries = await registry.fetch(
        "SELECT action, holder_id, fields, asked, detail FROM audit_entry WHERE action IN ('READ', 'MAY_ACT') ORDER BY seq"
    )
    assert [(row["action"], row["holder_id"] and str(row["holder_id"])) for row in entries] == [
        ("READ", folk[1]), ("MAY_ACT", folk[1]), ("MAY_ACT", folk[1]), ("READ", None), ("MAY_ACT", None)
    ]  # fmt: skip
    assert entries[0]["fields"] == ["representatives", "agent_name", "agent_citizen_id"]
    assert bytes(entries[1]["asked"]) == registry.vault.index_of(OUTSIDER["citizen_id"])
    assert entries[2]["detail"] == f"STATE_WISH by card holder {folk[2]}"


async def test_who_is_known_as_card_holder_and_by_citizen_id_is_one_person(folk, appoint, may):
    await appoint(folk[1], agent={"holder_id": folk[2]})
    assert await may(folk[1], holder_id=folk[2])
    assert await may(folk[1], citizen_id=citizen_id(2))
    await appoint(folk[3], agent={"name": "คนที่หนึ่ง", "citizen_id": citizen_id(1)})
    assert await may(folk[3], holder_id=folk[1])


async def test_a_minors_guardian_ends_the_day_before_the_twentieth_birthday(registry, folk, appoint, may):
    made = await appoint(folk[3], grounds="MINOR", paper="BIRTH_CERTIFICATE", agent={"holder_id": folk[1]}, until_on=None)
    assert (made["kind"], made["until_on"]) == ("GUARDIAN", "2018-06-09")
    assert [await may(folk[3], on=day, holder_id=folk[1]) for day in ("2018-06-09", "2018-06-10")] == [True, False]
    await registry.assert_sound()


@pytest.mark.parametrize(
    ("born", "last"),
    [(date(1998, 6, 10), date(2018, 6, 9)), (date(2000, 2, 29), date(2020, 2, 28)), (date(1880, 2, 29), date(1900, 2, 28))],
)
def test_the_last_day_of_minority(born, last):
    assert last_day_of_minority(born) == last


async def test_a_court_order_may_be_without_end(registry, folk, appoint, may):
    made = await appoint(folk[1], grounds="COURT_ORDER", paper="COURT_ORDER", until_on=None)
    assert (made["kind"], made["until_on"]) == ("GUARDIAN", None)
    assert await may(folk[1], on="2061-01-01", citizen_id=OUTSIDER["citizen_id"])


@pytest.mark.parametrize(
    ("who", "change", "field"),
    [
        (1, {"until_on": None}, "until_on"),
        (1, {"until_on": "2018-01-31"}, "until_on"),
        (1, {"paper": "BIRTH_CERTIFICATE"}, "paper.kind"),
        (1, {"grounds": "MINOR", "paper": "BIRTH_CERTIFICATE", "until_on": None}, "until_on"),
        (3, {"grounds": "MINOR", "paper": "BIRTH_CERTIFICATE", "until_on": "2018-06-10"}, "until_on"),
        (1, {"grounds": "COURT_ORDER"}, "paper.kind"),
        (1, {"from_on": "2018-01-31"}, "paper.issued_on"),
        (1, {"agent": {"name": "ไม่มีเลข"}}, "agent"),
        (1, {"agent": {"name": " ", "citizen_id": citizen_id(900)}}, "agent.name"),
        (1, {"agent": {"name": "เลขผิด", "citizen_id": "1-0000-00000-01-8"}}, "agent.citizen_id"),
        (1, {"agent": {"name": "ตนเอง", "citizen_id": citizen_id(1)}}, "agent"),
        (1, {"purposes": []}, "purposes"),
        (1, {"purposes": ["DANCE"]}, "purposes.0"),
    ],
)
async def test_what_proves_nothing_is_refused_by_its_field(registry, folk, who, change, field):
    answer = await registry.post(f"/v1/card-holders/{folk[who]}/representatives", appointment(**change))
    assert answer.status_code == 422, answer.text
    assert field in {problem["field"].removeprefix("body.") for problem in answer.json()["errors"]}
    assert "1000000000018" not in answer.text
    assert await registry.value("SELECT count(*) FROM representative") == 0


async def test_a_minor_is_nobodys_guardian_and_nobody_is_their_own(registry, folk):
    path = f"/v1/card-holders/{folk[1]}/representatives"
    minor = appointment("COURT_ORDER", {"holder_id": folk[3]}, "COURT_ORDER")
    for body in (minor, appointment(agent={"holder_id": folk[1]})):
        answer = await registry.post(path, body)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "agent")


async def test_who_is_out_of_reach_appoints_nobody_and_is_appointed_by_nobody(registry, folk):
    for holder_id, agent in ((folk[4], OUTSIDER), (folk[1], {"holder_id": folk[4]})):
        answer = await registry.post(f"/v1/card-holders/{holder_id}/representatives", appointment(agent=agent), HERE)
        assert answer.status_code == 404
    reading = ("registry.representatives:read",)
    assert (await registry.post(f"/v1/card-holders/{folk[1]}/representatives", appointment(), scopes=reading)).status_code == 403


async def test_a_revocation_holds_from_its_day_and_once(registry, folk, appoint, may):
    made = await appoint(folk[1])
    path = f"/v1/card-holders/{folk[1]}/representatives/{made['representative_id']}/revocation"
    body = {"revoked_on": "2018-02-12", "reason": "ขอยกเลิก"}
    assert (await registry.post(path, body | {"revoked_on": "2018-02-16"}, HERE)).status_code == 422
    assert (await registry.post(path, body, HERE, **{"If-Match": '"9"'})).status_code == 412
    assert (await registry.post(path.replace(folk[1], folk[2]), body, HERE)).status_code == 404
    answers = await asyncio.gather(*(registry.post(path, body, HERE) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    [done] = [answer.json() for answer in answers if answer.status_code == 200]
    assert (done["version"], done["ended_how"], done["ended_by"], done["ended_why"]) == (2, "REVOKED", "tester", "ขอยกเลิก")
    assert [await may(folk[1], on=day, citizen_id=OUTSIDER["citizen_id"]) for day in ("2018-02-11", "2018-02-12")] == [True, False]


@pytest.mark.parametrize(("dead", "how"), [(1, "PERSON_DIED"), (2, "AGENT_DIED")])
async def test_a_proxy_ends_with_the_death_of_either(registry, folk, appoint, may, dead, how):
    made = await appoint(folk[1], agent={"holder_id": folk[2]})
    await registry.bring(death_reported(folk[dead], date(2018, 2, 12)))
    await registry.approve_deaths()
    [row] = (await registry.get(f"/v1/card-holders/{folk[1]}/representatives", HERE)).json()["items"]
    assert (row["representative_id"], row["ended_on"], row["ended_how"], row["version"]) == (
        made["representative_id"],
        "2018-02-12",
        how,
        2,
    )
    assert [await may(folk[1], on=day, holder_id=folk[2]) for day in ("2018-02-11", "2018-02-12")] == [True, False]
    answer = await registry.post(f"/v1/card-holders/{folk[1]}/representatives", appointment(agent={"holder_id": folk[2]}), HERE)
    assert answer.status_code == {1: 409, 2: 422}[dead]
    await registry.assert_sound()


async def test_an_appointment_and_a_death_at_once_leave_nobody_acting_for_the_dead(registry, folk):
    death = {"deceased_on": "2018-02-12", "evidence": "ใบมรณบัตร 1/2561"}
    path = f"/v1/card-holders/{folk[1]}"
    await registry.post(f"{path}/death", death)
    await asyncio.gather(
        registry.post(f"{path}/representatives", appointment()),
        registry.approve_deaths(),
        registry.post(f"{path}/representatives", appointment(agent={"holder_id": folk[2]})),
    )
    assert (await registry.get(path)).json()["status"] == "DECEASED"
    await registry.assert_sound()
