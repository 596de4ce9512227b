"""What governors and district chiefs see of the work of account officers."""

from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from pydantic import Field

from services.interview.rules.policy import Window
from services.interview.rules.supervision import Pace, Part, Supervision, Suspicion, Verdict
from services.interview.schemas.base import Out
from shared.contracts.interview import Employer


class OfficerWorkOut(Out):
    """An officer's caseload and pace. The pace counts interviews held, not revisions."""

    officer_id: UUID
    district: str
    employer: Employer
    staff_no: str
    caseload: int = Field(description="Open cases. รายที่ดูแล")
    interviewed: int = Field(description="Of the officer's cases, those interviewed. สัมภาษณ์แล้ว")
    remaining: int = Field(description="Those still to be interviewed. ยังไม่สัมภาษณ์")
    days_left: int = Field(description="Days of the window of home visits, from today on. วันที่เหลือ")
    needed_a_day: float | None = Field(description="Interviews a day that are needed; null when no day is left. ที่ต้องทำต่อวัน")
    counted_days: int = Field(description="Over so many days the pace is counted. จำนวนวันที่ใช้คิด")
    made: int = Field(description="Interviews of these days. สัมภาษณ์ในช่วงนั้น")
    made_a_day: float
    verdict: Verdict

    @classmethod
    def of(cls, row: Any, pace: Pace) -> Self:
        """Of a row of work and its pace."""
        return cls(
            **{
                name: row[name]
                for name in ("officer_id", "district", "employer", "staff_no", "caseload", "interviewed", "remaining", "made")
            },
            days_left=pace.days_left,
            needed_a_day=pace.needed_a_day,
            counted_days=pace.counted_days,
            made_a_day=pace.made_a_day,
            verdict=pace.verdict,
        )


class OfficerDayOut(Out):
    """A day on which the officer visited somebody. Kilometres and times are as told: `visits_with_km` says how often."""

    day: date
    interviews: int
    attempts: int
    subdistricts: list[str]
    travelled_km: float | None
    visits_with_km: int
    first_at: datetime | None
    last_at: datetime | None


class SuspicionOut(Out):
    """Interviews that should be looked at: ids and counts, never what was answered."""

    kind: Suspicion
    officer_id: UUID
    district: str
    day: date | None = Field(description="Of TOO_SHORT and TOO_MANY. วันที่")
    part: Part | None = Field(description="Of ALIKE: which answers are the same. ส่วนที่เหมือนกัน")
    count: int = Field(description="Interviews, or of ALIKE persons. จำนวน")
    minutes: float | None = Field(description="Of TOO_SHORT: how long it took. นาที")
    threshold: int = Field(description="Minutes at least, interviews a day at most, or alike persons at least. เกณฑ์")
    interview_ids: list[UUID] = Field(description="At most 100 of them. รหัสการสัมภาษณ์ ไม่เกิน 100")


class WindowOut(Out):
    """The window of home visits by the policy in force."""

    first: date
    last: date
    days_left: int

    @classmethod
    def of(cls, window: Window, left: int) -> Self:
        """Of the policy's window."""
        return cls(first=window.first, last=window.last, days_left=left)


class NumbersOut(Out):
    """The numbers that the figures are judged by, with where they come from."""

    since: date
    reference: str
    pace_days: int
    on_pace_from_percent: int
    ahead_from_percent: int
    interview_minutes_min: dict[str, int]
    interviews_a_day_max: int
    alike_group_min: dict[str, int]

    @classmethod
    def of(cls, numbers: Supervision) -> Self:
        """Of the numbers in force."""
        return cls.model_validate(numbers)


class OfficersFiguresOut(Out):
    """How many officers stand how."""

    officers: int
    ahead: int
    on_pace: int
    behind: int
    caseload: int
    interviewed: int
    remaining: int


class VisitsFiguresOut(Out):
    """The visits of the last days."""

    since: date
    interviews: int
    attempts: int
    officers: int
    travelled_km: float


class SuspicionFiguresOut(Out):
    """Suspicions of a kind, and the interviews that they are about."""

    kind: Suspicion
    suspicions: int
    interviews: int


class CheckFiguresOut(Out):
    """Spot checks. `differs_percent` is of those with the result OK or DIFFERS."""

    drawn: int
    open: int
    ok: int
    differs: int
    not_met: int
    lapsed: int
    revisions_due: int
    differs_percent: float | None


class SummaryOut(Out):
    """A page's worth of figures of an area, of what is in reach only."""

    district: str | None
    as_of: date
    window: WindowOut
    numbers: NumbersOut
    work: OfficersFiguresOut
    visits: VisitsFiguresOut
    suspicions: list[SuspicionFiguresOut]
    spot_checks: CheckFiguresOut


def percent(part: int, whole: int) -> float | None:
    """The part in percent of the whole, to one place; None of nothing."""
    return round(100 * part / whole, 1) if whole else None
