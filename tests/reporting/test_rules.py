"""Definitions, published figures, bands, and the chain of snapshots."""

import dataclasses
import json
from typing import get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reporting.consumers import consumers
from services.reporting.domain import figures
from services.reporting.domain.snapshots import broken_links, canonical, differences, hash_of
from services.reporting.queries.reports import REPORTS, ReportName
from services.reporting.rules.definitions import definitions, title
from services.reporting.rules.published import published
from tests.reporting.story import the_year

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def _whole_numbers(kind) -> set[str]:
    """Names of the whole numbers of a figures class and of the rows in it."""
    names = set()
    for name, hint in get_type_hints(kind).items():
        inside = get_args(hint) or (hint,)
        if int in inside:
            names.add(name)
        for one in inside:
            if dataclasses.is_dataclass(one) and one is not figures.Comparison:
                names |= _whole_numbers(one)
    return names


@pytest.mark.parametrize("name", ReportName)
def test_every_figure_of_every_report_is_defined_and_stands_on_events_that_are_taken(name):
    shown = _whole_numbers(get_type_hints(REPORTS[name].read)["return"])
    if name is ReportName.YEAR:
        shown -= {"persons"} | _whole_numbers(figures.PaymentsRow)  # named by `figure`, and defined with the payments
        assert set(published().year) <= definitions(name).keys()
    shown -= {"year"}  # of which a row tells
    assert shown <= definitions(name).keys()
    assert title(name).th
    for one in definitions(name).values():
        assert all(dataclasses.astuple(one))
        assert set(one.sources) <= consumers.types


def test_the_published_table_has_the_sums_of_the_circular():
    table = published().age_income
    assert sum(figure.persons for figure in table.values()) == 11_469_184
    assert sum(figure.persons for (tier, _), figure in table.items() if tier == "UP_TO_30000") == 8_348_692
    assert sum(figure.persons for (_, age), figure in table.items() if age == "not_over_60") == 7_846_026
    assert published().year["card_holders"].persons == 11_469_184


def test_a_published_figure_is_divided_by_the_scale_and_never_fitted_to():
    beside = published().year["declared"].beside(6_390, 1000)
    assert (beside.published, beside.published_scaled, beside.difference, beside.mark) == (6_400_124, 6400.1, -10.1, "P")


@given(PLAIN)
def test_canonical_json_is_the_same_for_the_same_facts_and_reads_back(content):
    assert canonical(json.loads(canonical(content))) == canonical(content)


@given(PLAIN, PLAIN)
def test_differences_are_none_only_for_equal_contents(one, other):
    assert (list(differences(one, other)) == []) == (one == other)
    assert list(differences(one, one)) == []


def _chain(contents):
    before, links = "", []
    for number, content in enumerate(contents, 1):
        text = canonical({"prev_hash": before, "content": content})
        links.append((number, text, hash_of(text), before))
        before = hash_of(text)
    return links


@given(st.lists(st.integers(), min_size=2, max_size=8), st.data())
def test_a_changed_or_missing_link_shows(contents, data):
    links = _chain(contents)
    assert list(broken_links(links)) == []
    place = data.draw(st.integers(0, len(links) - 2))
    number, text, _, before = links[place]
    forged = canonical({**json.loads(text), "content": "forged"})
    assert next(broken_links([*links[:place], (number, forged, hash_of(forged), before), *links[place + 1 :]])) == number + 1
    assert next(broken_links(links[:place] + links[place + 1 :])) == number + 1


def test_the_story_is_told_the_same_twice():
    assert [event.id for event in the_year()] == [event.id for event in the_year()]
