"""Who a paper is about. The registry alone knows it: nothing of this is kept here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Self

from shared.thai.areas import area_in_thai
from shared.thai.citizen_id import formatted
from shared.thai.dates import Precision, be_year, in_thai, month_in_thai


class Names(StrEnum):
    """How much of a person is printed."""

    YES = "yes"
    PLAIN = "plain"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Person:
    """What is printed of a person; None leaves a blank to write in."""

    prefix: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    citizen_id: str | None = None
    card_no: str | None = None
    birth_date: str | None = None
    address: str | None = None
    phone: str | None = None

    @property
    def name(self) -> str | None:
        """Prefix, first and last name."""
        if self.first_name is None:
            return None
        return f"{self.prefix or ''}{self.first_name} {self.last_name or ''}".strip()

    @classmethod
    def masked(cls, told: Mapping[str, Any]) -> Self:
        """From the registry's names for print."""
        return cls(
            prefix=told["prefix"],
            first_name=told["first_name"],
            last_name=told["last_name"],
            citizen_id=told["citizen_id_masked"],
            card_no=told["card_no_masked"],
        )

    @classmethod
    def plain(cls, told: Mapping[str, Any]) -> Self:
        """From the registry's plain values."""
        return cls(
            prefix=told["prefix"],
            first_name=told["first_name"],
            last_name=told["last_name"],
            citizen_id=formatted(told["citizen_id"]),
            card_no=told["card_no"],
            birth_date=_birth(date.fromisoformat(told["birth_date"]), Precision(told["birth_precision"])),
            address=_address(told),
            phone=told["phone"],
        )


def _birth(day: date, known: Precision) -> str:
    """No more of the birth date than is known."""
    match known:
        case Precision.DAY:
            return in_thai(day)
        case Precision.MONTH:
            return month_in_thai(day)
        case Precision.YEAR:
            return f"พ.ศ. {be_year(day)}"


def _address(told: Mapping[str, Any]) -> str:
    moo = f"หมู่ {told['moo']}" if told["moo"] else ""
    return " ".join(filter(None, (told["house_no"], moo, told["road"], area_in_thai(told["subdistrict"]), told["postcode"])))
