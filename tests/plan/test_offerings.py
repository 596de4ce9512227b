"""Offerings: an agency says where and when its programmes are given; nobody who has a seat loses it."""

import pytest

from services.plan.commands.synthetic import made_up, seed_offerings
from services.plan.domain import Because
from shared.thai.areas import provinces
from tests.plan.story import NOW, TECHNICIAN, person
from tests.plan.test_seats import take, taken

NEW = {
    "programme_code": TECHNICIAN,
    "area": "8101",
    "place": "สำนักงานพัฒนาฝีมือแรงงานกระบี่",
    "starts_on": "2018-05-07",
    "ends_on": "2018-05-16",
    "apply_until": "2018-04-27",
    "hours": 60,
    "seats": 2,
    "kit": "ชุดเครื่องมือช่างชุมชน",
    "kit_value_baht": 3500,
}
CHANGE = {name: value for name, value in NEW.items() if name != "programme_code"}


async def put(plan, offering_id, etag, who=None, **more):
    headers = {**(who or plan.agency("DSD")), **({"If-Match": etag} if etag else {})}
    return await plan.client.put(f"/v1/offerings/{offering_id}", json={**CHANGE, **more}, headers=headers)


async def test_an_agency_offers_changes_and_everybody_hears_of_it(plan):
    made = await plan.post("/v1/offerings", NEW, plan.agency("DSD"))
    assert (made.status_code, made.headers["ETag"], made.json()["district"], made.json()["synthetic"]) == (201, '"1"', "8101", False)
    offering_id = made.json()["offering_id"]
    for_province = await put(plan, offering_id, '"1"', area="81", seats=30, reason="เปิดทั้งจังหวัด")
    assert (for_province.status_code, for_province.json()["district"], for_province.json()["seats"]) == (200, None, 30)
    assert (await put(plan, offering_id, '"1"')).status_code == 412
    assert (await put(plan, offering_id, None)).status_code == 422
    told = [event["data"] for event in await plan.outbox("OfferingChanged")]
    assert [(one["version"], one["seats"], one["agency"], one["dimension"]) for one in told] == [(1, 2, "DSD", "D2"), (2, 30, "DSD", "D2")]
    shown = (await plan.get(f"/v1/offerings/{offering_id}")).json()
    assert [(one["version"], one["changed_by"], one["why"]) for one in shown["history"]] == [
        (1, "agency-DSD", "given"),
        (2, "agency-DSD", "เปิดทั้งจังหวัด"),
    ]


async def test_who_has_a_seat_keeps_it(plan):
    offering_id = (await plan.post("/v1/offerings", NEW, plan.agency("DSD"))).json()["offering_id"]
    assert [await take(plan, offering_id, number) for number in (1, 2)] == [True, True]
    fewer = await put(plan, offering_id, '"1"', seats=1)
    assert (fewer.status_code, fewer.json()["type"], fewer.json()["taken"]) == (409, "urn:sukjai:problem:seats-taken", 2)
    assert (await put(plan, offering_id, '"1"', active=False)).status_code == 200
    assert await taken(plan, offering_id) == 2


async def test_offerings_are_found_by_area_day_and_free_seats(plan):
    here, whole, full = [(await plan.post("/v1/offerings", {**NEW, **more})).json() for more in ({}, {"area": "81"}, {"seats": 1})]
    assert await take(plan, full["offering_id"], person(1))

    async def found(**query):
        return {one["offering_id"] for one in (await plan.get("/v1/offerings", **query)).json()["items"]}

    assert await found(area="8101") == {here["offering_id"], whole["offering_id"], full["offering_id"]}
    assert await found(area="8102") == {whole["offering_id"]}
    assert await found(area="81", free=True, open_on="2018-04-27") == {here["offering_id"], whole["offering_id"]}
    assert await found(open_on="2018-04-28") == await found(area="10") == await found(programme_code="D1-DOE-DOMESTIC-JOB") == set()


async def test_who_may_offer_and_what(plan):
    assert (await plan.post("/v1/offerings", NEW, plan.agency("DOE"))).status_code == 404
    assert (await plan.post("/v1/offerings", NEW, plan.officer())).status_code == 403
    made = (await plan.post("/v1/offerings", NEW)).json()
    assert (await put(plan, made["offering_id"], '"1"', plan.agency("DOE"))).status_code == 404
    assert (await put(plan, person(9), '"1"')).status_code == 404
    for wrong, field in (
        ({"area": "9999"}, "area"),
        ({"ends_on": "2018-05-06"}, "ends_on"),
        ({"apply_until": "2018-05-17"}, "apply_until"),
        ({"seats": -1}, "seats"),
        ({"programme_code": "D2-DSD-NOTHING"}, "programme_code"),
    ):
        answer = await plan.post("/v1/offerings", {**NEW, **wrong})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    assert made["offering_id"] in {one["offering_id"] for one in (await plan.get("/v1/offerings", open_on=str(NOW.date()))).json()["items"]}


async def test_made_up_offerings_are_marked_and_put_in_once(plan):
    because = Because(NOW, "plan", "first catalogue")
    counts = []
    for _ in range(2):
        async with plan.db.transaction() as tx:
            counts.append(await seed_offerings(tx, 4_695, because))
    assert (counts[0] > 100, counts[1]) == (True, 0)
    events = [event["data"] for event in await plan.outbox("OfferingChanged")]
    assert len(events) == counts[0]
    assert all(one["synthetic"] for one in events)
    assert sum(one["seats"] for one in events) == pytest.approx(4_695, rel=0.03)
    assert {one["hours"] for one in events if one["programme_code"] == "D2-DSD-SUPPLEMENTARY"} == {18, 30, 60}
    assert {(one["hours"], one["kit_value_baht"]) for one in events if one["programme_code"] == TECHNICIAN} == {(60, 3_500)}


def test_made_up_offerings_are_the_same_every_time_and_all_over_the_country():
    national = list(made_up(100_000))
    assert national == list(made_up(100_000))
    assert len({one.offering_id for one in national}) == len(national)
    assert {one.province for one in national} == set(provinces())
    assert len({one.district for one in national}) > 850  # of 928
    assert all(one.is_open(one.apply_until) and not one.is_open(one.starts_on) for one in national)
