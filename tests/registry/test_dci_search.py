"""The DCI API as a foreign system asks it: found, masked, within reach, paged; whatever is wrong has the standard's own code."""

import pytest

from services.registry.commands.dci import search as searching
from shared.auth import Level, Reach
from shared.clock import system_now
from shared.ids import new_id
from tests.registry.dci_world import DCI_SCOPES, Foreign, expression, item, uin
from tests.registry.facts import death_reported
from tests.registry.people import card_no, citizen_id


@pytest.fixture
async def foreign(registry, people):
    """A registered foreign system without callbacks."""
    system = Foreign(registry)
    await system.register()
    return system


def shown(answer):
    """The ids of the people in an answer, and how many there are in all."""
    return [one["@id"].removeprefix("urn:uuid:") for one in answer["data"]["reg_records"]], answer["pagination"]["total_count"]


def code(answer):
    return answer["status"], answer.get("status_reason_code")


async def test_a_sender_without_a_public_task_gets_only_those_who_consent(registry, people):
    system = Foreign(registry)
    await system.register(basis="CONSENT")
    consent = {
        "purpose": "SHARE_WITH_REGISTRIES",
        "signed_on": "2018-02-10",
        "channel": "COUNTER",
        "evidence": "1/2561",
        "notice_version": "2018-01",
    }
    assert (await registry.post(f"/v1/card-holders/{people[1]}/consents", consent | {"decision": "GIVEN"})).status_code == 201
    asked = [item(uin(citizen_id(number))) for number in (1, 2)]
    assert [shown(answer) for answer in await system.asks(*asked)] == [([people[1]], 1), ([], 0)]
    withdrawal = {**consent, "decision": "WITHDRAWN", "signed_on": "2018-02-11"}
    del withdrawal["notice_version"]
    assert (await registry.post(f"/v1/card-holders/{people[1]}/consents", withdrawal)).status_code == 201
    assert [shown(answer) for answer in await system.asks(*asked)] == [([], 0), ([], 0)]


async def test_a_person_is_found_by_either_number_and_masked(foreign, people):
    by_uin, by_card, nobody = await foreign.asks(
        item(uin(citizen_id(1))), item({"type": "CARD_NO", "value": card_no(2)}), item(uin(citizen_id(99)))
    )
    assert shown(by_uin) == ([people[1]], 1)
    assert shown(by_card) == ([people[2]], 1)
    assert shown(nobody) == ([], 0)
    member = by_uin["data"]["reg_records"][0]
    person = member["demographic_info"]
    assert (member["@type"], person["@type"], person["sex"]) == ("Member", "SRPerson", "female")
    assert person["name"] == {"@type": "Name", "prefix": "นาง", "given_name": "เกษม", "surname": "ใจดี"}
    assert {"income_tier": "UP_TO_30000"} in member["additional_attributes"]
    assert person["address"]["subdistrict_code"] == "810101"
    for secret in (citizen_id(1), card_no(1), "1970-05", "0812345678", "12/3"):
        assert secret not in str(by_uin)


async def test_plain_values_need_the_registration_and_the_token(registry, people):
    foreign = Foreign(registry, scopes=(*DCI_SCOPES, "registry.personal:read"))
    await foreign.register(plain=True)
    [answer] = await foreign.asks(item(uin(citizen_id(1)), reg_record_type="SRPerson"))
    person = answer["data"]["reg_records"][0]
    assert person["identifier"][0]["identifier_value"] == citizen_id(1)
    assert (person["birth_date"], person["phone_number"]) == ("1970-05-04", ["0812345678"])
    foreign.scopes = DCI_SCOPES
    [answer] = await foreign.asks(item(uin(citizen_id(1))))
    assert citizen_id(1) not in str(answer)


