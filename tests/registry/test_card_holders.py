"""Reading and finding card holders: masked, within reach, audited."""

import pytest

from services.registry.http.scopes import HOLDERS_FIND, HOLDERS_READ, PERSONAL_READ
from shared.auth import Level, Reach
from shared.ids import new_id
from shared.thai.digits import thai_digits
from tests.registry.facts import assigned, district, routed
from tests.registry.people import card_no, citizen_id


async def pages(registry, limit, **query):
    found, cursor = [], {}
    while True:
        page = (await registry.get("/v1/card-holders", limit=limit, **query, **cursor)).json()
        found += [item["holder_id"] for item in page["items"]]
        if page["next_cursor"] is None:
            return found
        cursor = {"cursor": page["next_cursor"]}


async def test_a_list_is_walked_page_by_page(registry, people):
    assert await pages(registry, 2) == sorted(people.values())
    assert await pages(registry, 200) == sorted(people.values())


async def test_a_district_is_listed_in_the_order_of_thai_names(registry, people):
    expected = [people[2], people[1], people[3], people[4]]  # กานดา เกษม ขวัญ สุดา
    assert await pages(registry, 1, district="8101", order="name") == expected
    assert (await registry.get("/v1/card-holders", order="name")).status_code == 422


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({"province": "81"}, {1, 2, 3, 4}),
        ({"district": "1001"}, {5, 6}),
        ({"subdistrict": "100102"}, {6}),
        ({"tier": "OVER_30000"}, {2, 4}),
        ({"age_group": ">60"}, {3, 4}),
        ({"age_group": "<=60", "province": "81"}, {1, 2}),
        ({"visit_group": "true"}, {1, 5, 6}),
        ({"status": "DECEASED"}, set()),
    ],
)
async def test_filters(registry, people, query, numbers):
    assert set(await pages(registry, 3, **query)) == {people[number] for number in numbers}
    assert (await registry.get("/v1/card-holders/count", **query)).json() == {"persons": len(numbers)}


async def test_nothing_personal_is_shown_masked(registry, people):
    answer = await registry.get(f"/v1/card-holders/{people[1]}")
    holder = answer.json()
    assert holder["citizen_id_masked"] == f"1-0000-xxxxx-{citizen_id(1)[10:12]}-{citizen_id(1)[12]}"
    assert not any(secret in answer.text for secret in (citizen_id(1), card_no(1), "0812345678", "1234567890", "1970-05-04", "12/3"))
    assert answer.headers["ETag"] == '"1"'


async def test_out_of_reach_is_not_there(registry, people):
    krabi, bangkok, province = district("8101"), district("1001"), Reach(Level.PROVINCE, "81")
    for reach in (
        bangkok,
        Reach(Level.PROVINCE, "10"),
        Reach(Level.OFFICER, str(new_id())),
        Reach(Level.BANK, "KTB"),
        Reach(Level.AGENCY, "DSD"),
    ):
        for path in ("", "/history", "/personal?purpose=tests"):
            assert (await registry.get(f"/v1/card-holders/{people[1]}{path}", reach)).status_code == 404
        assert (await registry.post("/v1/card-holders/look-up", {"citizen_id": citizen_id(1)}, reach)).status_code == 404
    assert (await registry.get("/v1/card-holders/count", krabi)).json() == {"persons": 4}
    assert (await registry.get("/v1/card-holders/count", province)).json() == {"persons": 4}
    assert (await registry.get("/v1/statistics/age-income", krabi)).json()["total"] == 4
    assert (await registry.get("/v1/card-holders", krabi, district="1001")).json()["items"] == []
    for path in ("", "/history", "/personal?purpose=tests"):
        assert (await registry.get(f"/v1/card-holders/{people[1]}{path}", krabi)).status_code == 200


async def test_reach_follows_the_case(registry, people):
    officer = new_id()
    await registry.bring(routed(people[1], "1001"), assigned(people[1], officer))
    for reach in (district("8101"), district("1001"), Reach(Level.OFFICER, str(officer))):
        assert (await registry.get(f"/v1/card-holders/{people[1]}", reach)).status_code == 200
    assert (await registry.get(f"/v1/card-holders/{people[2]}", Reach(Level.OFFICER, str(officer)))).status_code == 404
    await registry.bring(routed(people[1], "8301", version=3))
    seen = {
        reach.code: (await registry.get(f"/v1/card-holders/{people[1]}", reach)).status_code
        for reach in (district("1001"), district("8301"), Reach(Level.OFFICER, str(officer)))
    }
    assert seen == {"1001": 404, "8301": 200, str(officer): 404}  # nobody's until the new district assigns it


