"""What is said of officers, in codes."""

from datetime import date
from enum import StrEnum
from typing import Protocol


class Language(StrEnum):
    """What an officer speaks besides standard Thai (ISO 639-3; Kam Mueang and Isan are the Thai of North and Northeast)."""

    NORTHERN_THAI = "nod"
    NORTHEASTERN_THAI = "tts"
    SOUTHERN_THAI = "sou"
    PATTANI_MALAY = "mfa"
    KHMER = "kxm"
    KUY = "kdt"
    KAREN = "ksw"
    HMONG = "mww"
    LAHU = "lhu"
    AKHA = "ahk"
    MON = "mnw"
    BURMESE = "mya"
    CHINESE = "zho"
    ENGLISH = "eng"
    THAI_SIGN = "tsq"


class AbsenceKind(StrEnum):
    """Why an officer is away. Codes only: what ails somebody is nobody's business here."""

    LEAVE = "LEAVE"
    TRAINING = "TRAINING"
    OTHER_DUTY = "OTHER_DUTY"


class OfficerHappening(StrEnum):
    """What was changed of an officer."""

    REGISTERED = "REGISTERED"
    CHANGED = "CHANGED"
    ABSENCE_RECORDED = "ABSENCE_RECORDED"
    ABSENCE_ENDED = "ABSENCE_ENDED"
    LEFT = "LEFT"


class TeamDuty(StrEnum):
    """What somebody does in a district's team."""

    INTAKE = "INTAKE"
    ACCOUNT_OFFICER = "ACCOUNT_OFFICER"
    CO_INTERVIEWER = "CO_INTERVIEWER"


class Days(Protocol):
    """Days from one to another, both of which belong to it."""

    @property
    def from_on(self) -> date:
        """The first."""

    @property
    def to_on(self) -> date:
        """The last."""


def overlap(one: Days, other: Days) -> bool:
    """Whether they have a day in common."""
    return one.from_on <= other.to_on and other.from_on <= one.to_on