async def test_every_attribute_can_be_asked_about_with_each_operator_that_it_has(registry, people):
    foreign = Foreign(registry, scopes=(*DCI_SCOPES, "registry.personal:read"))
    await foreign.register(plain=True)
    same = {
        "UIN": citizen_id(1), "CARD_NO": card_no(1), "given_name": "เกษม", "surname": "ใจดี", "income_tier": "UP_TO_30000", "province_code": "81",
        "district_code": "8101", "subdistrict_code": "810101", "postal_code": "81000", "YOB": 1970, "birth_date": "1970-05-04",
    }  # fmt: skip
    ordered = {
        "YOB": (1960, 1980),
        "birth_date": ("1970-05-03", "1970-05-05"),
        "age": (1, 90),
        "last_updated": ("2018-01-01T00:00:00Z", "2999-01-01T00:00:00Z"),
    }
    asked = [{name: {operator: value}} for name, one in same.items() for operator, value in (("$eq", one), ("$in", [one]))]
    asked += [
        {name: {low: begin, high: end}}
        for name, (begin, end) in ordered.items()
        for low, high in (("$gt", "$lt"), ("$ge", "$le"), ("$gte", "$lte"))
    ]
    everything, nobody = await foreign.asks(expression({"$and": asked}), expression({"UIN": citizen_id(1), "$not": {"age": {"$gt": 1}}}))
    assert shown(everything) == ([people[1]], 1)
    assert shown(nobody) == ([], 0)


async def test_expressions_and_predicates_find_sort_and_page(foreign, people):
    where = {"$and": [{"district_code": {"$eq": "8101"}}, {"$or": [{"YOB": {"$lt": 1960}}, {"income_tier": "OVER_30000"}]}]}
    first, second, beyond = await foreign.asks(
        *(
            expression(
                where,
                sort=[{"attribute_name": "income_tier", "sort_order": "desc"}, {"attribute_name": "surname", "sort_order": "asc"}],
                pagination={"page_size": 2, "page_number": number},
            )
            for number in (1, 2, 9)
        )
    )
    assert (len(shown(first)[0]), shown(first)[1], len(shown(second)[0]), shown(beyond)) == (2, 3, 1, ([], 3))
    assert {*shown(first)[0], *shown(second)[0]} == {people[2], people[3], people[4]}
    # UP_TO_30000 sorts after OVER_30000, and was asked for first.
    assert shown(first)[0][0] == people[3]
    predicate = [
        {
            "seq_num": 2,
            "expression1": {"attribute_name": "YOB", "operator": "ge", "attribute_value": "1960"},
            "condition": "not",
            "expression2": {"attribute_name": "income_tier", "operator": "eq", "attribute_value": "OVER_30000"},
        },
        {"seq_num": 1, "expression1": {"attribute_name": "district_code", "operator": "in", "attribute_value": "8101,8102"}},
    ]
    [answer] = await foreign.asks(item(predicate, kind="predicate"))
    assert shown(answer) == ([people[1]], 1)


async def test_who_is_out_of_reach_of_the_token_or_the_registration_is_not_there(registry, people):
    krabi = Foreign(registry, "krabi.example.org", "krabi")
    await krabi.register(reach={"level": "PROVINCE", "code": "81"})
    everyone = expression({"province_code": {"$in": ["81", "10"]}})
    assert [shown(one)[1] for one in await krabi.asks(everyone, item(uin(citizen_id(5))), item(uin(citizen_id(1))))] == [4, 0, 1]
    krabi.reach = Reach(Level.DISTRICT, "1001")
    assert [shown(one)[1] for one in await krabi.asks(everyone, item(uin(citizen_id(5))))] == [0, 0]


async def test_the_dead_are_not_shared_and_not_counted(registry, foreign, people):
    await registry.bring(death_reported(people[1]))
    await registry.approve_deaths()
    one, all_ = await foreign.asks(item(uin(citizen_id(1))), expression({"district_code": "8101"}))
    assert (shown(one), shown(all_)[1]) == (([], 0), 3)


async def test_each_person_and_each_question_is_in_the_audit_under_the_purpose_that_was_given(registry, foreign, people):
    await foreign.asks(item(uin(citizen_id(1))), item(uin(citizen_id(99))), expression({"district_code": "1001"}))
    rows = await registry.fetch(
        "SELECT client, purpose, holder_id::text, asked, fields FROM audit_entry WHERE action = 'DCI_SEARCH' ORDER BY seq"
    )
    assert {row["holder_id"] for row in rows} == {people[1], None, people[5], people[6]}
    assert {(row["client"], row["purpose"]) for row in rows} == {("ministry (spmis.example.org)", "DCI authorize SCHOLARSHIP")}
    assert rows[0]["asked"] == registry.vault.index_of(citizen_id(1))
    assert "birth_date" not in rows[0]["fields"]


