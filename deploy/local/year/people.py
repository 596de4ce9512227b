"""The people of the played country, as their district teams come to know them, and what each of them will do.

What a person does is drawn from the seed and the citizen id alone, so that the same country does the same every time. The
shares below are the simulation's own assumptions, taken from published results where there are any; the played figures are
compared with the published ones and never fitted to them.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from deploy.local.chance import Chance
from shared.thai.citizen_id import parse_citizen_id
from shared.thai.dates import Precision, age_on, parse_birth_date
from shared.thai.digits import arabic_digits
from shared.thai.reader_lines import CARD_DIGITS, number_in

AGE_ON: Final = date(2018, 2, 1)
VISIT_AGE_MAX: Final = 60
THRESHOLD_BAHT: Final = 30_000

# 3,119,726 of the 5,272,881 of the visit group, and 3,280,398 of the 6,196,303 others, came in February.
COMES_IN_FEBRUARY: Final = {True: 3_119_726 / 5_272_881, False: 3_280_398 / 6_196_303}
REFUSES_AT_HOME: Final = 0.10
IS_CONTENT: Final = 0.06
NOT_AT_HOME_FIRST_TIME: Final = 0.12
NEVER_FOUND: Final = 0.03
DIES_IN_THE_YEAR: Final = 0.006
MOVES_IN_THE_YEAR: Final = 0.01
WITHDRAWS: Final = 0.004
COMES_TWICE: Final = 0.01
INTERVIEW_MISSED: Final = 0.005
FOLLOWED_UP: Final = 0.96
TAKES_WAGES_THROUGH_CARD: Final = ("takes wages through the card", 0.08)
"""The question, and the share that ticks the box on the intent form."""

RISES: Final = 0.38
RISES_ABOVE_100000: Final = 0.043


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the file, and the chances of what they do."""

    citizen_id: str
    card_no: str
    subdistrict: str
    in_visit_group: bool
    income_baht: float
    chance: Chance

    @property
    def district(self) -> str:
        """The home district in January."""
        return self.subdistrict[:4]

    def february_day(self) -> date | None:
        """The day on which the person comes to the meeting place; None who do not come."""
        if self.chance.of("comes") >= COMES_IN_FEBRUARY[self.in_visit_group]:
            return None
        return date(2018, 2, 1) + timedelta(days=self.chance.among("february day", 28))

    def does(self, question: str, share: float) -> bool:
        """Whether the person is among the share that does this."""
        return self.chance.of(question) < share


def read_people(file: Path, seed: int) -> Mapping[str, list[Person]]:
    """The people of the registry file by home district, in the file's order."""
    by_district: dict[str, list[Person]] = defaultdict(list)
    for person in _read(file, seed):
        by_district[person.district].append(person)
    return dict(sorted(by_district.items()))


def _read(file: Path, seed: int) -> Iterator[Person]:
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            citizen_id = parse_citizen_id(row["citizen_id"])
            income = float(arabic_digits(row["income_2559_baht"]).strip())
            birth = parse_birth_date(row["birth_date"], Precision(row["birth_precision"].strip()))
            visit = income <= THRESHOLD_BAHT and age_on(birth.value, AGE_ON) <= VISIT_AGE_MAX
            card_no = number_in(row["card_no"], CARD_DIGITS)
            yield Person(citizen_id, card_no, arabic_digits(row["subdistrict_code"]).strip(), visit, income, Chance(seed, citizen_id))
