"""Change requests: evidence, at once or decided by another person, checked again at the moment of the decision."""

import asyncio
import base64
from datetime import date

import orjson
import pytest

from shared.auth import Level, Reach
from shared.contracts import parse
from shared.contracts.registry import HISTORY, PAYEES
from shared.ids import new_id
from tests.registry.facts import assigned, death_reported, district, policy_event
from tests.registry.people import card_no, citizen_id, file_of, line

DOCUMENT = {"kind": "หนังสือ", "reference": "ที่ 12/2561", "issued_on": "2018-02-05"}
CONSENT = {"reference": "ยินยอม 7/2561", "given_on": "2018-02-10"}
NAME = {"prefix": "นาง", "first_name": "สุดา", "last_name": "ใจงาม"}
BANK = {"kind": "BANK_CHANGE", "account": {"bank": "BAAC", "account_no": "0123-456-789"}, "consent": CONSENT}
INCOME = {"kind": "INCOME_CORRECTION", "income_2559_satang": 9_000_000}
APPROVE = {"reason": "ตรวจแล้ว"}


def asking(kind, valid_from="2018-02-06", **more):
    return {"kind": kind, "valid_from": valid_from, "document": DOCUMENT, **more}


@pytest.fixture
async def desk(registry, people):
    """The registry, and person 1 of Mueang Krabi."""
    registry.person = people[1]
    registry.other = people[2]
    return registry


async def ask(registry, holder, kind, **more):
    return await registry.post(f"/v1/card-holders/{holder}/change-requests", asking(kind, **more))


async def proposed(registry, body, holder=None):
    answer = await registry.post(f"/v1/card-holders/{holder or registry.person}/change-requests", asking(**body))
    assert (answer.status_code, answer.json()["status"]) == (201, "PROPOSED"), answer.text
    return answer.json()["request_id"]


async def decide(registry, request_id, what="approval", by="checker", reach=None, body=APPROVE, **headers):
    token = registry.issuer.issue(by, ("registry.changes:approve", "registry.card-holders:write"), reach or Reach.country())
    headers = {"Authorization": f"Bearer {token}", **headers}
    return await registry.client.post(f"/v1/change-requests/{request_id}/{what}", json=body, headers=headers)


async def shown(registry, holder=None):
    return (await registry.get(f"/v1/card-holders/{holder or registry.person}")).json()


async def payees(registry, holder):
    rows = await registry.fetch("SELECT payload FROM outbox WHERE topic = $1 AND key = $2 ORDER BY seq", PAYEES, str(holder))
    return [parse(row["payload"]).data for row in rows]


def opened(registry, payee):
    sealed = base64.b64decode(payee.sealed)
    return orjson.loads(registry.vault.payees.open(sealed, payee.holder_id.bytes))


def slug(answer):
    return answer.status_code, answer.json()["type"].rpartition(":")[2]


async def test_a_new_name_applies_at_once_and_is_on_record(desk):
    answer = await ask(desk, desk.person, "NAME_CHANGE", name=NAME)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["status"], made["said_by"], made["document_reference"]) == ("APPLIED", "tester", DOCUMENT["reference"])
    assert [(one["field"], one["before"], one["after"]) for one in made["fields"]] == [
        ("first_name", None, None),
        ("last_name", None, None),
    ]
    assert "ใจงาม" not in answer.text
    assert ((await shown(desk))["last_name"], (await shown(desk))["version"]) == ("ใจงาม", 2)
    [payee] = await payees(desk, desk.person)
    assert opened(desk, payee)["name"] == "นางสุดา ใจงาม"
    fact = [row for _, key, row in await desk.published() if key == desk.person and row["type"].endswith("Updated.v1")][-1]
    assert fact["data"]["changed"] == ["first_name", "last_name"]
    again = await ask(desk, desk.person, "NAME_CHANGE", name=NAME)
    assert slug(again) == (409, "nothing-to-change")
    await desk.assert_sound()


async def test_a_bank_is_changed_only_with_consent_by_another_person(desk):
    without = await desk.post(f"/v1/card-holders/{desk.person}/change-requests", asking(**(BANK | {"consent": None})))
    assert without.status_code == 422
    request_id = await proposed(desk, BANK)
    assert (await shown(desk))["bank"] == "KTB"
    assert await payees(desk, desk.person) == []
    assert slug(await decide(desk, request_id, by="tester")) == (409, "decider-is-proposer")
    done = await decide(desk, request_id)
    assert (done.status_code, done.json()["status"], done.json()["decided_by"]) == (200, "APPROVED", "checker")
    assert (await shown(desk))["bank"] == "BAAC"
    [payee] = await payees(desk, desk.person)
    assert (payee.bank, opened(desk, payee)["account_no"], payee.card_cancelled) == ("BAAC", "0123456789", False)
    assert slug(await decide(desk, request_id, by="another")) == (409, "already-decided")
    await desk.assert_sound()


