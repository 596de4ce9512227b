"""Erasing a person: two people, one transaction, nothing left that tells who it was, and every figure as it was."""

import asyncio

import asyncpg
import orjson
import pytest

from services.registry.domain import ERASED_NAME
from services.registry.http.scopes import SCOPES
from shared import invariants
from shared.bus.relay import READY
from shared.contracts import Event, interview, parse
from shared.contracts.registry import HISTORY, HOLDERS, PAYEES
from shared.db import Database
from shared.ids import new_id
from tests.registry.conftest import COUNTRY
from tests.registry.facts import NOW, assigned, death_reported, district, policy_event, routed
from tests.registry.people import appointment, card_no, citizen_id, file_of, line

ASKED = {"legal_ground": "RETENTION_ENDED", "reference": "MoF 12/2563", "payments_ended": True}
YES = {"approved": True, "reason": "papers seen"}


async def as_other(registry, path, body, *, reach=COUNTRY, version=1, scopes=tuple(SCOPES)):
    token = registry.issuer.issue("other", scopes, reach)
    headers = {"Authorization": f"Bearer {token}", "If-Match": f'"{version}"', "Idempotency-Key": str(new_id())}
    return await registry.client.post(path, json=body, headers=headers)


async def propose(registry, holder_id, **changed):
    answer = await registry.post(f"/v1/card-holders/{holder_id}/erasure", {**ASKED, **changed})
    assert answer.status_code == 201, answer.text
    return answer.headers["Location"]


async def erase(registry, holder_id):
    proposal = await propose(registry, holder_id)
    answer = await as_other(registry, f"{proposal}/decision", YES)
    assert answer.status_code == 200, answer.text
    return proposal


async def figures(registry):
    """Every count and statistic, by district, tier, age and status."""
    asked = [
        ("/v1/card-holders/count", {}),
        ("/v1/card-holders/count", {"district": "8101"}),
        ("/v1/card-holders/count", {"subdistrict": "810101", "visit_group": "true"}),
        ("/v1/card-holders/count", {"tier": "UP_TO_30000"}),
        ("/v1/card-holders/count", {"status": "DECEASED"}),
        ("/v1/statistics/age-income", {}),
        ("/v1/statistics/age-income", {"district": "8101"}),
    ]
    return [(await registry.get(path, **query)).json() for path, query in asked]


async def dump(registry_dsns):
    """Every row of every table as text, but for the audit, which stays."""
    connection = await asyncpg.connect(registry_dsns.owner)
    try:
        tables = await connection.fetch(
            """SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
                WHERE schemaname IN ('public', 'apart') AND tablename NOT IN ('audit_entry', 'audit_seal', 'outbox') ORDER BY 1"""
        )
        return "\n".join([str(await connection.fetch(f"SELECT row::text FROM {table['name']} AS row")) for table in tables])
    finally:
        await connection.close()


