"""How a plan stands in its three stages, which its state, its reviews and its agreements add up to."""

from collections.abc import Collection
from enum import StrEnum
from typing import Final

from services.plan.domain.plans import ENDED, RUNNING, PlanStatus
from services.plan.domain.specialists import WAITS_FOR_SPECIALIST, ReviewStatus

ANALYSED: Final = "ANALYSED"
"""General medicine (อายุรกรรม): a plan is made from an interview, so its first analysis is there."""


class Specialist(StrEnum):
    """The second stage (เฉพาะทาง)."""

    NOT_ASKED = "NOT_ASKED"
    ASKED = "ASKED"
    ANSWERED = "ANSWERED"
    WITHDRAWN = "WITHDRAWN"


class Prescription(StrEnum):
    """The third stage (สั่งยา). ENDED is of plans that were cut off before or after an agreement."""

    WAITING = "WAITING"
    AGREED = "AGREED"
    AMENDED = "AMENDED"
    DONE = "DONE"
    DECLINED = "DECLINED"
    ENDED = "ENDED"


def specialist_stage(reviews: Collection[ReviewStatus]) -> Specialist:
    """The second stage by the states of all reviews of the plan."""
    if not reviews:
        return Specialist.NOT_ASKED
    if any(status in WAITS_FOR_SPECIALIST for status in reviews):
        return Specialist.ASKED
    return Specialist.ANSWERED if ReviewStatus.GIVEN in reviews else Specialist.WITHDRAWN


def prescription_stage(status: PlanStatus, agreement_version: int) -> Prescription:
    """The third stage by the state of the plan and the number of its agreement."""
    if status in RUNNING:
        return Prescription.AMENDED if agreement_version > 1 else Prescription.AGREED
    if status in ENDED:
        return Prescription.DONE
    if status is PlanStatus.DECLINED:
        return Prescription.DECLINED
    return Prescription.WAITING if status in {PlanStatus.RECOMMENDED, PlanStatus.AT_SPECIALIST} else Prescription.ENDED