@pytest.mark.parametrize(
    ("promptpay", "number"), [({"kind": "CITIZEN_ID"}, citizen_id(1)), ({"kind": "MOBILE", "mobile": "๐๘๑-๒๓๔ ๕๖๗๘"}, "0812345678")]
)
async def test_promptpay_goes_sealed_to_payments(desk, promptpay, number):
    request_id = await proposed(desk, {"kind": "PROMPTPAY_CHANGE", "promptpay": promptpay, "consent": CONSENT})
    assert (await decide(desk, request_id)).status_code == 200
    [payee] = await payees(desk, desk.person)
    assert opened(desk, payee)["promptpay"] == number
    personal = await desk.get(f"/v1/card-holders/{desk.person}/personal?purpose=tests")
    assert personal.json()["promptpay"] == number
    gone = await proposed(desk, {"kind": "PROMPTPAY_CHANGE", "promptpay": {"kind": "NONE"}, "consent": CONSENT})
    assert (await decide(desk, gone)).status_code == 200
    assert opened(desk, (await payees(desk, desk.person))[-1])["promptpay"] is None


async def test_a_corrected_income_changes_the_tier_by_the_policy(desk):
    request_id = await proposed(desk, INCOME)
    request = (await desk.get(f"/v1/change-requests/{request_id}")).json()
    assert {"field": "tier", "before": "UP_TO_30000", "after": "OVER_30000"} in request["fields"]
    assert {"field": "income_2559_satang", "before": None, "after": None} in request["fields"]
    assert (await decide(desk, request_id)).status_code == 200
    person = await shown(desk)
    assert (person["tier"], person["visit_group"]) == ("OVER_30000", False)
    border = await proposed(desk, {"kind": "INCOME_CORRECTION", "income_2559_satang": 3_000_000})
    assert (await decide(desk, border)).status_code == 200
    assert (await shown(desk))["tier"] == "UP_TO_30000"
    await desk.assert_sound()


async def test_a_new_card_is_found_and_the_old_one_no_longer(desk):
    old, new = card_no(1), card_no(77)
    assert (await ask(desk, desk.person, "CARD_REPLACED", card_no=new)).json()["status"] == "APPLIED"
    assert (await desk.post("/v1/card-holders/look-up", {"card_no": new})).json()["holder_id"] == desk.person
    assert (await desk.post("/v1/card-holders/look-up", {"card_no": old})).status_code == 404
    taken = await ask(desk, desk.other, "CARD_REPLACED", card_no=new)
    assert slug(taken) == (409, "card-taken")
    assert (await ask(desk, desk.other, "CARD_REPLACED", card_no=old)).status_code == 201
    await desk.assert_sound()


async def test_of_two_who_get_the_same_card_at_once_one_does(desk):
    answers = await asyncio.gather(*(ask(desk, holder, "CARD_REPLACED", card_no=card_no(88)) for holder in (desk.person, desk.other)))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert await desk.value("SELECT count(*) FROM card_holder WHERE card_index = $1", desk.vault.index_of(card_no(88))) == 1
    assert await desk.value("SELECT count(*) FROM change_request") == 1
    await desk.assert_sound()


async def test_a_cancelled_card_is_told_to_payments_until_there_is_a_new_one(desk):
    assert (await ask(desk, desk.person, "CARD_CANCELLED")).json()["status"] == "APPLIED"
    assert (await shown(desk))["card_cancelled_on"] == "2018-02-06"
    assert slug(await ask(desk, desk.person, "CARD_CANCELLED")) == (409, "nothing-to-change")
    assert (await ask(desk, desk.person, "CARD_REPLACED", valid_from="2018-02-07", card_no=card_no(78))).status_code == 201
    told = await payees(desk, desk.person)
    assert [payee.card_cancelled for payee in told] == [True, False]
    assert [payee.version for payee in told] == [2, 3]
    await desk.assert_sound()


async def test_a_request_to_move_moves(desk):
    home = {"subdistrict": "100101", "house_no": "9/1"}
    answer = await ask(desk, desk.person, "MOVE", home=home)
    assert (answer.status_code, answer.json()["status"], answer.json()["district"]) == (201, "APPLIED", "1001")
    assert (await shown(desk))["home_district"] == "1001"
    older = await ask(desk, desk.person, "MOVE", valid_from="2018-02-05", home={"subdistrict": "810101"})
    assert slug(older) == (409, "move-out-of-order")


