"""Search for staff: misspelt names, prefixes, areas, birth years, the card's last digits; inside the reach, counted, paged, audited."""

import pytest

from services.registry.http.scopes import HOLDERS_SEARCH
from shared.auth import Level, Reach
from tests.registry.facts import district, routed
from tests.registry.people import file_of, line

PURPOSE = {"purpose": "มาติดต่อโดยไม่มีบัตร"}


@pytest.fixture
async def town(registry):
    """Persons of Krabi and Bangkok; returns a way to search."""
    registry.write(
        "r.csv",
        file_of(
            line(1, first_name="สมชาย", last_name="ใจดี"),
            line(2, first_name="สมชาญ", last_name="ใจดี", birth_date="1958-03-01"),
            line(3, first_name="น้ำฝน", last_name="แก้วใส", subdistrict_code="810102"),
            line(4, first_name="สมหญิง", last_name="สมชาติ", subdistrict_code="810201"),
            line(5, first_name="สมชาย", last_name="ใจดี", subdistrict_code="100101", birth_date="1958-12-31"),
            line(6, first_name="วรรณา", last_name=""),
            line(7, first_name="100%", last_name="ใจ_ดี"),
        ),
    )
    await registry.import_file("r.csv")

    async def search(reach=None, **asked):
        answer = await registry.post("/v1/card-holders/search", {**PURPOSE, **asked}, *([reach] if reach else []))
        assert answer.status_code == 200, answer.text
        return answer.json()

    return search


def names(found):
    return [f"{one['first_name']} {one['last_name']}".strip() for one in found["items"]]


async def test_the_best_match_comes_first_and_all_are_counted(town):
    found = await town(district("8101"), name="สมชาย ใจดี")
    assert names(found) == ["สมชาย ใจดี", "สมชาญ ใจดี"]
    assert (found["persons"], found["more"], found["next_cursor"]) == (2, False, None)


async def test_the_country_finds_a_full_name_with_one_letter_wrong(town):
    assert names(await town(name="สมชาน ใจดี")) == ["สมชาญ ใจดี", "สมชาย ใจดี", "สมชาย ใจดี"]


@pytest.mark.parametrize("typed", ["น้ําฝน", "นํ้าฝน", " น้ำฝน ", "น้ำ\u200bฝน", "นางสาวน้ำฝน แก้วใส", "นำฝน", "น้ำฝ", "แก้ว", "แกวใส"])
async def test_a_name_is_found_however_it_is_typed(town, typed):
    assert names(await town(district("8101"), name=typed)) == ["น้ำฝน แก้วใส"]


@pytest.mark.parametrize("typed", ["%", "_", "ใจ%", "100", "100%"])
async def test_characters_of_patterns_are_letters_like_others(town, typed):
    assert set(names(await town(district("8101"), name=typed))) <= {"100% ใจ_ดี"}


async def test_a_name_that_begins_like_a_prefix_is_found_both_ways(registry, town):
    registry.write("more.csv", file_of(line(8, first_name="นางนวล", last_name="ทะเล"), line(9, first_name="นวล", last_name="ทะเล")))
    await registry.import_file("more.csv")
    for reach in (None, district("8101")):
        assert sorted(names(await town(reach, name="นางนวล"))) == ["นวล ทะเล", "นางนวล ทะเล"]
        assert names(await town(reach, name="นาง นวล")) == ["นวล ทะเล"]


async def test_a_single_name_is_found(town):
    assert names(await town(district("8101"), name="วรรนา")) == ["วรรณา"]


async def test_a_first_name_alone_is_listed_by_district_and_name_for_a_wide_reach(town):
    found = await town(name="สม")
    assert names(found) == ["สมชาย ใจดี", "สมชาญ ใจดี", "สมชาย ใจดี", "สมหญิง สมชาติ"]
    assert (found["persons"], found["more"]) == (4, False)
    assert names(await town(Reach(Level.PROVINCE, "81"), name="สม")) == ["สมชาญ ใจดี", "สมชาย ใจดี", "สมหญิง สมชาติ"]


async def test_what_is_out_of_reach_is_neither_shown_nor_counted(town):
    assert (await town(district("8102"), name="สมชา"))["persons"] == 1  # begins the last name of one who lives there
    assert (await town(district("1001"), name="สมชาย ใจดี"))["persons"] == 1
    assert (await town(Reach(Level.AGENCY, "DSD"), name="สมชาย ใจดี"))["persons"] == 0


