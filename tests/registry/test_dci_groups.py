"""A group of the DCI API is a household: its members within reach who may be shared, each once, and nobody else."""

import pytest

from services.registry.commands.dci import search as searching
from shared.auth import Level, Reach
from shared.ids import new_id
from tests.registry.dci_world import DCI_SCOPES, Foreign, callbacks, expression, item, keys_of, subscribe, uin, wish
from tests.registry.facts import move_reported
from tests.registry.people import citizen_id


@pytest.fixture
async def household(registry, people):
    """Person 1 with spouse 2, a child without a card, and 5, who lives in another province by the registry; returns its id."""
    members = [
        {"holder_id": people[1], "role": "HEAD"},
        {"holder_id": people[2], "role": "SPOUSE"},
        {"holder_id": people[5], "role": "OTHER"},
        {"birth_year": 2010, "role": "CHILD"},
    ]
    asked = {"subdistrict": "810101", "formed_on": "2018-02-01", "members": members, "why": "สัมภาษณ์"}
    answer = await registry.post("/v1/households", asked)
    assert answer.status_code == 201, answer.text
    return answer.json()["household_id"]


def found(answer):
    """The groups of an answer and how many there are in all."""
    return answer["data"]["reg_records"], answer["pagination"]["total_count"]


def members_of(group):
    """Ids and roles of the members."""
    roles = [
        next(one["household_role"] for one in member["additional_attributes"] if "household_role" in one) for member in group["member_list"]
    ]
    return list(zip([member["@id"].removeprefix("urn:uuid:") for member in group["member_list"]], roles, strict=True))


async def test_the_group_of_a_person_is_their_household_masked_and_on_the_audit(registry, people, household):
    foreign = Foreign(registry)
    await foreign.register()
    [answer] = await foreign.asks(item(uin(citizen_id(2)), response_entity="Group"))
    [group], count = found(answer)
    assert (group["@type"], group["@id"], group["group_type"], group["group_size"], count) == (
        "Group", f"urn:uuid:{household}", "household", 4, 1,
    )  # fmt: skip
    assert group["group_identifier"][0] == {"@type": "Identifier", "identifier_type": "HOUSEHOLD_ID", "identifier_value": household}
    assert group["group_head_info"] == group["member_list"][0]
    *holders, (_, dependant) = members_of(group)
    assert (holders, dependant) == ([(people[1], "HEAD"), (people[2], "SPOUSE"), (people[5], "OTHER")], "CHILD")
    related = [one.get("related_person", [{}])[0].get("relationship_type") for one in group["member_list"]]
    assert related == [None, "SPS", None, "CHILD"]
    for secret in (citizen_id(1), citizen_id(2), "1970", "2010", "0812345678", "12/3"):
        assert secret not in str(answer)
    audited = await registry.fetch("SELECT holder_id::text FROM audit_entry WHERE action = 'DCI_SEARCH'")
    assert {row["holder_id"] for row in audited} == {people[1], people[2], people[5]}


async def test_each_member_of_a_group_counts_towards_the_length_of_an_answer(registry, people, household, monkeypatch):
    foreign = Foreign(registry)
    await foreign.register()
    asked = [item(uin(citizen_id(number)), response_entity="Group") for number in (1, 3)]
    codes = []
    for most in (4, 3, 2):
        monkeypatch.setattr(searching, "RECORDS_MAX", most)
        codes.append([one.get("status_reason_code") for one in await foreign.asks(*asked)])
    too_long = "rjct.search.too_many_records_found"
    assert codes == [[None, None], [None, too_long], [too_long, None]]


async def test_plain_values_of_the_members_are_for_who_may_see_them(registry, people, household):
    foreign = Foreign(registry, scopes=(*DCI_SCOPES, "registry.personal:read"))
    await foreign.register(plain=True)
    [answer] = await foreign.asks(item(uin(citizen_id(1)), response_entity="Group"))
    [group], _ = found(answer)
    assert [one["demographic_info"]["birth_date"] for one in group["member_list"]] == ["1970-05-04"] * 3 + ["2010"]
    assert group["member_list"][1]["member_identifier"][0]["identifier_value"] == citizen_id(2)


