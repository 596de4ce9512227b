"""Looking before anything changes, and the second person that an import needs which would change much."""

import pytest

from tests.registry.facts import district
from tests.registry.people import card_no, citizen_id, file_of, line
from tests.registry.test_deltas import delta_of, removal

OTHER = "second-person"


@pytest.fixture
async def careful(registry):
    """The registry with ten persons, which asks a second person when more than a tenth would change."""
    await registry.import_file(registry.write("one.csv", file_of(*[line(number) for number in range(1, 11)])))
    resources = registry.service.resources
    resources.settings = resources.settings.model_copy(update={"import_share_percent_max": 10})
    return registry


async def asked(registry, path, **body):
    answer = await registry.post("/v1/imports", {"path": path, **body})
    assert answer.status_code == 202, answer.text
    await registry.run_jobs()
    return (await registry.get(answer.headers["Location"])).json()


async def decide(registry, view, decision, who=OTHER, reason="ตรวจแล้ว"):
    path = f"/v1/imports/{view['import_id']}/approval"
    return await registry.post(path, {"decision": decision, "reason": reason}, **registry.token(who=who))


def everybody(**changed):
    return [line(number, **changed) for number in range(1, 11)]


MIXED = file_of(
    line(1), line(2, bank="GSB", first_name="กานดา"), line(3, phone="0899999999"), line(4, postcode="x"), line(5), line(5),
    line(6, card_no=card_no(1)), line(11), line(12, card_no=card_no(7)), line(13, card_no=card_no(20)), line(14, card_no=card_no(20)),
)  # fmt: skip


@pytest.mark.parametrize("lines_a_step", [1, 3, 100])
async def test_a_preview_tells_what_the_import_then_does_and_changes_nothing(registry, monkeypatch, lines_a_step):
    monkeypatch.setattr("services.registry.jobs.import_file.LINES_A_STEP", lines_a_step)
    await registry.import_file(registry.write("one.csv", file_of(*everybody())))
    before, published = await registry.state(), await registry.published()
    registry.write("two.csv", MIXED)
    preview = await asked(registry, "two.csv", preview=True)
    assert (preview["status"], preview["preview"]) == ("DONE", True)
    assert (await registry.state(), await registry.published()) == (before, published)
    seen = (await registry.get(f"/v1/imports/{preview['import_id']}/preview")).json()
    assert seen["fields"] == {"bank": 1, "first_name": 1, "sealed_details": 1}
    assert [(one["line"], one["outcome"], one["changed"], one["name_masked"]) for one in seen["sample"] if one["outcome"] == "CHANGED"] == [
        (3, "CHANGED", ["first_name", "bank"], "ก… ใ…"),
        (4, "CHANGED", ["sealed_details"], "ส… ใ…"),
    ]
    done = await asked(registry, "two.csv")
    names = ("lines", "registered", "updated", "unchanged", "rejected", "removed", "absent")
    assert {name: done[name] for name in names} == {name: seen[name] for name in names}
    assert (done["registered"], done["updated"], done["rejected"], done["absent"]) == (2, 2, 5, 4)
    rejections = [(await registry.get(f"/v1/imports/{view['import_id']}/rejections")).json()["items"] for view in (preview, done)]
    assert {(one["line"], one["code"]) for one in rejections[0]} == {(one["line"], one["code"]) for one in rejections[1]}
    assert await registry.value("SELECT count(*) FROM import_met") == 0
    await registry.assert_sound()


@pytest.mark.parametrize("lines_a_step", [1, 100])
async def test_a_preview_of_changes_tells_what_they_do(registry, monkeypatch, lines_a_step):
    monkeypatch.setattr("services.registry.jobs.import_file.LINES_A_STEP", lines_a_step)
    await registry.import_file(registry.write("one.csv", file_of(*everybody())))
    registry.write(
        "delta.csv",
        delta_of(
            f"ADD,,{line(1)}", f"CORRECT,x,{line(2, road='ก')}", f"CORRECT,x,{line(20)}", removal(3), removal(22), removal(3), f"ADD,,{line(21)}",
            f"CORRECT,x,{line(4)}",
        ),
    )  # fmt: skip
    preview, done = await asked(registry, "delta.csv", preview=True), await asked(registry, "delta.csv")
    names = ("lines", "registered", "updated", "unchanged", "rejected", "removed", "absent")
    assert {name: preview[name] for name in names} == {name: done[name] for name in names}
    assert (done["registered"], done["updated"], done["unchanged"], done["rejected"], done["removed"]) == (1, 1, 1, 4, 1)
    await registry.assert_sound()


