"""Bulk verification: a line a person, answered in order, yes or no and the tier, each in the audit."""

import json
from datetime import timedelta

import pytest

from services.registry.http import verifications
from services.registry.http.scopes import HOLDERS_VERIFY
from shared.clock import system_now
from tests.registry.facts import death_reported, district
from tests.registry.people import citizen_id

PATH = "/v1/card-holders/verifications"


async def asked(registry, *lines, purpose="scholarships", reach=None, raw=None):
    body = raw if raw is not None else "\n".join(json.dumps(line) for line in lines).encode()
    headers = {**registry.token(*(() if reach is None else (reach,)), scopes=(HOLDERS_VERIFY,)), "Content-Type": "application/x-ndjson"}
    answer = await registry.client.post(PATH, content=body, headers=headers, params={"purpose": purpose})
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


def of(*numbers):
    return [{"citizen_id": citizen_id(number)} for number in numbers]


async def test_yes_no_and_the_tier_and_nothing_else(registry, people):
    assert await asked(registry, *of(1, 99, 2)) == [
        {"line": 1, "card_holder": True, "tier": "UP_TO_30000"},
        {"line": 2, "card_holder": False, "tier": None},
        {"line": 3, "card_holder": True, "tier": "OVER_30000"},
    ]


async def test_the_dead_and_those_out_of_reach_are_none(registry, people):
    await registry.bring(death_reported(people[1]))
    await registry.approve_deaths()
    assert [one["card_holder"] for one in await asked(registry, *of(1, 3, 5), reach=district("8101"))] == [False, True, False]


async def test_a_bad_line_is_named_and_the_others_are_answered(registry, people):
    good, bad = json.dumps(of(1)[0]), citizen_id(1)[:12] + str((int(citizen_id(1)[12]) + 1) % 10)
    raw = "\n".join([good, "{", "[]", '{"citizen_id": 1}', json.dumps({"citizen_id": bad}), "x" * 2000, '{"id": "1"}', good]).encode()
    answers = await asked(registry, raw=raw)
    assert [one.get("card_holder") for one in answers] == [True, *[None] * 6, True]
    codes = [one["problem"]["code"] for one in answers[1:7]]
    assert codes == ["json_invalid", "dict_type", "missing", "check_digit", "line_too_long", "missing"]
    assert bad not in str(answers)
    assert all(one["problem"]["en"] and one["problem"]["th"] for one in answers[1:7])


async def test_each_question_is_in_the_audit_before_it_is_answered(registry, people):
    await asked(registry, *of(1, 99), purpose="ทุนการศึกษา")
    [row] = await registry.fetch("SELECT purpose, holders::text[], asked FROM audit_entry WHERE action = 'VERIFY'")
    assert (row["purpose"], row["holders"]) == ("ทุนการศึกษา", [people[1], None])
    assert row["asked"] == b"".join(registry.vault.index_of(citizen_id(number)) for number in (1, 99))


async def test_who_was_asked_about_among_many_finds_it_and_so_does_who_looks_for_unusual_readers(registry, people):
    await asked(registry, *of(1, 99, 98, 2), purpose="ทุนการศึกษา")
    readings = {number: (await registry.get(f"/v1/card-holders/{people[number]}/readings")).json()["items"] for number in (1, 2, 3)}
    told = [(one["purpose"], one["fields"]) for one in readings[2] if one["action"] == "VERIFY"]
    assert told == [("ทุนการศึกษา", ["card_holder", "tier"])]
    assert [sum(one["action"] == "VERIFY" for one in readings[number]) for number in (1, 3)] == [1, 0]
    within = {"persons_min": 2, "not_found_min": 9, "until": (system_now() + timedelta(minutes=1)).isoformat()}
    found = {one["not_found"]: one for one in (await registry.get("/v1/audit/unusual-readers", **within)).json()["items"]}
    assert found[2]["persons"] >= 2


async def test_many_lines_go_through_in_slices_and_end_at_the_limit(registry, people, monkeypatch):
    monkeypatch.setattr(verifications, "LINES_AT_ONCE", 7)
    monkeypatch.setattr(verifications, "LINES_MAX", 50)
    answers = await asked(registry, *of(*[1, 99] * 30))
    assert [one.get("card_holder") for one in answers[:50]] == [True, False] * 25
    assert (len(answers), answers[50]["problem"]["code"]) == (51, "too_many_lines")


@pytest.mark.parametrize("body", [b"", b"\n\n"])
async def test_nothing_asked_is_nothing_answered(registry, body):
    assert await asked(registry, raw=body) == []


async def test_a_purpose_and_the_scope_are_needed(registry):
    headers = registry.token(scopes=(HOLDERS_VERIFY,))
    answer = await registry.client.post(PATH, content=b"{}", headers=headers)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "purpose")
    assert (await registry.client.post(f"{PATH}?purpose=tests", content=b"{}", headers=registry.token(scopes=()))).status_code == 403
