"""Who may act for a person, on which ground, with which papers, until when. Pure.

Sources: Civil and Commercial Code s.19 (majority at twenty years), s.28 and s.32 (guardian and curator by order of the court),
s.797, s.798 and s.826 (agency: by appointment, in writing where the act is; ended by the death of either).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from services.registry.errors import HolderDeceased
from shared.errors import Invalid
from shared.thai.dates import age_on

MAJORITY_YEARS: Final = 20


class Kind(StrEnum):
    """By law, or by the person's own word."""

    GUARDIAN = "GUARDIAN"
    PROXY = "PROXY"


class Grounds(StrEnum):
    """Why somebody may act."""

    MINOR = "MINOR"
    COURT_ORDER = "COURT_ORDER"
    AUTHORISED = "AUTHORISED"

    @property
    def kind(self) -> Kind:
        """A person's own authorisation makes a proxy, everything else a guardian."""
        return Kind.PROXY if self is Grounds.AUTHORISED else Kind.GUARDIAN


class PaperKind(StrEnum):
    """What was shown."""

    BIRTH_CERTIFICATE = "BIRTH_CERTIFICATE"
    HOUSE_REGISTRATION = "HOUSE_REGISTRATION"
    COURT_ORDER = "COURT_ORDER"
    POWER_OF_ATTORNEY = "POWER_OF_ATTORNEY"


class ActingPurpose(StrEnum):
    """For what somebody may act."""

    STATE_WISH = "STATE_WISH"
    BE_INTERVIEWED = "BE_INTERVIEWED"
    RECEIVE_NOTICES = "RECEIVE_NOTICES"
    STATE_CONSENT = "STATE_CONSENT"
    ACT_AT_BANK = "ACT_AT_BANK"


class Ended(StrEnum):
    """How a representation ended before its time."""

    REVOKED = "REVOKED"
    PERSON_DIED = "PERSON_DIED"
    AGENT_DIED = "AGENT_DIED"


_PAPERS: Final = {
    Grounds.MINOR: (PaperKind.BIRTH_CERTIFICATE, PaperKind.HOUSE_REGISTRATION, PaperKind.COURT_ORDER),
    Grounds.COURT_ORDER: (PaperKind.COURT_ORDER,),
    Grounds.AUTHORISED: (PaperKind.POWER_OF_ATTORNEY,),
}


@dataclass(frozen=True, slots=True)
class Paper:
    """A document by its number; `reference` names nobody."""

    kind: PaperKind
    reference: str
    issued_on: date


@dataclass(frozen=True, slots=True)
class Outsider:
    """Who acts and is no card holder: name and citizen id (plain digits)."""

    name: str
    citizen_id: str


@dataclass(frozen=True, slots=True)
class Appointment:
    """Who is to act for a person: a card holder by id, or an outsider. `until_on` is the last day."""

    grounds: Grounds
    agent: UUID | Outsider
    purposes: Sequence[ActingPurpose]
    paper: Paper
    from_on: date
    until_on: date | None


def last_day(asked: Appointment, *, born: date, died: date | None, agent_born: date | None, today: date) -> date | None:
    """The last day on which the agent may act; None without end. Raises Invalid naming the field, or HolderDeceased."""
    if died is not None:
        raise HolderDeceased
    allowed = _PAPERS[asked.grounds]
    if asked.paper.kind not in allowed:
        raise Invalid.field("paper.kind", "wrong_paper", "does not prove this ground", "เอกสารไม่ตรงกับเหตุ", ", ".join(allowed))
    if not asked.paper.issued_on <= min(today, asked.from_on):
        raise Invalid.field(
            "paper.issued_on",
            "date_range",
            "is later than `from_on` or to come",
            "ออกภายหลังวันเริ่มหรือยังไม่มาถึง",
            f"≤ {min(today, asked.from_on)}",
        )
    if asked.from_on < born:
        raise Invalid.field("from_on", "date_range", "is before the birth", "ก่อนวันเกิด", f"≥ {born}")
    if asked.grounds.kind is Kind.GUARDIAN and agent_born is not None and age_on(agent_born, asked.from_on) < MAJORITY_YEARS:
        raise Invalid.field("agent", "minor", "is a minor and cannot be a guardian", "เป็นผู้เยาว์ ไม่อาจเป็นผู้ปกครอง", f"≥ {MAJORITY_YEARS}")
    end = asked.until_on
    if asked.grounds is Grounds.MINOR:
        last = last_day_of_minority(born)
        end = end or last
        if end > last:
            raise Invalid.field("until_on", "majority", "is after the person comes of age", "หลังวันบรรลุนิติภาวะ", f"≤ {last}")
    if end is None and asked.grounds is Grounds.AUTHORISED:
        raise Invalid.field("until_on", "missing", "is required for a proxy", "ต้องระบุวันสิ้นสุดของการมอบอำนาจ")
    if end is not None and end < asked.from_on:
        raise Invalid.field("until_on", "date_range", "is before `from_on`", "ก่อนวันเริ่ม", f"≥ {asked.from_on}")
    return end


def last_day_of_minority(born: date) -> date:
    """The day before the twentieth birthday; who was born on 29 February has it on 1 March in a common year."""
    year = born.year + MAJORITY_YEARS
    try:
        birthday = born.replace(year=year)
    except ValueError:
        birthday = date(year, 3, 1)
    return birthday - timedelta(days=1)
