"""Employments of card holders: who may be employed so, what is paid and what is learned in them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from services.plan.commands.employers import correcting, month_of, registered_employer, require_employer, require_version
from services.plan.domain import Because, Employment, Training
from services.plan.errors import employers as errors
from services.plan.repository import employers, people, wages
from services.plan.repository.employers import WageConsent
from shared.auth import Reach
from shared.bus import outbox
from shared.bus.dead_letters import forget_messages
from shared.clock import on_day
from shared.contracts import Event
from shared.contracts.plan import EmploymentChanged
from shared.contracts.registry import CardholderErased, HolderState
from shared.db import Tx
from shared.errors import Invalid, NotFound
from shared.ids import new_id

WAGE_THROUGH_CARD: Final = "WAGE_THROUGH_CARD"
"""The purpose of the registry's catalogue."""

AHEAD_DAYS_MAX: Final = 31


async def keep_consents(tx: Tx, states: Sequence[HolderState]) -> None:
    """Keep since when holders take wages through the card, or not any more; of those who never did nothing is kept."""
    told = [state for state in states if not isinstance(state, CardholderErased)]
    newest = await employers.newest_consents(tx, {state.holder_id for state in told})
    added = []
    for state in sorted(told, key=lambda one: one.version):
        before = newest.get(state.holder_id)
        row = _consent(state)
        if row.given if before is None else row.version > before.version and _differs(row, before):
            newest[state.holder_id] = row
            added.append(row)
    await employers.add_consents(tx, added)


def _consent(state: HolderState) -> WageConsent:
    given = WAGE_THROUGH_CARD in (state.consents or ())
    return WageConsent(state.holder_id, state.version, state.recorded_on, given, state.citizen_index, state.card_index)


def _differs(row: WageConsent, before: WageConsent) -> bool:
    return (row.given, row.citizen_index, row.card_index) != (before.given, before.citizen_index, before.card_index)


async def forget(tx: Tx, erased_on: Mapping[UUID, date], because_of: Mapping[UUID, Because]) -> None:
    """End the employments of erased persons, and forget by which numbers they were found and what banks told that could not be kept."""
    for ended in await employers.forget(tx, erased_on):
        await employers.remember_employment(tx, ended, because_of[ended.holder_id])
        await _tell(tx, ended, because_of[ended.holder_id])
    await forget_messages(tx, [one.reference for one in await employers.employments_of_holders(tx, erased_on)])


async def employ(
    tx: Tx, tax_id: str, numbers: tuple[str, str], starts_on: date, ends_on: date | None, reach: Reach, because: Because
) -> Employment:
    """Enter a card holder's employment by the citizen id and the card that the person has shown, as their blind indexes.

    Raises Invalid, CardHolderNotConsenting, EmploymentOverlaps and what registered_employer raises.
    """
    require_employer(reach, tax_id)
    _require_days("starts_on", starts_on, because)
    if ends_on is not None:
        _require_end(starts_on, ends_on, because)
    holder_id = await employers.holder_of_numbers(tx, *numbers)
    # An erasure waits until the employment is here, or is seen.
    if holder_id is not None and (await people.known_holders(tx, [holder_id], held=True))[holder_id]:
        holder_id = None
    await registered_employer(tx, tax_id, reach)
    if holder_id is None:
        raise errors.CardHolderNotConsenting
    employment = Employment(new_id(), 1, tax_id, holder_id, starts_on, ends_on)
    members = (await wages.persons_of(tx, [holder_id]))[holder_id][1]
    if other := await employers.overlapping_employment(tx, employment, members):
        raise errors.EmploymentOverlaps(employment_id=other)
    await _put(tx, employment, because)
    return employment


async def end_employment(
    tx: Tx, employment_id: UUID, ends_on: date, expected_version: int, *, correction: str | None, reach: Reach, because: Because
) -> Employment:
    """Set the last day, or another one. Raises NotFound, Invalid, ChangedSince, EmploymentOverlaps, CorrectionNeedsReason."""
    before = await lock_employment(tx, employment_id, reach)
    require_version(before.version, expected_version)
    _require_end(before.starts_on, ends_on, because)
    ended = replace(before, version=before.version + 1, ends_on=ends_on)
    members = (await wages.persons_of(tx, [before.holder_id]))[before.holder_id][1]
    if other := await employers.overlapping_employment(tx, ended, members):
        raise errors.EmploymentOverlaps(employment_id=other)
    # What changes are the months after the earlier of the two last days.
    earlier, later = sorted((before.ends_on or date.max, ends_on))
    changed = ((earlier.replace(day=28) + timedelta(days=4)).replace(day=1), later)
    because = await correcting(tx, before.tax_id, changed, correction, because)
    await _put(tx, ended, because)
    return ended


