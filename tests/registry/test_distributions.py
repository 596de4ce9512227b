"""MoF to governor: each province and district gets its list, confirms with count and hash, and who has not is listed."""

import asyncio
import csv
from datetime import timedelta

import pytest

from services.registry.http.scopes import EXPORTS_READ
from shared.auth import Level, Reach
from tests.registry.facts import NOW
from tests.registry.offices import Desk, district_office, governor, opened
from tests.registry.people import citizen_id, file_of, line

PLAN = {"reason": "มท ๐๘๑๐.๖/ว ๓๙๒", "keep_days": 30}


@pytest.fixture
def desk(registry):
    return Desk(registry)


async def started(desk):
    answer = await desk.as_("maker", "POST", "/v1/distributions", PLAN)
    assert answer.status_code == 201, answer.text
    return answer.json()["distribution_id"]


async def distributed(desk):
    """Started, approved and made; the id."""
    distribution_id = await started(desk)
    answer = await desk.decide("distributions", distribution_id)
    assert (answer.status_code, answer.json()["status"]) == (200, "APPROVED"), answer.text
    await desk.registry.run_jobs()
    return distribution_id


async def lists(desk, distribution_id, reach=None, **query):
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    answer = await desk.as_("maker", "GET", f"/v1/distributions/{distribution_id}/lists?{asked}", reach=reach, scopes=(EXPORTS_READ,))
    assert answer.status_code == 200, answer.text
    return {one["area"]: one for one in answer.json()["items"]}


async def test_the_lists_add_up_to_the_table_of_the_circular_by_province(registry, people, desk, tmp_path):
    offices = {
        office.unit: await desk.approved(office)
        for office in (governor("81"), governor("10"), district_office("8101"), district_office("1001"))
    }
    distribution_id = await distributed(desk)
    made = await lists(desk, distribution_id)
    assert {area: (one["state"], one["planned_rows"], one["rows"]) for area, one in made.items()} == {
        "10": ("UNCONFIRMED", 2, 2),
        "1001": ("UNCONFIRMED", 2, 2),
        "81": ("UNCONFIRMED", 4, 4),
        "8101": ("UNCONFIRMED", 4, 4),
    }
    for area, office in offices.items():
        file = await desk.received(office, made[area]["export_id"], tmp_path)
        said = await opened(office, file, out=tmp_path / area)
        assert (said["rows"], said["plain_sha256"], said["wrong"]) == (made[area]["rows"], made[area]["plain_sha256"], [])
        table = (await registry.get("/v1/statistics/age-income", **{"province" if len(area) == 2 else "district": area})).json()
        with (tmp_path / area).open(encoding="utf-8-sig", newline="") as content:
            rows = list(csv.DictReader(content))
        cells = {
            (one["age_group"], one["tier"]): sum(
                (int(row["age"]) > 60) == (one["age_group"] == ">60") and row["tier"] == one["tier"] for row in rows
            )
            for one in table["items"]
        }
        assert cells == {(one["age_group"], one["tier"]): one["persons"] for one in table["items"]}
        assert "account_no" not in rows[0]
    whole = (await registry.get("/v1/statistics/age-income")).json()["total"]
    assert sum(one["rows"] for area, one in made.items() if len(area) == 2) == whole == 6
    shown = (await desk.as_("maker", "GET", f"/v1/distributions/{distribution_id}")).json()
    assert (shown["planned_rows"], [(one["kind"], one["state"], one["lists"], one["rows"]) for one in shown["lists"]]) == (
        6,
        [("GOVERNOR", "UNCONFIRMED", 2, 6), ("DISTRICT_OFFICE", "UNCONFIRMED", 2, 6)],
    )
    assert await registry.value("SELECT count(*) FROM audit_entry WHERE action = 'EXPORT'") == 12


