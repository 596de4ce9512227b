"""Households: one head, one household a person, moves and deaths of members, two changes at once."""

import asyncio
from datetime import date

import pytest

from shared.ids import new_id
from tests.registry.facts import death_reported, district, move_reported

WHY = "สัมภาษณ์ที่บ้าน"
HERE, THERE = district("8101"), district("1001")


def household(*members, formed_on="2018-02-01", subdistrict="810101"):
    told = [{"role": role, "birth_year" if isinstance(who, int) else "holder_id": who} for who, role in members]
    return {"subdistrict": subdistrict, "formed_on": formed_on, "members": told, "why": WHY}


@pytest.fixture
def make(registry):
    """Do something to households that must succeed."""

    async def made(path, body, reach=None, **headers):
        answer = await registry.post(path, {"why": WHY} | body, *([reach] if reach else []), **headers)
        assert answer.status_code in {200, 201}, answer.text
        return answer.json()

    return made


@pytest.fixture
async def home(people, make):
    """Person 1 is head, 2 the spouse, and there is a child without a card."""
    return await make("/v1/households", household((people[1], "HEAD"), (people[2], "SPOUSE"), (2010, "CHILD")), HERE)


def roles(answer):
    return sorted(one["role"] for one in answer["members"])


def member(answer, holder_id):
    return next(one["member_id"] for one in answer["members"] if one["holder_id"] == holder_id)


def slug(answer):
    return answer.json()["type"].rsplit(":", 1)[1]


async def test_a_household_is_formed_and_found_by_its_people(registry, people, home):
    assert (home["version"], roles(home)) == (1, ["CHILD", "HEAD", "SPOUSE"])
    assert [one["birth_year"] for one in home["members"]] == [None, None, 2010]
    found = await registry.get(f"/v1/card-holders/{people[2]}/household", HERE)
    assert (found.json(), found.headers["ETag"]) == (home, '"1"')
    assert (await registry.get(f"/v1/card-holders/{people[2]}/household", HERE, on="2018-01-31")).status_code == 404
    assert (await registry.get(f"/v1/card-holders/{people[3]}/household", HERE)).status_code == 404
    await registry.assert_sound()


@pytest.mark.parametrize(
    "change",
    [
        lambda one, _: one | {"members": []},
        lambda one, _: one | {"members": [{"birth_year": 2010, "role": "CHILD"}]},
        lambda one, _: one | {"members": [{"birth_year": 1950, "role": "HEAD"}]},
        lambda one, people: one | {"members": [*one["members"], {"holder_id": people[3], "role": "HEAD"}]},
        lambda one, people: one | {"members": [*one["members"], {"holder_id": people[1], "role": "OTHER"}]},
        lambda one, people: one | {"members": [{"holder_id": people[1], "birth_year": 2010, "role": "CHILD"}]},
        lambda one, _: one | {"members": [*one["members"], {"birth_year": 2019, "role": "CHILD"}]},
        lambda one, _: one | {"subdistrict": "999999"},
        lambda one, _: one | {"formed_on": "2018-02-16"},
        lambda one, _: one | {"formed_on": "1960-01-01"},
        lambda one, _: one | {"why": " "},
        lambda one, _: one | {"colour": "red"},
    ],
)
async def test_what_is_no_household_is_refused(registry, people, change):
    answer = await registry.post("/v1/households", change(household((people[1], "HEAD")), people))
    assert (answer.status_code, answer.json()["type"].rsplit(":", 1)[1]) == (422, "invalid"), answer.text
    assert await registry.value("SELECT count(*) FROM household") == 0


