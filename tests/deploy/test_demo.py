"""The main job, as its user starts it: one command, a whole year, an exit code and a line of figures."""

import asyncio
import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCALE = 60_000
SECONDS_MAX = 580


@pytest.mark.timeout(SECONDS_MAX + 20)  # against hanging alone: how long the year takes depends on what else the machine does
async def test_the_year_ends_with_every_invariant_holding_and_one_line_of_figures(tmp_path):
    command = ["-m", "deploy.local.demo", "--scale", str(SCALE), "--no-stay", "--port", "0", "--folder", str(tmp_path / "run")]
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, shown = await asyncio.wait_for(process.communicate(), SECONDS_MAX)
    assert process.returncode == 0, shown.decode()[-4000:]
    figures = json.loads(out.decode().strip().splitlines()[-1])
    assert figures["invariants_hold"] is True
    assert figures["scale"] == SCALE
    counted = figures["figures"]
    assert counted["card_holders"] == 191  # 11,469,184 / 60,000, each of the four cells by largest remainder
    assert counted["declared"] >= counted["declared_of_visit_group"] > 0
    assert counted["interviewed"] >= counted["planned"] >= counted["completed"] > 0
    agencies = figures["agencies"]
    assert sum(count for states in agencies["states"].values() for count in states.values()) >= counted["referred"]
    # What agencies do goes by the ids of referrals, which differ in every installation: what only few have is not asked for by name.
    assert (
        sum(levels.get("DISTRICT", 0) + levels.get("PROVINCE", 0) + levels.get("MINISTRY", 0) for levels in agencies["overdue"].values())
        > 0
    )
    assert set(agencies["states"].get("DBD", ())) <= {"CREATED", "CLOSED"}, "the silent agency says nothing"
    assert {"TRAINING_PASSED", "JOB_PLACED", "GRANTED"} <= {code for codes in agencies["outcomes"].values() for code in codes}
    assert agencies["declines"] or agencies["wait_listed"]
    assert agencies["appeals"]["back_paid"] == agencies["appeals"]["granted"]
    months = {name.split("/")[0] for name in figures["paid_persons"]}
    assert months == {f"2018-{month:02}" for month in range(3, 13)}
    persons_paid = {
        tier: sum(n for name, n in figures["paid_persons"].items() if name.endswith(tier)) for tier in ("UP_TO_30000", "OVER_30000")
    }
    assert figures["paid_satang"] == persons_paid["UP_TO_30000"] * 20_000 + persons_paid["OVER_30000"] * 10_000
    assert "ทุกกฎเป็นจริง" in shown.decode()
