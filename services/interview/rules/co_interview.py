"""The co-interview rule [S]: when the account officer is of neither bank, an officer of BAAC or GSB interviews too."""

from typing import Final

from shared.contracts.interview import Employer

BANKS: Final = frozenset({Employer.BAAC, Employer.GSB})


def is_satisfied(officer: Employer, co_interviewer: Employer | None) -> bool:
    """Whether one of the two is of BAAC or GSB."""
    return officer in BANKS or co_interviewer in BANKS