async def test_nothing_is_asked_of_or_approved_for_the_dead(desk):
    waiting = await proposed(desk, INCOME)
    death = await proposed(desk, {"kind": "DEATH"})
    assert (await decide(desk, death)).status_code == 200
    assert ((await shown(desk))["status"], (await shown(desk))["deceased_on"]) == ("DECEASED", "2018-02-06")
    assert slug(await decide(desk, waiting)) == (409, "holder-deceased")
    assert slug(await ask(desk, desk.person, "CARD_CANCELLED")) == (409, "holder-deceased")
    assert (await decide(desk, waiting, "rejection")).json()["status"] == "REJECTED"


async def test_a_death_that_was_recorded_wrongly_is_taken_back_by_two_persons(desk):
    never = await ask(desk, desk.person, "DEATH_TAKEN_BACK")
    assert slug(never) == (409, "not-deceased")
    assert (await decide(desk, await proposed(desk, {"kind": "DEATH"}))).status_code == 200
    wrong_day = await ask(desk, desk.person, "DEATH_TAKEN_BACK", valid_from="2018-02-07")
    assert [(one["field"], one["code"], one["allowed"]) for one in wrong_day.json()["errors"]] == [
        ("valid_from", "day_of_death", "2018-02-06")
    ]
    request_id = await proposed(desk, {"kind": "DEATH_TAKEN_BACK", "reason": "มาแสดงตน"})
    assert slug(await ask(desk, desk.person, "DEATH_TAKEN_BACK")) == (409, "change-already-proposed")
    assert slug(await decide(desk, request_id, by="tester")) == (409, "decider-is-proposer")
    assert (await decide(desk, request_id, reach=district("1001"))).status_code == 404
    request = (await desk.get(f"/v1/change-requests/{request_id}")).json()
    assert {"field": "status", "before": "DECEASED", "after": "ALIVE"} in request["fields"]
    assert (await decide(desk, request_id, reach=district("8101"))).json()["status"] == "APPROVED"
    assert ((await shown(desk))["status"], (await shown(desk))["deceased_on"], (await shown(desk))["version"]) == ("ALIVE", None, 3)
    told = [event for topic, key, event in await desk.published() if key == desk.person and topic == HISTORY]
    assert [event["type"].split(".")[1] for event in told[-2:]] == ["CardholderDeceased", "CardholderDeathTakenBack"]
    back = {name: told[-1]["data"][name] for name in ("status", "wrong_death_on", "alive_again_on", "evidence")}
    assert back == {
        "status": "ALIVE",
        "wrong_death_on": "2018-02-06",
        "alive_again_on": "2018-02-15",
        "evidence": f"{DOCUMENT['kind']} {DOCUMENT['reference']}",
    }
    assert (await ask(desk, desk.person, "NAME_CHANGE", name=NAME)).status_code == 201
    later = [event for topic, key, event in await desk.published() if key == desk.person and topic == HISTORY][-1]["data"]
    assert (later["wrong_death_on"], later["alive_again_on"]) == ("2018-02-06", "2018-02-15")
    await desk.assert_sound()


async def test_after_a_death_taken_back_a_death_of_before_is_refused_and_a_later_one_is_not(desk):
    for kind in ("DEATH", "DEATH_TAKEN_BACK"):
        assert (await decide(desk, await proposed(desk, {"kind": kind}))).status_code == 200
    before = await ask(desk, desk.person, "DEATH", valid_from="2018-02-05")
    assert [(one["field"], one["code"], one["allowed"]) for one in before.json()["errors"]] == [
        ("valid_from", "death_taken_back", "≥ 2018-02-06")
    ]
    again = await proposed(desk, {"kind": "DEATH", "valid_from": "2018-02-06"})
    assert (await decide(desk, again)).status_code == 200
    assert ((await shown(desk))["status"], (await shown(desk))["deceased_on"]) == ("DECEASED", "2018-02-06")
    await desk.assert_sound()


async def test_a_request_whose_basis_changed_is_refused_and_stays_decidable(desk):
    request_id = await proposed(desk, INCOME)
    await desk.bring(policy_event(2, income_threshold_baht=20_000))
    await desk.run_jobs()
    refused = await decide(desk, request_id)
    assert (slug(refused), refused.json()["holder_version"]) == ((409, "basis-changed"), 2)
    assert (await desk.get(f"/v1/change-requests/{request_id}")).json()["status"] == "PROPOSED"
    assert slug(await decide(desk, request_id, body=APPROVE | {"on_version": 1})) == (409, "basis-changed")
    assert (await decide(desk, request_id, body=APPROVE | {"on_version": 2})).status_code == 200
    await desk.assert_sound()


