"""Who looked at whom, as people and auditors see it; and the chain that nobody edits unseen."""

import asyncio
import json
import os
import sys
from datetime import date, timedelta
from uuid import UUID

from services.registry.http.scopes import HOLDERS_READ
from shared.audit import AuditKeys, seal_waiting, verify
from shared.auth import Level, Reach
from shared.clock import system_now
from shared.contracts import Event
from shared.contracts.common import Dimension
from shared.contracts.plan import ClosingReason, ReferralClosed, ReferralCreated, ReferralReopened
from shared.db import Database
from shared.ids import new_id
from tests.registry.facts import KEYS, district
from tests.registry.people import citizen_id

KRABI = district("8101")


async def looked(registry, person, purpose="interview", reach=KRABI):
    return await registry.get(f"/v1/card-holders/{person}/personal", reach, purpose=purpose)


async def test_a_person_learns_who_looked_why_and_at_what(registry, people):
    for purpose in ("interview", "สัมภาษณ์ที่บ้าน"):
        assert (await looked(registry, people[1], purpose)).status_code == 200
    await looked(registry, people[2])
    page = (await registry.get(f"/v1/card-holders/{people[1]}/readings", district("8101"), limit=1)).json()
    [newest] = page["items"]
    assert (newest["client"], newest["reach"], newest["purpose"], newest["action"]) == ("tester", "DISTRICT 8101", "สัมภาษณ์ที่บ้าน", "READ")
    assert {"citizen_id", "phone", "account_no"} < set(newest["fields"])
    older = (await registry.get(f"/v1/card-holders/{people[1]}/readings", limit=1, cursor=page["next_cursor"])).json()
    assert [one["purpose"] for one in older["items"]] == ["interview"]


async def test_the_readings_of_who_is_out_of_reach_are_not_there(registry, people):
    path = f"/v1/card-holders/{people[1]}/readings"
    assert (await registry.get(path, district("1001"))).status_code == 404
    assert (await registry.get(path, scopes=(HOLDERS_READ,))).status_code == 403


async def test_a_name_for_print_is_on_record_with_its_paper(registry, people):
    path, paper = f"/v1/card-holders/{people[1]}/names", "พิมพ์ หางตั๋ว"
    shown = (await registry.get(path, KRABI, purpose=paper)).json()
    masked = (await registry.get(f"/v1/card-holders/{people[1]}", KRABI)).json()
    assert shown == {name: masked[name] for name in shown}
    assert shown.keys() == {"holder_id", "prefix", "first_name", "last_name", "citizen_id_masked", "card_no_masked"}
    reading = (await registry.get(f"/v1/card-holders/{people[1]}/readings", KRABI)).json()["items"][0]
    assert (reading["purpose"], set(reading["fields"])) == (paper, set(shown))
    assert (await registry.get(path, district("1001"), purpose=paper)).status_code == 404
    assert (await registry.get(path, KRABI)).status_code == 422


async def test_many_names_are_on_record_one_by_one(registry, people):
    asked = {"holder_ids": [people[1], people[2], str(new_id())], "purpose": "ชุดข้อมูลของอุปกรณ์ภาคสนาม"}
    items = (await registry.post("/v1/card-holders/names", asked, KRABI)).json()["items"]
    one = (await registry.get(f"/v1/card-holders/{people[1]}/names", KRABI, purpose="x23")).json()
    assert items[0] == one
    assert {item["holder_id"] for item in items} <= {people[1], people[2]}
    assert (await registry.post("/v1/card-holders/names", asked, district("9001"))).json()["items"] == []
    purposes = [reading["purpose"] for reading in (await registry.get(f"/v1/card-holders/{people[1]}/readings", KRABI)).json()["items"]]
    assert asked["purpose"] in purposes
    assert (await registry.post("/v1/card-holders/names", {**asked, "purpose": ""}, KRABI)).status_code == 422


async def test_villages_tell_no_name_and_no_house_and_are_on_record_one_by_one(registry, people):
    asked = {"holder_ids": [people[2], people[1], str(new_id())], "purpose": "ลำดับการไปหา"}
    items = (await registry.post("/v1/card-holders/villages", asked, KRABI)).json()["items"]
    plain = {one: (await registry.get(f"/v1/card-holders/{one}/personal", KRABI, purpose="x23")).json() for one in (people[1], people[2])}
    assert items == [{name: plain[one][name] or None for name in ("holder_id", "subdistrict", "moo")} for one in (people[2], people[1])]
    reading = (await registry.get(f"/v1/card-holders/{people[1]}/readings", KRABI)).json()["items"][1]
    assert (reading["purpose"], set(reading["fields"])) == (asked["purpose"], {"holder_id", "subdistrict", "moo"})
    assert (await registry.post("/v1/card-holders/villages", asked, district("9001"))).json()["items"] == []


async def test_plain_values_are_not_shown_without_a_purpose(registry, people):
    answer = await registry.get(f"/v1/card-holders/{people[1]}/personal")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "purpose")