async def test_an_erased_person_is_nowhere_and_every_figure_is_the_same(registry, registry_dsns, people):
    holder_id = people[1]
    await registry.bring(death_reported(people[3]))
    await registry.approve_deaths()
    await registry.post(
        f"/v1/card-holders/{holder_id}/moves", {"moved_on": "2018-02-10", "subdistrict": "810102", "reason": "told by Somchai"}
    )
    await registry.post(f"/v1/card-holders/{holder_id}/representatives", appointment())
    [agent] = await registry.fetch("SELECT agent_index, agent_sealed FROM representative WHERE holder_id = $1", holder_id)
    row = (await registry.fetch("SELECT * FROM card_holder WHERE holder_id = $1", holder_id))[0]
    known = [
        agent["agent_index"].hex(),
        agent["agent_sealed"].hex(),
        appointment()["paper"]["reference"],
        row["citizen_index"].hex(),
        row["card_index"].hex(),
        row["content_hash"].hex(),
        row["private_sealed"].hex(),
        "เกษม",
        "Somchai",
    ]
    [salt] = await registry.fetch("SELECT salt FROM apart.person_salt WHERE holder_id = $1", holder_id)
    before, text = await figures(registry), await dump(registry_dsns)
    assert all(one in text for one in [*known, salt["salt"].hex()])

    proposal = await erase(registry, holder_id)

    assert await figures(registry) == before
    text = await dump(registry_dsns)
    assert [one for one in [*known, salt["salt"].hex()] if one in text] == []
    for path in ("", "/history", "/personal?purpose=test", "/readings"):
        assert (await registry.get(f"/v1/card-holders/{holder_id}{path}")).status_code == 404
    for number in ({"citizen_id": citizen_id(1)}, {"card_no": card_no(1)}):
        assert (await registry.post("/v1/card-holders/look-up", number)).status_code == 404
    listed = (await registry.get("/v1/card-holders", limit=100)).json()["items"]
    by_name = (await registry.get("/v1/card-holders", district="8101", order="name")).json()["items"]
    assert holder_id not in {item["holder_id"] for item in (*listed, *by_name)}
    assert len(listed) == 5
    assert (
        await registry.post(f"/v1/card-holders/{holder_id}/moves", {"moved_on": "2018-02-12", "subdistrict": "810101"})
    ).status_code == 404
    after = (await registry.fetch("SELECT * FROM card_holder WHERE holder_id = $1", holder_id))[0]
    assert (after["first_name"], after["birth_date"].isoformat(), after["birth_precision"]) == (ERASED_NAME, "1970-01-01", "YEAR")
    assert {name: after[name] for name in ("age", "tier", "visit_group", "subdistrict", "status")} == {
        name: row[name] for name in ("age", "tier", "visit_group", "subdistrict", "status")
    }
    view = (await registry.get(proposal)).json()
    assert (view["status"], view["decided_by"], view["legal_ground"], view["reference"]) == (
        "APPROVED",
        "other",
        "RETENTION_ENDED",
        "MoF 12/2563",
    )
    assert [tuple(row) for row in await registry.fetch("SELECT holder_id::text, legal_ground, decided_by FROM erasure")] == [
        (holder_id, "RETENTION_ENDED", "other")
    ]
    assert (
        await registry.value("SELECT count(*) FROM audit_entry WHERE holder_id = $1 AND detail = 'erased: RETENTION_ENDED'", holder_id) == 1
    )
    await registry.assert_sound()


async def test_the_others_are_told(registry, people):
    holder_id = people[1]
    before = (await registry.fetch("SELECT citizen_index, card_index FROM card_holder WHERE holder_id = $1", holder_id))[0]
    async with registry.db.transaction() as tx:
        await tx.execute("DELETE FROM outbox")
    await erase(registry, holder_id)
    messages = [(topic, key, parse(orjson.dumps(envelope))) for topic, key, envelope in await registry.published()]
    assert [(topic, key) for topic, key, _ in messages] == [(HOLDERS, holder_id), (HISTORY, holder_id), (PAYEES, holder_id)]
    state, payee = messages[0][2].data, messages[2][2].data
    assert (state.type, state.version, state.tier, state.age) == ("registry.CardholderErased.v1", 2, "UP_TO_30000", 47)
    assert {state.citizen_index, state.card_index} & {value.hex() for value in before.values()} == set()
    assert (payee.version, payee.sealed, payee.erased) == (2, "", True)


async def test_a_chunk_that_waited_does_not_tell_who_it_was(registry):
    registry.write("r.csv", file_of(line(1), line(2)))
    await registry.import_file("r.csv")
    holder_id = (await registry.holder_of(citizen_id(1)))["holder_id"]
    old = await registry.value("SELECT encode(citizen_index, 'hex') FROM card_holder WHERE holder_id = $1", holder_id)
    await erase(registry, holder_id)
    [chunk] = await registry.fetch("SELECT chunk, payload FROM outbox WHERE expander IS NOT NULL")
    async with registry.db.reading() as tx:
        messages = await registry.service.expanders["holders"](tx, chunk["chunk"] | {READY: chunk["payload"]})
    of_erased = [(topic, parse(value, topic=topic).data, value) for topic, key, value in messages if key == holder_id]
    assert all(old.encode() not in value for _, _, value in of_erased)
    assert [(topic, data.version) for topic, data, _ in of_erased] == [(HOLDERS, 2), (HISTORY, 1), (PAYEES, 2)]
    assert of_erased[2][1].erased
    assert len(messages) == 6


