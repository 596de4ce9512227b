"""Consents: the newest by signing holds, what is shared follows at once, receipts verify, forms arrive twice and shuffled."""

import asyncio
import itertools
from datetime import UTC, date, datetime

import orjson
import pytest

from services.registry.repository import consents
from services.registry.repository.consents_sql import consent_sql
from services.registry.rules.consents.catalogue import BANK_DATA, NOTICES, SHARE_WITH_AGENCIES, CatalogueInvalid, catalogue, load
from shared.bus.consumers import RejectedEvent
from shared.contracts import Event, interview, parse
from shared.contracts.registry import HOLDERS
from shared.ids import new_id, same_id
from shared.signatures import PublicKeys
from tests.registry.facts import NOW, death_reported, district, move_reported, policy_event
from tests.registry.people import citizen_id, file_of, line


def consent(purpose=SHARE_WITH_AGENCIES, decision="GIVEN", signed_on="2018-02-10", **more):
    body = {"purpose": purpose, "decision": decision, "signed_on": signed_on, "channel": "COUNTER", "evidence": "แบบ 1/2561"}
    return body | ({"notice_version": "2018-01"} if decision == "GIVEN" else {}) | more


def captured(holder_id, *given, signed_on=date(2018, 2, 5), notice="2018-01", number=1, time=NOW):
    data = interview.ConsentsCaptured(
        holder_id=holder_id,
        case_id=holder_id,
        intent_id=same_id("intent", str(holder_id), number),
        slip_no=f"8101-0000000{number}",
        given=given,
        signed_on=signed_on,
        channel="WALK_IN",
        privacy_notice_version=notice,
    )
    return Event.of(data, subject=holder_id, time=time)


@pytest.fixture
def state(registry):
    """Record a statement that must be taken."""

    async def record(holder_id, *args, **more):
        answer = await registry.post(f"/v1/card-holders/{holder_id}/consents", consent(*args, **more))
        assert answer.status_code == 201, answer.text
        return answer.json()

    return record


async def given(registry, holder_id):
    answer = (await registry.get(f"/v1/card-holders/{holder_id}/consents/standing")).json()
    return [one["purpose"] for one in answer["purposes"] if one["given"]]


async def told(registry):
    rows = await registry.fetch("SELECT payload FROM outbox WHERE expander IS NULL AND topic = $1 ORDER BY seq", HOLDERS)
    return [parse(row["payload"], topic=HOLDERS).data for row in rows]


async def giving(registry, people, purpose):
    async with registry.db.reading() as tx:
        found = await consents.giving(tx, list(people.values()), purpose)
        condition, args = consent_sql(purpose, 1)
        assert {row["holder_id"] for row in await tx.fetch(f"SELECT holder_id FROM card_holder WHERE {condition}", *args)} == found
    return sorted(number for number, holder_id in people.items() if holder_id in {str(one) for one in found})


async def test_a_consent_is_recorded_published_and_counted_and_its_withdrawal_has_effect_at_once(registry, people, state):
    row = await state(people[1])
    assert (row["decision"], row["recorded_by"], row["counts_at"]) == ("GIVEN", "tester", "2018-02-10T00:00:00+07:00")
    assert await giving(registry, people, SHARE_WITH_AGENCIES) == [1]
    [fact] = await told(registry)
    assert (fact.type, fact.version, fact.changed, fact.consents) == (
        "registry.CardholderUpdated.v1", 2, ("consents",), (NOTICES, SHARE_WITH_AGENCIES)
    )  # fmt: skip
    counted = (await registry.get("/v1/statistics/consents", district("8101"))).json()
    assert counted["persons"] == 4
    assert {one["purpose"]: one["consenting"] for one in counted["items"]}[SHARE_WITH_AGENCIES] == 1
    elsewhere = (await registry.get("/v1/statistics/consents", district("1001"))).json()["items"]
    assert {one["purpose"]: one["consenting"] for one in elsewhere} == {
        one["purpose"]: 2 * (one["purpose"] == NOTICES) for one in elsewhere
    }
    await state(people[1], decision="WITHDRAWN", signed_on="2018-02-15")
    assert await giving(registry, people, SHARE_WITH_AGENCIES) == []
    assert [fact.consents for fact in await told(registry)][-1] == (NOTICES,)
    history = (await registry.get(f"/v1/card-holders/{people[1]}/history")).json()["items"]
    assert [(one["what"], one["consents"]) for one in history[1:]] == [
        ("CONSENTED", [NOTICES, SHARE_WITH_AGENCIES]),
        ("CONSENTED", [NOTICES]),
    ]
    await registry.assert_sound()


