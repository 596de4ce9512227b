"""What is shown of small counts, attacked: whoever has every table that may be asked for cannot find that a cell is small."""

import random
from collections import Counter
from itertools import chain, combinations, product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from ortools.linear_solver import pywraplp

from services.reporting.rules.telling import OTHER, Grouped, Told
from shared.small_cells import SHOWN_FROM, added, all_areas, hidden_parts, is_safe, shown

DISTRICTS = ("8101", "8102", "8103", "1001", "1002", "5001", "5002")
RESULTS, INCOMES, GROUPS = ("SUCCEEDED", "NOT", "NONE"), ("ROSE", "NOT", "UNKNOWN"), ("YOUNG", "OLD", "OLDEST")
CELLS = list(product(DISTRICTS, RESULTS, INCOMES, GROUPS))
MANY = 10_000


def world_of(seed, density, small):
    """Units by cell: so many cells have some, and of these so many few."""
    rnd = random.Random(seed)
    few, more = (1, 2, 3, 4), (5, 6, 8, 12, 40)
    return {cell: rnd.choice(few if rnd.random() < small else more) for cell in CELLS if rnd.random() < density}


WORLDS = st.builds(world_of, st.integers(0, 2**32), st.sampled_from([0.05, 0.1, 0.3, 0.6, 1.0]), st.sampled_from([0.02, 0.05, 0.2]))


def tables(world, focus):
    """The world's units by area as the service counts them: districts of the province that is looked at, other provinces as one."""
    found: dict[str, Counter] = {}
    for (district, result, income, group), count in world.items():
        if count:
            code = district if focus and district.startswith(focus) else district[:2]
            found.setdefault(code, Counter())[result, income, group] += count
    return found


def published(world):
    """Every number that can be asked for, as (which cells it is the sum of, the number)."""
    for focus in ("", "81", "10", "50"):
        here = tables(world, focus)
        results, incomes = Told.of(here, lambda unit: unit[0]), Told.of(here, lambda unit: unit[1])
        for area in all_areas(here):
            if results.count(0, area) is not None:
                yield (area, RESULTS, INCOMES, GROUPS), results.count(0, area)
            for result in RESULTS if results.at(1, area) is not None else ():
                yield (area, (result,), INCOMES, GROUPS), results.at(1, area)[result]
            for income in INCOMES if incomes.at(1, area) is not None else ():
                yield (area, RESULTS, (income,), GROUPS), incomes.at(1, area)[income]
        yield from published_by_group(here, results.hidden(1) | incomes.hidden(1))


def published_by_group(here, never):
    parts = {code: Counter() for code in here}
    for code, table in here.items():
        for (result, income, group), count in table.items():
            parts[code]["result", group, result] += count
            parts[code]["income", group, income] += count
    grouped = Grouped.of(parts, never)
    rest = tuple(group for group in GROUPS if not any(group == told for table in grouped.areas.values() for _, told, _ in table))
    for area, group in ((code, one) for code in grouped.areas for one in grouped.groups(code)):
        members = rest if group == OTHER else (group,)
        for result in RESULTS:
            yield (area, (result,), INCOMES, members), grouped.counts(area, "result", group)[result]
        for income in INCOMES:
            yield (area, RESULTS, (income,), members), grouped.counts(area, "income", group)[income]


def inside(cell, where):
    area, results, incomes, groups = where
    district, result, income, group = cell
    return district.startswith(area) and result in results and income in incomes and group in groups


def cells_that_may_be_small(world):
    """Sums of the world that one would call a cell, of which there are 1 to 4."""
    areas = sorted(all_areas(DISTRICTS))
    for area, groups in product(areas, [GROUPS, *((group,) for group in GROUPS)]):
        whole = [(area, RESULTS, INCOMES, groups)]
        for where in chain(
            whole, ((area, (one,), INCOMES, groups) for one in RESULTS), ((area, RESULTS, (one,), groups) for one in INCOMES)
        ):
            if 0 < sum(count for cell, count in world.items() if inside(cell, where)) < SHOWN_FROM:
                yield where


def of_cells(where):
    return [float(inside(cell, where)) for cell in CELLS]


@given(WORLDS)
@settings(max_examples=25, deadline=None)
def test_no_sums_and_differences_of_what_is_shown_give_a_small_cell(world):
    told = list(published(world))
    assert all(shown(count) is not None for _, count in told)
    found = linear_algebra_finds(told, list(cells_that_may_be_small(world)))
    assert found == []


def linear_algebra_finds(told, wanted):
    """Those of the wanted sums that are a combination of the told ones."""
    if not told:
        return []
    rows = np.array([of_cells(where) for where in {where for where, _ in told}])
    strengths, ways = np.linalg.eigh(rows.T @ rows)
    ways = ways[:, strengths > 1e-9]
    return [where for where in wanted if np.linalg.norm(of_cells(where) - ways @ (ways.T @ of_cells(where))) < 1e-7]


@given(WORLDS)
@settings(max_examples=25, deadline=None)
def test_without_groups_every_small_cell_could_be_a_large_one_by_all_that_is_shown(world):
    solver = pywraplp.Solver.CreateSolver("GLOP")
    unknown = {cell: solver.NumVar(0, MANY, "") for cell in CELLS}
    for where, count in published(world):
        if where[3] == GROUPS:
            solver.Add(sum(unknown[cell] for cell in CELLS if inside(cell, where)) == count)
    for where in cells_that_may_be_small(world):
        if where[3] == GROUPS:
            solver.Maximize(sum(unknown[cell] for cell in CELLS if inside(cell, where)))
            assert solver.Solve() == pywraplp.Solver.OPTIMAL
            assert solver.Objective().Value() >= SHOWN_FROM - 1e-6


def test_the_attack_finds_what_a_difference_gives_away():
    """Were only the small cell itself hidden, the others would give it away: so the attack bites."""
    whole, others = ("81", RESULTS, INCOMES, GROUPS), [(code, RESULTS, INCOMES, GROUPS) for code in ("8102", "8103")]
    small = ("8101", RESULTS, INCOMES, GROUPS)
    told = [(where, 100) for where in (whole, *others)]
    assert linear_algebra_finds(told, [small]) == [small]
    assert linear_algebra_finds(told[:-1], [small]) == []


def test_the_smallest_other_part_is_hidden_with_a_small_one_and_nothing_where_all_is_large():
    assert hidden_parts({"10": {"a": 3}, "50": {"a": 90}, "81": {"a": 40}, "90": {"a": 0}}) == {"10", "81"}
    assert hidden_parts({"10": {"a": 3}, "50": {"a": 4}, "81": {"a": 40}}) == {"10", "50"}
    assert hidden_parts({"10": {"a": 30}, "50": {"a": 5}, "81": {"a": 0}}) == frozenset()


@given(st.dictionaries(st.sampled_from("abcdef"), st.dictionaries(st.sampled_from("xyz"), st.integers(0, 12)), min_size=1))
def test_every_sum_of_what_is_hidden_that_can_be_told_is_safe(parts):
    hidden = hidden_parts(parts)
    if is_safe(added(parts.values())):
        assert is_safe(added(parts[name] for name in hidden))
    assert all(is_safe(parts[name]) for name in parts.keys() - hidden)
    assert all(hidden_parts(dict(order)) == hidden for order in combinations(parts.items(), len(parts)))
