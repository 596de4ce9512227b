"""Tier, age and visit group: the edges of the circular, and the SQL that must say the same as Python."""

import asyncio
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.registry.domain import GroupPolicy
from services.registry.repository.groups_sql import groups_sql
from services.registry.rules.groups import groups_of
from shared.contracts.common import Tier
from shared.money import baht

POLICY = GroupPolicy(1, baht(30_000), 60, date(2018, 2, 1))
policies = st.builds(GroupPolicy, st.just(1), st.integers(0, 10**7), st.integers(0, 120), st.dates(date(2010, 1, 1), date(2030, 12, 31)))
births = st.dates(date(1890, 1, 1), date(2018, 1, 1))
incomes = st.integers(0, 10**9)


def test_exactly_30000_is_the_lower_tier():
    assert groups_of(baht(30_000), date(1970, 1, 1), POLICY).tier is Tier.UP_TO_30000
    assert groups_of(baht(30_000) + 1, date(1970, 1, 1), POLICY).tier is Tier.OVER_30000


@pytest.mark.parametrize(
    ("born", "age", "visited"),
    [(date(1957, 2, 2), 60, True), (date(1957, 2, 1), 61, False), (date(1958, 2, 1), 60, True), (date(1958, 2, 2), 59, True)],
)
def test_exactly_60_is_visited(born, age, visited):
    groups = groups_of(0, born, POLICY)
    assert (groups.age, groups.visit_group) == (age, visited)


def test_the_higher_tier_is_never_visited():
    assert not groups_of(baht(40_000), date(1990, 1, 1), POLICY).visit_group


@given(incomes, births, policies)
def test_more_income_never_leads_into_the_visit_group(income, born, policy):
    assert groups_of(income + 1, born, policy).visit_group <= groups_of(income, born, policy).visit_group


@given(incomes, births, policies)
def test_a_later_birth_is_never_older(income, born, policy):
    assert groups_of(income, born + timedelta(days=1), policy).age <= groups_of(income, born, policy).age


async def test_sql_says_the_same(registry):
    """Hypothesis draws the people; the database is asked about each."""
    drawn = []

    @settings(max_examples=300)
    @given(incomes, births, policies)
    def draw(income, born, policy):
        drawn.append((income, born, policy))

    await asyncio.to_thread(draw)
    edges = [
        (baht(30_000) + extra, born, POLICY) for extra in (-1, 0, 1) for born in (date(1957, 2, 1), date(1957, 2, 2), date(1956, 2, 29))
    ]
    async with registry.db.reading() as tx:
        for income, born, policy in drawn + edges:
            columns, args = groups_sql(policy, 3)
            row = await tx.fetchrow(
                f"SELECT {columns} FROM (VALUES ($1::bigint, $2::date)) AS card_holder (income_2559_satang, birth_date)",
                income,
                born,
                *args,
            )
            groups = groups_of(income, born, policy)
            assert (row["tier"], row["age"], row["visit_group"]) == (groups.tier, groups.age, groups.visit_group), (income, born, policy)