async def test_who_has_not_confirmed_is_listed_with_the_days(registry, people, desk):
    office, other = await desk.approved(governor("81")), await desk.approved(governor("10"))
    distribution_id = await distributed(desk)
    made = await lists(desk, distribution_id)
    right, wrong = made["81"], made["10"]
    assert (await desk.confirm(office, right["export_id"], right["rows"], right["plain_sha256"])).status_code == 200
    assert (await desk.confirm(other, wrong["export_id"], 7, "f" * 64)).status_code == 409
    registry.service.resources.clock.play(NOW + timedelta(days=9))
    found = await lists(desk, distribution_id)
    assert {area: (one["state"], one["days_unconfirmed"]) for area, one in found.items()} == {
        "10": ("DIFFERS", 9),
        "1001": ("MISSING", None),
        "81": ("CONFIRMED", None),
        "8101": ("MISSING", None),
    }
    assert (found["10"]["told_rows"], found["10"]["told_sha256"], found["10"]["rows"]) == (7, "f" * 64, 2)
    assert (found["81"]["confirmed_by"], found["81"]["name_th"], found["81"]["name_en"]) == ("clerk", "กระบี่", "Krabi")
    assert set(await lists(desk, distribution_id, state="DIFFERS")) == {"10"}
    assert set(await lists(desk, distribution_id, province="81")) == {"81", "8101"}
    first = (await desk.as_("maker", "GET", f"/v1/distributions/{distribution_id}/lists?limit=3")).json()
    assert [one["area"] for one in first["items"]] == ["10", "1001", "81"]
    assert set(await lists(desk, distribution_id, cursor=first["next_cursor"])) == {"8101"}


async def test_each_sees_the_lists_of_its_own_area(registry, people, desk):
    distribution_id = await distributed(desk)
    assert set(await lists(desk, distribution_id, Reach(Level.PROVINCE, "81"))) == {"81", "8101"}
    assert set(await lists(desk, distribution_id, Reach(Level.DISTRICT, "8101"))) == {"8101"}
    assert set(await lists(desk, distribution_id, Reach(Level.AGENCY, "DSD"))) == set()
    path = f"/v1/distributions/{distribution_id}"
    assert (await desk.as_("governor", "GET", path, reach=Reach(Level.PROVINCE, "81"))).status_code == 404
    waiting = await started(desk)
    answer = await desk.as_("governor", "GET", f"/v1/distributions/{waiting}/lists", reach=Reach(Level.PROVINCE, "81"))
    assert answer.status_code == 404


async def test_a_missing_list_is_supplied_when_its_office_has_a_key(registry, people, desk, tmp_path):
    distribution_id = await distributed(desk)
    assert {one["state"] for one in (await lists(desk, distribution_id)).values()} == {"MISSING"}
    office = await desk.approved(district_office("8101"))
    for waiting in (1, 0):
        answer = await desk.as_("maker", "POST", f"/v1/distributions/{distribution_id}/attempts")
        assert answer.status_code == 202, answer.text
        assert await registry.value("SELECT count(*) FROM job WHERE status = 'QUEUED'") == waiting
        await registry.run_jobs()
    one = (await lists(desk, distribution_id))["8101"]
    said = await opened(office, await desk.received(office, one["export_id"], tmp_path))
    assert said["rows"] == 4


async def test_nothing_is_made_before_another_person_approves(registry, people, desk):
    await desk.approved(governor("81"))
    distribution_id = await started(desk)
    assert (await desk.as_("maker", "POST", f"/v1/distributions/{distribution_id}/attempts")).status_code == 409
    assert (await desk.decide("distributions", distribution_id, who="maker")).json()["type"].endswith("decider-is-proposer")
    assert {one["state"] for one in (await lists(desk, distribution_id)).values()} == {"PROPOSED"}
    answers = await asyncio.gather(*(desk.decide("distributions", distribution_id, who=f"checker-{n}", approved=n == 0) for n in range(2)))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert await registry.value("SELECT count(*) FROM export") in {0, 1}
    governors = await desk.as_("governor", "POST", "/v1/distributions", PLAN, Reach(Level.PROVINCE, "81"))
    assert governors.status_code == 404


async def test_a_list_holds_who_lives_there_when_it_is_made(registry, people, desk, tmp_path):
    office = await desk.approved(governor("81"))
    distribution_id = await started(desk)
    registry.write("more.csv", file_of(line(7), line(8, subdistrict_code="100101")))
    await registry.import_file("more.csv")
    await desk.decide("distributions", distribution_id)
    await registry.run_jobs()
    one = (await lists(desk, distribution_id))["81"]
    assert (one["planned_rows"], one["rows"]) == (4, 5)
    await opened(office, await desk.received(office, one["export_id"], tmp_path), out=tmp_path / "out")
    assert citizen_id(7) in (tmp_path / "out").read_text(encoding="utf-8")