async def test_what_touches_something_else_does_not_disturb_a_request(desk):
    request_id = await proposed(desk, BANK)
    assert (await ask(desk, desk.person, "NAME_CHANGE", name=NAME)).status_code == 201
    assert (await decide(desk, request_id)).status_code == 200
    assert ((await shown(desk))["bank"], (await shown(desk))["last_name"]) == ("BAAC", "ใจงาม")


async def test_of_two_approvers_at_once_one_does(desk):
    request_id = await proposed(desk, BANK)
    answers = await asyncio.gather(*(decide(desk, request_id, by=f"checker-{number}") for number in range(2)))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert ((await shown(desk))["version"], len(await payees(desk, desk.person))) == (2, 1)


async def test_approved_and_withdrawn_at_once_is_one_of_the_two(desk):
    request_id = await proposed(desk, BANK)
    approved, withdrawn = await asyncio.gather(decide(desk, request_id), decide(desk, request_id, "withdrawal", by="tester"))
    assert sorted([approved.status_code, withdrawn.status_code]) == [200, 409]
    assert (await shown(desk))["bank"] == ("BAAC" if approved.status_code == 200 else "KTB")


async def test_only_one_request_of_a_kind_waits_also_when_two_ask_at_once(desk):
    path = f"/v1/card-holders/{desk.person}/change-requests"
    answers = await asyncio.gather(*(desk.post(path, asking(**BANK)) for _ in range(2)))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert [slug(answer) for answer in answers if answer.status_code == 409] == [(409, "change-already-proposed")]
    assert (await desk.post(path, asking(**INCOME))).status_code == 201


async def test_who_decides_must_reach_the_person_as_they_live_now(desk):
    request_id = await proposed(desk, BANK)
    for reach in (district("1001"), Reach(Level.OFFICER, str(new_id())), Reach(Level.BANK, "KTB")):
        assert (await decide(desk, request_id, reach=reach)).status_code == 404
    assert (await ask(desk, desk.person, "MOVE", home={"subdistrict": "100101"})).status_code == 201
    assert (await decide(desk, request_id, reach=district("8101"))).status_code == 404
    assert (await decide(desk, request_id, reach=district("1001"))).status_code == 200


async def test_an_officer_does_not_approve_what_they_reported_to_interview(desk):
    officer = new_id()
    await desk.bring(assigned(desk.person, officer))
    report = death_reported(desk.person)
    await desk.bring(type(report).of(report.data.model_copy(update={"reported_by": officer}), subject=desk.person, time=report.time))
    [request] = (await desk.get("/v1/change-requests", kind="DEATH")).json()["items"]
    assert (request["said_by"], request["status"]) == (f"officer {officer}", "PROPOSED")
    token = desk.issuer.issue(f"ao-{officer}", ("registry.changes:approve",), Reach(Level.OFFICER, str(officer)), officer_id=str(officer))
    path = f"/v1/change-requests/{request['request_id']}/approval"
    own = await desk.client.post(path, json=APPROVE, headers={"Authorization": f"Bearer {token}"})
    assert slug(own) == (409, "decider-is-proposer")
    assert (await decide(desk, request["request_id"], by="chief-8101", reach=district("8101"))).status_code == 200


async def test_lists_are_by_district_status_and_kind_within_reach(desk, people):
    first, second = await proposed(desk, BANK), await proposed(desk, INCOME)
    third = await proposed(desk, INCOME, people[5])
    await decide(desk, second, "rejection")

    async def listed(reach=None, **query):
        answer = await desk.get("/v1/change-requests", reach or Reach.country(), **query)
        return [item["request_id"] for item in answer.json()["items"]]

    assert await listed() == [first, second, third]
    assert await listed(district("1001")) == [third]
    assert await listed(district="8101", status="PROPOSED") == [first]
    assert await listed(kind="INCOME_CORRECTION") == [second, third]
    assert await listed(district("8101"), holder_id=people[5]) == []
    page = (await desk.get("/v1/change-requests", limit=2)).json()
    assert await listed(cursor=page["next_cursor"], limit=2) == [third]
    assert (await desk.get(f"/v1/change-requests/{third}", district("8101"))).status_code == 404
    assert (await desk.get("/v1/change-requests", scopes=("registry.card-holders:read",))).status_code == 403


