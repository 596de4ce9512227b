"""Days that somebody tells."""

from datetime import date

from shared.errors import Invalid


def check_not_to_come(field: str, day: date, today: date) -> None:
    """Raises Invalid naming the field whose day has not come yet."""
    if day > today:
        raise Invalid.field(field, "date_future", "is in the future", "เป็นวันที่ยังไม่มาถึง", f"≤ {today}")
