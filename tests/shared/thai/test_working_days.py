"""Working days of government offices, against the days that the cabinet laid down for 2561."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.thai.working_days import holidays_of, is_working_day, working_days_after, working_days_before

# The Mondays to Fridays of 2018 on which offices were closed (มติคณะรัฐมนตรี 16 ตุลาคม 2544 makes up what falls on a weekend).
OF_2018 = {
    *((1, 1), (1, 2), (3, 1), (4, 6), (4, 13), (4, 16), (5, 14), (5, 29), (7, 27), (7, 30)),
    *((8, 13), (10, 15), (10, 23), (12, 5), (12, 10), (12, 31)),
}
DAYS = st.dates(date(2018, 1, 1), date(2027, 12, 31))


def test_the_holidays_of_2018_are_those_of_the_cabinet():
    assert {(day.month, day.day) for day in holidays_of(2018) if day.weekday() < 5} == OF_2018


def test_offices_work_on_labour_day_and_keep_what_the_cabinet_added():
    assert is_working_day(date(2018, 5, 1))
    assert not is_working_day(date(2019, 4, 12))
    assert working_days_after(date(2018, 12, 28), 1) == date(2019, 1, 2)
    assert working_days_before(date(2019, 4, 17), 1) == date(2019, 4, 11)


@given(DAYS, st.integers(1, 40))
def test_there_and_back_is_the_same_working_day(day, count):
    there = working_days_after(day, count)
    assert is_working_day(there)
    assert sum(is_working_day(day + timedelta(days=n)) for n in range(1, (there - day).days + 1)) == count
    if is_working_day(day):
        assert working_days_before(there, count) == day
