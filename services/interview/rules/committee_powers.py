"""Committees, what each may decide by the powers that its order gives, and which of them a kind of decision asks for.

Conflict 409
└── CommitteeWithoutPower   the committee is recorded, and on the day of the decision none of its members brings the power
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from shared.contracts.interview import DecisionKind
from shared.errors import Conflict
from shared.thai.dates import in_thai


class Committee(StrEnum):
    """Who decides (docs/measure.md 2): the national committee, its monitoring sub-committee, that of a province, the team of a district."""

    NATIONAL_COMMITTEE = "NATIONAL_COMMITTEE"
    MONITORING_COMMITTEE = "MONITORING_COMMITTEE"
    PROVINCIAL_COMMITTEE = "PROVINCIAL_COMMITTEE"
    DISTRICT_TEAM = "DISTRICT_TEAM"


class Power(StrEnum):
    """A power that an order gives."""

    DECIDE_LATE_WISH = "DECIDE_LATE_WISH"
    DECIDE_NOT_FOUND = "DECIDE_NOT_FOUND"
    DECIDE_STOP = "DECIDE_STOP"
    DECIDE_REASONABLE_CAUSE = "DECIDE_REASONABLE_CAUSE"
    DECIDE_REINSTATE = "DECIDE_REINSTATE"
    SUPERVISE = "SUPERVISE"


class PowerStanding(StrEnum):
    """Whether the committee of a decision was recorded with the power; of committees that are not recorded nothing is known."""

    RECORDED = "RECORDED"
    NOT_RECORDED = "NOT_RECORDED"


NEEDED: Final[Mapping[DecisionKind, Power]] = {
    DecisionKind.LATE_WISH_GRANTED: Power.DECIDE_LATE_WISH,
    DecisionKind.LATE_WISH_REFUSED: Power.DECIDE_LATE_WISH,
    DecisionKind.NOT_FOUND: Power.DECIDE_NOT_FOUND,
    DecisionKind.NOT_INTERVIEWED: Power.DECIDE_STOP,
    DecisionKind.CHOSE_NOTHING: Power.DECIDE_STOP,
    DecisionKind.DID_NOT_DEVELOP: Power.DECIDE_STOP,
    DecisionKind.DID_NOT_WORK: Power.DECIDE_STOP,
    DecisionKind.REASONABLE_CAUSE: Power.DECIDE_REASONABLE_CAUSE,
    DecisionKind.REINSTATE: Power.DECIDE_REINSTATE,
}


class CommitteeWithoutPower(Conflict):
    """The committee was recorded without the power; names both, the day, and the powers that it had."""

    slug = "committee-without-power"
    title_en, title_th = "The committee has no such power on the day of the decision", "คณะกรรมการไม่มีอำนาจในเรื่องนี้ ณ วันที่มีมติ"


@dataclass(frozen=True, slots=True)
class Seat:
    """A member's powers, from when to when (the last day included; None while they sit)."""

    powers: frozenset[Power]
    from_day: date
    to_day: date | None

    def on(self, day: date) -> frozenset[Power]:
        """The powers on the day."""
        return self.powers if self.from_day <= day and (self.to_day is None or day <= self.to_day) else frozenset()


def standing_of(kind: DecisionKind, committee: Committee, decided_on: date, seats: Sequence[Seat]) -> PowerStanding:
    """Whether the committee, whose recorded seats these are, could decide so on the day. Raises CommitteeWithoutPower.

    A committee counts as recorded from the first day of its first seat: of the days before nothing is known.
    """
    if not seats or decided_on < min(seat.from_day for seat in seats):
        return PowerStanding.NOT_RECORDED
    powers = frozenset[Power]().union(*(seat.on(decided_on) for seat in seats))
    needed = NEEDED[kind]
    if needed not in powers:
        had = ", ".join(sorted(powers)) or "-"
        raise CommitteeWithoutPower(
            f"committee: {committee} has no {needed} on {decided_on}; it has {had}. Record a member with this power, with the order that gives it",
            f"committee: {committee} ไม่มีอำนาจ {needed} ณ วันที่ {in_thai(decided_on)} มีเพียง {had} โปรดบันทึกกรรมการผู้มีอำนาจนี้พร้อมเลขที่คำสั่ง",
            committee=committee,
            needed_power=needed,
            decided_on=decided_on,
            powers=sorted(powers),
        )
    return PowerStanding.RECORDED