async def test_a_thousand_requests_are_answered_in_their_order_and_one_more_is_refused(foreign, people):
    items = [item(uin(citizen_id(1 + number % 7)), f"r-{number}") for number in range(1000)]
    answers = await foreign.asks(*items)
    assert [one["reference_id"] for one in answers] == [f"r-{number}" for number in range(1000)]
    assert [shown(one)[1] for one in answers[:8]] == [1, 1, 1, 1, 1, 1, 0, 1]
    answer = await foreign.send("/registry/sync/search", foreign.search(*items, item(uin(citizen_id(1)))))
    assert (answer.status_code, answer.json()["header"]["status_reason_code"]) == (400, "rjct.total_count.limit_exceeded")


INJECTION = "'; DROP TABLE card_holder; --"
AREA = {"district_code": "8101"}


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        pytest.param(expression({INJECTION: {"$eq": 1}}), "rjct.filter.invalid", id="SQL as attribute"),
        pytest.param(expression({**AREA, "surname": {INJECTION: "a"}}), "rjct.filter.invalid", id="SQL as operator"),
        pytest.param(expression({"district_code": {"$eq": INJECTION}}), "rjct.filter.invalid", id="SQL as code"),
        pytest.param(expression({"holder_id": {"$eq": "1"}}), "rjct.filter.invalid", id="a column of ours"),
        pytest.param(expression({"$where": "1=1"}), "rjct.filter.invalid", id="an unknown operator"),
        pytest.param(expression({**AREA, "surname": {"$gt": "ก"}}), "rjct.filter.invalid", id="an order of names"),
        pytest.param(expression({**AREA, "birth_date": {"$ge": "1970-01-01"}}), "rjct.filter.invalid", id="birth dates of masked people"),
        pytest.param(expression({"income_tier": "OVER_30000"}), "rjct.filter.invalid", id="the whole country"),
        pytest.param(expression({"$not": AREA}), "rjct.filter.invalid", id="all but an area"),
        pytest.param(expression({"$or": [AREA, {"age": {"$gt": 3}}]}), "rjct.filter.invalid", id="an area or everybody"),
        pytest.param(expression({"$and": []}), "rjct.filter.invalid", id="nothing joined"),
        pytest.param(expression({}), "rjct.filter.invalid", id="nothing"),
        pytest.param(expression({"$and": [{"$and": [{"$and": [{"$and": [{"$and": [{"$and": [AREA]}]}]}]}]}]}), "rjct.filter.invalid", id="deep"),
        pytest.param(expression({"$and": [AREA] * 51}), "rjct.filter.invalid", id="wide"),
        pytest.param(expression({"UIN": {"$in": []}}), "rjct.filter.invalid", id="in nothing"),
        pytest.param(expression({"UIN": {"$in": ["1"] * 1001}}), "rjct.filter.invalid", id="in too much"),
        pytest.param(expression({**AREA, "age": {"$gt": 1.5}}), "rjct.filter.invalid", id="half an age"),
        pytest.param(expression({**AREA, "last_updated": {"$gt": "2018-01-01"}}), "rjct.filter.invalid", id="a moment without zone"),
        pytest.param(expression({**AREA, "last_updated": {"$gt": "0001-01-01T00:00:00+14:00"}}), "rjct.filter.invalid", id="a moment before time"),
        pytest.param(item([], kind="predicate"), "rjct.filter.invalid", id="no predicate"),
        pytest.param(
            item([{"expression1": {"attribute_name": "YOB", "operator": "eq", "attribute_value": "1980"}, "condition": "or"}], kind="predicate"),
            "rjct.filter.invalid",
            id="a half condition",
        ),
        pytest.param(item(uin("1234567890123")), "rjct.search_criteria.invalid", id="a wrong check digit"),
        pytest.param(item({"type": "BRN", "value": "1"}), "rjct.filter.invalid", id="an id that nobody has"),
        pytest.param(item(uin(citizen_id(1)), sort=[{"attribute_name": "citizen_index"}]), "rjct.sort.invalid", id="a sort"),
        pytest.param(item(uin(citizen_id(1)), pagination={"page_size": 0}), "rjct.pagination.invalid", id="a page of nothing"),
        pytest.param(item(uin(citizen_id(1)), pagination={"page_size": 2001}), "rjct.pagination.invalid", id="a page too long"),
        pytest.param(item(uin(citizen_id(1)), pagination={"page_size": 1.5}), "rjct.pagination.invalid", id="half a page"),
        pytest.param(item(uin(citizen_id(1)), pagination={"page_size": 1, "page_number": 0}), "rjct.pagination.invalid", id="a page 0"),
        pytest.param(item(uin(citizen_id(1)), pagination={"page_size": 1e300}), "rjct.pagination.invalid", id="a page beyond numbers"),
        pytest.param(item(uin(citizen_id(1)), reg_type="ns:org:RegistryType:Civil"), "rjct.search_criteria.invalid", id="another registry"),
        pytest.param(item(uin(citizen_id(1)), reg_record_type="Ship"), "rjct.search_criteria.invalid", id="another record"),
        pytest.param(item(uin(citizen_id(1)), version="9"), "rjct.search_criteria.invalid", id="another version"),
        pytest.param(item(uin(citizen_id(1)), authorize={"purpose": {"code": "GOSSIP"}}), "rjct.search_criteria.invalid", id="another purpose"),
        pytest.param(item(uin(citizen_id(1)), authorize={}), "rjct.search_criteria.invalid", id="no purpose"),
        pytest.param(
            item(uin(citizen_id(1)), consent={"purpose": {"code": "SCHOLARSHIP"}, "expiry": "2018-01-01"}),
            "rjct.search_criteria.invalid",
            id="an expired consent",
        ),
        pytest.param(
            item(uin(citizen_id(1)), consent={"purpose": {"code": "SCHOLARSHIP"}, "ts": "2999-01-01T00:00:00Z"}),
            "rjct.search_criteria.invalid",
            id="a consent of the future",
        ),
        pytest.param({**item(uin(citizen_id(1))), "timestamp": "2999-01-01T00:00:00Z"}, "rjct.timestamp.invalid", id="asked in the future"),
        pytest.param({**item(uin(citizen_id(1))), "reference_id": ""}, "rjct.reference_id.invalid", id="no reference"),
    ],
)  # fmt: skip
async def test_what_is_wrong_with_one_request_has_its_code_and_the_others_are_answered(foreign, people, bad, reason):
    rejected, good = await foreign.asks(bad, item(uin(citizen_id(1))))
    assert code(rejected) == ("rjct", reason)
    assert INJECTION not in str(rejected)
    assert shown(good) == ([people[1]], 1)


