"""Whose programmes a caller may change."""

from shared.auth import Level, Reach
from shared.errors import NotFound


def require_agency(reach: Reach, agency: str) -> None:
    """The whole country may change any programme, an agency (or a bank as one) its own. Raises NotFound."""
    if reach.level is Level.COUNTRY or (reach.level in {Level.AGENCY, Level.BANK} and reach.code == agency):
        return
    raise NotFound
