"""What reporting does by itself."""

from datetime import timedelta
from functools import partial
from typing import Final

from services.reporting.commands.counting import count_all
from shared.db import Database
from shared.timers import Timer

COUNT_EVERY: Final = timedelta(milliseconds=100)
"""So long a figure may lie behind its projections while the machine has time."""


def timers(db: Database) -> list[Timer]:
    """Counting what was noted."""
    return [Timer("counting", COUNT_EVERY, partial(count_all, db))]
