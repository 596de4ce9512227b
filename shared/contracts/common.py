"""Words that several services' events share."""

from enum import StrEnum


class Tier(StrEnum):
    """Income tier of B.E. 2559: not over 30,000 baht, or over it."""

    UP_TO_30000 = "UP_TO_30000"
    OVER_30000 = "OVER_30000"


class Bank(StrEnum):
    """The bank partners: ธ.ก.ส., ออมสิน and กรุงไทย."""

    BAAC = "BAAC"
    GSB = "GSB"
    KTB = "KTB"


class Dimension(StrEnum):
    """The four dimensions (๔ มิติ): work, training and education, formal finance, basic necessities."""

    D1 = "D1"
    D2 = "D2"
    D3 = "D3"
    D4 = "D4"


class Channel(StrEnum):
    """How the wish was stated: at a meeting place (มาพบ) or at a home visit (ไปหา)."""

    WALK_IN = "WALK_IN"
    HOME_VISIT = "HOME_VISIT"


class Approach(StrEnum):
    """พัฒนาอาชีพเดิม, อาชีพเสริม, เปลี่ยนอาชีพใหม่."""

    IMPROVE_PRESENT_OCCUPATION = "IMPROVE_PRESENT_OCCUPATION"
    SECOND_OCCUPATION = "SECOND_OCCUPATION"
    NEW_OCCUPATION = "NEW_OCCUPATION"
