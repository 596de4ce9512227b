"""Files of changes, files of some lines, full files in which somebody is missing: who changes, who is rejected, who is flagged, and that nobody goes."""

from services.registry.rules.delta_file import DELTA_COLUMNS
from services.registry.rules.masking import masked
from services.registry.rules.registry_file import COLUMNS
from shared.ids import new_id
from tests.registry.facts import district
from tests.registry.people import card_no, citizen_id, file_of, line


def delta_of(*lines):
    return "\n".join([",".join(DELTA_COLUMNS), *lines, ""])


def removal(number, reason="ถูกถอนสิทธิ"):
    return f"REMOVE,{reason},{citizen_id(number)}" + "," * (len(COLUMNS) - 1)


def counts(view):
    return {name: view[name] for name in ("lines", "registered", "updated", "unchanged", "rejected", "removed", "absent")}


async def rejected(registry, view):
    page = (await registry.get(f"/v1/imports/{view['import_id']}/rejections")).json()
    return [(item["line"], item["field"], item["code"]) for item in page["items"]]


async def flags(registry, reach=None, **query):
    answer = await registry.get("/v1/flags", *([reach] if reach else []), **query)
    return answer.json()["items"]


async def test_a_file_of_changes_adds_corrects_and_flags(registry):
    await registry.import_file(registry.write("one.csv", file_of(line(1), line(2), line(3), line(4))))
    view = await registry.import_file(
        registry.write(
            "delta.csv",
            delta_of(
                f"ADD,,{line(5)}",
                f'CORRECT,"พิมพ์ผิด, แก้ชื่อ",{line(1, first_name="สุดใจ")}',
                f"correct,เหมือนเดิม,{line(2)}",
                removal(3),
            ),
        )
    )
    assert (view["status"], view["kind"]) == ("DONE", "DELTA")
    assert counts(view) == {"lines": 4, "registered": 1, "updated": 1, "unchanged": 1, "rejected": 0, "removed": 1, "absent": 0}
    corrected = await registry.holder_of(citizen_id(1))
    history = (await registry.get(f"/v1/card-holders/{corrected['holder_id']}/history")).json()["items"]
    assert (history[1]["why"], history[1]["changed"]) == ("delta.csv: พิมพ์ผิด, แก้ชื่อ", ["first_name"])
    removed = await registry.holder_of(citizen_id(3))
    assert (removed["status"], removed["version"]) == ("ALIVE", 1)
    assert [(flag["kind"], flag["holder_id"], flag["line"], flag["reason"]) for flag in await flags(registry)] == [
        ("REMOVED", removed["holder_id"], 5, "ถูกถอนสิทธิ")
    ]
    assert (await registry.published())[-1][2]["data"]["flagged"] == 1
    await registry.assert_sound()


async def test_lines_that_the_registry_contradicts_are_rejected_by_name(registry):
    await registry.import_file(registry.write("one.csv", file_of(line(1), line(2))))
    view = await registry.import_file(
        registry.write(
            "delta.csv",
            delta_of(
                f"ADD,,{line(1)}",
                f"CORRECT,x,{line(7)}",
                removal(8),
                f"CHANGE,x,{line(2)}",
                removal(2, reason=""),
                f"CORRECT,x,{line(2, phone='0899999999', card_no=card_no(1))}",
                "REMOVE,x,123" + "," * 16,
            ),
        )
    )
    assert counts(view) == {"lines": 7, "registered": 0, "updated": 0, "unchanged": 0, "rejected": 7, "removed": 0, "absent": 0}
    assert await rejected(registry, view) == [
        (2, "citizen_id", "known"),
        (3, "citizen_id", "unknown"),
        (4, "citizen_id", "unknown"),
        (5, "change", "change"),
        (6, "reason", "required"),
        (7, "card_no", "duplicate"),
        (8, "citizen_id", "citizen_id"),
    ]
    items = (await registry.get(f"/v1/imports/{view['import_id']}/rejections")).json()["items"]
    shown = [one["value_masked"] for one in items if one["code"] in {"known", "unknown", "duplicate"}]
    assert shown == ["1xxxxxxxxxxxx"] * 3 + [masked("card_no", card_no(1))]
    assert await flags(registry) == []
    await registry.assert_sound()