async def test_a_member_out_of_reach_or_dead_is_not_there_and_not_counted(registry, people, household):
    krabi = Foreign(registry, "krabi.example.org", "krabi", keys_of("k"))
    await krabi.register(reach={"level": "PROVINCE", "code": "81"})
    [answer] = await krabi.asks(item(uin(citizen_id(1)), response_entity="Group"))
    [group], _ = found(answer)
    assert (group["group_size"], people[5] in str(group)) == (3, False)
    krabi.reach = Reach(Level.DISTRICT, "1001")
    assert [found(one) for one in await krabi.asks(item(uin(citizen_id(5)), response_entity="Group"))] == [([], 0)]


async def test_only_members_who_consent_are_there_and_dependants_follow_the_head(registry, people, household):
    foreign = Foreign(registry)
    await foreign.register(basis="CONSENT")
    given = {"purpose": "SHARE_WITH_REGISTRIES", "signed_on": "2018-02-10", "channel": "COUNTER", "evidence": "1/2561"}
    sizes = []
    for number in (2, 1):
        consent = {**given, "decision": "GIVEN", "notice_version": "2018-01"}
        assert (await registry.post(f"/v1/card-holders/{people[number]}/consents", consent)).status_code == 201
        [answer] = await foreign.asks(item(uin(citizen_id(2)), response_entity="Group"))
        [group], _ = found(answer)
        sizes.append((group["group_size"], "group_head_info" in group))
    assert sizes == [(1, False), (3, True)]


async def test_a_household_is_found_by_its_identifier_and_stands_once_in_a_list(registry, people, household):
    foreign = Foreign(registry)
    await foreign.register()
    by_id = {"type": "HOUSEHOLD_ID", "value": household}
    area = {"district_code": "8101"}
    named, listed, paged, persons, nobody, wrong = await foreign.asks(
        item(by_id, response_entity="Group"),
        expression(area, response_entity="Group"),
        expression(area, response_entity="Group", pagination={"page_size": 1, "page_number": 3}),
        expression({"group_identifier": {"$in": [household]}, "$not": {"UIN": citizen_id(1)}}),
        item({"type": "HOUSEHOLD_ID", "value": str(new_id())}, response_entity="Group"),
        item({"type": "HOUSEHOLD_ID", "value": "HS1"}, response_entity="Group"),
    )
    assert [group["@id"] for group in found(named)[0]] == [f"urn:uuid:{household}"]
    groups, count = found(listed)
    # Two of the four live together; of the others no household is recorded, so nothing is said of size and head.
    assert (count, sorted(group["group_type"] for group in groups)) == (3, ["household", "individual", "individual"])
    assert all("group_size" not in group and len(group["member_list"]) == 1 for group in groups if group["group_type"] == "individual")
    assert (len(found(paged)[0]), found(paged)[1]) == (1, 3)
    assert {one["@id"].removeprefix("urn:uuid:") for one in persons["data"]["reg_records"]} == {people[2], people[5]}
    assert (found(nobody), wrong["status_reason_code"]) == (([], 0), "rjct.filter.invalid")


async def test_subscribers_of_groups_are_told_the_household_of_who_moved(registry, people, household):
    async with callbacks() as mine:
        foreign = Foreign(registry, callbacks=mine)
        await foreign.register()
        await foreign.hears()
        kind = {"notify_record_type": "Group", "reference_id": "moves"}
        body = subscribe(foreign, wish({"type": "HOUSEHOLD_ID", "value": household}, "MOVE", kind="idtype-value", **kind))
        await foreign.send("/registry/subscribe", body)
        await foreign.hears()
        await registry.bring(move_reported(people[1], "810102"), move_reported(people[2], "810102"))
        told = (await foreign.hears_last("notify"))["message"]["notify_event"]
        assert [(one["data"]["reg_records"]["@id"], one["data"]["reg_records"]["group_size"]) for one in told] == [
            (f"urn:uuid:{household}", 4)
        ]
