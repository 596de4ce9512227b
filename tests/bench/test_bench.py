"""Every goal runs and prints lines; how fast it is, is no matter here, so each measures little of it and once."""

import asyncio
import json
import math
from contextlib import asynccontextmanager
from dataclasses import asdict

import pytest

from deploy.databases import roles
from deploy.local.broker import EmbeddedBroker
from deploy.local.postgres import LocalPostgres
from tests.bench import p1_import, p2_month, p3_results, p7_search, p8_feed, p11_recommendations, p14_figures, p15_live
from tests.bench.run import GOALS, lines
from tests.flows.country import clear

SCALE = 40_000
UNITS = {
    "P1": {"s", "CPU s", "MiB"},
    "P2": {"s", "CPU s"},
    "P3": {"s", "CPU s", "results/s"},
    "P4": {"ms"},
    "P5": {"ms a request"},
    "P6": {"MiB"},
    "P7": {"ms a request"},
    "P8": {"ms a page"},
    "P9": {"s", "CPU s", "MiB"},
    "P10": {"ms a request", "ms"},
    "P11": {"CPU ms a person", "s", "CPU s", "MiB"},
    "P12": {"s", "CPU s", "points", "MiB"},
    "P13": {"s", "CPU s", "lines/s"},
    "P14": {"s", "CPU s", "events/s", "ms"},
    "P15": {"MiB"},
}
LESS = (
    (p1_import, "TRIES", 1),
    (p2_month, "TRIES", 1),
    (p3_results, "TRIES", 1),
    (p7_search, "SEARCHES", 20),
    (p8_feed, "PAGES", 10),
    (p11_recommendations, "OFFERINGS", 1000),
    (p11_recommendations, "ONE_BY_ONE", 10),
    (p14_figures, "READINGS", 10),
    (p15_live, "VIEWERS", 20),
    (p15_live, "CHANGES", 2),
)


@pytest.fixture
def servers(postgres, broker):
    """The session's servers for the first world; for the one beside it those that start at once."""

    @asynccontextmanager
    async def of_the_session(folder):
        await clear(postgres, broker)
        (folder / "secrets.json").write_text(json.dumps({"passwords": {role: role for role in roles()}}))
        yield postgres, broker

    @asynccontextmanager
    async def light(folder):
        beside = await asyncio.to_thread(lambda: LocalPostgres.start(folder / "postgres", durable=False))
        embedded = await EmbeddedBroker.start(folder / "broker")
        yield beside, embedded
        await embedded.stop()
        await asyncio.to_thread(beside.stop)

    kinds = iter((of_the_session, light))
    return lambda folder: next(kinds)(folder)  # noqa: PLW0108  # which is the next is asked at each call


@pytest.mark.timeout(900)  # fifteen goals, each with what it is compared with
async def test_every_goal_gives_lines_beside_a_baseline_of_the_same_run(tmp_path, servers, monkeypatch):
    for module, name, value in LESS:
        monkeypatch.setattr(module, name, value)
    found = [line async for line in lines(SCALE, GOALS, tmp_path, servers)]
    assert {goal: {line.unit for line in found if line.goal == goal} for goal in GOALS} == UNITS
    assert len({(line.goal, line.what, line.unit) for line in found}) == len(found)
    for line in found:
        assert list(asdict(line)) == ["goal", "what", "scale", "value", "unit", "baseline", "ratio"]
        assert line.scale == SCALE
        assert line.value > 0
        assert line.baseline > 0
        assert math.isclose(line.ratio, line.value / line.baseline, rel_tol=0.5, abs_tol=0.01)
