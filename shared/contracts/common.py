"""Words that several services' events share."""

from enum import StrEnum
from typing import Final


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


AGENCIES: Final = ("DOE", "DBD", "MOI", "DLPW", "CDD", "MOAC", "DSD", "BAAC", "GSB", "SLF", "GHB", "NSF", "FPO", "ALRO")
"""The codes of the agencies that run programmes: those of plan's first catalogue."""

PARTIES: Final = {"bank": tuple(Bank), "agency": AGENCIES}
"""The parties outside that have topics of their own, by the word that stands for them in a topic's name."""


def party_in(topic: str) -> str | None:
    """The word for the parties that have topics of this name (`payments.results.{bank}.v1`); None for a topic of the suite's own."""
    return next((party for party in PARTIES if f"{{{party}}}" in topic), None)


def topics_of(topic: str) -> tuple[str, ...]:
    """The topics of a name: one for each party where one stands in it, else the name."""
    party = party_in(topic)
    return (topic,) if party is None else tuple(topic.format(**{party: code.lower()}) for code in PARTIES[party])
