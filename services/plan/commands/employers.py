"""Employers: the application, its decision, accounting periods, and what an employer tells of its employees."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final
from uuid import UUID

from services.plan.domain import AccountingPeriod, Because, Employer, EmployerStatus, PeriodStatus
from services.plan.errors import employers as errors
from services.plan.repository import employers
from shared.auth import Level, Reach
from shared.clock import on_day
from shared.db import Tx
from shared.errors import Invalid, NotFound
from shared.ids import new_id

MONTHS_MAX: Final = 12


def require_employer(reach: Reach, tax_id: str) -> None:
    """The whole country reaches every employer, an employer itself. Raises NotFound."""
    if reach.level is Level.COUNTRY or (reach.level is Level.EMPLOYER and reach.code == tax_id):
        return
    raise NotFound


async def registered_employer(tx: Tx, tax_id: str, reach: Reach) -> Employer:
    """The employer, locked. Raises NotFound outside the reach, EmployerNotRegistered."""
    require_employer(reach, tax_id)
    employer = await employers.lock_employer(tx, tax_id)
    if employer is None:
        raise NotFound
    if employer.status is not EmployerStatus.REGISTERED:
        raise errors.EmployerNotRegistered(status=employer.status)
    return employer


async def apply(tx: Tx, tax_id: str, name_th: str, name_en: str, reach: Reach, because: Because) -> Employer:
    """An employer applies; who was refused may do so again. Raises NotFound for another's tax id, EmployerKnown."""
    require_employer(reach, tax_id)
    before = await employers.lock_employer(tx, tax_id)
    if before is not None and before.status is not EmployerStatus.REFUSED:
        raise errors.EmployerKnown(status=before.status)
    version = 1 if before is None else before.version + 1
    applied = Employer(tax_id, version, name_th, name_en, EmployerStatus.APPLIED, because.who)
    if not await employers.put_employer(tx, applied, because):
        raise errors.EmployerKnown(status=EmployerStatus.APPLIED)
    return applied


def require_revenue(reach: Reach) -> None:
    """What the Revenue side decides no employer does, whatever its token says. Raises NotFound."""
    if reach.level is not Level.COUNTRY:
        raise NotFound


async def decide(tx: Tx, tax_id: str, *, approved: bool, reason: str, expected_version: int, reach: Reach, because: Because) -> Employer:
    """The Revenue side registers or refuses. Raises NotFound, EmployerDecided, ApplicantDecides, ChangedSince."""
    require_revenue(reach)
    before = await employers.lock_employer(tx, tax_id)
    if before is None:
        raise NotFound
    if before.status is not EmployerStatus.APPLIED:
        raise errors.EmployerDecided(status=before.status)
    require_version(before.version, expected_version)
    if before.applied_by == because.who:
        raise errors.ApplicantDecides
    status = EmployerStatus.REGISTERED if approved else EmployerStatus.REFUSED
    decided = replace(before, version=before.version + 1, status=status, decided_by=because.who, decision_reason=reason)
    await employers.put_employer(tx, decided, because)
    return decided


def require_version(present: int, expected: int) -> None:
    """Raise ChangedSince unless If-Match names the present version."""
    if present != expected:
        raise errors.ChangedSince(present_version=present)


async def open_period(tx: Tx, tax_id: str, starts_on: date, ends_on: date, reach: Reach, because: Because) -> AccountingPeriod:
    """An accounting period of whole months. Raises Invalid, PeriodOverlaps and what registered_employer raises."""
    await registered_employer(tx, tax_id, reach)
    period = AccountingPeriod(new_id(), 1, tax_id, starts_on, ends_on, PeriodStatus.OPEN)
    _require_whole_months(period)
    if others := await employers.periods_of(tx, tax_id, starts_on, ends_on):
        raise errors.PeriodOverlaps(period_id=others[0].period_id)
    await employers.put_period(tx, period, because)
    return period


async def tell_head_count(
    tx: Tx, tax_id: str, month: str, employees: int, *, correction: str | None, reach: Reach, because: Because
) -> dict[str, int]:
    """How many are employed at the end of the month; told again it is corrected. Raises CorrectionNeedsReason and what registered_employer raises."""
    await registered_employer(tx, tax_id, reach)
    because = await correcting(tx, tax_id, month_of(month), correction, because)
    await employers.tell_head_count(tx, tax_id, month, employees, because)
    return await employers.head_counts(tx, tax_id, [month])


async def correcting(tx: Tx, tax_id: str, months: tuple[date, date], correction: str | None, because: Because) -> Because:
    """The reason of what is told of the months from the first day to the last: in a closed period it is a correction and says why.

    Raises CorrectionNeedsReason.
    """
    closed = [one for one in await employers.periods_of(tx, tax_id, *months) if one.status is PeriodStatus.CLOSED]
    if closed and not correction:
        raise errors.CorrectionNeedsReason(period_id=closed[0].period_id)
    return replace(because, why=correction or because.why)


def month_of(month: str) -> tuple[date, date]:
    """A day of the month (`YYYY-MM`), as first and last: periods have whole months."""
    day = date.fromisoformat(f"{month}-01")
    return day, day


async def close_period(tx: Tx, period_id: UUID, expected_version: int, reach: Reach, because: Because) -> AccountingPeriod:
    """The employer has told everything. Raises NotFound, PeriodClosed, PeriodNotOver, HeadCountsMissing, ChangedSince."""
    period = await lock_period(tx, period_id, reach)
    if period.status is PeriodStatus.CLOSED:
        raise errors.PeriodClosed
    require_version(period.version, expected_version)
    if on_day(because.at) <= period.ends_on:
        raise errors.PeriodNotOver(ends_on=period.ends_on)
    told: Mapping[str, int] = await employers.head_counts(tx, period.tax_id, period.months)
    if missing := [month for month in period.months if month not in told]:
        raise errors.HeadCountsMissing(months=missing)
    closed = replace(period, version=period.version + 1, status=PeriodStatus.CLOSED)
    await employers.put_period(tx, closed, because)
    return closed


async def lock_period(tx: Tx, period_id: UUID, reach: Reach) -> AccountingPeriod:
    """The period as it is with its employer locked. Raises NotFound outside the reach."""
    found = await employers.period(tx, period_id)
    if found is None:
        raise NotFound
    require_employer(reach, found.tax_id)
    await employers.lock_employer(tx, found.tax_id)
    period = await employers.period(tx, period_id)
    if period is None:
        raise NotFound
    return period


def _require_whole_months(period: AccountingPeriod) -> None:
    if period.starts_on.day != 1:
        raise Invalid.field("starts_on", "first_of_month", "must be the first of a month", "ต้องเป็นวันที่ 1 ของเดือน", "YYYY-MM-01")
    if period.ends_on.day != monthrange(period.ends_on.year, period.ends_on.month)[1]:
        raise Invalid.field("ends_on", "last_of_month", "must be the last day of a month", "ต้องเป็นวันสุดท้ายของเดือน")
    if not 1 <= len(period.months) <= MONTHS_MAX:
        raise Invalid.field(
            "ends_on", "period_length", "a period has 1 to 12 months", "รอบระยะเวลาบัญชีมี 1 ถึง 12 เดือน", f"1..{MONTHS_MAX} months"
        )
