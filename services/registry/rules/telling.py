"""When people may be told something, and how a notice goes on from state to state."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from shared.clock import BANGKOK
from shared.contracts.registry import NoticeStatus

_NEXT: Final = {
    NoticeStatus.REQUESTED: {NoticeStatus.SENDING, NoticeStatus.REFUSED, NoticeStatus.DELIVERED, NoticeStatus.FAILED},
    NoticeStatus.SENDING: {NoticeStatus.SENT, NoticeStatus.DELIVERED, NoticeStatus.FAILED, NoticeStatus.REQUESTED},
    NoticeStatus.SENT: {NoticeStatus.DELIVERED, NoticeStatus.FAILED},
}
"""SENDING goes back to REQUESTED only where the provider surely has not taken it; a receipt may still come for one that waits again."""


class Refusal(StrEnum):
    """Why a notice was never sent."""

    DECEASED = "deceased"
    NO_CONSENT = "no-consent"
    NO_PHONE = "no-phone"
    EXPIRED = "expired"


@dataclass(frozen=True)
class QuietHours:
    """Hours of the day in Thailand in which nobody is told anything: from `first` up to `until`, over midnight where that is less."""

    first: int
    until: int

    def hold(self, moment: datetime) -> bool:
        """Whether the moment is in them."""
        hour = moment.astimezone(BANGKOK).hour
        if self.first <= self.until:
            return self.first <= hour < self.until
        return hour >= self.first or hour < self.until


def may_become(before: NoticeStatus, after: NoticeStatus) -> bool:
    """Whether a notice may go from the one to the other."""
    return after in _NEXT.get(before, ())


def refusal(*, alive: bool, consents: bool, phone: str, expires_at: datetime | None, now: datetime) -> Refusal | None:
    """Why the person is not told; None where they may be."""
    if expires_at is not None and expires_at <= now:
        return Refusal.EXPIRED
    if not alive:
        return Refusal.DECEASED
    if not consents:
        return Refusal.NO_CONSENT
    return None if phone else Refusal.NO_PHONE


def wait_after(attempt: int, *, first: timedelta = timedelta(minutes=1), longest: timedelta = timedelta(hours=1)) -> timedelta:
    """How long one that was not taken waits."""
    doubled: timedelta = first * 2.0 ** min(attempt, 20)
    return min(doubled, longest)
