"""What card holders buy for: of each payment so much a month, decided by the seed and the instruction id alone. No I/O."""

from collections.abc import Iterator, Mapping
from datetime import date

from deploy.local.bank_simulator.fate import chance

BAHT = 100
ALL_OF_TEN, NOTHING_OF_TEN = 5, 1
"""Of ten persons so many spend all that they have in a month, and so many nothing; the others a part, in whole baht."""


def spent(seed: int, instruction_id: str, satang: int, first: date, last: date) -> Mapping[str, int]:
    """Satang that are spent in each month (`YYYY-MM`) from the first to the last."""
    left, told = satang, {}
    for month in _months(first, last):
        used = _part(chance(seed, instruction_id, f"spent in {month}"), left)
        told[month] = used
        left -= used
    return told


def _part(number: int, left: int) -> int:
    kind = number % 10
    if kind < ALL_OF_TEN:
        return left
    return 0 if kind < ALL_OF_TEN + NOTHING_OF_TEN else number // 10 % (left // BAHT + 1) * BAHT


def _months(first: date, last: date) -> Iterator[str]:
    for number in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        yield f"{number // 12:04d}-{number % 12 + 1:02d}"