async def test_a_file_does_not_bring_them_back(registry, people):
    await erase(registry, people[1])
    before = await registry.state()
    registry.write("again.csv", file_of(line(1, first_name="เกษม"), line(1, first_name="สุดใจ", card_no=card_no(77)), line(9)))
    view = await registry.import_file("again.csv")
    assert {name: view[name] for name in ("registered", "updated", "unchanged", "rejected")} == {
        "registered": 1, "updated": 0, "unchanged": 0, "rejected": 2,
    }  # fmt: skip
    found = (await registry.get(f"/v1/imports/{view['import_id']}/rejections")).json()["items"]
    assert [(item["line"], item["field"], item["code"]) for item in found] == [(2, "citizen_id", "erased"), (3, "citizen_id", "duplicate")]
    assert all(item["reason_en"] and item["reason_th"] for item in found)
    assert [row for row in await registry.state() if row["holder_id"] == people[1]] == [
        row for row in before if row["holder_id"] == people[1]
    ]
    assert (await registry.post("/v1/card-holders/look-up", {"citizen_id": citizen_id(1)})).status_code == 404
    registry.write("card.csv", file_of(line(10, card_no=card_no(1))))
    assert (await registry.import_file("card.csv"))["registered"] == 1  # the card is free for whoever has it now
    await registry.assert_sound()


async def test_pages_of_notices_and_quality_reports_go_on_without_them(registry, people):
    notices = [
        interview.NoticeRequested(holder_id=people[number], case_id=people[number], notice_key=str(number), template="home-visit-due", parameters={"due_by": "2018-05-31"})
        for number in (1, 2)
    ]  # fmt: skip
    await registry.bring(*[Event.of(notice, subject=str(notice.holder_id), time=NOW) for notice in notices])
    [import_id] = await registry.fetch("SELECT id FROM job WHERE kind = 'registry-import'")
    await erase(registry, people[1])
    shown = (await registry.get("/v1/notices")).json()["items"]
    assert [notice["holder_id"] for notice in shown] == [people[2]]
    asked = await registry.post(f"/v1/imports/{import_id['id']}/quality-report", {})
    await registry.run_jobs()
    assert (await registry.get(asked.headers["Location"])).json()["persons"] == 5


async def test_figures_of_the_erased_stay_when_the_policy_changes(registry, people):
    await erase(registry, people[1])
    await registry.bring(policy_event(2, income_threshold_baht=1))
    await registry.run_jobs()
    assert await registry.value("SELECT tier FROM card_holder WHERE holder_id = $1", people[1]) == "UP_TO_30000"
    assert await registry.value("SELECT tier FROM card_holder WHERE holder_id = $1", people[3]) == "OVER_30000"
    await registry.assert_sound()


async def test_cases_of_the_erased_are_still_routed_and_keys_change_around_them(registry, people):
    await erase(registry, people[1])
    await registry.bring(routed(people[1], "1001"), assigned(people[1], new_id()))
    await registry.post("/v1/key-rotations", {"keys": "GROUP", "reason": "after an erasure"})
    await registry.run_jobs()
    assert await registry.value("SELECT progress->>'sealed_anew' FROM job WHERE kind = 'registry-rotate-keys'") == "5"
    await registry.assert_sound()


async def test_two_people_are_needed(registry, people):
    proposal = await propose(registry, people[1])
    own = await registry.post(f"{proposal}/decision", YES, **{"If-Match": '"1"'})
    assert (own.status_code, own.json()["type"]) == (409, "urn:sukjai:problem:decider-is-proposer")
    assert (await registry.get(f"/v1/card-holders/{people[1]}")).status_code == 200
    again = await registry.post(f"/v1/card-holders/{people[1]}/erasure", ASKED)
    assert again.json()["type"] == "urn:sukjai:problem:erasure-proposed"
    refused = await as_other(registry, f"{proposal}/decision", {"approved": False, "reason": "the wrong person"})
    assert (refused.status_code, refused.json()["status"]) == (200, "REJECTED")
    assert (await as_other(registry, f"{proposal}/decision", YES, version=2)).json()["type"] == "urn:sukjai:problem:already-decided"
    assert (await registry.get(f"/v1/card-holders/{people[1]}")).status_code == 200
    taken_back = await propose(registry, people[1])
    assert (await as_other(registry, f"{taken_back}/withdrawal", {"reason": "not mine"})).json()[
        "type"
    ] == "urn:sukjai:problem:not-your-proposal"
    assert (await registry.post(f"{taken_back}/withdrawal", {"reason": "the wrong person"})).json()["status"] == "WITHDRAWN"
    assert await registry.value("SELECT count(*) FROM erasure") == 0
    statuses = [item["status"] for item in (await registry.get("/v1/erasures")).json()["items"]]
    assert statuses == ["REJECTED", "WITHDRAWN"]