async def test_a_person_is_of_one_household_and_leaves_it_for_another(registry, people, home, make):
    other = await make("/v1/households", household((people[3], "HEAD")))
    joining = {"holder_id": people[2], "role": "CHILD", "from_on": "2018-02-10"}
    path = f"/v1/households/{other['household_id']}/members"
    assert slug(await registry.post(path, joining | {"why": WHY})) == "already-in-household"
    await make(f"/v1/households/{home['household_id']}/members/{member(home, people[2])}/leaving", {"left_on": "2018-02-10"})
    assert slug(await registry.post(path, joining | {"from_on": "2018-02-09", "why": WHY})) == "already-in-household"
    joined = await make(path, joining)
    assert roles(joined) == ["CHILD", "HEAD"]
    then = (await registry.get(f"/v1/card-holders/{people[2]}/household", on="2018-02-05")).json()
    assert (then["household_id"], roles(then)) == (home["household_id"], ["CHILD", "HEAD", "SPOUSE"])
    history = (await registry.get(f"/v1/households/{home['household_id']}/history")).json()["items"]
    assert [(one["what"], one["members"], one["who"]) for one in history] == [("FORMED", 3, "tester"), ("LEFT", 1, "tester")]
    await registry.assert_sound()


async def test_the_head_leaves_only_when_another_is_named_and_with_the_last_card_holder_it_ends(registry, people, home, make):
    path = f"/v1/households/{home['household_id']}"
    leaving = f"{path}/members/{member(home, people[1])}/leaving"
    assert slug(await registry.post(leaving, {"left_on": "2018-02-10", "why": WHY})) == "head-needed"
    child = next(one["member_id"] for one in home["members"] if one["birth_year"])
    assert (await registry.post(leaving, {"left_on": "2018-02-10", "new_head": child, "why": WHY})).status_code == 422
    left = await make(leaving, {"left_on": "2018-02-10", "new_head": member(home, people[2])})
    assert (roles(left), left["version"]) == (["CHILD", "HEAD"], 3)
    empty = await make(f"{path}/members/{member(left, people[2])}/leaving", {"left_on": "2018-02-11"})
    assert (empty["ended_on"], empty["members"]) == ("2018-02-11", [])
    assert (
        slug(await registry.post(f"{path}/members", {"birth_year": 2000, "role": "CHILD", "from_on": "2018-02-12", "why": WHY}))
        == "household-ended"
    )
    assert (await registry.get(path, HERE)).json()["ended_on"] == "2018-02-11"
    await registry.assert_sound()


async def test_another_head_is_named_and_stale_answers_change_nothing(registry, people, home, make):
    path = f"/v1/households/{home['household_id']}/head"
    body = {"member_id": member(home, people[2]), "on": "2018-02-05", "former_role": "SPOUSE"}
    changed = await make(path, body, **{"If-Match": '"1"'})
    assert {one["holder_id"]: one["role"] for one in changed["members"]} == {people[1]: "SPOUSE", people[2]: "HEAD", None: "CHILD"}
    assert (await registry.post(path, body | {"why": WHY}, **{"If-Match": '"1"'})).status_code == 412
    assert (await registry.post(path, body | {"why": WHY})).status_code == 404  # that membership has ended
    second = {"holder_id": people[3], "role": "HEAD", "from_on": "2018-02-06", "why": WHY}
    assert slug(await registry.post(f"/v1/households/{home['household_id']}/members", second)) == "head-present"
    await registry.assert_sound()


async def test_members_split_off_and_come_back(registry, people, home, make):
    path = f"/v1/households/{home['household_id']}"
    child = next(one["member_id"] for one in home["members"] if one["birth_year"])
    moving = [{"member_id": member(home, people[1]), "role": "HEAD"}, {"member_id": child, "role": "CHILD"}]
    asked = {"members": moving, "subdistrict": "810102", "on": "2018-02-08"}
    assert slug(await registry.post(f"{path}/split", asked | {"why": WHY})) == "head-needed"
    everybody = [*moving, {"member_id": member(home, people[2]), "role": "SPOUSE"}]
    assert (await registry.post(f"{path}/split", asked | {"members": everybody, "why": WHY})).status_code == 422
    new = await make(f"{path}/split", asked | {"staying_head": member(home, people[2])})
    assert (roles(new), new["split_from"], new["subdistrict"]) == (["CHILD", "HEAD"], home["household_id"], "810102")
    old = (await registry.get(path)).json()
    assert (roles(old), old["version"]) == (["HEAD"], 3)
    merged = await make(
        f"/v1/households/{new['household_id']}/merge",
        {"into": home["household_id"], "on": "2018-02-12", "roles": [{"member_id": member(new, people[1]), "role": "SPOUSE"}]},
    )
    assert roles(merged) == ["HEAD", "OTHER", "SPOUSE"]
    gone = (await registry.get(f"/v1/households/{new['household_id']}")).json()
    assert (gone["ended_on"], gone["merged_into"]) == ("2018-02-12", home["household_id"])
    await registry.assert_sound()


