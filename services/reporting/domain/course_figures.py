"""Figures about the course of the year: what happened on which day, and what waits for whom."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class TimelineRow:
    """What happened on one day."""

    day: date
    declared: int
    visited: int
    interviewed: int
    planned: int
    referred: int
    ended: int
    followed: int


@dataclass(frozen=True)
class Timeline:
    """The days on which something happened."""

    rows: list[TimelineRow]


@dataclass(frozen=True)
class AgencyClocksRow:
    """Referrals of one agency that wait for one step; `earliest_due_on` is the oldest day that was passed, where one was told."""

    agency: str
    clock: str
    running: int
    overdue: int
    risen_to_district: int
    risen_to_province: int
    risen_to_ministry: int
    earliest_due_on: date | None


@dataclass(frozen=True)
class AgencyClocks:
    """What agencies have to do next."""

    rows: list[AgencyClocksRow]
