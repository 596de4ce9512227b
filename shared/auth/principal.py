"""The caller as the services know it."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from shared.errors import Forbidden


class Level(StrEnum):
    """How wide a caller's reach is."""

    COUNTRY = "COUNTRY"
    PROVINCE = "PROVINCE"
    DISTRICT = "DISTRICT"
    OFFICER = "OFFICER"
    AGENCY = "AGENCY"
    BANK = "BANK"
    EMPLOYER = "EMPLOYER"


_UUID: Final = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_CODES: Final = {
    Level.COUNTRY: re.compile(r""),
    Level.PROVINCE: re.compile(r"[0-9]{2}"),
    Level.DISTRICT: re.compile(r"[0-9]{4}"),
    Level.OFFICER: re.compile(_UUID),
    Level.AGENCY: re.compile(r"[A-Z0-9][A-Z0-9_-]{0,31}"),
    Level.BANK: re.compile(r"[A-Z0-9][A-Z0-9_-]{0,31}"),
    Level.EMPLOYER: re.compile(r"[0-9]{13}"),
}


@dataclass(frozen=True, slots=True)
class Reach:
    """About whom the caller may ask: a level and the code of the area, officer, agency, bank or employer.

    The code is empty for COUNTRY, 2 digits for PROVINCE, 4 for DISTRICT, the officer id (lower-case UUID) for OFFICER,
    the tax id (13 digits) for EMPLOYER, else the code of the agency or bank. Raises ValueError for any other.
    """

    level: Level
    code: str = ""

    def __post_init__(self) -> None:
        if not _CODES[self.level].fullmatch(self.code):
            raise ValueError(f"{self.code!r} is not a code of a reach {self.level}")

    @classmethod
    def country(cls) -> "Reach":
        """Everybody."""
        return cls(Level.COUNTRY)

    def includes_district(self, district_code: str | None) -> bool:
        """Whether the area of this reach holds the district (4 digits). Officers, agencies, banks and employers have no area."""
        if self.level is Level.COUNTRY:
            return True
        if district_code is None or self.level not in {Level.PROVINCE, Level.DISTRICT}:
            return False
        return district_code.startswith(self.code) and len(district_code) == 4


@dataclass(frozen=True, slots=True)
class Principal:
    """A caller whose token was believed.

    `subject` names the person or system; `officer_id` is set for account officers, `employer` is the code of the agency
    or bank that the caller works for, `unit` the code of the office.
    """

    subject: str
    scopes: frozenset[str]
    reach: Reach
    officer_id: UUID | None = None
    employer: str | None = None
    unit: str | None = None

    def require(self, scope: str) -> None:
        """Raise Forbidden, naming the scope, unless the token has it."""
        if scope not in self.scopes:
            raise Forbidden(f"The scope {scope} is needed", f"ต้องมีสิทธิ์ {scope}", needed_scope=scope)
