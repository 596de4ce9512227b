"""Small cells of statistics: a count of so few persons could tell of one of them, and is not shown."""

from typing import Final

SHOWN_FROM: Final = 5
"""The smallest count above none that is shown."""


def shown(count: int) -> int | None:
    """The count; None in place of a small one. None counted is shown: it is nobody's."""
    return count if count == 0 or count >= SHOWN_FROM else None
