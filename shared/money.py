"""Money is an integer of satang (1 baht = 100 satang)."""

from typing import NewType

Satang = NewType("Satang", int)


def baht(amount: int) -> Satang:
    """Whole baht as satang."""
    return Satang(amount * 100)


def in_baht(amount_satang: int) -> str:
    """Satang as baht for people: `1,234.50`."""
    sign = "-" if amount_satang < 0 else ""
    whole, rest = divmod(abs(amount_satang), 100)
    return f"{sign}{whole:,}.{rest:02d}"
