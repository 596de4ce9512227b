"""Days that somebody tells."""

from datetime import date

from shared.errors import Invalid


def check_not_to_come(field: str, day: date, today: date) -> None:
    """Raises Invalid naming the field whose day has not come yet."""
    if day > today:
        raise Invalid.field(field, "date_future", "is in the future", "เป็นวันที่ยังไม่มาถึง", f"≤ {today}")


def check_not_before(field: str, day: date, first: date, of_what_en: str, of_what_th: str) -> None:
    """Raises Invalid naming the field whose day lies before the first one possible, that of what it answers."""
    if day < first:
        raise Invalid.field(field, "date_before", f"is before {of_what_en}", f"อยู่ก่อน{of_what_th}", f"≥ {first}")