async def test_plain_values_need_their_scope_and_are_audited(desk):
    request_id = await proposed(desk, BANK)
    path = f"/v1/change-requests/{request_id}/values?purpose=approval"
    assert (await desk.get(path, scopes=("registry.changes:read",))).status_code == 403
    assert (await desk.get(path, district("1001"))).status_code == 404
    values = (await desk.get(path)).json()
    assert values["before"] == {"bank": "KTB", "account_no": "1234567890"}
    assert values["after"] == {"bank": "BAAC", "account_no": "0123456789"}
    read = await desk.fetch("SELECT holder_id, fields, purpose FROM audit_entry WHERE action = 'READ' ORDER BY seq")
    assert [(row["holder_id"] and str(row["holder_id"]), row["fields"], row["purpose"]) for row in read] == [
        (None, None, "approval"),
        (desk.person, ["bank", "account_no"], "approval"),
    ]


async def test_the_account_stands_nowhere_in_the_clear(desk):
    request_id = await proposed(desk, BANK)
    await decide(desk, request_id)
    for table in ("approval", "change_request", "card_holder_fact", "card_holder_history", "outbox", "idempotency"):
        for row in await desk.fetch(f"SELECT t::text AS row FROM {table} t"):
            assert "0123456789" not in row["row"], table
            assert b"0123456789".hex() not in row["row"], table


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "NAME_CHANGE"}, "name"),
        ({"kind": "CARD_CANCELLED", "card_no": card_no(9)}, "card_no"),
        ({"kind": "CARD_REPLACED", "card_no": "12"}, "card_no"),
        (BANK | {"account": {"bank": "BAAC", "account_no": "12"}}, "account.account_no"),
        ({"kind": "INCOME_CORRECTION", "income_2559_satang": -1}, "income_2559_satang"),
        ({"kind": "MOVE", "home": {"subdistrict": "999999"}}, "home.subdistrict"),
        ({"kind": "PROMPTPAY_CHANGE", "promptpay": {"kind": "MOBILE", "mobile": "021234567"}, "consent": CONSENT}, "promptpay.mobile"),
        (BANK | {"consent": CONSENT | {"given_on": "2018-02-16"}}, "consent.given_on"),
        ({"kind": "DEATH", "valid_from": "2018-02-16"}, "valid_from"),
        ({"kind": "DEATH", "valid_from": "1970-05-03"}, "valid_from"),
        ({"kind": "DEATH", "document": DOCUMENT | {"issued_on": "2018-02-16"}}, "document.issued_on"),
        ({"kind": "GROWN"}, "kind"),
    ],
)
async def test_what_cannot_be_is_refused_by_its_field(desk, body, field):
    answer = await desk.post(f"/v1/card-holders/{desk.person}/change-requests", asking("X") | body)
    assert answer.status_code == 422, answer.text
    assert [problem["field"] for problem in answer.json()["errors"]] == [field], answer.text
    assert await desk.value("SELECT count(*) FROM change_request") == 0


async def test_versions_are_held_to(desk):
    path = f"/v1/card-holders/{desk.person}/change-requests"
    assert (await desk.post(path, asking(**INCOME), **{"If-Match": '"7"'})).status_code == 412
    request_id = (await desk.post(path, asking(**INCOME), **{"If-Match": '"1"'})).json()["request_id"]
    assert (await decide(desk, request_id, **{"If-Match": '"2"'})).status_code == 412
    assert (await decide(desk, request_id, **{"If-Match": '"1"'})).headers["ETag"] == '"2"'


async def test_a_file_does_not_undo_what_a_request_settled(desk):
    for body in (BANK, INCOME):
        assert (await decide(desk, await proposed(desk, body))).status_code == 200
    await ask(desk, desk.person, "NAME_CHANGE", name=NAME)
    desk.write("later.csv", file_of(line(1, first_name="เกษม", phone="0899999999", income_2559_baht="100", birth_date="1971-01-01")))
    assert (await desk.import_file("later.csv"))["updated"] == 1
    person = await shown(desk)
    assert (person["bank"], person["tier"], person["visit_group"], person["last_name"]) == ("BAAC", "OVER_30000", False, "ใจงาม")
    personal = (await desk.get(f"/v1/card-holders/{desk.person}/personal?purpose=tests")).json()
    assert (personal["account_no"], personal["birth_date"], personal["income_2559_satang"]) == ("0123456789", "1971-01-01", 9_000_000)
    assert await desk.value(
        "SELECT valid_from FROM card_holder_history WHERE holder_id = $1 AND what = 'NAME_CHANGED'", desk.person
    ) == date(2018, 2, 6)
    await desk.assert_sound()
