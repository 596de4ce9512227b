"""What an employer may deduct: the arithmetic, the named cases, the share of the employees, the windows of both profiles."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.payments.rules import policy_file
from services.plan.domain import AccountingPeriod, PeriodStatus, Standing
from services.plan.rules.deduction import CardWage, Consent, Employed, Terms, TrainingCost, consent_on, deduct, percent_of

PUBLISHED = {profile: policy_file.load(profile).parameters["employer_deduction"] for profile in policy_file.PROFILES}
YEAR = AccountingPeriod(UUID(int=1), 1, "0105561000003", date(2018, 1, 1), date(2018, 12, 31), PeriodStatus.OPEN)
CONSENTS = (Consent(date(2018, 1, 20), 2, given=True),)
MANY = dict.fromkeys(YEAR.months, 1000)


def terms(profile="amended", **changes):
    return Terms.of(profile, 1, {"employer_deduction": {**PUBLISHED[profile], **changes}})


def employed(number, *, wages=(), consents=CONSENTS, starts_on=date(2018, 2, 1), **more):
    told = tuple(CardWage(f"KTB {number}-{month}", month, date.fromisoformat(f"{month}-28"), satang) for month, satang in wages)
    return Employed(UUID(int=100 + number), UUID(int=number), starts_on, more.pop("ends_on", None), (consents,), told, **more)


def standings(*ones, period=YEAR, profile="amended", employees=MANY):
    return [item.standing for item in deduct(period, terms(profile), employees, ones).items]


AMOUNT = st.integers(0, 10**11)


@given(AMOUNT, st.integers(101, 300))
def test_a_percentage_is_exact_but_for_a_part_of_a_satang(amount, percent):
    exact = Fraction(amount * percent, 100)
    assert 0 <= exact - percent_of(amount, percent) < 1


@given(st.lists(st.tuples(st.integers(1, 30), st.sampled_from(YEAR.months[1:]), AMOUNT, st.booleans()), max_size=30), st.randoms())
def test_the_deduction_is_that_of_the_sum_whatever_the_order_and_grows_with_each_wage(told, random):
    ones = [
        employed(n, wages=[(month, satang)], consents=CONSENTS if consents else (), starts_on=date(2018, 2, n % 27 + 1))
        for n, (_, month, satang, consents) in enumerate(told)
    ]
    given_ = deduct(YEAR, terms(), MANY, ones)
    counted = sum(satang for _, _, satang, consents in told if consents)
    assert (given_.wages_satang, given_.wages_deduction_satang) == (counted, counted * 3 // 2)
    assert sum(item.amount_satang for item in given_.items) == sum(satang for _, _, satang, _ in told)
    random.shuffle(ones)
    assert deduct(YEAR, terms(), MANY, ones).deduction_satang == given_.deduction_satang
    more = [*ones, employed(99, wages=[("2018-03", 1)])]
    assert deduct(YEAR, terms(), MANY, more).deduction_satang >= given_.deduction_satang


@given(st.integers(0, 60), st.lists(st.integers(0, 400), min_size=12, max_size=12))
def test_never_more_than_a_tenth_of_the_employees_count_and_those_employed_first_do(persons, counts):
    ones = [employed(n, wages=[("2018-12", 100)], starts_on=date(2018, 2 + n % 9, 1)) for n in range(persons)]
    found = deduct(YEAR, terms(), dict(zip(YEAR.months, counts, strict=True)), ones)
    head = found.head_count
    assert head.persons * 120 <= sum(counts)
    assert head.persons == min(persons, sum(counts) // 120)
    assert head.persons + head.persons_over == persons
    over = {item.employment_id for item in found.items if item.standing is Standing.OVER_HEAD_COUNT}
    first = [one.starts_on for one in ones if one.employment_id not in over]
    assert all(date_ >= max(first, default=date.min) for date_ in (one.starts_on for one in ones if one.employment_id in over))


def test_a_training_is_reckoned_by_itself_and_an_odd_satang_is_dropped_from_each():
    one = replace(employed(1, wages=[("2018-02", 3)]), trainings=(TrainingCost(UUID(int=9), date(2018, 6, 1), 5),))
    found = deduct(YEAR, terms(), MANY, [one])
    assert (found.wages_satang, found.wages_deduction_satang) == (3, 4)
    assert (found.training_satang, found.training_deduction_satang) == (5, 7)
    assert found.deduction_satang == 11


WITHDRAWN = (*CONSENTS, Consent(date(2018, 6, 1), 3, given=False))
AGAIN = (*WITHDRAWN, Consent(date(2018, 9, 1), 4, given=True))


@pytest.mark.parametrize(
    ("consents", "paid_on", "standing"),
    [
        ((), "2018-05-28", Standing.NO_CONSENT),
        (CONSENTS, "2018-01-19", Standing.NO_CONSENT),
        (CONSENTS, "2018-01-20", Standing.COUNTED),
        (WITHDRAWN, "2018-05-31", Standing.COUNTED),
        (WITHDRAWN, "2018-06-01", Standing.CONSENT_WITHDRAWN),
        (AGAIN, "2018-08-31", Standing.CONSENT_WITHDRAWN),
        (AGAIN, "2018-09-01", Standing.COUNTED),
    ],
)
def test_the_consent_of_the_day_of_payment_counts(consents, paid_on, standing):
    assert consent_on(date.fromisoformat(paid_on), [consents]) is standing


def test_the_newest_word_under_any_id_of_the_person_counts_and_of_one_day_the_withdrawal():
    day = date(2018, 6, 1)
    withdrawn, given_ = (Consent(day, 3, given=False),), (Consent(day, 9, given=True),)
    assert consent_on(day, [CONSENTS, ()]) is Standing.COUNTED
    assert consent_on(day, [CONSENTS, withdrawn]) is Standing.CONSENT_WITHDRAWN
    assert consent_on(day, [given_, withdrawn]) is Standing.CONSENT_WITHDRAWN
    assert consent_on(day, [given_, CONSENTS]) is Standing.COUNTED


def test_what_went_past_the_card_is_what_the_employer_declared_and_no_bank_told():
    part = replace(employed(1, wages=[("2018-02", 600)]), declared=(("2018-02", 1000), ("2018-03", 900)))
    found = deduct(YEAR, terms(), MANY, [part])
    assert [(item.month, item.standing, item.amount_satang) for item in found.items] == [
        ("2018-02", Standing.COUNTED, 600),
        ("2018-02", Standing.NOT_THROUGH_CARD, 400),
        ("2018-03", Standing.NOT_THROUGH_CARD, 900),
    ]
    assert found.wages_satang == 600


def test_a_month_outside_the_employment_or_the_period_gives_nothing():
    one = employed(1, wages=[("2018-01", 1), ("2018-02", 2), ("2018-10", 3), ("2018-11", 4), ("2019-01", 5)], ends_on=date(2018, 10, 3))
    assert standings(one) == [Standing.OUTSIDE_EMPLOYMENT, Standing.COUNTED, Standing.COUNTED, Standing.OUTSIDE_EMPLOYMENT]


@pytest.mark.parametrize(
    ("profile", "starts_on", "ends_on", "month", "paid_on", "standing"),
    [
        ("amended", "2018-01-01", "2018-12-31", "2018-12", "2019-01-04", Standing.COUNTED),
        ("amended", "2017-10-01", "2018-09-30", "2018-05", "2018-05-28", Standing.OUTSIDE_WINDOW),
        ("amended", "2019-12-01", "2020-11-30", "2020-11", "2020-11-27", Standing.COUNTED),
        ("amended", "2020-01-01", "2020-12-31", "2020-01", "2020-01-28", Standing.OUTSIDE_WINDOW),
        ("circular", "2017-10-01", "2018-09-30", "2018-05", "2018-05-28", Standing.COUNTED),
        ("circular", "2017-10-01", "2018-09-30", "2017-12", "2017-12-28", Standing.OUTSIDE_WINDOW),
        ("circular", "2019-12-01", "2020-11-30", "2019-12", "2019-12-31", Standing.COUNTED),
        ("circular", "2019-12-01", "2020-11-30", "2020-01", "2020-01-28", Standing.OUTSIDE_WINDOW),
    ],
)
def test_the_window_is_of_periods_or_of_payments_by_profile(profile, starts_on, ends_on, month, paid_on, standing):
    period = replace(YEAR, starts_on=date.fromisoformat(starts_on), ends_on=date.fromisoformat(ends_on))
    told = (CardWage("KTB 1", month, date.fromisoformat(paid_on), 100),)
    consents = (Consent(date(2017, 1, 1), 1, given=True),)
    one = replace(employed(1, consents=consents, starts_on=date(2017, 1, 1)), wages=told)
    assert standings(one, period=period, profile=profile, employees=dict.fromkeys(period.months, 100)) == [standing]


def test_the_circular_alone_knows_no_share_of_the_employees():
    ones = [employed(n, wages=[("2018-02", 100)]) for n in range(5)]
    found = deduct(YEAR, terms("circular"), {}, ones)
    assert (found.head_count.persons_max, found.head_count.persons, found.wages_satang) == (None, 5, 500)


def test_employees_are_an_average_or_those_at_the_end_by_policy_and_two_employments_are_one_person():
    counts = dict(zip(YEAR.months, [10] * 11 + [30], strict=True))
    ones = [employed(n, wages=[("2018-02", 100)], starts_on=date(2018, 2, 1 + n)) for n in range(4)]
    ones.append(replace(ones[0], employment_id=UUID(int=77)))
    average = deduct(YEAR, terms(), counts, ones)
    assert (average.head_count.employees_hundredths, average.head_count.persons_max, average.wages_satang) == (1166, 1, 200)
    at_end = deduct(YEAR, terms(employees_counted="AT_END"), counts, ones)
    assert (at_end.head_count.employees_hundredths, at_end.head_count.persons_max, at_end.wages_satang) == (3000, 3, 400)


def test_months_without_a_head_count_are_named_and_without_any_nobody_counts():
    found = deduct(YEAR, terms(), {"2018-01": 20}, [employed(1, wages=[("2018-02", 100)])])
    assert (found.head_count.persons, len(found.head_count.months_missing)) == (1, 11)
    assert standings(employed(1, wages=[("2018-02", 100)]), employees={}) == [Standing.OVER_HEAD_COUNT]
