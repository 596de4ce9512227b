"""The only clock. Business time dates facts and can be played; system time serves ids, tokens, leases and logs."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

BANGKOK: Final = ZoneInfo("Asia/Bangkok")


def system_now() -> datetime:
    """Aware UTC time of this machine: for tokens, leases, Kafka timestamps, logs and retention, never for a rule."""
    return datetime.now(UTC)  # noqa: TID251  # this is the one clock


def monotonic() -> float:
    """Seconds that only grow: for measuring how long something took."""
    return time.monotonic()  # noqa: TID251  # this is the one clock


def on_day(moment: datetime) -> date:
    """The calendar day in Thailand on which the moment falls."""
    return moment.astimezone(BANGKOK).date()


def midnight(day: date) -> datetime:
    """The moment at which the day begins in Thailand."""
    return datetime(day.year, day.month, day.day, tzinfo=BANGKOK)


def noon(day: date) -> datetime:
    """Twelve o'clock in Thailand on the day: the moment that stands for a day known without an hour."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=BANGKOK)


@dataclass
class Clock:
    """Business time. In production it is the machine's; a development process may follow a played date.

    `listeners` are called with the new moment when a played date arrives (see shared.bus.clock_topic).
    """

    played: datetime | None = None
    _set_at: float = 0.0
    listeners: list[Callable[[datetime], None]] = field(default_factory=list)

    def business_now(self) -> datetime:
        """Aware time in Thailand that dates a fact. A played clock goes on from its date at the speed of time."""
        if self.played is None:
            return system_now().astimezone(BANGKOK)
        return self.played + timedelta(seconds=monotonic() - self._set_at)

    def business_today(self) -> date:
        """The calendar day of `business_now` in Thailand."""
        return on_day(self.business_now())

    def play(self, moment: datetime) -> None:
        """Set the played date. Only the follower of the development clock topic and tests call this."""
        self.played = moment.astimezone(BANGKOK)
        self._set_at = monotonic()
        for listener in self.listeners:
            listener(self.played)
