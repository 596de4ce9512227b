"""What interview tells of complaints."""

from collections.abc import Sequence

from services.reporting import repository
from services.reporting.commands.facts import columns, facts
from shared.contracts import Event
from shared.contracts.interview import ComplaintAnswered, ComplaintEscalated, ComplaintReceived
from shared.db import Tx


async def record_complaints(tx: Tx, events: Sequence[Event]) -> None:
    """Keep that a complaint came, where and about what."""
    names = ("complaint_id", "category", "channel", "district", "received_on", "due_on")
    await repository.keep(tx, repository.COMPLAINT_RECEIVED, [columns(one, *names) for _, one in facts(events, ComplaintReceived)])


async def record_escalations(tx: Tx, events: Sequence[Event]) -> None:
    """Keep each time that it rose."""
    names = ("complaint_id", "version", "reason", "level", "due_on")
    await repository.keep(tx, repository.COMPLAINT_ESCALATION, [columns(one, *names) for _, one in facts(events, ComplaintEscalated)])


async def record_answers(tx: Tx, events: Sequence[Event]) -> None:
    """Keep its last answer."""
    rows = [
        {"complaint_id": one.complaint_id, "answer_version": one.version, "answered_on": one.answered_on, "answer_due_on": one.due_on}
        for _, one in facts(events, ComplaintAnswered)
    ]
    await repository.keep(tx, repository.COMPLAINT_ANSWERED, rows)
