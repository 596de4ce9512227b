"""The rules alone."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.interview.errors import LateWishRefused, TooEarly, WishOutsideWindow
from services.interview.rules.co_interview import WhyBank, bank_for, is_satisfied
from services.interview.rules.expected_benefit import expected_benefit
from services.interview.rules.follow_up_rounds import check_contact, due_day_passed
from services.interview.rules.policy import Policy
from services.interview.rules.wish_window import Timing, timing_of
from shared.contracts.common import Channel, Tier
from shared.contracts.interview import Employer, FollowUpRound
from shared.errors import Invalid
from tests.interview.world import AMENDED, CIRCULAR

AMENDED_POLICY = Policy.of("amended", 2, AMENDED)
CIRCULAR_POLICY = Policy.of("circular", 1, CIRCULAR)
DAYS = st.dates(date(2018, 1, 1), date(2018, 12, 31))


@pytest.mark.parametrize(
    ("channel", "stated", "entered", "timing"),
    [
        (Channel.WALK_IN, "2018-02-01", "2018-02-01", Timing.IN_TIME),
        (Channel.WALK_IN, "2018-02-21", "2018-02-28", Timing.IN_TIME),
        (Channel.WALK_IN, "2018-02-20", "2018-02-28", Timing.NEEDS_APPROVAL),
        (Channel.WALK_IN, "2018-02-28", "2018-03-01", Timing.NEEDS_APPROVAL),
        (Channel.HOME_VISIT, "2018-03-01", "2018-03-08", Timing.IN_TIME),
        (Channel.HOME_VISIT, "2018-03-01", "2018-03-09", Timing.NEEDS_APPROVAL),
        (Channel.HOME_VISIT, "2018-05-31", "2018-05-31", Timing.IN_TIME),
        (Channel.HOME_VISIT, "2018-06-01", "2018-06-01", Timing.NEEDS_DECISION),
        (Channel.WALK_IN, "2018-08-01", "2018-08-01", Timing.NEEDS_DECISION),
    ],
)
def test_timing_under_amended(channel, stated, entered, timing):
    assert timing_of(AMENDED_POLICY, channel, date.fromisoformat(stated), date.fromisoformat(entered)) is timing


def test_the_circular_ends_in_april():
    assert timing_of(CIRCULAR_POLICY, Channel.HOME_VISIT, date(2018, 4, 30), date(2018, 4, 30)) is Timing.IN_TIME
    with pytest.raises(LateWishRefused):
        timing_of(CIRCULAR_POLICY, Channel.HOME_VISIT, date(2018, 5, 1), date(2018, 5, 1))


@given(st.sampled_from(Channel), DAYS, DAYS)
def test_every_day_has_one_answer(channel, stated, entered):
    try:
        timing = timing_of(AMENDED_POLICY, channel, stated, entered)
    except Invalid:
        assert stated > entered
    except WishOutsideWindow:
        window = AMENDED_POLICY.walk_in_window if channel is Channel.WALK_IN else AMENDED_POLICY.visit_window
        assert not window.holds(stated)
    else:
        assert (timing is Timing.NEEDS_DECISION) == (stated > AMENDED_POLICY.visit_window.last)
        if timing is Timing.IN_TIME:
            assert entered - stated <= timedelta(days=7)


@given(st.sampled_from(Tier), DAYS, DAYS)
def test_a_later_wish_never_brings_more_months(tier, one, other):
    first, second = sorted([one, other])
    early, late = (expected_benefit(AMENDED_POLICY, tier, day) for day in (first, second))
    assert 10 >= early.months >= late.months >= 0
    assert early.monthly_satang == AMENDED["amounts_satang"][tier]


def test_a_wish_of_december_brings_nothing():
    expected = expected_benefit(AMENDED_POLICY, Tier.UP_TO_30000, date(2018, 12, 1))
    assert (expected.months, expected.first_month, expected.last_month) == (0, None, None)


@pytest.mark.parametrize("officer", Employer)
@pytest.mark.parametrize("co_interviewer", [None, *Employer])
def test_only_baac_or_gsb_satisfies_the_rule(officer, co_interviewer):
    assert is_satisfied(officer, co_interviewer) == bool({officer, co_interviewer} & {Employer.BAAC, Employer.GSB})


@pytest.mark.parametrize(
    ("occupation", "bank", "why"),
    [
        ("6111", Employer.BAAC, WhyBank.FARMER),
        ("9211", Employer.BAAC, WhyBank.FARMER),
        ("5223", Employer.GSB, WhyBank.NOT_A_FARMER),
        ("9112", Employer.GSB, WhyBank.NOT_A_FARMER),
        ("", Employer.GSB, WhyBank.UNKNOWN),
        (None, Employer.GSB, WhyBank.UNKNOWN),
    ],
)
def test_baac_is_proposed_for_farmers_and_gsb_for_the_rest(occupation, bank, why):
    assert bank_for(occupation) == (bank, why)


def test_a_round_opens_on_its_day_and_is_over_after_its_due_day():
    june = FollowUpRound.JUNE
    with pytest.raises(TooEarly):
        check_contact(AMENDED_POLICY, june, date(2018, 5, 31), date(2018, 6, 1))
    check_contact(AMENDED_POLICY, june, date(2018, 7, 15), date(2018, 7, 15))
    check_contact(AMENDED_POLICY, FollowUpRound.AD_HOC, date(2018, 4, 1), date(2018, 4, 1))
    with pytest.raises(Invalid):
        check_contact(AMENDED_POLICY, june, date(2018, 6, 2), date(2018, 6, 1))
    with pytest.raises(TooEarly):
        due_day_passed(AMENDED_POLICY, june, date(2018, 6, 30))
    assert due_day_passed(AMENDED_POLICY, june, date(2018, 7, 1)) == date(2018, 6, 30)
    with pytest.raises(Invalid):
        due_day_passed(AMENDED_POLICY, FollowUpRound.AD_HOC, date(2018, 12, 31))
