"""Made-up people of a district, as lines of the registry file."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from typing import Any

from deploy.local.registry_file.layout import COLUMNS
from shared.thai.citizen_id import check_digit

_NUMBERS = count(1)
BANKS = ("KTB", "BAAC", "GSB")
_SYLLABLES = ("กาญจน์", "ขำคม", "งามตา", "จันทร์", "ชื่นใจ", "ดีพร้อม", "ทองสุข", "นาคราช", "บุญเรือง", "มากมี")


@dataclass(frozen=True)
class Person:
    """Somebody with a card; number, names and ids follow from `number`."""

    number: int
    subdistrict: str
    income_baht: int = 25_000
    born: str = "1970-05-04"
    bank: str = "KTB"
    family: str | None = None
    """A last name that others may bear too."""

    @property
    def district(self) -> str:
        """Home district."""
        return self.subdistrict[:4]

    @property
    def citizen_id(self) -> str:
        """A valid id of the office 00, which no real one has."""
        first = f"10000{self.number:07d}"
        return first + check_digit(first)

    @property
    def visit_group(self) -> bool:
        """Income up to 30,000 and not over 60 on 1 February 2561."""
        return self.income_baht <= 30_000 and self.born >= "1957-02-01"

    @property
    def monthly_satang(self) -> int:
        """The allowance by the circular: 200 or 100 baht."""
        return 20_000 if self.income_baht <= 30_000 else 10_000

    @property
    def last_name(self) -> str:
        """Nobody else's, where no family is named: two of one name, birthday and subdistrict are suspected to be one person, and the second is not paid."""
        return self.family or "".join(_SYLLABLES[int(digit)] for digit in f"{self.number:03d}")

    def line(self) -> dict[str, str]:
        """The person's line of the registry file."""
        return {
            "citizen_id": self.citizen_id,
            "card_no": f"97640000{self.number:08d}",
            "prefix": "นาง",
            "first_name": "สุดา",
            "last_name": self.last_name,
            "birth_date": self.born,
            "birth_precision": "DAY",
            "income_2559_baht": str(self.income_baht),
            "subdistrict_code": self.subdistrict,
            "house_no": "12/3",
            "moo": "4",
            "road": "",
            "postcode": "81000",
            "bank": self.bank,
            "account_no": "1234567890",
            "phone": "0812345678",
            "mobile_consent": "Y",
        }


def people_of(subdistrict: str, how_many: int, **common: Any) -> list[Person]:
    """New people of the subdistrict, whose banks take turns."""
    numbers = [next(_NUMBERS) for _ in range(how_many)]
    return [Person(number, subdistrict, **{"bank": BANKS[number % 3], **common}) for number in numbers]


def file_of(people: Iterable[Person]) -> str:
    """A registry file of the people."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(one.line() for one in people)
    return out.getvalue()
