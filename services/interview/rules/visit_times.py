"""When an interview began and ended, as the officer tells it. Only the difference is judged: a device's clock may be wrong."""

from datetime import datetime, timedelta
from typing import Final

from shared.errors import Invalid

LENGTH_MAX: Final = timedelta(days=1)


def check_times(started_at: datetime | None, ended_at: datetime | None) -> None:
    """Raises Invalid unless the end, where it is told, is after the beginning by a day at most."""
    if started_at is None or ended_at is None:
        return
    if not started_at < ended_at <= started_at + LENGTH_MAX:
        raise Invalid.field(
            "visit.ended_at",
            "moment_range",
            "is not after the beginning, or by more than a day",
            "ไม่อยู่หลังเวลาเริ่ม หรือเกินหนึ่งวัน",
            f"> {started_at.isoformat()}, ≤ {(started_at + LENGTH_MAX).isoformat()}",
        )
