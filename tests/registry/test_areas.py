"""The tree of areas and the search by name, over HTTP."""

import pytest

from shared.auth import Level, Reach


async def found(registry, **query):
    answer = await registry.get("/v1/areas", Reach(Level.AGENCY, "DSD"), **query)
    assert answer.status_code == 200, answer.text
    assert "CC BY 4.0" in answer.json()["source"]
    return [one["code"] for one in answer.json()["items"]]


async def test_the_tree_from_the_provinces_down(registry):
    assert len(await found(registry)) == 77
    districts = await found(registry, within="81")
    assert districts == [f"810{number}" for number in range(1, 9)]
    assert sum([len(await found(registry, within=district)) for district in districts]) == 53


async def test_names_in_both_languages_inside_an_area(registry):
    assert await found(registry, q="กระบี่", level="PROVINCE") == ["81"]
    assert await found(registry, q="pak nam", within="81") == ["810101"]
    assert len(await found(registry, q="บาง", limit=3)) == 3
    assert await found(registry, q="ไม่มีที่ใด") == []


async def test_an_area_knows_what_is_around_it_and_its_history(registry):
    bang_na = (await registry.get("/v1/areas/104701")).json()
    assert (bang_na["accepted"], bang_na["valid_to"], bang_na["successors"]) == (True, "2022-04-22", ["104702", "104703"])
    assert [one["code"] for one in bang_na["above"]] == ["10", "1047"]
    heir = (await registry.get("/v1/areas/104702")).json()
    assert (heir["valid_from"], heir["predecessors"]) == ("2017-07-26", ["104701"])
    gone = (await registry.get("/v1/areas/100205")).json()
    assert (gone["accepted"], gone["valid_to"], gone["parts"]) == (False, "2006-01-01", [])


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        ("/v1/areas", {"within": "99"}, "within"),
        ("/v1/areas", {"within": "x"}, "within"),
        ("/v1/areas", {"q": ""}, "q"),
        ("/v1/areas", {"level": "VILLAGE"}, "level"),
        ("/v1/areas/abc", {}, "code"),
    ],
)
async def test_what_is_no_area_is_named(registry, path, query, field):
    answer = await registry.get(path, **query)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


async def test_an_area_that_never_was_is_not_found(registry):
    assert (await registry.get("/v1/areas/999999")).status_code == 404
