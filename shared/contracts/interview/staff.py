"""Officers, whose case it is, and meeting places."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from shared.contracts.envelope import EventData
from shared.contracts.interview.base import CaseFact
from shared.contracts.interview.topics import OFFICERS, PLACES


class Employer(StrEnum):
    """Who employs an officer. Only BAAC and GSB satisfy the co-interview rule."""

    BAAC = "BAAC"
    GSB = "GSB"
    KTB = "KTB"
    GHB = "GHB"
    DISTRICT_OFFICE = "DISTRICT_OFFICE"
    COMMUNITY_DEVELOPMENT = "COMMUNITY_DEVELOPMENT"
    LABOUR = "LABOUR"
    AGRICULTURE = "AGRICULTURE"
    OTHER = "OTHER"


class MeetingPlaceAnnounced(EventData):
    """A district chief announced where people may come in February.

    Where it is in degrees (WGS 84), on which weekdays (1 is Monday) or days it is open between `opens_on` and `closes_on`, and its
    hours (HH:MM in Thailand), as far as they were announced.
    """

    type = "interview.MeetingPlaceAnnounced.v1"
    topic = PLACES
    consumers = ("reporting",)

    place_id: UUID
    version: int
    district: str
    subdistrict: str
    name: str
    opens_on: date
    closes_on: date
    capacity_per_day: int
    latitude: float | None = None
    longitude: float | None = None
    weekdays: tuple[int, ...] | None = None
    days: tuple[date, ...] | None = None
    opens_at: str | None = None
    closes_at: str | None = None


class OfficerRegistered(EventData):
    """An officer of a district team, whole state."""

    type = "interview.OfficerRegistered.v1"
    topic = OFFICERS
    consumers = ("plan", "reporting")

    officer_id: UUID
    version: int
    district: str
    employer: Employer
    active: bool = True


class AccountOfficerAssigned(CaseFact):
    """Whose case it is from now on, and the bank officer who interviews with them where the rule asks for one."""

    type = "interview.AccountOfficerAssigned.v1"
    consumers = ("registry", "plan", "payments", "reporting")

    version: int
    officer_id: UUID
    employer: Employer
    co_interviewer_id: UUID | None = None
    district: str
    assigned_on: date


class CaseRouted(CaseFact):
    """Which district is responsible for the case from now on (a move, or the wish to develop elsewhere)."""

    type = "interview.CaseRouted.v1"
    consumers = ("registry", "plan", "payments", "reporting")

    version: int
    home_district: str
    responsible_district: str
    previous_district: str | None = None
    routed_on: date
    reason: str
