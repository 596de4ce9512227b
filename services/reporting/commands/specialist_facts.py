"""What plan tells of specialists' reviews, and of seats of offerings."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from services.reporting import repository
from services.reporting.commands.facts import columns, facts, keep_about
from shared.contracts import Event
from shared.contracts.plan import (
    PlanFact,
    SeatFact,
    SeatGivenUp,
    SeatTaken,
    SeatWaitingBegun,
    SpecialistReviewAsked,
    SpecialistReviewGiven,
    SpecialistReviewOverdue,
    SpecialistReviewWithdrawn,
)
from shared.db import Tx

_REVIEW: Final = ("review_id", "holder_id", "dimension")
_STEPS: Final = {SeatWaitingBegun: 0, SeatTaken: 1, SeatGivenUp: 2}
_keep: Final = partial(keep_about, PlanFact)


async def record_questions(tx: Tx, events: Sequence[Event]) -> None:
    """Keep what specialists are asked, and until when."""
    rows = [columns(one, *_REVIEW, "agency", "asked_on", "due_on") for _, one in facts(events, SpecialistReviewAsked)]
    await _keep(tx, repository.REVIEW_ASKED, rows, events)


async def record_opinions(tx: Tx, events: Sequence[Event]) -> None:
    """Keep what they answered in short."""
    rows = [columns(one, *_REVIEW, "opinion", "given_on") for _, one in facts(events, SpecialistReviewGiven)]
    await _keep(tx, repository.REVIEW_GIVEN, rows, events)


async def record_withdrawn_questions(tx: Tx, events: Sequence[Event]) -> None:
    """Keep which were withdrawn."""
    rows = [columns(one, *_REVIEW, "withdrawn_on") for _, one in facts(events, SpecialistReviewWithdrawn)]
    await _keep(tx, repository.REVIEW_WITHDRAWN, rows, events)


async def record_overdue_questions(tx: Tx, events: Sequence[Event]) -> None:
    """Keep which had no answer in time, by the level that heard of it."""
    rows = [columns(one, "review_id", "level", "found_on") for _, one in facts(events, SpecialistReviewOverdue)]
    await _keep(tx, repository.REVIEW_OVERDUE, rows, events)


async def record_seats(tx: Tx, events: Sequence[Event]) -> None:
    """Keep how each line stands with its offering."""
    rows = [
        {
            "programme": one.programme_code,
            "step": _STEPS[type(one)],
            "told_at": event.time,
            "had_seat": isinstance(one, SeatTaken) or (isinstance(one, SeatGivenUp) and one.had_seat),
            **columns(one, "plan_id", "line_no", "offering_id", "holder_id"),
        }
        for event, one in facts(events, SeatFact)
        if isinstance(one, SeatWaitingBegun | SeatTaken | SeatGivenUp)
    ]
    await _keep(tx, repository.LINE_SEAT, rows, events)
