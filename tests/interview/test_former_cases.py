"""After a move the old district keeps its own records: to read only, masked, and nothing of what comes after."""

from datetime import date

from shared.auth import Level
from shared.ids import new_id
from tests.interview import world
from tests.interview.test_interviews import interviewed


async def moved_away(interview):
    person, officer = await interviewed(interview)
    case = await interview.case(person.subject)
    await interview.bring(world.moved(person, "900101", date(2018, 4, 1)))
    return person, officer, case["case_id"]


async def test_the_old_district_reads_what_it_recorded(interview):
    _, officer, case_id = await moved_away(interview)
    old = interview.caller(code="8101")
    [listed] = (await interview.get("/v1/former-cases", old)).json()["items"]
    assert (listed["case_id"], listed["district"], listed["to_district"], listed["state"]) == (case_id, "8101", "9001", "INTERVIEWED")
    [record] = (await interview.get(f"/v1/former-cases/{case_id}", old)).json()["items"]
    assert [(one["revision"], one["answer"], one["officer_id"]) for one in record["interviews"]] == [(1, "DEVELOP", officer)]
    assert record["history"][-1]["step"] == "ROUTED"
    assert {name for one in record["interviews"] for name in one}.isdisjoint({"answers", "income_now_baht", "subdistrict"})
    assert (await interview.get(f"/v1/cases/{case_id}", old)).status_code == 404


async def test_the_new_districts_work_is_not_the_old_ones_business(interview):
    _, _, case_id = await moved_away(interview)
    new = interview.caller(code="9001")
    await interview.officer("BAAC", "9001")
    await interview.made("/v1/districts/9001/assignments", who=new)
    [record] = (await interview.get(f"/v1/former-cases/{case_id}", interview.caller(code="8101"))).json()["items"]
    assert record["history"][-1]["step"] == "ROUTED"
    assert (await interview.get("/v1/former-cases", new)).json()["items"] == []
    assert (await interview.get(f"/v1/former-cases/{case_id}", new)).status_code == 404


async def test_only_the_districts_that_it_left_and_those_above_them_read_it(interview):
    _, officer, case_id = await moved_away(interview)
    path = f"/v1/former-cases/{case_id}"
    assert (await interview.get(path, interview.caller(Level.PROVINCE, "81"))).status_code == 200
    for who in (interview.caller(Level.PROVINCE, "90"), interview.caller(code="8102"), interview.ao(officer), interview.ao(str(new_id()))):
        assert (await interview.get(path, who)).status_code == 404
        assert (await interview.get("/v1/former-cases", who)).json()["items"] == []


async def test_who_comes_back_is_a_case_of_the_district_again(interview):
    person, _, case_id = await moved_away(interview)
    await interview.bring(world.moved(person, "810101", date(2018, 5, 1), version=3))
    old = interview.caller(code="8101")
    assert (await interview.get("/v1/former-cases", old)).json()["items"] == []
    assert (await interview.get(f"/v1/cases/{case_id}", old)).status_code == 200
    [listed] = (await interview.get("/v1/former-cases", interview.caller(code="9001"))).json()["items"]
    assert (listed["district"], listed["to_district"]) == ("9001", "8101")
