"""Texts as our font can print them."""

import re
from typing import Final

from shared.thai.text import clean

# What both faces of the font have, of what people write here: a test prints each. Nothing else may reach the page, where it would be an
# empty box, and which PDF/A forbids.
_NOT_PRINTABLE: Final = re.compile(
    "[^\n -~\u00a0-\u017e\u0e01-\u0e3a\u0e3f-\u0e5b\u2010\u2012-\u2015\u2018-\u201a\u201c-\u201e\u2020-\u2022\u2026]"
)
_INSTEAD: Final = "?"

# Lines break between words. What has no word for so long (a made-up name, an address of the web) may break anywhere, or it would
# run over the edge.
_LONG: Final = re.compile("[^\\s\u0e00-\u0e7f]{25,}|[ก-ฮ]{17,}")
_BREAK: Final = "\u200b"


def printable(text: str) -> str:
    """The text, normalised line by line, with `?` for what the font does not have, and with places to break a line in what is too long."""
    lines = "\n".join(clean(line) for line in text.split("\n"))
    return _LONG.sub(lambda found: _BREAK.join(found[0]), _NOT_PRINTABLE.sub(_INSTEAD, lines))