async def test_who_asks_for_many_out_of_reach_is_listed(registry, people):
    for number in (1, 2, 3):
        await registry.post("/v1/card-holders/look-up", {"citizen_id": citizen_id(number)}, district("9001"))
    await registry.post("/v1/card-holders/look-up", {"citizen_id": citizen_id(1)}, district("8101"))
    asked = {"not_found_min": 3, "until": (system_now() + timedelta(minutes=1)).isoformat()}
    [found] = (await registry.get("/v1/audit/unusual-readers", **asked)).json()["items"]
    assert (found["reach"], found["not_found"], found["persons"]) == ("DISTRICT 9001", 3, 0)
    assert (await registry.get("/v1/audit/unusual-readers", **asked | {"not_found_min": 4})).json()["items"] == []
    assert (await registry.get("/v1/audit/unusual-readers", district("8101"))).status_code == 404
    backwards = await registry.get("/v1/audit/unusual-readers", **asked, since=(system_now() + timedelta(days=1)).isoformat())
    assert (backwards.status_code, backwards.json()["errors"][0]["field"]) == (422, "since")


async def test_the_chain_of_what_was_read_holds(registry, people):
    for number in (1, 2):
        await looked(registry, people[number])
    keys = AuditKeys.from_text(KEYS["audit_keys"])
    assert await seal_waiting(registry.db, keys, service="registry") >= 2
    async with registry.db.reading() as tx:
        found = await verify(tx, keys)
    assert (found.broken, found.unsealed) == (None, 0)


async def test_the_command_names_what_somebody_changed(registry, registry_dsns, people):
    for number in (1, 2):
        await looked(registry, people[number])
    await seal_waiting(registry.db, AuditKeys.from_text(KEYS["audit_keys"]), service="registry")
    assert (await verified(registry_dsns.owner))["broken"] is None
    seq = await registry.value("SELECT max(seq) FROM audit_entry")
    owner = await Database.connect(registry_dsns.owner, name="somebody")
    async with owner.transaction() as tx:
        assert await tx.execute("UPDATE audit_entry SET client = 'nobody' WHERE seq = $1", seq) == 1
    await owner.close()
    assert (await verified(registry_dsns.owner, exit_code=1))["broken"]["seq"] == seq


async def verified(dsn, exit_code=0):
    """What `python -m deploy.verify_audit registry` says."""
    environment = {**os.environ, "REGISTRY_DATABASE_OWNER_DSN": dsn, "REGISTRY_AUDIT_KEYS": KEYS["audit_keys"]}
    command = (sys.executable, "-m", "deploy.verify_audit", "registry")
    process = await asyncio.create_subprocess_exec(*command, env=environment, stdout=asyncio.subprocess.PIPE)
    said, _ = await process.communicate()
    assert process.returncode == exit_code
    return json.loads(said)


async def test_an_agency_sees_the_contact_of_who_is_referred_to_it_and_consents_and_of_nobody_else(registry, people):
    person, path = people[1], f"/v1/card-holders/{people[1]}/contact"
    dsd, doe = Reach(Level.AGENCY, "DSD"), Reach(Level.AGENCY, "DOE")
    who = {"holder_id": UUID(person), "plan_id": new_id(), "referral_id": new_id(), "line_no": 1, "agency": "DSD"}

    async def told(fact):
        await registry.bring(Event.of(fact, subject=UUID(person), time=system_now()))

    async def seen(reach):
        return (await registry.get(path, reach, purpose="packet of a referral")).status_code

    sent = ReferralCreated(**who, programme_code="D2-DSD-TECHNICIAN", dimension=Dimension.D2, referred_on=date(2018, 3, 20))
    await told(sent)
    assert await seen(dsd) == 404  # no consent yet
    consent = {
        "purpose": "SHARE_WITH_AGENCIES",
        "decision": "GIVEN",
        "notice_version": "2018-01",
        "signed_on": "2018-02-05",
        "channel": "COUNTER",
        "evidence": "แบบ 1/2561",
    }
    assert (await registry.post(f"/v1/card-holders/{person}/consents", consent)).status_code == 201
    assert [await seen(reach) for reach in (dsd, doe, KRABI, district("1001"))] == [200, 404, 200, 404]
    shown = (await registry.get(path, dsd, purpose="packet of a referral")).json()
    assert {"first_name", "phone", "house_no", "citizen_id_masked"} <= shown.keys()
    assert not {"citizen_id", "account_no", "birth_date", "card_no"} & shown.keys()
    reading = (await registry.get(f"/v1/card-holders/{person}/readings", KRABI)).json()["items"][0]
    assert (reading["reach"], set(reading["fields"])) == ("AGENCY DSD", set(shown))
    await told(
        ReferralClosed(**who, programme_code="D2-DSD-TECHNICIAN", attempt=1, reason=ClosingReason.WITHDRAWN, closed_on=date(2018, 4, 2))
    )
    assert await seen(dsd) == 404
    await told(ReferralReopened(**who, reopened_on=date(2018, 4, 3)))
    assert await seen(dsd) == 200
