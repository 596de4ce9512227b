"""What may be prescribed (สั่งยา): the order of the steps, their dates, and offerings that take the person in on them. Pure.

Each rule raises Invalid naming the line's field, counted as in the request.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final
from uuid import UUID

from services.plan.domain import Choice, Lack, Offering, Programme
from shared.contracts.common import Dimension
from shared.dated import in_force
from shared.errors import Invalid

_FILE: Final = Path(__file__).with_name("steps.yaml")


@dataclass(frozen=True, slots=True)
class Prescribed:
    """A line with its programme; `field` is where it stands in the request. One that was `signed` before stays as it is."""

    choice: Choice
    programme: Programme
    field: str
    signed: bool = False


def checked(lines: Sequence[Prescribed], offerings: Mapping[UUID, Offering], *, agreed_on: date, side_by_side: bool) -> list[Prescribed]:
    """The lines with the dates of their offerings, where they give none. Raises Invalid for the first that does not fit."""
    dated = [_dated(line, offerings) for line in lines]
    for line in dated:
        if not line.signed:
            _check_offering(line, offerings, agreed_on)
            _check_dates(line, agreed_on)
    if not side_by_side:
        if not any(line.signed for line in dated):
            _check_numbers(dated)
        _check_order(dated, agreed_on)
        _check_steps_follow(dated)
    return dated


def kind_of(programme: Programme) -> str | None:
    """What the line of the programme counts as in the order of steps; None for what comes at any time."""
    match programme.dimension:
        case Dimension.D3 if Lack.INFORMAL_DEBT in programme.merits.serves and not programme.merits.approaches:
            return "DEBT"
        case Dimension.D2:
            return "TRAINING"
        case Dimension.D1:
            return "WORK"
        case _:
            return None


def _dated(line: Prescribed, offerings: Mapping[UUID, Offering]) -> Prescribed:
    offering = None if line.choice.offering_id is None else offerings.get(line.choice.offering_id)
    if offering is None:
        return line
    choice = replace(line.choice, starts_on=line.choice.starts_on or offering.starts_on, due_on=line.choice.due_on or offering.ends_on)
    return replace(line, choice=choice)


def _check_offering(line: Prescribed, offerings: Mapping[UUID, Offering], agreed_on: date) -> None:
    if line.choice.offering_id is None:
        return
    offering, field = offerings.get(line.choice.offering_id), f"{line.field}.offering_id"
    if offering is None or offering.programme_code != line.programme.code:
        raise Invalid.field(field, "other_programme", "is no offering of the programme", "ไม่ใช่รอบของโครงการนี้", f"of {line.programme.code}")
    if not offering.is_open(agreed_on):
        allowed = f"≤ {offering.apply_until}" if offering.active else "active"
        raise Invalid.field(field, "closed", "takes no one in on the day of the agreement", "ไม่เปิดรับในวันที่ตกลง", allowed)
    for name, day in (("starts_on", line.choice.starts_on), ("due_on", line.choice.due_on)):
        if day is not None and not offering.starts_on <= day <= offering.ends_on:
            raise Invalid.field(
                f"{line.field}.{name}",
                "outside_offering",
                "lies outside the dates of the offering",
                "อยู่นอกช่วงเวลาของรอบที่เลือก",
                f"{offering.starts_on}..{offering.ends_on}",
            )


def _check_dates(line: Prescribed, agreed_on: date) -> None:
    starts_on, due_on = line.choice.starts_on, line.choice.due_on
    if starts_on is not None and starts_on < agreed_on and line.choice.offering_id is None:
        raise Invalid.field(f"{line.field}.starts_on", "too_early", "is before the agreement", "อยู่ก่อนวันที่ตกลง", f"≥ {agreed_on}")
    earliest = max([agreed_on, *([starts_on] if starts_on else [])])
    if due_on is not None and due_on < earliest:
        raise Invalid.field(f"{line.field}.due_on", "too_early", "is before the line begins", "อยู่ก่อนวันเริ่ม", f"≥ {earliest}")


def _check_numbers(lines: Sequence[Prescribed]) -> None:
    numbers = {line.choice.step_no for line in lines}
    missing = [number for number in range(1, max(numbers)) if number not in numbers]
    if missing:
        last = next(line for line in lines if line.choice.step_no > missing[0])
        raise Invalid.field(
            f"{last.field}.step_no", "step_left_out", f"leaves out step {missing[0]}", f"ข้ามขั้นที่ {missing[0]}", f"1..{len(numbers)}"
        )


def _check_order(lines: Sequence[Prescribed], agreed_on: date) -> None:
    order: list[str] = in_force(_FILE, agreed_on)["order"]
    ranked = sorted(((order.index(kind), line) for line in lines if (kind := kind_of(line.programme)) in order), key=lambda pair: pair[0])
    for place, (rank, line) in enumerate(ranked):
        earliest = max((other.choice.step_no for before, other in ranked[:place] if before < rank), default=1)
        if line.choice.step_no < earliest:
            words = ", ".join(order)
            raise Invalid.field(
                f"{line.field}.step_no",
                "out_of_order",
                f"comes before what goes first: {words}",
                f"มาก่อนขั้นที่ต้องทำก่อน: {words}",
                f"≥ {earliest}",
            )


def _check_steps_follow(lines: Sequence[Prescribed]) -> None:
    for line in lines:
        before = [one.choice.due_on for one in lines if one.choice.step_no < line.choice.step_no and one.choice.due_on]
        if line.choice.starts_on and before and line.choice.starts_on < max(before):
            raise Invalid.field(
                f"{line.field}.starts_on",
                "before_earlier_step",
                "is before an earlier step is due",
                "อยู่ก่อนวันสิ้นสุดของขั้นก่อนหน้า",
                f"≥ {max(before)}",
            )
