"""Long work and timers: what was noted is counted, snapshots are derived again, and the calendar of reports is looked into."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

from aiokafka import TopicPartition

from services.reporting import repository
from services.reporting.commands import derivation, report_duties
from services.reporting.commands.counting import count_all
from services.reporting.commands.derivation import EventsGone
from services.reporting.commands.snapshots import settled
from services.reporting.queries.positions import Position, position
from services.reporting.queries.rederivations import REDERIVE_JOB, outcome_of
from services.reporting.queries.snapshots import content_of, figures_that_differ
from services.reporting.repository import StoredSnapshot
from services.reporting.resources import ReportingResources
from shared import jobs
from shared.bus.consumers import Consumers
from shared.clock import system_now
from shared.jobs import Job, JobFunction
from shared.timers import Timer

COUNT_EVERY: Final = timedelta(milliseconds=100)
"""So long a figure may lie behind its projections while the machine has time."""
CALENDAR_EVERY: Final = timedelta(minutes=1)


@dataclass(frozen=True)
class DerivingProgress(jobs.Progress):
    """How far the topics were read: offsets behind it, and in all."""

    offsets: int = 0
    offsets_in_all: int = 0


def jobs_of(consumers: Consumers) -> Mapping[str, JobFunction]:
    """The kinds of jobs; the handlers of the consumers derive."""
    return {REDERIVE_JOB: partial(rederive, consumers)}


def timers(resources: ReportingResources) -> list[Timer]:
    """What was noted is counted; the calendar is looked into by the business clock, whether anybody asks or not."""
    return [
        Timer("counting", COUNT_EVERY, partial(count_all, resources.db)),
        Timer("report_calendar", CALENDAR_EVERY, partial(report_duties.look_into_calendar, resources.db, resources.clock)),
    ]


async def rederive(consumers: Consumers, job: Job) -> dict[str, Any]:
    """Derive a snapshot's figures anew from the events up to its position, in tables of their own, and keep what came of it.

    Cut off at any place it goes on with what is there: the tables, or the result.
    """
    resources: ReportingResources = job.resources
    schema = derivation.schema_of(job.id)
    async with job.database.reading() as tx:
        asked_by = (await jobs.state(tx, job.id)).asked_by
        stored = await repository.snapshot(tx, UUID(job.parameters["snapshot_id"]))
        outcome = await outcome_of(tx, job.id)
    then = None if stored is None else Position.of(content_of(stored))
    if stored is None or then is None:
        raise RuntimeError(f"no snapshot with a position: {job.parameters}")
    if outcome is None:
        found = await _derived(consumers, job, resources, schema, stored, then)
        outcome = found["outcome"]
        told = {"rederivation_id": job.id, "snapshot_id": stored.snapshot_id, **found, "asked_by": asked_by, "ended_at": system_now()}
        async with job.database.transaction() as tx:
            await repository.add(tx, "snapshot_rederivation", told)
    await derivation.drop(job.database, schema)
    return {"outcome": outcome}


async def _derived(
    consumers: Consumers, job: Job, resources: ReportingResources, schema: str, stored: StoredSnapshot, then: Position
) -> dict[str, Any]:
    ends = {TopicPartition(topic, int(number)): at for topic, parts in then.topics.items() for number, at in parts.items()}
    in_all = sum(ends.values())

    async def told(behind: int) -> None:
        async with job.database.transaction() as tx:
            await job.checkpoint(tx, DerivingProgress(offsets=behind, offsets_in_all=in_all).stored())

    async with derivation.second_tables(job.database, resources.settings.database_dsn, schema) as derived:
        try:
            await derivation.replay(derived, resources.kafka, consumers, ends, left_out=frozenset(then.left_out), told=told)
        except EventsGone as error:
            return {"outcome": "EVENTS_GONE", "differences": [], "gone": error.gone, "events": in_all}
        async with settled(derived) as tx:
            differ = await figures_that_differ(tx, stored)
            lost = [{"topic": topic, "reason": "compacted: it holds later states alone"} for topic in (await position(tx)).lost_since(then)]
    # Where a compacted topic has lost the states of then, a difference proves nothing.
    outcome = "AGREES" if not differ else "EVENTS_GONE" if lost else "DIFFERS"
    return {"outcome": outcome, "differences": differ, "gone": lost, "events": in_all}