async def test_a_person_is_found_by_any_way_of_writing_the_number(registry, people):
    dashes = f"{citizen_id(1)[0]}-{citizen_id(1)[1:5]}-{citizen_id(1)[5:10]}-{citizen_id(1)[10:12]}-{citizen_id(1)[12]}"
    for asked in (
        {"citizen_id": citizen_id(1)},
        {"citizen_id": dashes},
        {"citizen_id": thai_digits(dashes)},
        {"card_no": thai_digits(card_no(1))},
    ):
        answer = await registry.post("/v1/card-holders/look-up", asked)
        assert answer.json()["holder_id"] == people[1]


async def test_every_look_up_is_audited_also_one_that_finds_nobody(registry, people):
    before = await registry.value("SELECT count(*) FROM audit_entry")
    for _ in range(2):  # a key must not let the second one pass without an audit
        answer = await registry.post(
            "/v1/card-holders/look-up", {"citizen_id": citizen_id(1), "purpose": "a visit"}, **{"Idempotency-Key": "k"}
        )
        assert answer.status_code == 200
    assert (await registry.post("/v1/card-holders/look-up", {"citizen_id": citizen_id(99)})).status_code == 404
    assert (await registry.get(f"/v1/card-holders/{people[1]}/personal?purpose=tests")).status_code == 200
    rows = (
        await registry.fetch("SELECT client, action, asked, holder_id::text, purpose, fields, correlation_id FROM audit_entry ORDER BY seq")
    )[before:]
    assert [(row["client"], row["action"], row["holder_id"], row["purpose"]) for row in rows] == [
        ("tester", "LOOK_UP", people[1], "a visit"),
        ("tester", "LOOK_UP", people[1], "a visit"),
        ("tester", "LOOK_UP", None, ""),
        ("tester", "READ", people[1], "tests"),
    ]
    assert "phone" in rows[3]["fields"]
    assert rows[2]["fields"] is None
    assert rows[2]["asked"] == registry.vault.index_of(citizen_id(99))
    assert all(row["correlation_id"] for row in rows)


async def test_many_are_found_at_once_in_the_order_asked(registry, people):
    before = await registry.value("SELECT count(*) FROM audit_entry")
    asked = [citizen_id(3), citizen_id(77), citizen_id(1), citizen_id(3)]
    answer = await registry.post("/v1/card-holders/look-ups", {"citizen_ids": asked})
    assert [item["holder_id"] for item in answer.json()["items"]] == [people[3], None, people[1], people[3]]
    assert await registry.value("SELECT count(*) FROM audit_entry") == before + 4
    assert (await registry.post("/v1/card-holders/look-ups", {"citizen_ids": [citizen_id(1)] * 1001})).status_code == 422


async def test_plain_values_come_back_as_they_were_written(registry, people):
    personal = (await registry.get(f"/v1/card-holders/{people[1]}/personal?purpose=tests")).json()
    assert personal["citizen_id"] == citizen_id(1)
    assert personal["card_no"] == card_no(1)
    assert (personal["phone"], personal["house_no"], personal["account_no"]) == ("0812345678", "12/3", "1234567890")
    assert (personal["birth_date"], personal["birth_date_th"]) == ("1970-05-04", "4 พฤษภาคม 2513")
    without = (await registry.get(f"/v1/card-holders/{people[5]}/personal?purpose=tests")).json()
    assert (without["phone"], without["house_no"], without["account_no"]) == (None, None, None)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"citizen_id": citizen_id(1), "card_no": card_no(1)},
        {"citizen_id": "1-2345-67890-12-9"},
        {"card_no": "12"},
        {"citizen_id": citizen_id(1), "x": 1},
    ],
)
async def test_a_bad_look_up_is_refused(registry, body):
    answer = await registry.post("/v1/card-holders/look-up", body)
    assert answer.status_code == 422
    assert "67890" not in answer.text


async def test_each_operation_needs_its_scope(registry, people):
    path = f"/v1/card-holders/{people[1]}"
    for refused in (
        await registry.get(path, scopes=(HOLDERS_FIND, PERSONAL_READ)),
        await registry.get(f"{path}/personal", scopes=(HOLDERS_READ, HOLDERS_FIND)),
        await registry.post("/v1/card-holders/look-up", {"citizen_id": citizen_id(1)}, scopes=(HOLDERS_READ, PERSONAL_READ)),
        await registry.get("/v1/statistics/age-income", scopes=(HOLDERS_READ,)),
    ):
        assert refused.status_code == 403


async def test_what_is_stored_shows_no_secret(registry, people):
    rows = await registry.fetch("SELECT h::text AS text FROM card_holder h UNION ALL SELECT h::text FROM card_holder_history h")
    everything = "".join(row["text"] for row in rows) + str(await registry.published())
    for number in people:
        assert citizen_id(number) not in everything
        assert card_no(number) not in everything
    assert "0812345678" not in everything
    assert "1234567890" not in everything
