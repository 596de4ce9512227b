"""Frozen reports: what is stored, who may see it, and what verification says of it."""

import asyncio
import hashlib
import json

import pytest

from shared.auth import Level, Reach
from shared.ids import new_id
from tests.reporting.story import the_year

KRABI = Reach(Level.PROVINCE, "81")
KRABI_TOWN = Reach(Level.DISTRICT, "8101")
BODY = {"report": "age-income", "parameters": {"scale": 1000}}


@pytest.fixture
async def told(reporting):
    await reporting.bring(*the_year())
    return reporting


async def take(reporting, body=None, reach=None):
    answer = await reporting.post("/v1/snapshots", body or BODY, reach)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def verified(reporting, snapshot, reach=None):
    answer = await reporting.post(f"/v1/snapshots/{snapshot['snapshot_id']}/verification", reach=reach)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_snapshot_is_the_report_frozen_hashed_chained_and_told(told):
    first, second = await take(told), await take(told, {"report": "year", "area": "81"})
    shown = (await told.get(f"/v1/snapshots/{first['snapshot_id']}")).json()
    assert shown["content"]["figures"] == await told.figures("age-income", scale=1000)
    assert shown["content"]["parameters"] == {"scale": 1000}
    assert hashlib.sha256(shown["canonical"].encode()).hexdigest() == first["content_hash"]
    assert json.loads(shown["canonical"]) == shown["content"]
    assert (first["prev_hash"], second["prev_hash"]) == ("", first["content_hash"])

    events = await told.outbox()
    assert [event["type"] for event in events] == ["reporting.ReportPublished.v1"] * 2
    assert events[0]["subject"] == events[0]["data"]["snapshot_id"] == first["snapshot_id"]
    assert events[1]["data"] == {
        "snapshot_id": second["snapshot_id"],
        "name": "year",
        "area": "81",
        "as_of": events[1]["data"]["as_of"],
        "content_hash": second["content_hash"],
        "edition": 1,
        "replaces": None,
        "meeting": None,
    }


async def test_the_same_key_freezes_once(told):
    key = str(new_id())
    one, other = [await told.post("/v1/snapshots", BODY, key=key) for _ in range(2)]
    assert one.json() == other.json()
    assert len(await told.outbox()) == 1
    assert (await told.post("/v1/snapshots", {"report": "year"}, key=key)).status_code == 422


async def test_snapshots_at_once_make_one_chain(told):
    await asyncio.gather(*(take(told) for _ in range(6)))
    assert await told.broken_invariants() == []
    last = (await told.get("/v1/snapshots")).json()["items"][0]
    assert (await verified(told, last))["integrity"] == {
        "content_intact": True,
        "signature_good": True,
        "chain_intact": True,
        "broken_at": None,
    }


async def test_verification_says_same_while_nothing_new_was_told(told):
    snapshot = await take(told)
    assert await verified(told, snapshot) == {
        "snapshot_id": snapshot["snapshot_id"],
        "integrity": {"content_intact": True, "signature_good": True, "chain_intact": True, "broken_at": None},
        "agreement": {"figures_agree": True, "changed": [], "events_behind": None},
    }


async def test_verification_names_the_figures_that_changed_since_and_the_text_stays_intact(reporting):
    events = the_year()
    await reporting.bring(*events[:5])
    snapshot = await take(reporting)
    await reporting.bring(*events[5:])
    found = await verified(reporting, snapshot)
    assert found["integrity"]["chain_intact"]
    assert found["agreement"]["figures_agree"] is False
    assert "persons" in found["agreement"]["changed"]


async def test_verification_names_a_forged_text(told):
    first, second, third = [await take(told) for _ in range(3)]
    await told.as_owner("UPDATE snapshot SET content = replace(content, '\"persons\":4', '\"persons\":9') WHERE seq = $1", second["seq"])
    assert (await verified(told, second))["integrity"] == {
        "content_intact": False,
        "signature_good": False,
        "chain_intact": False,
        "broken_at": second["seq"],
    }
    assert (await verified(told, third))["integrity"] == {
        "content_intact": True,
        "signature_good": True,
        "chain_intact": False,
        "broken_at": second["seq"],
    }
    assert (await verified(told, first))["integrity"]["content_intact"]


async def test_verification_names_a_snapshot_that_was_taken_out(told):
    first, second, third = [await take(told) for _ in range(3)]
    await told.as_owner("DELETE FROM snapshot WHERE seq = $1", second["seq"])
    assert (await verified(told, first))["integrity"] == {
        "content_intact": True,
        "signature_good": True,
        "chain_intact": False,
        "broken_at": third["seq"],
    }
    assert await told.broken_invariants() == ["snapshots-are-chained"]


async def test_a_snapshot_belongs_to_its_area(told):
    country, province, district = await take(told), await take(told, reach=KRABI), await take(told, reach=KRABI_TOWN)
    assert [one["area"] for one in (country, province, district)] == ["", "81", "8101"]

    async def seen(reach):
        return {one["snapshot_id"] for one in (await told.get("/v1/snapshots", reach)).json()["items"]}

    assert len(await seen(None)) == 3
    assert await seen(KRABI) == {province["snapshot_id"], district["snapshot_id"]}
    assert await seen(KRABI_TOWN) == {district["snapshot_id"]}
    assert await seen(Reach(Level.OFFICER, str(new_id()))) == set()
    for path, send in (
        (f"/v1/snapshots/{country['snapshot_id']}", told.get),
        (f"/v1/snapshots/{country['snapshot_id']}/verification", told.post),
    ):
        assert (await send(path, reach=KRABI)).status_code == 404


async def test_who_may_not_see_persons_reads_no_small_count_by_freezing_it(told):
    scopes = ["reporting.snapshots:read", "reporting.snapshots:write"]
    taken = await take(told)
    for answer in (
        await told.post("/v1/snapshots", BODY, scopes=scopes),
        await told.get(f"/v1/snapshots/{taken['snapshot_id']}", scopes=scopes),
        await told.get(f"/v1/snapshots/{taken['snapshot_id']}/paper.pdf", scopes=scopes),
    ):
        assert (answer.status_code, answer.json()["needed_scope"]) == (403, "reporting.cases:read")


async def test_snapshots_are_paged_newest_first(told):
    taken = [(await take(told))["snapshot_id"] for _ in range(3)]
    page = (await told.get("/v1/snapshots", limit=2)).json()
    rest = (await told.get("/v1/snapshots", limit=2, cursor=page["next_cursor"])).json()
    assert [one["snapshot_id"] for one in page["items"] + rest["items"]] == taken[::-1]
    assert rest["next_cursor"] is None


async def test_what_cannot_be_frozen(told):
    assert (await told.post("/v1/snapshots", {**BODY, "area": "10"}, KRABI)).status_code == 404
    assert (await told.post("/v1/snapshots", BODY, Reach(Level.OFFICER, str(new_id())))).status_code == 404
    assert (await told.post("/v1/snapshots", BODY, scopes=["reporting.snapshots:read"])).status_code == 403
    assert (await told.post("/v1/snapshots", {"report": "weather"})).status_code == 422
    wrong = await told.post("/v1/snapshots", {"report": "payments", "parameters": {"month": "May"}})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "parameters.month")
    assert (await told.client.post("/v1/snapshots", json=BODY, headers=told.token())).status_code == 422
    assert await told.outbox() == []
