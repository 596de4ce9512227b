"""Thai digits ๐-๙ and Arabic digits 0-9."""

from typing import Final

THAI_DIGITS: Final = "๐๑๒๓๔๕๖๗๘๙"
ARABIC_DIGITS: Final = "0123456789"

_TO_ARABIC: Final = str.maketrans(THAI_DIGITS, ARABIC_DIGITS)
_TO_THAI: Final = str.maketrans(ARABIC_DIGITS, THAI_DIGITS)


def arabic_digits(text: str) -> str:
    """The text with every Thai digit as its Arabic one; all else stays."""
    return text if text.isascii() else text.translate(_TO_ARABIC)


def thai_digits(text: str) -> str:
    """The text with every Arabic digit as its Thai one; all else stays."""
    return text.translate(_TO_THAI)