async def test_a_late_paper_does_not_overturn_a_newer_withdrawal(registry, people, state):
    await state(people[1], decision="WITHDRAWN", signed_on="2018-02-12")
    await state(people[1], signed_on="2018-02-11")
    assert SHARE_WITH_AGENCIES not in await given(registry, people[1])
    assert len(await told(registry)) == 1  # only that a first statement exists
    await registry.bring(captured(people[1], SHARE_WITH_AGENCIES, signed_on=date(2018, 2, 12)))  # the same day: the withdrawal holds
    assert SHARE_WITH_AGENCIES not in await given(registry, people[1])
    items = (await registry.get(f"/v1/card-holders/{people[1]}/consents")).json()["items"]
    assert [(one["signed_on"], one["decision"]) for one in items] == [
        ("2018-02-12", "WITHDRAWN"), ("2018-02-12", "GIVEN"), ("2018-02-11", "GIVEN")
    ]  # fmt: skip
    await state(people[1], signed_on="2018-02-13")
    assert SHARE_WITH_AGENCIES in await given(registry, people[1])
    await registry.assert_sound()


async def test_the_hour_decides_within_a_day_where_it_is_known(registry, people, state):
    today = "2018-02-15"  # the clock stands at noon in Thailand
    await state(people[1], decision="WITHDRAWN", signed_on=today, signed_at="2018-02-15T09:00:00+07:00")
    await state(people[1], signed_on=today, signed_at="2018-02-15T11:00:00+07:00")
    assert SHARE_WITH_AGENCIES in await given(registry, people[1])
    await state(people[1], decision="WITHDRAWN", signed_on=today)
    assert SHARE_WITH_AGENCIES not in await given(registry, people[1])


