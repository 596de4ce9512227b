"""What makes two holders look like one person: codes, weights, and when a pair is worth a look. No I/O.

The finding itself is SQL over whole tables (repository/duplicates_sql.py); what it weighs is here.
"""

from enum import StrEnum
from typing import Final


class Reason(StrEnum):
    """Why a pair is suspected, of which one of each group holds."""

    NAME_SAME = "NAME_SAME"
    NAME_ONE_LETTER = "NAME_ONE_LETTER"
    BIRTH_SAME = "BIRTH_SAME"
    BIRTH_YEAR_SAME = "BIRTH_YEAR_SAME"
    BIRTH_DAY_MONTH_SWAPPED = "BIRTH_DAY_MONTH_SWAPPED"
    BIRTH_YEAR_DIGITS_SWAPPED = "BIRTH_YEAR_DIGITS_SWAPPED"
    BIRTH_NEIGHBOURS_SWAPPED = "BIRTH_NEIGHBOURS_SWAPPED"
    SAME_SUBDISTRICT = "SAME_SUBDISTRICT"
    SAME_DISTRICT = "SAME_DISTRICT"
    SAME_PROVINCE = "SAME_PROVINCE"
    FIRST_AND_LAST_NAME_CHANGED = "FIRST_AND_LAST_NAME_CHANGED"
    FIRST_NAME_AND_BIRTH_CHANGED = "FIRST_NAME_AND_BIRTH_CHANGED"


WEIGHTS: Final = {
    Reason.NAME_SAME: 40,
    Reason.NAME_ONE_LETTER: 30,
    Reason.BIRTH_SAME: 40,
    Reason.BIRTH_YEAR_SAME: 15,  # day or month unknown: half a village was born on that day
    Reason.BIRTH_DAY_MONTH_SWAPPED: 30,
    Reason.BIRTH_YEAR_DIGITS_SWAPPED: 30,
    Reason.BIRTH_NEIGHBOURS_SWAPPED: 25,
    Reason.SAME_SUBDISTRICT: 20,
    Reason.SAME_DISTRICT: 15,
    Reason.SAME_PROVINCE: 8,
}
"""What each reason adds to the score; the most that comes together is 100."""

SCORE_MIN: Final = 70
"""A pair with less is not put before people."""

OTHER_NAME_SCORE: Final = 80
"""One score for a known citizen id with another name: what the old name was is not kept, so that nothing finer can be told."""

PERSONS_OF_A_BLOCK_MAX: Final = 200
"""Holders with one name and one set of birth digits: a larger block is a made-up date or a filler, not a person."""