async def test_a_reference_that_stands_twice_is_answered_once(foreign):
    first, second = await foreign.asks(item(uin(citizen_id(1)), "r-1"), item(uin(citizen_id(2)), "r-1"))
    assert (code(first), code(second)) == (("succ", None), ("rjct", "rjct.reference_id.duplicate"))


async def test_too_many_found_and_too_long_an_answer_are_rejected(foreign, people, monkeypatch):
    monkeypatch.setattr(searching, "RECORDS_MAX", 3)
    area, other = expression(AREA), expression({"district_code": "1001"})
    assert [code(one)[1] for one in await foreign.asks(area, other)] == ["rjct.search.too_many_records_found", None]
    monkeypatch.setattr(searching, "FOUND_MAX", 1)
    assert [code(one)[1] for one in await foreign.asks(other)] == ["rjct.search.too_many_records_found"]


async def test_a_consent_and_an_authorisation_that_hold_are_both_on_record(registry, foreign, people):
    consent = {"@type": "Consent", "ts": system_now().isoformat(), "purpose": {"code": "SCHOLARSHIP"}, "expiry": "2999-01-01"}
    await foreign.asks(item(uin(citizen_id(1)), consent=consent))
    assert await registry.value("SELECT DISTINCT purpose FROM audit_entry WHERE action = 'DCI_SEARCH'") == (
        "DCI authorize SCHOLARSHIP, consent SCHOLARSHIP"
    )


async def test_a_sender_of_several_purposes_must_name_one(registry, people):
    foreign = Foreign(registry)
    await foreign.register(purposes=["SCHOLARSHIP", "DISABILITY"])
    asked = item(uin(citizen_id(1)), str(new_id()))
    del asked["search_criteria"]["authorize"]
    assert [code(one) for one in await foreign.asks(asked)] == [("rjct", "rjct.search_criteria.invalid")]