async def test_a_preview_of_a_first_load_shows_everybody_as_new(registry):
    registry.write("one.csv", file_of(*everybody()))
    preview = await asked(registry, "one.csv", preview=True)
    assert (preview["registered"], preview["look"]["share_percent"]) == (10, 100.0)
    assert await registry.value("SELECT count(*) FROM card_holder") == 0


async def test_what_changes_little_goes_in_without_a_second_person(careful):
    careful.write("two.csv", file_of(line(1, bank="GSB"), *everybody()[1:]))
    view = await asked(careful, "two.csv")
    assert (view["status"], view["updated"], view["look"]["share_percent"]) == ("DONE", 1, 10.0)
    careful.write("part.csv", file_of(line(2, bank="GSB")))
    assert (await asked(careful, "part.csv", kind="PART"))["look"] is None  # too short to change much


async def test_what_changes_much_waits_and_goes_on_when_another_approves(careful):
    before, published = await careful.state(), await careful.published()
    careful.write("two.csv", file_of(line(1, bank="GSB"), *everybody()[2:], line(11)))
    view = await asked(careful, "two.csv")
    assert (view["status"], view["phase"], view["look"]["share_percent"]) == ("WAITING", "AWAITING_APPROVAL", 30.0)
    assert (await careful.state(), await careful.published()) == (before, published)
    proposal = (await careful.get(f"/v1/imports/{view['import_id']}/approval")).json()
    assert (proposal["status"], proposal["proposed_by"], proposal["parameters"]["absent"]) == ("PROPOSED", "tester", 1)
    own = await decide(careful, view, "APPROVED", who="tester")
    assert (own.status_code, own.json()["type"]) == (409, "urn:sukjai:problem:decider-is-proposer")
    approved = await decide(careful, view, "APPROVED")
    assert (approved.status_code, approved.json()["status"]) == (200, "QUEUED")
    assert (await decide(careful, view, "REJECTED")).status_code == 409
    await careful.run_jobs()
    done = (await careful.get(f"/v1/imports/{view['import_id']}")).json()
    assert (done["status"], done["registered"], done["updated"], done["absent"]) == ("DONE", 1, 1, 1)
    assert (await decide(careful, view, "APPROVED")).status_code == 409
    await careful.assert_sound()


@pytest.mark.parametrize(("decision", "who"), [("REJECTED", OTHER), ("WITHDRAWN", "tester")])
async def test_what_is_rejected_or_withdrawn_ends_without_a_change(careful, decision, who):
    before, published = await careful.state(), await careful.published()
    careful.write("two.csv", file_of(*everybody(bank="GSB")))
    view = await asked(careful, "two.csv")
    assert (await decide(careful, view, decision, who=who)).json()["status"] == "REFUSED"
    await careful.run_jobs()
    assert (await careful.get(f"/v1/imports/{view['import_id']}")).json()["status"] == "REFUSED"
    assert (await careful.state(), await careful.published()) == (before, published)
    assert (await careful.get(f"/v1/imports/{view['import_id']}/approval")).json()["decision_reason"] == "ตรวจแล้ว"
    await careful.assert_sound()


async def test_a_full_file_with_a_few_lines_waits_since_it_would_flag_the_rest(careful):
    careful.write("short.csv", file_of(line(1)))
    view = await asked(careful, "short.csv")
    assert (view["status"], view["look"]["absent"], view["look"]["share_percent"]) == ("WAITING", 9, 90.0)


async def test_only_waiting_imports_are_decided_and_only_by_who_may(careful):
    [done] = [row["id"] for row in await careful.fetch("SELECT id FROM job")]
    assert (await decide(careful, {"import_id": done}, "APPROVED")).status_code == 409
    assert (await careful.get(f"/v1/imports/{done}/approval")).status_code == 404
    assert (await careful.get(f"/v1/imports/{done}/preview")).status_code == 404
    body = {"decision": "APPROVED", "reason": "x"}
    assert (await careful.post(f"/v1/imports/{done}/approval", body, district("8101"))).status_code == 404
    assert (await careful.post(f"/v1/imports/{done}/approval", body, scopes=("registry.imports:write",))).status_code == 403
    assert (await careful.post(f"/v1/imports/{done}/resumption", {})).status_code == 409
    assert (await careful.holder_of(citizen_id(1)))["version"] == 1
