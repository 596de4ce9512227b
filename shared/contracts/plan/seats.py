"""Seats of offerings: who has one, who waits for one, and who gave it up."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from shared.contracts.plan.base import PlanFact


class SeatEnd(StrEnum):
    """Why a seat, or a place on a waiting list, was given up."""

    WITHDRAWN = "WITHDRAWN"
    DECEASED = "DECEASED"
    ERASED = "ERASED"
    MERGED = "MERGED"
    AMENDED = "AMENDED"
    DECLINED = "DECLINED"
    DID_NOT_START = "DID_NOT_START"


class SeatFact(PlanFact):
    """Base: the line of the plan and the offering."""

    line_no: int
    offering_id: UUID
    programme_code: str


class SeatTaken(SeatFact):
    """The line has a seat; `waited`, it had stood on the waiting list and was its first."""

    type = "plan.SeatTaken.v1"
    consumers = ("reporting",)

    taken_on: date
    waited: bool


class SeatWaitingBegun(SeatFact):
    """The offering is full; the line is the last of its waiting list, of `place` lines."""

    type = "plan.SeatWaitingBegun.v1"
    consumers = ("reporting",)

    since: date
    place: int


class SeatGivenUp(SeatFact):
    """The line has no seat any more, or waits for none (`had_seat` false)."""

    type = "plan.SeatGivenUp.v1"
    consumers = ("reporting",)

    given_up_on: date
    had_seat: bool
    reason: SeatEnd
