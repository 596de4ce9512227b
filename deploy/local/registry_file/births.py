"""Birth dates and incomes: ready text for the columns, drawn so that the person is surely in the cell."""

from datetime import date, timedelta
from random import Random
from typing import Final

from deploy.local.registry_file.layout import AGE_MAX, AGE_REFERENCE, INCOME_MAX_SATANG
from deploy.local.registry_file.random_tables import between, weighted
from shared.thai.dates import Precision, age_on, be_year, parse_birth_date
from shared.thai.digits import thai_digits

_AGE_MIN: Final = 18
_AGE_OLDEST: Final = 104
INCOME_HIGHEST_SATANG: Final = 100_000_00
"""The registration of 2560 was open to those with a yearly income of up to 100,000 baht."""

_EDGE_YOUNGER: Final = (
    "1958-02-01,DAY",  # 60 on the day of reference
    "1957-02-02,DAY",  # 60, and 61 on the day after
    "1957-03-00,MONTH",  # counts as 1 March 1957: 60
    "1958-00-00,YEAR",  # counts as 1 January 1958: 60
    "00/00/2501,YEAR",
    "๐๑/๐๒/๒๕๐๑,DAY",
    "2501-02-00,MONTH",
    "1960-02-29,DAY",
    "2000-01-31,DAY",
    "1958-02-02,DAY",  # 59, and 60 on the day after
)
_EDGE_OLDER: Final = (
    "1957-02-01,DAY",  # 61 on the day of reference
    "1957-02-00,MONTH",  # counts as 1 February 1957: 61
    "1957-00-00,YEAR",  # counts as 1 January 1957: 61
    "๐๐/๐๐/๒๕๐๐,YEAR",
    "00/00/2483,YEAR",  # counts as 1 April 1940
    "1940-00-00,YEAR",
    "31/12/2483,DAY",  # the last day of the year of nine months
    "01/01/2484,DAY",
    "15/02/2480,DAY",  # February 1938, not 1937
    "29/02/2478,DAY",  # 29 February 1936
    "1913-05-05,DAY",
)
_EDGE_LOWER: Final = ("30000", "30000.00", "29999.99", "0", "0.01", "๓๐๐๐๐", "29999.5")
_EDGE_HIGHER: Final = ("30000.01", "30001", "๓๐๐๐๑", "100000", "30000.1", "99999.99")


def births(random: Random, size: int, *, over_60: bool) -> list[str]:
    """`birth_date,birth_precision` of `size` persons of one age group, by the rule for unknown days and months."""
    edges = _EDGE_OLDER if over_60 else _EDGE_YOUNGER
    ages = range(AGE_MAX + 1, _AGE_OLDEST + 1) if over_60 else range(_AGE_MIN, AGE_MAX + 1)
    persons = weighted(ages, [_frequency(age) for age in ages], size - len(edges))
    return [*edges, *(_birth(random, age, over_60=over_60) for age in persons)]


def incomes(random: Random, size: int, *, over_30000: bool) -> list[str]:
    """`income_2559_baht` of `size` persons of one income group."""
    edges = _EDGE_HIGHER if over_30000 else _EDGE_LOWER
    return [*edges, *(_income(random, over_30000=over_30000) for _ in range(size - len(edges)))]


def _frequency(age: int) -> float:
    """How many card holders of an age there are, against others: more with every year of age, fewer beyond 60."""
    if age <= AGE_MAX:
        return 1 + (age - _AGE_MIN) / 14
    return 4 * 0.92 ** (age - AGE_MAX)


def _birth(random: Random, age: int, *, over_60: bool) -> str:
    while True:
        text = _birth_text(random, _day_at_age(random, age), over_60=over_60)
        written, precision = text.split(",")
        counted = parse_birth_date(written, Precision(precision)).value
        # An unknown day or month moves the day that counts, perhaps into the other group.
        if (age_on(counted, AGE_REFERENCE) > AGE_MAX) is over_60:
            return text


def _day_at_age(random: Random, age: int) -> date:
    return AGE_REFERENCE.replace(year=AGE_REFERENCE.year - age) - timedelta(days=between(random, 0, 364))


def _birth_text(random: Random, day: date, *, over_60: bool) -> str:
    precision = _precision(random, over_60=over_60)
    month = "00" if precision is Precision.YEAR else f"{day.month:02d}"
    of_month = f"{day.day:02d}" if precision is Precision.DAY else "00"
    way = random.random()
    if way < 0.9:
        return f"{day.year}-{month}-{of_month},{precision}"
    buddhist = f"{of_month}/{month}/{be_year(day)}"
    return f"{buddhist if way < 0.97 else thai_digits(buddhist)},{precision}"


def _precision(random: Random, *, over_60: bool) -> Precision:
    """The old were often entered in the register with the year only."""
    chance = random.random()
    year, month = (0.09, 0.03) if over_60 else (0.01, 0.005)
    return Precision.YEAR if chance < year else Precision.MONTH if chance < year + month else Precision.DAY


def _income(random: Random, *, over_30000: bool) -> str:
    low, high = (INCOME_MAX_SATANG + 1, INCOME_HIGHEST_SATANG) if over_30000 else (0, INCOME_MAX_SATANG)
    chance = random.random()
    if chance < 0.12 and not over_30000:
        return "0"
    satang = between(random, low, high)
    if chance < 0.8:  # people state round hundreds
        satang = -(-satang // 100_00) * 100_00
    elif chance < 0.97:
        satang = -(-satang // 100) * 100
    baht, rest = divmod(satang, 100)
    return f"{baht}.{rest:02d}" if rest else f"{baht}"