async def test_a_decision_names_the_version_that_was_read(registry, people):
    proposal = await propose(registry, people[1])
    assert (await as_other(registry, f"{proposal}/decision", YES, version=7)).status_code == 412
    headers = {"Authorization": f"Bearer {registry.issuer.issue('other', tuple(SCOPES), COUNTRY)}"}
    assert (await registry.client.post(f"{proposal}/decision", json=YES, headers=headers)).status_code == 422


@pytest.mark.parametrize(
    ("ground", "status"), [("NO_LONGER_NECESSARY", 409), ("RETENTION_ENDED", 409), ("UNLAWFULLY_PROCESSED", 201), ("ORDER", 201)]
)
async def test_whether_money_is_waited_for_depends_on_the_law(registry, people, ground, status):
    answer = await registry.post(f"/v1/card-holders/{people[1]}/erasure", {"legal_ground": ground, "reference": "court 1/2563"})
    assert answer.status_code == status
    if status == 409:
        assert answer.json()["type"] == "urn:sukjai:problem:payments-not-ended"


async def test_approved_twice_at_once_it_is_done_once(registry, people):
    proposal = await propose(registry, people[1])
    answers = await asyncio.gather(*(as_other(registry, f"{proposal}/decision", YES) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert await registry.value("SELECT count(*) FROM card_holder_history WHERE what = 'ERASED'") == 1
    await registry.assert_sound()


async def test_only_within_reach_and_with_the_scope(registry, people):
    assert (await registry.post(f"/v1/card-holders/{people[5]}/erasure", ASKED, reach=district("8101"))).status_code == 404
    assert (await registry.post(f"/v1/card-holders/{people[1]}/erasure", ASKED, scopes=("registry.erasures:read",))).status_code == 403
    assert (await registry.post(f"/v1/card-holders/{new_id()}/erasure", ASKED)).status_code == 404
    assert (await registry.post(f"/v1/card-holders/{people[1]}/erasure", {**ASKED, "legal_ground": "WISH"})).status_code == 422
    proposal = await propose(registry, people[1])
    assert (await registry.get(proposal, reach=district("1001"))).status_code == 404
    assert (await registry.get("/v1/erasures", reach=district("1001"))).json()["items"] == []
    assert (await as_other(registry, f"{proposal}/decision", YES, reach=district("1001"))).status_code == 404
    assert (await as_other(registry, f"{proposal}/decision", YES, scopes=("registry.erasures:propose",))).status_code == 403
    assert (await registry.get(proposal, reach=district("8101"))).status_code == 200


async def test_the_server_forgets_in_the_history_of_the_erased_alone(registry, registry_dsns, people):
    await erase(registry, people[1])
    connection = await asyncpg.connect(registry_dsns.app)
    try:
        assert await connection.fetchval("SELECT forget_in_history($1)", people[2]) == 0
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("UPDATE card_holder_history SET why = ''")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("DELETE FROM erasure")
    finally:
        await connection.close()


@pytest.mark.parametrize(
    ("damage", "name"),
    [
        ("DELETE FROM apart.person_salt", "each-person-has-a-key-until-erased"),
        (f"UPDATE card_holder SET road = 'x' WHERE first_name = '{ERASED_NAME}'", "the-erased-are-not-there"),
        ("DELETE FROM erasure", "the-erased-are-not-there"),
        ("UPDATE group_key SET status = 'OLD'", "no-person-lags-behind-a-rotation"),
    ],
)
async def test_the_invariants_see_their_damage(registry, registry_dsns, people, damage, name):
    await erase(registry, people[1])
    owner = await Database.connect(registry_dsns.owner, name="owner")
    async with owner.transaction() as tx:
        await tx.execute(damage)
    await owner.close()
    async with registry.db.reading() as tx:
        assert name in {violation.name for violation in await invariants.check(tx, registry.service.invariants)}