async def test_who_moves_away_stays_a_member_and_is_nobody_to_the_old_district(registry, people, home, make):
    await registry.bring(move_reported(people[2], "100101"))
    path = f"/v1/households/{home['household_id']}"
    seen = (await registry.get(path, HERE)).json()["members"]
    assert [one for one in seen if not one["within_reach"]] == [
        {"member_id": None, "holder_id": None, "role": "SPOUSE", "birth_year": None, "from_on": None, "within_reach": False}
    ]
    there = (await registry.get(path, THERE)).json()["members"]
    assert [one["holder_id"] for one in there if one["within_reach"]] == [people[2], None]
    assert (await registry.get(path, district("8102"))).status_code == 404
    assert (await registry.get(f"/v1/card-holders/{people[2]}/household", HERE)).status_code == 404
    assert (await registry.get(f"/v1/card-holders/{people[1]}/household", HERE)).json()["members"] == seen
    other = await make("/v1/households", household((people[3], "HEAD")))
    merging = {"into": other["household_id"], "on": "2018-02-14", "roles": [], "why": WHY}
    assert slug(await registry.post(f"{path}/merge", merging, HERE)) == "member-out-of-reach"
    leaving = f"{path}/members/{member(home, people[2])}/leaving"
    assert (await registry.post(leaving, {"left_on": "2018-02-14", "why": WHY}, HERE)).status_code == 404
    assert (await make(leaving, {"left_on": "2018-02-14"}, THERE))["version"] == 2
    assert (await registry.get(path, THERE)).status_code == 404
    await registry.assert_sound()


async def test_nobody_is_brought_in_from_out_of_reach(registry, people, home):
    joining = {"holder_id": people[5], "role": "OTHER", "from_on": "2018-02-10", "why": WHY}
    path = f"/v1/households/{home['household_id']}/members"
    assert (await registry.post(path, joining, HERE)).status_code == 404
    assert (await registry.post(path, joining, THERE)).status_code == 404
    assert (await registry.post(path, joining | {"holder_id": str(new_id())})).status_code == 404
    assert (await registry.post(path, joining, scopes=("registry.households:read",))).status_code == 403