async def test_the_responsible_district_and_its_province_find_who_lives_elsewhere(registry, town):
    [away] = (await town(district("1001"), name="สมชาย"))["items"]
    await registry.bring(routed(away["holder_id"], "8101"))
    assert len((await town(district("8101"), name="สมชาย ใจดี", birth_year_be=2501))["items"]) == 2
    for name in ("สมชาย", "สมชาย ใจดี"):
        found = await town(Reach(Level.PROVINCE, "81"), name=name)
        assert away["holder_id"] in [one["holder_id"] for one in found["items"]]
        assert found["persons"] == len(found["items"])


async def test_birth_years_of_both_eras(town):
    assert names(await town(district="8101", birth_year_be=2501)) == ["สมชาญ ใจดี"]
    assert names(await town(name="สมชาย", birth_year_ce=1958)) == ["สมชาย ใจดี"]


async def test_the_last_digits_of_the_card(town):
    assert names(await town(district="8101", card_last4="0003")) == ["น้ำฝน แก้วใส"]
    assert names(await town(name="สมชาย ใจดี", card_last4="๐๐๐๕")) == ["สมชาย ใจดี"]
    assert (await town(district="8101", card_last4="9999"))["persons"] == 0


async def test_pages_go_on_where_the_last_ended(town):
    for asked in ({"name": "สม"}, {"name": "ส", "district": "8101"}, {"name": "ใจดี", "subdistrict": "810101"}):
        whole = await town(**asked)
        seen, cursor = [], None
        while True:
            page = await town(**asked, limit=1, cursor=cursor)
            assert page["persons"] == whole["persons"]
            seen += page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert seen == whole["items"]
        assert seen


async def test_more_than_can_be_ranked_are_listed_and_said_to_be_more(registry, town, monkeypatch):
    monkeypatch.setattr("services.registry.commands.search.CANDIDATES_MAX", 2)
    found = await town(district="8101", name="ส")
    assert (found["persons"], found["more"]) == (2, False)
    found = await town(name="สม", limit=2)
    assert (found["persons"], found["more"]) == (2, True)
    assert names(await town(name="สม", cursor=found["next_cursor"])) == ["สมชาย ใจดี", "สมหญิง สมชาติ"]
    answer = await registry.post("/v1/card-holders/search", {**PURPOSE, "name": "สมชาย ใจดี"})
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:sukjai:problem:search-too-wide")


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"name": " "},
        {"name": "นาย"} | {"name": ""},
        {"province": "81", "birth_year_be": 2501},
        {"district": "8101"},
        {"name": "สมชาย", "birth_year_be": 2501, "birth_year_ce": 1958},
        {"name": "สมชาย", "birth_year_be": 1958},
        {"name": "สมชาย", "birth_year_ce": 2501},
        {"name": "สมชาย", "card_last4": "12a4"},
        {"name": "สมชาย", "purpose": ""},
        {"name": "สมชาย", "cursor": "x"},
        {"name": "สม\0ชาย"},
        {"citizen_id": "1-0000-00000-01-7"},
    ],
)
async def test_what_cannot_be_looked_for_is_refused(registry, asked):
    answer = await registry.post("/v1/card-holders/search", {**PURPOSE, **asked})
    assert answer.status_code == 422, answer.text


async def test_the_scope_is_its_own(registry):
    answer = await registry.post("/v1/card-holders/search", {**PURPOSE, "name": "สมชาย"}, scopes=("registry.card-holders:find",))
    assert answer.status_code == 403
    assert HOLDERS_SEARCH in answer.text


async def test_every_search_is_on_record_without_its_values(registry, town):
    found = await town(district("8101"), name="สมชาย", birth_year_be=2513)
    await town(district("8101"), name="ไม่มีใคร", card_last4="1234")
    shown, nobody = await registry.fetch("SELECT * FROM audit_entry WHERE action = 'SEARCH' ORDER BY seq")
    assert str(shown["holder_id"]) == found["items"][0]["holder_id"]
    assert (shown["client"], shown["reach"], shown["purpose"]) == ("tester", "DISTRICT 8101", PURPOSE["purpose"])
    assert shown["detail"] == "search by name, birth_year"
    assert "first_name" in shown["fields"]
    assert (nobody["holder_id"], nobody["detail"]) == (None, "search by name, card_last4")
    readings = (await registry.get(f"/v1/card-holders/{found['items'][0]['holder_id']}/readings")).json()["items"]
    assert readings[0]["action"] == "SEARCH"