async def test_a_person_stands_once_in_a_file_of_changes_across_steps_too(registry, monkeypatch):
    monkeypatch.setattr("services.registry.jobs.import_file.LINES_A_STEP", 2)
    await registry.import_file(registry.write("one.csv", file_of(line(1), line(2), line(3))))
    view = await registry.import_file(
        registry.write(
            "delta.csv",
            delta_of(
                removal(1),
                f"CORRECT,x,{line(2, first_name='ก')}",
                f"CORRECT,x,{line(1, first_name='ข')}",
                removal(2),
                removal(1),
                f"ADD,,{line(4)}",
            ),
        )
    )
    assert counts(view) == {"lines": 6, "registered": 1, "updated": 1, "unchanged": 0, "rejected": 3, "removed": 1, "absent": 0}
    assert await rejected(registry, view) == [
        (4, "citizen_id", "duplicate"),
        (5, "citizen_id", "duplicate"),
        (6, "citizen_id", "duplicate"),
    ]
    await registry.assert_sound()


async def test_who_is_missing_in_a_full_file_is_flagged_and_stays(registry):
    await registry.import_file(registry.write("one.csv", file_of(*[line(number) for number in range(1, 7)])))
    dead = await registry.holder_of(citizen_id(6))
    await registry.post(f"/v1/card-holders/{dead['holder_id']}/death", {"deceased_on": "2018-02-10", "evidence": "1/2561"})
    await registry.approve_deaths()
    # 1 is unchanged, 2 changes, 3 has a bad line, 4 has another's card; 5 is missing, and so is 6, who is dead.
    full = file_of(line(1), line(2, first_name="ก"), line(3, bank="X"), line(4, card_no=card_no(1), first_name="ข"))
    view = await registry.import_file(registry.write("two.csv", full))
    assert counts(view) == {"lines": 4, "registered": 0, "updated": 1, "unchanged": 1, "rejected": 2, "removed": 0, "absent": 1}
    [flag] = await flags(registry)
    missing = await registry.holder_of(citizen_id(5))
    assert (flag["kind"], flag["holder_id"], flag["reason"], missing["status"]) == ("ABSENT", missing["holder_id"], "two.csv", "ALIVE")
    assert await registry.value("SELECT count(*) FROM card_holder") == 6
    assert await registry.value("SELECT count(*) FROM import_met") + await registry.value("SELECT count(*) FROM import_seen") == 0
    again = await registry.import_file("two.csv")
    assert (again["absent"], len(await flags(registry))) == (0, 1)
    await registry.import_file("one.csv")
    assert await flags(registry) == []
    [lowered] = await flags(registry, resolved=True)
    assert lowered["resolution"] == "BACK_IN_FILE"
    await registry.assert_sound()


async def test_corrected_lines_alone_flag_nobody(registry):
    bad = file_of(line(1), line(2, postcode="x"), line(3))
    first = await registry.import_file(registry.write("one.csv", bad))
    assert (first["registered"], first["rejected"]) == (2, 1)
    registry.write("corrected.csv", file_of(line(2)))
    answer = await registry.post("/v1/imports", {"path": "corrected.csv", "kind": "PART"})
    await registry.run_jobs()
    view = (await registry.get(answer.headers["Location"])).json()
    assert counts(view) == {"lines": 1, "registered": 1, "updated": 0, "unchanged": 0, "rejected": 0, "removed": 0, "absent": 0}
    assert await flags(registry) == []


