"""Reports frozen for a meeting: signed, in editions that tell their difference, checked without the service, at the end of a year."""

import asyncio
import json
from datetime import UTC, date, datetime

import pytest
import typer
from typer.testing import CliRunner

from deploy import verify_snapshot
from services.reporting.rules.editions import changes_between
from services.reporting.rules.report_calendar import report_calendar
from shared.auth import Level, Reach
from tests.reporting.story import Story, followed, interview, interviewed, the_year

KRABI = Reach(Level.PROVINCE, "81")
YEAR = {"report": "year", "meeting": "คอต. 3/2561"}


@pytest.fixture
async def told(reporting):
    await reporting.bring(*the_year())
    return reporting


async def frozen(reporting, body=None, reach=None):
    answer = await reporting.post("/v1/snapshots", body or YEAR, reach)
    assert answer.status_code == 201, answer.text
    return (await reporting.get(f"/v1/snapshots/{answer.json()['snapshot_id']}", reach)).json()


async def test_a_correction_is_a_new_edition_beside_the_old_that_tells_the_difference_and_late_facts(told):
    first = await frozen(told)
    story, told_on, happened_on = Story(), date(2018, 10, 5), date(2018, 9, 28)
    told.clock.play(datetime(2018, 10, 8, 3, tzinfo=UTC))
    story.tell(told_on, interviewed("chai", happened_on))
    story.tell(told_on, followed("chai", happened_on, interview.FollowUpRound.SEPTEMBER, yearly=50_000))
    await told.bring(*story.events)
    second = await frozen(told)

    assert [one["edition"] for one in (first, second)] == [1, 2]
    content = second["content"]
    assert content["replaces"] == {"snapshot_id": first["snapshot_id"], "content_hash": first["content_hash"]}
    assert content["late_facts"] == {"follow_ups": 1, "interviews": 1}
    changes = {one["path"]: (one["before"], one["after"]) for one in content["changes"]}
    assert changes["figures[interviewed].persons"] == (2, 3)
    assert content["changes_in_all"] == len(changes)
    [words] = [(one["th"], one["en"]) for one in content["changes"] if one["path"] == "figures[interviewed].persons"]
    assert words[0].endswith("เพิ่มขึ้น 1 จาก 2 เป็น 3")
    assert words[1].endswith("rose by 1, from 2 to 3")
    assert f"differs from edition 1 in {len(changes)} figures; 2 facts told late" in content["explanation"]["en"]
    assert (await told.get(f"/v1/snapshots/{first['snapshot_id']}")).json() == first

    assert (await frozen(told, {**YEAR, "meeting": "คอต. 4/2561"}))["edition"] == 1
    assert (await frozen(told, {**YEAR, "area": "81"}))["edition"] == 1
    assert [(await frozen(told, {"report": "year"}))["edition"] for _ in range(2)] == [1, 1]
    assert await told.broken_invariants() == []
    last = [event["data"] for event in await told.outbox()][1]
    assert (last["edition"], last["replaces"], last["meeting"]) == (2, first["snapshot_id"], "คอต. 3/2561")


async def test_two_snapshots_at_once_for_one_meeting_are_editions_one_after_the_other(told):
    taken = await asyncio.gather(*(frozen(told) for _ in range(5)))
    taken.sort(key=lambda one: one["edition"])
    assert [one["edition"] for one in taken] == [1, 2, 3, 4, 5]
    assert [one["content"]["replaces"]["content_hash"] for one in taken[1:]] == [one["content_hash"] for one in taken[:-1]]
    assert await told.broken_invariants() == []


async def test_rows_that_come_and_go_are_named_and_not_numbered(told):
    then = {"rows": [{"group": "8101", "label_th": "เมือง", "label_en": "Mueang", "persons": 3}, _row("8102", 2)]}
    now = {"rows": [_row("8102", 2), _row("8103", 1_000)]}
    changes = list(changes_between("intake", then, now))
    assert [(one.path, one.before, one.after) for one in changes] == [("rows[8101].persons", 3, None), ("rows[8103].persons", None, 1000)]
    assert changes[0].en == "Persons (Mueang) was 3, is now not there"
    assert changes[1].th == "จำนวนคน (ก) เดิม ไม่มี ปัจจุบัน 1,000"


def _row(code, persons):
    return {"group": code, "label_th": "ก", "label_en": "A", "persons": persons}


async def test_who_holds_the_file_verifies_it_without_the_service(told, tmp_path):
    first = await frozen(told)
    second = await frozen(told)
    keys = await told.client.get("/.well-known/jwks.json")
    assert keys.status_code == 200

    def verify(snapshot, **others):
        files = {"file": snapshot, "jwks": others.pop("jwks", keys.json()), **others}
        for name, content in files.items():
            (tmp_path / name).write_text(json.dumps(content, ensure_ascii=False))
        options = [f"--{name}={tmp_path / name}" for name in files if name != "file"]
        outcome = CliRunner().invoke(_command(), [str(tmp_path / "file"), *options])
        return outcome.exit_code, json.loads(outcome.stdout)["wrong"]

    assert verify(second, previous=first, replaces=first) == (0, [])
    code, wrong = verify(first, previous=second, replaces=second)
    assert (code, wrong) == (1, ["it does not follow that snapshot", "it does not replace that edition"])
    text = second["canonical"].replace('"persons":5', '"persons":6')
    assert text != second["canonical"]
    code, wrong = verify({**second, "canonical": text})
    assert code == 1
    assert "the hash is not that of the text" in wrong
    assert any("signature" in one for one in wrong)
    code, wrong = verify({**second, "signature": first["signature"]})
    assert (code, len(wrong)) == (1, 1)


def _command():
    app = typer.Typer()
    app.command()(verify_snapshot.main)
    return app


async def test_a_snapshot_of_before_there_were_signatures_is_verified_as_far_as_it_goes(told):
    first = await frozen(told)
    await told.as_owner("UPDATE snapshot SET signature = NULL WHERE seq = $1", first["seq"])
    found = (await told.post(f"/v1/snapshots/{first['snapshot_id']}/verification")).json()
    assert found["integrity"]["signature_good"] is None
    assert found["integrity"]["chain_intact"]


async def test_clock_at_years_end_a_report_is_of_the_day_in_thailand(told):
    told.clock.play(datetime(2018, 12, 31, 16, 59, 30, tzinfo=UTC))
    old = await frozen(told)
    told.clock.play(datetime(2018, 12, 31, 17, 0, 1, tzinfo=UTC))
    new = await frozen(told)
    assert (old["content"]["as_of"][:19], new["content"]["as_of"][:19]) == ("2018-12-31T23:59:30", "2019-01-01T00:00:01")
    assert new["content"]["changes"] == []
    found = (await told.post(f"/v1/snapshots/{old['snapshot_id']}/verification")).json()
    assert found["agreement"]["figures_agree"]


def test_boundary_of_be_2561_and_2562_the_last_month_is_owed_in_the_new_year():
    december = [one for one in report_calendar().duties if one.period == "2018-12"]
    assert {one.opens_on for one in december} == {date(2019, 1, 1)}
    # New Year's Eve and Day are holidays, and so is the weekend that follows.
    assert min(one.due_on for one in december) == date(2019, 1, 8)
    assert [one for one in report_calendar().open_on(date(2018, 12, 31)) if one.period == "2018-12"] == []
    assert {one.period for one in report_calendar().open_on(date(2019, 1, 1))} == {"2018-10", "2018-11", "2018-12"}
