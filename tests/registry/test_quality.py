"""The quality report of an import: counts of what is there, doubtful or repeated, and no values."""

from shared.ids import new_id
from tests.registry.facts import district
from tests.registry.people import file_of, line

PEOPLE = (
    line(1, phone="0811111111", prefix="", birth_date="1950-01-01"),
    line(2, phone="081-111-1111", last_name="", house_no="", income_2559_baht="0"),
    line(3, phone="+66811111111", account_no="", birth_date="1901-02-03", income_2559_baht="0.01"),
    line(4, phone="0822222222", postcode="10100", birth_date="2005-02-03", income_2559_baht="30000"),
    line(5, phone="0822222222", postcode="10100", income_2559_baht="30000.01"),
    line(6, phone="", subdistrict_code="104701", postcode="10260", birth_date="1950-00-00", birth_precision="YEAR"),
)


async def report_of(registry, import_id):
    asked = await registry.post(f"/v1/imports/{import_id}/quality-report", {})
    assert asked.status_code == 202, asked.text
    await registry.run_jobs()
    return await registry.get(asked.headers["Location"])


async def test_a_report_counts_what_is_there_doubtful_and_repeated(registry):
    view = await registry.import_file(registry.write("r.csv", file_of(*PEOPLE)))
    answer = await report_of(registry, view["import_id"])
    report = answer.json()
    assert report["persons"] == 6
    filled = {"prefix": 5, "last_name": 5, "house_no": 5, "moo": 6, "road": 0, "mobile_consent": 6, "phone": 5, "account_no": 5}
    assert report["filled"] == filled
    assert report["birth_precision"] == {"DAY": 5, "MONTH": 0, "YEAR": 1}
    assert {(band["from"], band["to"]): band["persons"] for band in report["ages"] if band["persons"]} == {
        (0, 17): 1, (40, 49): 2, (61, 70): 2, (111, 999): 1,
    }  # fmt: skip
    assert {(band["from"], band["to"]): band["persons"] for band in report["incomes_baht"] if band["persons"]} == {
        (0, 0): 1, (1, 10_000): 1, (20_001, 30_000): 3, (30_001, 50_000): 1,
    }  # fmt: skip
    doubtful = report["doubtful_births"]
    assert (doubtful["first_of_january"], doubtful["over_110"], doubtful["under_18"]) == (1, 1, 1)
    assert doubtful["first_of_january_districts"] == [{"district": "8101", "persons": 5, "doubtful": 1}]
    assert report["postcodes_that_do_not_fit"] == {
        "persons": 2, "most_frequent": [{"subdistrict": "810101", "postcode": "10100", "persons": 2}],
    }  # fmt: skip
    assert report["repeated_phones"]["by_persons"] == [
        {"told_by": "2", "phones": 1, "persons": 2}, {"told_by": "3-5", "phones": 1, "persons": 3},
    ]  # fmt: skip
    assert [(one["persons"], len(one["holder_ids"])) for one in report["repeated_phones"]["most_repeated"]] == [(3, 3)]
    assert "0811111111" not in answer.text
    assert await registry.value("SELECT detail FROM audit_entry WHERE action = 'MEASURE'") == f"import {view['import_id']}"


async def test_of_a_part_only_whom_it_entered_or_changed_is_counted(registry):
    await registry.import_file(registry.write("r.csv", file_of(*PEOPLE)))
    registry.write("part.csv", file_of(line(1, phone="0811111111", prefix="", birth_date="1950-01-01"), line(2), line(7)))
    answer = await registry.post("/v1/imports", {"path": "part.csv", "kind": "PART"})
    await registry.run_jobs()
    assert (await report_of(registry, answer.json()["import_id"])).json()["persons"] == 2


async def test_a_report_is_of_an_import_that_is_done(registry):
    registry.write("r.csv", file_of(*PEOPLE))
    import_id = (await registry.post("/v1/imports", {"path": "r.csv"})).json()["import_id"]
    early = await registry.post(f"/v1/imports/{import_id}/quality-report", {})
    assert (early.status_code, early.json()["type"]) == (409, "urn:sukjai:problem:import-not-done")
    await registry.run_jobs()
    assert (await registry.get(f"/v1/imports/{import_id}/quality-report")).status_code == 404
    assert (await registry.post(f"/v1/imports/{import_id}/quality-report", {}, district("8101"))).status_code == 404
    assert (await registry.post(f"/v1/imports/{new_id()}/quality-report", {})).status_code == 404