async def test_the_kind_must_fit_the_header(registry):
    registry.write("full.csv", file_of(line(1)))
    registry.write("delta.csv", delta_of(f"ADD,,{line(1)}"))
    for path, kind in (("full.csv", "DELTA"), ("delta.csv", "FULL"), ("delta.csv", "PART")):
        answer = await registry.post("/v1/imports", {"path": path, "kind": kind})
        assert (answer.status_code, answer.json()["type"]) == (422, "urn:sukjai:problem:not-a-registry-file")
    assert counts(await registry.import_file("delta.csv"))["registered"] == 1


async def test_staff_resolve_the_flags_of_their_district_once(registry):
    await registry.import_file(registry.write("one.csv", file_of(line(1), line(2), line(3, subdistrict_code="100101"))))
    await registry.import_file(registry.write("two.csv", file_of(line(1))))
    here, there = district("8101"), district("1001")
    by_district = (await registry.get("/v1/flags/by-district")).json()["items"]
    assert by_district == [{"district": "1001", "kind": "ABSENT", "open": 1}, {"district": "8101", "kind": "ABSENT", "open": 1}]
    assert (await registry.get("/v1/flags/by-district", here)).json()["items"] == by_district[1:]
    assert await flags(registry, here, district="1001") == []
    [flag] = await flags(registry, here)
    path, body = f"/v1/flags/{flag['flag_id']}", {"resolution": "STAYS", "reason": "พบตัวที่บ้าน"}
    assert (await registry.get(path, there)).status_code == 404
    assert (await registry.post(f"{path}/resolution", body, there, **{"If-Match": '"1"'})).status_code == 404
    assert (await registry.post(f"{path}/resolution", body, here)).status_code == 422
    assert (await registry.post(f"{path}/resolution", body, here, **{"If-Match": '"7"'})).status_code == 412
    assert (
        await registry.post(f"{path}/resolution", {**body, "resolution": "BACK_IN_FILE"}, here, **{"If-Match": '"1"'})
    ).status_code == 422
    done = await registry.post(f"{path}/resolution", body, here, **{"If-Match": '"1"'})
    assert (done.status_code, done.json()["resolution"], done.json()["resolved_by"]) == (200, "STAYS", "tester")
    again = await registry.post(f"{path}/resolution", body, here, **{"If-Match": done.headers["ETag"]})
    assert (again.status_code, again.json()["type"]) == (409, "urn:sukjai:problem:flag-resolved")
    assert (await registry.get(path, here)).headers["ETag"] == '"2"'


async def test_what_an_import_changed_can_be_read(registry):
    await registry.import_file(registry.write("one.csv", file_of(*[line(number) for number in range(1, 6)])))
    view = await registry.import_file(
        registry.write("two.csv", file_of(line(1, bank="GSB"), line(2, phone="0899999999"), line(3), line(4), line(5), line(6)))
    )
    path = f"/v1/imports/{view['import_id']}"
    holders = {number: (await registry.holder_of(citizen_id(number)))["holder_id"] for number in (1, 2, 6)}
    found = (await registry.get(f"{path}/changes", limit=1)).json()
    found["items"] += (await registry.get(f"{path}/changes", limit=1, cursor=found["next_cursor"])).json()["items"]
    expected = {holders[1]: ["bank"], holders[2]: ["sealed_details"]}
    assert {item["holder_id"]: item["changed"] for item in found["items"]} == expected
    new = (await registry.get(f"{path}/changes", outcome="NEW")).json()["items"]
    assert [(item["holder_id"], item["version"], item["changed"]) for item in new] == [(holders[6], 1, [])]
    lines = (await registry.get(f"{path}/changes.ndjson")).text.splitlines()
    assert len(lines) == 2
    assert "0899999999" not in "".join(lines)
    for suffix in ("changes", "changes.ndjson"):
        assert (await registry.get(f"{path}/{suffix}", district("8101"))).status_code == 404
        assert (await registry.get(f"/v1/imports/{new_id()}/{suffix}")).status_code == 404