async def test_two_households_at_once_get_a_person_only_once(registry, people, home, make):
    other = await make("/v1/households", household((people[3], "HEAD")))
    for _ in range(5):
        joining = {"holder_id": people[4], "role": "OTHER", "from_on": "2018-02-10", "why": WHY}
        answers = await asyncio.gather(
            *(registry.post(f"/v1/households/{one['household_id']}/members", joining) for one in (home, other, home, other))
        )
        assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
        [joined] = [answer.json() for answer in answers if answer.status_code == 201]
        leaving = f"/v1/households/{joined['household_id']}/members/{member(joined, people[4])}/leaving"
        await make(leaving, {"left_on": "2018-02-10"})
    forming = household((people[4], "HEAD"), formed_on="2018-02-11")
    answers = await asyncio.gather(*(registry.post("/v1/households", forming) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    await registry.assert_sound()


async def test_households_that_merge_into_each_other_at_once_leave_one(registry, people, home, make):
    other = await make("/v1/households", household((people[3], "HEAD")))
    one, two = home["household_id"], other["household_id"]
    body = {"on": "2018-02-10", "roles": [], "why": WHY}
    answers = await asyncio.gather(
        registry.post(f"/v1/households/{one}/merge", body | {"into": two}),
        registry.post(f"/v1/households/{two}/merge", body | {"into": one}),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert await registry.value("SELECT count(*) FROM household WHERE ended_on IS NULL") == 1
    assert await registry.value("SELECT count(*) FROM household_member WHERE to_on IS NULL") == 4
    await registry.assert_sound()


async def test_the_dead_leave_their_household_and_a_household_of_the_dead_ends(registry, people, home, make):
    await registry.bring(death_reported(people[1], date(2018, 2, 12)))
    await registry.approve_deaths()
    path = f"/v1/households/{home['household_id']}"
    widow = (await registry.get(path)).json()
    assert (roles(widow), widow["version"]) == (["CHILD", "SPOUSE"], 2)
    await registry.assert_sound()
    headed = await make(f"{path}/head", {"member_id": member(widow, people[2]), "on": "2018-02-14"})
    assert roles(headed) == ["CHILD", "HEAD"]
    on_the_day = (await registry.get(f"/v1/card-holders/{people[1]}/household", on="2018-02-12")).json()
    assert on_the_day["household_id"] == home["household_id"]
    refused = await registry.post("/v1/households", household((people[1], "HEAD"), formed_on="2018-02-14"))
    assert slug(refused) == "holder-deceased"
    await registry.bring(death_reported(people[2], date(2018, 2, 14)))
    await registry.approve_deaths()
    ended = (await registry.get(path)).json()
    assert (ended["ended_on"], ended["members"]) == ("2018-02-15", [])
    history = (await registry.get(f"{path}/history")).json()["items"]
    assert [one["what"] for one in history] == ["FORMED", "DIED", "HEAD_NAMED", "DIED"]
    await registry.assert_sound()


async def test_a_death_and_a_split_at_once_leave_nobody_behind(registry, people, home):
    moving = [{"member_id": member(home, people[2]), "role": "HEAD"}]
    asked = {"members": moving, "subdistrict": "810102", "on": "2018-02-08", "why": WHY}
    death = {"deceased_on": "2018-02-12", "evidence": "ใบมรณบัตร 1/2561"}
    await registry.post(f"/v1/card-holders/{people[2]}/death", death)
    split, _ = await asyncio.gather(registry.post(f"/v1/households/{home['household_id']}/split", asked), registry.approve_deaths())
    assert split.status_code in {201, 404}  # split before the death, or of somebody who is no member any more
    await registry.assert_sound()


async def test_others_hear_who_lives_together_after_each_change_and_a_death(registry, people, home, make):
    path = f"/v1/households/{home['household_id']}"
    moving = {"members": [{"member_id": member(home, people[1]), "role": "HEAD"}], "subdistrict": "810102", "on": "2018-02-08"}
    new = await make(f"{path}/split", moving | {"staying_head": member(home, people[2])})
    await make(f"{path}/members", {"from_on": "2018-02-09", "role": "OTHER", "holder_id": people[3]})
    await make(f"/v1/households/{new['household_id']}/merge", {"into": home["household_id"], "on": "2018-02-12", "roles": []})
    await registry.bring(death_reported(people[2]))
    await registry.approve_deaths()
    told = [message["data"] for topic, _, message in await registry.published() if topic == "registry.households.v1"]
    here = [one for one in told if one["household_id"] == home["household_id"]]
    there = [one for one in told if one["household_id"] == new["household_id"]]
    assert len(here) + len(there) == len(told)
    together = [(1, 2), (2,), (2, 3), (1, 2, 3), (1, 3)]
    assert [set(one["members"]) for one in here] == [{people[n] for n in some} for some in together]
    assert [set(one["members"]) for one in there] == [{people[1]}, set()]
    versions = [one["version"] for one in here]
    assert versions == sorted(set(versions))
    await registry.assert_sound()
