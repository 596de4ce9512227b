"""Every goal runs and prints lines; how fast it is, is no matter here."""

import math
from dataclasses import asdict

from tests.bench.run import GOALS, lines

SCALE = 40_000
UNITS = {
    "P1": {"s", "CPU s", "MiB"},
    "P2": {"s", "CPU s"},
    "P3": {"s", "CPU s"},
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
}


async def test_every_goal_gives_lines_beside_a_baseline_of_the_same_run(tmp_path):
    found = [line async for line in lines(SCALE, GOALS, tmp_path)]
    assert {goal: {line.unit for line in found if line.goal == goal} for goal in GOALS} == UNITS
    assert len({(line.goal, line.what, line.unit) for line in found}) == len(found)
    for line in found:
        assert list(asdict(line)) == ["goal", "what", "scale", "value", "unit", "baseline", "ratio"]
        assert line.scale == SCALE
        assert line.value > 0
        assert line.baseline > 0
        assert math.isclose(line.ratio, line.value / line.baseline, rel_tol=0.5, abs_tol=0.01)