async def _put(tx: Tx, employment: Employment, because: Because) -> None:
    await employers.put_employment(tx, employment, because)
    await _tell(tx, employment, because)


async def _tell(tx: Tx, employment: Employment, because: Because) -> None:
    about = (employment.employment_id, employment.version)
    told = EmploymentChanged(
        holder_id=employment.holder_id,
        employment_id=employment.employment_id,
        version=employment.version,
        starts_on=employment.starts_on,
        ends_on=employment.ends_on,
    )
    event = Event.of(told, subject=told.holder_id, time=because.at, identity=about, correlation_id=because.correlation_id)
    await outbox.add_many(tx, [event])


async def lock_employment(tx: Tx, employment_id: UUID, reach: Reach) -> Employment:
    """The employment with its employer locked. Raises NotFound outside the reach, EmployerNotRegistered."""
    found = (await employers.employments_of(tx, [employment_id])).get(employment_id)
    if found is None:
        raise NotFound
    await registered_employer(tx, found.tax_id, reach)
    return (await employers.employments_of(tx, [employment_id]))[employment_id]


async def declare_wages(
    tx: Tx, tax_id: str, month: str, amounts: Mapping[UUID, int], *, correction: str | None, reach: Reach, because: Because
) -> None:
    """Keep what the employer says that it paid for the month. Raises Invalid for an employment that is not its own, CorrectionNeedsReason."""
    await registered_employer(tx, tax_id, reach)
    own = await employers.employments_of(tx, amounts)
    for number, employment_id in enumerate(amounts):
        if employment_id not in own or own[employment_id].tax_id != tax_id:
            raise Invalid.field(
                f"wages.{number}.employment_id",
                "unknown_employment",
                "is no employment of yours",
                "ไม่ใช่การจ้างงานของท่าน",
                "GET /v1/employments",
            )
    because = await correcting(tx, tax_id, month_of(month), correction, because)
    await employers.declare_wages(tx, month, amounts, because)


@dataclass(frozen=True, slots=True)
class TrainingTold:
    """What an employer tells of a training."""

    title: str
    provider: str
    paid_on: date
    cost_satang: int


async def record_training(
    tx: Tx, employment_id: UUID, told: TrainingTold, *, correction: str | None, reach: Reach, because: Because
) -> Training:
    """Keep a training. Raises NotFound, Invalid, CorrectionNeedsReason."""
    employment = await lock_employment(tx, employment_id, reach)
    return await _add_training(tx, employment, new_id(), 1, told, [told.paid_on], correction, because)


async def correct_training(
    tx: Tx, training_id: UUID, told: TrainingTold, expected_version: int, *, correction: str | None, reach: Reach, because: Because
) -> Training:
    """The next version of a training; 0 satang take it back. Raises NotFound, Invalid, ChangedSince, CorrectionNeedsReason."""
    found = await employers.training(tx, training_id)
    if found is None:
        raise NotFound
    employment = await lock_employment(tx, found.employment_id, reach)
    before = await employers.training(tx, training_id) or found
    require_version(before.version, expected_version)
    days = [before.paid_on, told.paid_on]
    return await _add_training(tx, employment, training_id, before.version + 1, told, days, correction, because)


async def _add_training(
    tx: Tx,
    employment: Employment,
    training_id: UUID,
    version: int,
    told: TrainingTold,
    days: Iterable[date],
    correction: str | None,
    because: Because,
) -> Training:
    last = min(employment.ends_on or date.max, on_day(because.at))
    if not employment.starts_on <= told.paid_on <= last:
        raise Invalid.field(
            "paid_on",
            "out_of_range",
            "is not within the employment, or in the future",
            "ไม่อยู่ในช่วงการจ้างงาน หรือเป็นวันในอนาคต",
            f"{employment.starts_on}..{last}",
        )
    for day in sorted(days):
        because = await correcting(tx, employment.tax_id, (day, day), correction, because)
    training = Training(training_id, version, employment.employment_id, told.title, told.provider, told.paid_on, told.cost_satang)
    await employers.add_training(tx, training, because)
    return training


def _require_days(field: str, day: date, because: Because) -> None:
    last = on_day(because.at) + timedelta(days=AHEAD_DAYS_MAX)
    if day > last:
        raise Invalid.field(field, "out_of_range", "is too far in the future", "อยู่ในอนาคตเกินไป", f"..{last}")


def _require_end(starts_on: date, ends_on: date, because: Because) -> None:
    _require_days("ends_on", ends_on, because)
    if ends_on < starts_on:
        raise Invalid.field("ends_on", "out_of_range", "is before the first day", "อยู่ก่อนวันเริ่มจ้าง", f"{starts_on}..")
