"""A share and how far it can be relied on."""

from dataclasses import dataclass
from typing import Final

DIGITS: Final = 3


@dataclass(frozen=True)
class Share:
    """A share between 0 and 1 and the interval that goes with it, to DIGITS."""

    value: float
    low: float
    high: float

    @classmethod
    def rounded(cls, value: float, low: float, high: float) -> "Share":
        """The share to DIGITS, the interval within 0 and 1."""
        return cls(round(value, DIGITS), round(max(low, 0.0), DIGITS), round(min(high, 1.0), DIGITS))
