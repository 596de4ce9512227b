"""Complaints of card holders: how many, about what, where, and whether in time. Nothing of who complains or what they say."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from shared.contracts.envelope import EventData
from shared.contracts.interview.topics import COMPLAINTS


class ComplaintCategory(StrEnum):
    """What a complaint is about."""

    AMOUNT = "AMOUNT"
    OFFICER = "OFFICER"
    PLACE = "PLACE"
    NOT_LISTED = "NOT_LISTED"
    OTHER = "OTHER"


class ComplaintChannel(StrEnum):
    """How it came."""

    WALK_IN = "WALK_IN"
    TELEPHONE = "TELEPHONE"
    LETTER = "LETTER"
    HOTLINE = "HOTLINE"
    WEBSITE = "WEBSITE"
    THROUGH_OFFICER = "THROUGH_OFFICER"


class ComplaintLevel(StrEnum):
    """Who has it: the district team, its head, or the province."""

    TEAM = "TEAM"
    DISTRICT = "DISTRICT"
    PROVINCE = "PROVINCE"


class ComplaintState(StrEnum):
    """Where it stands."""

    RECEIVED = "RECEIVED"
    IN_HAND = "IN_HAND"
    ESCALATED = "ESCALATED"
    ANSWERED = "ANSWERED"
    CLOSED = "CLOSED"


class ComplaintStep(StrEnum):
    """What happens to it; the last two let it rise or end it."""

    RECEIVED = "RECEIVED"
    TAKEN_IN_HAND = "TAKEN_IN_HAND"
    ANSWERED = "ANSWERED"
    OVERDUE = "OVERDUE"
    NOT_SATISFIED = "NOT_SATISFIED"
    CLOSED = "CLOSED"


class ComplaintFact(EventData):
    """Base of the facts of one complaint; `complaint_id` is also the key. `due_on` is of the level that has it now."""

    topic = COMPLAINTS

    complaint_id: UUID
    version: int
    category: ComplaintCategory
    district: str
    level: ComplaintLevel
    due_on: date


class ComplaintReceived(ComplaintFact):
    """Somebody complains."""

    type = "interview.ComplaintReceived.v1"
    consumers = ("reporting",)

    channel: ComplaintChannel
    received_on: date


class ComplaintEscalated(ComplaintFact):
    """It rose a level: its time ran out (OVERDUE), or the answer did not satisfy (NOT_SATISFIED)."""

    type = "interview.ComplaintEscalated.v1"
    consumers = ("reporting",)

    reason: ComplaintStep
    escalated_on: date


class ComplaintAnswered(ComplaintFact):
    """It was answered by the level."""

    type = "interview.ComplaintAnswered.v1"
    consumers = ("reporting",)

    answered_on: date
