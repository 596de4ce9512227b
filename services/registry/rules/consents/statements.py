"""What a person stated about one purpose, when it counts from, and what may be stated."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from services.registry.errors import HolderDeceased
from services.registry.rules.consents.catalogue import Catalogue
from shared.clock import BANGKOK, on_day
from shared.errors import Invalid


class Decision(StrEnum):
    """What was stated."""

    GIVEN = "GIVEN"
    WITHDRAWN = "WITHDRAWN"


class ConsentChannel(StrEnum):
    """How the statement reached us."""

    PAPER_FORM = "PAPER_FORM"
    MEETING_PLACE = "MEETING_PLACE"
    HOME_VISIT = "HOME_VISIT"
    COUNTER = "COUNTER"
    ONLINE = "ONLINE"


@dataclass(frozen=True, slots=True)
class Statement:
    """One purpose given or withdrawn: signed on a day, at a moment where that is known, under a notice, with its evidence.

    `evidence` is a reference (a slip, a file number), never personal data.
    """

    purpose: str
    decision: Decision
    signed_on: date
    channel: ConsentChannel
    evidence: str
    notice_version: str | None = None
    signed_at: datetime | None = None

    def counts_at(self, now: datetime) -> datetime:
        """The moment by which statements are ordered; `now` is when it is recorded.

        Where the hour is unknown a consent counts from the beginning of its day and a withdrawal from the end (at the latest
        now), so that of one day's papers the withdrawal holds.
        """
        if self.signed_at is not None:
            return self.signed_at
        begin = datetime.combine(self.signed_on, time(), BANGKOK)
        if self.decision is Decision.GIVEN:
            return begin
        return min(begin + timedelta(days=1, microseconds=-1), now)


def check(statement: Statement, known: Catalogue, *, now: datetime, born: date, died: date | None) -> None:
    """Raises Invalid naming the field, or HolderDeceased."""
    check_words(statement, known)
    if not born <= statement.signed_on <= on_day(now):
        raise Invalid.field("signed_on", "date_range", "must lie between birth and today", "ต้องอยู่ระหว่างวันเกิดและวันนี้", f"≤ {on_day(now)}")
    if statement.signed_at is not None and not _of_the_day(statement.signed_at, statement.signed_on, now):
        raise Invalid.field(
            "signed_at",
            "not_of_the_day",
            "must lie on `signed_on` and not in the future",
            "ต้องอยู่ในวันที่ลงนามและไม่เป็นเวลาในอนาคต",
            f"{statement.signed_on}",
        )
    if died is not None and statement.signed_on > died:
        raise HolderDeceased


def _of_the_day(moment: datetime, day: date, now: datetime) -> bool:
    # Moments at the ends of the calendar have no day in Thailand.
    return abs(moment.date() - day) <= timedelta(days=1) and on_day(moment) == day and moment <= now


def check_words(statement: Statement, known: Catalogue) -> None:
    """Whether purpose and notice are of the catalogue and may stand on a form of that day. Raises Invalid naming the field."""
    purpose = known.purpose(statement.purpose)
    if purpose is None or purpose.since > statement.signed_on:
        allowed = ", ".join(one.name for one in known.purposes if one.since <= statement.signed_on)
        raise Invalid.field("purpose", "unknown_purpose", "is not a purpose of that day", "ไม่ใช่วัตถุประสงค์ที่ใช้ในวันนั้น", allowed)
    if statement.notice_version is None:
        if statement.decision is Decision.WITHDRAWN:
            return
        raise Invalid.field("notice_version", "missing", "is required for a consent", "ต้องระบุเมื่อให้ความยินยอม")
    notice = known.notice(statement.notice_version)
    if notice is None or notice.since > statement.signed_on:
        allowed = ", ".join(one.version for one in known.notices if one.since <= statement.signed_on)
        raise Invalid.field(
            "notice_version", "unknown_notice", "is not a privacy notice of that day", "ไม่ใช่ประกาศความเป็นส่วนตัวของวันนั้น", allowed
        )