async def test_the_file_speaks_of_messages_until_the_person_does(registry, people, state):
    assert await given(registry, people[1]) == [NOTICES]
    assert await giving(registry, people, NOTICES) == [1, 2, 3, 4, 5, 6]
    await state(people[1], BANK_DATA)
    assert await given(registry, people[1]) == [BANK_DATA, NOTICES]
    await state(people[2], NOTICES, "WITHDRAWN")
    assert await giving(registry, people, NOTICES) == [1, 3, 4, 5, 6]
    # A later file takes its word back; it says nothing to who has spoken.
    registry.write("r2.csv", file_of(line(1, first_name="เกษม", mobile_consent="N"), line(2, first_name="กานดา", road="ใหม่")))
    await registry.import_file("r2.csv")
    assert await giving(registry, people, NOTICES) == [3, 4, 5, 6]
    assert await given(registry, people[1]) == [BANK_DATA]
    registry.write("r3.csv", file_of(line(1, first_name="เกษม"), line(2, first_name="กานดา")))
    await registry.import_file("r3.csv")
    assert await giving(registry, people, NOTICES) == [1, 3, 4, 5, 6]
    await registry.bring(policy_event(2, income_threshold_baht=20000))
    await registry.run_jobs()
    await registry.bring(move_reported(people[1], "100101"))
    newest = await registry.fetch(
        "SELECT DISTINCT ON (holder_id) holder_id, what, consents FROM card_holder_history ORDER BY holder_id, version DESC"
    )
    assert {str(row["holder_id"]): row["consents"] for row in newest}[people[1]] == [BANK_DATA, NOTICES]
    await registry.assert_sound()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"purpose": "SELL"}, "purpose"),
        ({"notice_version": "1999-01"}, "notice_version"),
        ({"notice_version": None}, "notice_version"),
        ({"signed_on": "2017-12-31"}, "purpose"),
        ({"signed_on": "2018-02-16"}, "signed_on"),
        ({"signed_at": "2018-02-11T09:00:00+07:00"}, "signed_at"),
        ({"signed_on": "2018-02-15", "signed_at": "2018-02-15T13:00:00+07:00"}, "signed_at"),
        ({"signed_at": "2018-02-10T09:00:00"}, "signed_at"),
        ({"signed_at": "0001-01-01T00:00:00+14:00"}, "signed_at"),
        ({"signed_at": "9999-12-31T23:59:59-12:00"}, "signed_at"),
        ({"signed_on": "9999-12-31"}, "signed_on"),
        ({"signed_on": "0001-01-01"}, "purpose"),
        ({"evidence": "  "}, "evidence"),
        ({"evidence": "a\u0000b"}, "evidence"),
        ({"channel": "PIGEON"}, "channel"),
        ({"decision": "MAYBE"}, "decision"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_what_cannot_be_a_statement_is_refused_by_its_field(registry, people, change, field):
    answer = await registry.post(f"/v1/card-holders/{people[1]}/consents", consent() | change)
    assert answer.status_code == 422, answer.text
    [problem] = answer.json()["errors"]
    assert problem["field"].removeprefix("body.") == field
    assert problem["message_th"]
    assert await registry.value("SELECT count(*) FROM consent") == 0


async def test_the_dead_consent_to_nothing_new(registry, people, state):
    await registry.bring(death_reported(people[1], date(2018, 2, 12)))
    await registry.approve_deaths()
    await state(people[1], signed_on="2018-02-12")
    answer = await registry.post(f"/v1/card-holders/{people[1]}/consents", consent(signed_on="2018-02-13"))
    assert answer.json()["type"].endswith("holder-deceased")


async def test_who_is_out_of_reach_is_not_there(registry, people, state):
    row, there = await state(people[1]), district("1001")
    path = f"/v1/card-holders/{people[1]}/consents"
    answers = [
        await registry.get(path, there),
        await registry.get(f"{path}/standing", there),
        await registry.get(f"{path}/{row['consent_id']}/receipt", there),
        await registry.get(f"/v1/card-holders/{people[2]}/consents/{row['consent_id']}/receipt"),
        await registry.post(path, consent(decision="WITHDRAWN"), there),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert (await registry.post(path, consent(), scopes=("registry.consents:read",))).status_code == 403
    entries = await registry.fetch("SELECT holder_id, detail FROM audit_entry WHERE action = 'READ' ORDER BY seq")
    assert [row["holder_id"] for row in entries] == [None, None]


async def test_a_receipt_has_the_standards_fields_and_our_signature(registry, people, state):
    row = await state(people[1])
    path = f"/v1/card-holders/{people[1]}/consents/{row['consent_id']}/receipt"
    answer = (await registry.get(path)).json()
    receipt = answer["receipt"]
    assert receipt.keys() == {
        "schema_version", "receipt_id", "record_id", "pii_principal_id", "pii_processing", "party_identification", "event"
    }  # fmt: skip
    [purpose] = receipt["pii_processing"]["purposes"]
    assert {
        "purpose",
        "lawful_basis",
        "pii_information",
        "pii_controllers",
        "recipient_third_parties",
        "withdrawal_method",
    } <= purpose.keys()
    assert {one["party_id"] for one in receipt["party_identification"]} == {"MOF", "AGENCIES"}
    assert (receipt["record_id"], receipt["pii_principal_id"]) == (row["consent_id"], people[1])
    assert receipt["event"]["event_state"] == "consent given"
    assert [one["pii_type"] for one in purpose["pii_information"] if one["sensitive_pii_category"]] == ["health"]
    keys = PublicKeys.of(registry.service.resources.signing.jwks())
    assert orjson.loads(keys.verify(answer["jws"])) == receipt
    assert (await registry.get(path)).json()["receipt"] == receipt
    [entry, _] = await registry.fetch("SELECT holder_id, fields, purpose FROM audit_entry WHERE action = 'READ' ORDER BY seq")
    assert (str(entry["holder_id"]), entry["fields"], entry["purpose"]) == (people[1], ["consent_receipt"], "consent receipt")
    withdrawn = await state(people[1], decision="WITHDRAWN", signed_on="2018-02-15")
    answer = (await registry.get(f"/v1/card-holders/{people[1]}/consents/{withdrawn['consent_id']}/receipt")).json()["receipt"]
    assert (answer["event"]["event_state"], answer["pii_processing"]["privacy_notice"]) == ("consent withdrawn", None)


async def test_forms_in_any_order_and_twice_give_the_same_consents(registry, people):
    later = datetime(2018, 2, 16, 5, tzinfo=UTC)
    events = [
        captured(people[1], SHARE_WITH_AGENCIES, BANK_DATA),
        captured(people[2], SHARE_WITH_AGENCIES),
        captured(people[1], "WAGE_THROUGH_CARD", number=2, signed_on=date(2018, 2, 9), time=later),
    ]
    for order in itertools.permutations(events):
        await registry.bring(*order, *order)
    rows = await registry.fetch("SELECT holder_id, consents FROM card_holder WHERE consents IS NOT NULL")
    assert {str(row["holder_id"]): row["consents"] for row in rows} == {
        people[1]: [BANK_DATA, NOTICES, SHARE_WITH_AGENCIES, "WAGE_THROUGH_CARD"],
        people[2]: [NOTICES, SHARE_WITH_AGENCIES],
    }
    assert await registry.value("SELECT count(*) FROM consent") == 4
    row = await registry.fetch("SELECT channel, evidence, recorded_by FROM consent WHERE holder_id = $1", people[2])
    assert dict(row[0]) == {"channel": "MEETING_PLACE", "evidence": "8101-00000001", "recorded_by": "interview"}
    await registry.assert_sound()


async def test_a_form_that_names_what_is_not_known_goes_to_the_dead_letters(registry, people):
    for bad, reason in [
        (captured(people[1], "SELL"), "not a purpose"),
        (captured(people[1], BANK_DATA, notice="2017-01"), "not a privacy notice"),
        (captured(new_id(), BANK_DATA), "not in the registry"),
    ]:
        with pytest.raises(RejectedEvent, match=reason):
            await registry.bring(bad)
    assert await registry.value("SELECT count(*) FROM consent") == 0


async def test_twenty_statements_at_once_are_all_kept_and_the_newest_holds(registry, people):
    path = f"/v1/card-holders/{people[1]}/consents"
    bodies = [consent(decision=("GIVEN", "WITHDRAWN")[day % 2], signed_on=f"2018-02-{day:02d}") for day in range(1, 15)]
    answers = await asyncio.gather(*(registry.post(path, body) for body in bodies))
    assert {answer.status_code for answer in answers} == {201}
    first, cursor = [], None
    while True:
        page = (await registry.get(path, limit=5, **({"cursor": cursor} if cursor else {}))).json()
        first += [one["signed_on"] for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert first == [body["signed_on"] for body in reversed(bodies)]
    assert SHARE_WITH_AGENCIES in await given(registry, people[1])
    await registry.assert_sound()


async def test_the_catalogue_is_told_in_both_languages(registry):
    answer = (await registry.get("/v1/consent-purposes")).json()
    assert [one["name"] for one in answer["purposes"]] == [one.name for one in catalogue().purposes]
    assert all(one["title"].keys() == {"th", "en"} for one in answer["purposes"])
    assert answer["notices"][0]["version"] == "2018-01"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("recipients: [AGENCIES]", "recipients: [NOBODY]"),
        ("sensitive_fields: [health]", "sensitive_fields: [shoe_size]"),
        ("name: BANK_DATA", "name: NOTICES"),
        ("version: 2018-01", "version: [2018"),
        ("section: PDPA s.26,", ""),
    ],
)
def test_a_catalogue_that_contradicts_itself_is_refused(tmp_path, old, new):
    text = load.__defaults__[0].read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "catalogue.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CatalogueInvalid):
        load(tmp_path / "catalogue.yaml")


async def test_messages_and_logs_of_consents_name_nobody(registry, people):
    await registry.bring(captured(people[1], BANK_DATA))
    for _, _, envelope in await registry.published():
        assert citizen_id(1) not in str(envelope)
