"""Intervals and survival: against a published example, figures of scipy, and a reckoning person by person."""

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.reporting.domain.shares import Share
from services.reporting.rules.estimates import kaplan_meier, reached, wilson

# Weeks in remission under 6-mercaptopurine (Freireich et al. 1963), the usual example: True where the remission ended.
REMISSIONS = [
    (6, True), (6, True), (6, True), (6, False), (7, True), (9, False), (10, True), (10, False), (11, False), (13, True), (16, True),
    (17, False), (19, False), (20, False), (22, True), (23, True), (25, False), (32, False), (32, False), (34, False), (35, False),
]  # fmt: skip
TIMES = st.lists(st.tuples(st.integers(0, 40), st.booleans()), min_size=1, max_size=60)


def counts(times):
    return Counter(day for day, ended in times if ended), Counter(day for day, ended in times if not ended)


def test_the_published_example_with_its_intervals_on_the_log_log_scale():
    # scipy 1.17: ecdf(CensoredData(…)).sf with confidence_interval(method="log-log"), after weeks 6, 7, 10, 13, 16, 22 and 23.
    expected = [
        (0.857, 0.620, 0.952), (0.807, 0.563, 0.923), (0.753, 0.503, 0.889), (0.690, 0.432, 0.849),
        (0.627, 0.368, 0.805), (0.538, 0.268, 0.747), (0.448, 0.188, 0.680),
    ]  # fmt: skip
    found = kaplan_meier(*counts(REMISSIONS), [7, 8, 11, 14, 17, 23, 24], 0.95)
    assert found == [Share(*one) for one in expected]
    assert kaplan_meier(*counts(REMISSIONS), [36], 0.95) == [None]


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),  # scipy 1.17: binomtest(count, of).proportion_ci(method="wilson")
    [(0, 10, 0.0, 0.278), (5, 10, 0.237, 0.763), (10, 10, 0.722, 1.0), (3, 8, 0.137, 0.694), (81, 263, 0.255, 0.366)],
)
def test_wilsons_interval(count, of, low, high):
    assert wilson(count, of, 0.95) == Share(round(count / of, 3), low, high)
    assert wilson(0, 0, 0.95) is None


@given(TIMES, st.integers(1, 42))
def test_survival_is_the_product_over_the_days_of_those_who_went_on(times, horizon):
    expected = Fraction(1)
    for day in range(horizon):
        at_risk = sum(1 for seen, _ in times if seen >= day)
        ends = sum(1 for seen, ended in times if ended and seen == day)
        expected *= Fraction(at_risk - ends, at_risk) if at_risk else 1
    [found] = kaplan_meier(*counts(times), [horizon], 0.95)
    if found is None:
        assert expected > 0
        assert reached(*counts(times), horizon) == 0
    else:
        assert found.value == pytest.approx(float(expected), abs=0.0006)
        assert 0 <= found.low <= found.value <= found.high <= 1


@given(TIMES)
def test_survival_never_rises(times):
    found = [one.value for one in kaplan_meier(*counts(times), [10, 20, 30], 0.95) if one is not None]
    assert found == sorted(found, reverse=True)


@given(TIMES, st.integers(1, 42))
def test_who_was_not_seen_again_counts_as_gone_on_and_not_as_ended(times, horizon):
    ended, last_seen = counts(times)
    assume(reached(ended, last_seen, horizon))
    [with_them] = kaplan_meier(ended, last_seen, [horizon], 0.95)
    [had_they_ended] = kaplan_meier(ended + last_seen, Counter(), [horizon], 0.95)
    assert with_them.value >= had_they_ended.value


@given(TIMES, st.integers(1, 42))
def test_while_nobody_was_lost_from_sight_survival_is_a_plain_share(times, horizon):
    ended = Counter(day for day, _ in times)
    [found] = kaplan_meier(ended, Counter(), [horizon], 0.95)
    assert found.value == wilson(sum(count for day, count in ended.items() if day >= horizon), len(times), 0.95).value
