from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.thai.dates import BadDate, BirthDate, Precision, age_on, be_year, in_thai, parse_birth_date
from shared.thai.digits import thai_digits

days = st.dates(date(1880, 4, 1), date(2199, 12, 31))


@pytest.mark.parametrize(
    ("text", "value", "precision"),
    [
        ("1958-03-01", date(1958, 3, 1), "DAY"),
        ("2501-03-01", date(1958, 3, 1), "DAY"),
        ("01/03/2501", date(1958, 3, 1), "DAY"),
        ("1/3/2501", date(1958, 3, 1), "DAY"),
        ("01-03-2501", date(1958, 3, 1), "DAY"),
        ("๐๑/๐๓/๒๕๐๑", date(1958, 3, 1), "DAY"),
        (" 1958-03-01 ", date(1958, 3, 1), "DAY"),
        ("2501-03", date(1958, 3, 1), "MONTH"),
        ("2501-03-00", date(1958, 3, 1), "MONTH"),
        ("00/03/2501", date(1958, 3, 1), "MONTH"),
        ("03/2501", date(1958, 3, 1), "MONTH"),
        ("2501", date(1958, 1, 1), "YEAR"),
        ("00/00/2501", date(1958, 1, 1), "YEAR"),
        ("1958-00-00", date(1958, 1, 1), "YEAR"),
        # B.E. 2484 is the first year from January; before, the calendar year began on 1 April.
        ("2484", date(1941, 1, 1), "YEAR"),
        ("2483", date(1940, 4, 1), "YEAR"),
        ("1940-00-00", date(1940, 4, 1), "YEAR"),
        ("1941-00-00", date(1941, 1, 1), "YEAR"),
        ("15/02/2480", date(1938, 2, 15), "DAY"),
        ("15/04/2480", date(1937, 4, 15), "DAY"),
        ("00/02/2480", date(1938, 2, 1), "MONTH"),
        ("31/12/2483", date(1940, 12, 31), "DAY"),
        ("01/01/2484", date(1941, 1, 1), "DAY"),
        ("29/02/2478", date(1936, 2, 29), "DAY"),
        ("1938-02-15", date(1938, 2, 15), "DAY"),
    ],
)
def test_a_birth_date_is_read_in_every_way_it_is_written(text, value, precision):
    assert parse_birth_date(text) == BirthDate(value, Precision(precision))


@pytest.mark.parametrize(
    ("text", "precision", "value"),
    [
        ("1958-03-17", Precision.MONTH, date(1958, 3, 1)),
        ("1958-03-17", Precision.YEAR, date(1958, 1, 1)),
        ("1938-01-01", Precision.YEAR, date(1938, 4, 1)),
        ("1958-03-17", Precision.DAY, date(1958, 3, 17)),
    ],
)
def test_what_is_written_beyond_the_precision_is_a_filler(text, precision, value):
    assert parse_birth_date(text, precision) == BirthDate(value, precision)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "format"),
        ("yesterday", "format"),
        ("1958.03.01", "format"),
        ("1958-W09-6", "format"),
        ("19580301", "format"),
        ("01/03-2501", "format"),
        ("1/3/58", "format"),
        ("1958-03-011", "format"),
        ("0000-00-00", "year"),
        ("1879-12-31", "year"),
        ("2200-01-01", "year"),
        ("2422-05-05", "year"),
        ("9999-01-01", "year"),
        ("1958-13-01", "month"),
        ("1958-00-05", "month"),
        ("15/02/2483", "month"),  # the year of nine months
        ("1958-02-30", "day"),
        ("29/02/2502", "day"),
        ("29/02/2479", "day"),  # February 1937
        ("32/01/2501", "day"),
    ],
)
def test_what_is_no_birth_date_says_why(text, code):
    with pytest.raises(BadDate) as caught:
        parse_birth_date(text)
    assert caught.value.code == code
    assert caught.value.message_th


@pytest.mark.parametrize(("text", "precision"), [("1958-00-00", Precision.DAY), ("2501-03", Precision.DAY), ("2501", Precision.MONTH)])
def test_less_known_than_stated_is_refused(text, precision):
    with pytest.raises(BadDate) as caught:
        parse_birth_date(text, precision)
    assert caught.value.code == "precision"


@given(days)
def test_a_day_written_in_either_era_comes_back(day):
    buddhist = f"{day.day:02d}/{day.month:02d}/{be_year(day)}"
    for text in (day.isoformat(), buddhist, thai_digits(buddhist)):
        assert parse_birth_date(text) == BirthDate(day, Precision.DAY)


@given(days)
def test_the_buddhist_year_grows_by_one_on_the_first_day_that_counts_for_an_unknown_month(day):
    begins = parse_birth_date(str(be_year(day))).value
    assert begins <= day
    assert be_year(begins) == be_year(day)
    assert be_year(begins - timedelta(days=1)) == be_year(day) - 1


@given(days, days)
def test_an_unknown_part_never_makes_a_person_younger(day, on):
    whole = age_on(day, on)
    month_only = age_on(parse_birth_date(day.isoformat(), Precision.MONTH).value, on)
    assert whole <= month_only <= whole + 1


@given(days, st.integers(0, 120))
def test_age_grows_on_the_birthday(day, years):
    if (day.month, day.day) == (2, 29):
        day -= timedelta(days=1)
    birthday = day.replace(year=day.year + years)
    assert age_on(day, birthday) == years
    assert age_on(day, birthday - timedelta(days=1)) == years - 1


def test_exactly_60_and_61_on_the_day_of_reference():
    reference = date(2018, 2, 1)
    assert age_on(date(1958, 2, 1), reference) == 60
    assert age_on(date(1957, 2, 2), reference) == 60
    assert age_on(date(1957, 2, 1), reference) == 61
    assert age_on(parse_birth_date("1957-02-00").value, reference) == 61
    assert age_on(parse_birth_date("1958-00-00").value, reference) == 60


def test_a_leap_day_birthday_falls_on_1_march_in_a_common_year():
    assert age_on(date(1960, 2, 29), date(2018, 2, 28)) == 57
    assert age_on(date(1960, 2, 29), date(2018, 3, 1)) == 58


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2018, 2, 1), "1 กุมภาพันธ์ 2561"),
        (date(1940, 3, 31), "31 มีนาคม 2482"),
        (date(1940, 4, 1), "1 เมษายน 2483"),
        (date(1941, 1, 1), "1 มกราคม 2484"),
    ],
)
def test_people_see_the_buddhist_year(day, text):
    assert in_thai(day) == text
