"""The co-interview rule [S]: when the account officer is of neither bank, an officer of BAAC or GSB interviews too."""

from enum import StrEnum
from typing import Final

from shared.contracts.interview import Employer

BANKS: Final = frozenset({Employer.BAAC, Employer.GSB})


def is_satisfied(officer: Employer, co_interviewer: Employer | None) -> bool:
    """Whether one of the two is of BAAC or GSB."""
    return officer in BANKS or co_interviewer in BANKS


class WhyBank(StrEnum):
    """Why a bank is proposed: BAAC looks after farmers, GSB the rest (docs/measure.md 7)."""

    FARMER = "FARMER"
    NOT_A_FARMER = "NOT_A_FARMER"
    UNKNOWN = "UNKNOWN"


FARMING: Final = ("6", "92")
"""How the occupation codes (ISCO-08) of farmers, foresters and fishers, and of their labourers, begin."""


def bank_for(occupation: str | None) -> tuple[Employer, WhyBank]:
    """The bank that is to co-interview a person of this occupation (ISCO-08, of the last interview; None or empty where none is known)."""
    if not occupation:
        return Employer.GSB, WhyBank.UNKNOWN
    return (Employer.BAAC, WhyBank.FARMER) if occupation.startswith(FARMING) else (Employer.GSB, WhyBank.NOT_A_FARMER)


def other_bank(bank: Employer) -> Employer:
    """The other of the two."""
    return Employer.GSB if bank is Employer.BAAC else Employer.BAAC
