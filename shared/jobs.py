"""Jobs: timed or operator-started work that takes long.

A job's steps are transactions that store its progress with their effect, so that a killed job goes on where it was, on
this or another process.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, Self
from uuid import UUID

import orjson
import structlog
from prometheus_client import Counter

from shared.clock import system_now
from shared.db import AWAY, BUSY, CLASHED, Database, ReadTx, Tx
from shared.errors import DomainError, NotFound
from shared.ids import new_id

LEASE_SECONDS: Final = 20
RENEW_SECONDS: Final = 5
POLL_SECONDS: Final = 0.5
AWAY_SECONDS: Final = 1.0

_log = structlog.get_logger(__name__)
_ended = Counter("sukjai_jobs_ended", "Jobs that ended", ["kind", "status"])


class LeaseLost(RuntimeError):
    """Another process took the job over; this one must stop working at it."""


@dataclass(frozen=True)
class JobState:
    """A job as operators see it."""

    id: UUID
    kind: str
    parameters: dict[str, Any]
    status: str
    progress: dict[str, Any]
    result: dict[str, Any] | None
    error: str | None
    asked_by: str


@dataclass(frozen=True)
class Progress:
    """How far a job is: each kind of job has its fields, all with a beginning as their default."""

    done: bool = False

    @classmethod
    def of(cls, stored: dict[str, Any]) -> Self:
        """From what the job has stored; from nothing the beginning."""
        return cls(**stored)

    def stored(self) -> dict[str, Any]:
        """As JSON."""
        return dict(vars(self))


@dataclass
class Job:
    """What a job's function gets: parameters, the progress that was stored last, the service's resources."""

    id: UUID
    kind: str
    parameters: dict[str, Any]
    progress: dict[str, Any]
    resources: Any
    database: Database
    owner: UUID

    async def checkpoint(self, tx: Tx, progress: dict[str, Any]) -> None:
        """Store the progress in the transaction of the step. Raises LeaseLost when the job is no longer ours."""
        held = await tx.execute(
            "UPDATE job SET progress = $2 WHERE id = $1 AND status = 'RUNNING' AND lease_owner = $3", self.id, progress, self.owner
        )
        if not held:
            raise LeaseLost(str(self.id))
        self.progress = progress


JobFunction = Callable[[Job], Awaitable[dict[str, Any]]]
"""Does the work; returns the result. A DomainError fails the job with its words."""


async def ask(tx: Tx, kind: str, parameters: dict[str, Any], *, asked_by: str, job_id: UUID | None = None) -> UUID:
    """Queue a job; returns its id."""
    job_id = job_id or new_id()
    await tx.execute("INSERT INTO job (id, kind, parameters, asked_by) VALUES ($1, $2, $3, $4)", job_id, kind, parameters, asked_by)
    tx.asked_job = True
    return job_id


async def ask_many(tx: Tx, kind: str, parameters: Sequence[dict[str, Any]], *, asked_by: str) -> None:
    """Queue a job for each of the parameters, in their order."""
    await tx.execute(
        """INSERT INTO job (id, kind, parameters, asked_by, asked_at)
           SELECT one.id, $3, one.parameters::jsonb, $4, clock_timestamp()
             FROM unnest($1::uuid[], $2::text[]) WITH ORDINALITY AS one (id, parameters, place) ORDER BY one.place""",
        [new_id() for _ in parameters],
        [orjson.dumps(one, default=str).decode() for one in parameters],
        kind,
        asked_by,
    )
    tx.asked_job = bool(parameters) or tx.asked_job


async def state(tx: ReadTx, job_id: UUID, kind: str | None = None) -> JobState:
    """The job. Raises NotFound."""
    row = await tx.fetchrow(
        "SELECT id, kind, parameters, status, progress, result, error, asked_by FROM job WHERE id = $1 AND ($2::text IS NULL OR kind = $2)",
        job_id,
        kind,
    )
    if row is None:
        raise NotFound
    return JobState(**dict(row))


async def resume(tx: Tx, job_id: UUID, progress: dict[str, Any]) -> None:
    """Queue an ended job again; it goes on from this progress. Raises NotFound for one that has not ended."""
    await _after_end(tx, job_id, progress, "status = 'QUEUED', result = NULL, error = NULL, ended_at = NULL, lease_until = NULL")
    tx.asked_job = True


async def note(tx: Tx, job_id: UUID, progress: dict[str, Any]) -> None:
    """Write into an ended job what became of it later. Raises NotFound for one that has not ended."""
    await _after_end(tx, job_id, progress, "result = $2")


async def _after_end(tx: Tx, job_id: UUID, progress: dict[str, Any], change: str) -> None:
    if not await tx.execute(f"UPDATE job SET progress = $2, {change} WHERE id = $1 AND status IN ('DONE', 'FAILED')", job_id, progress):
        raise NotFound


@dataclass
class JobRunner:
    """Runs queued jobs, and those whose process died (their lease ran out), one at a time."""

    database: Database
    functions: Mapping[str, JobFunction]
    resources: Any
    _owner: UUID = field(default_factory=new_id)

    async def run(self) -> None:
        """Work for ever; while the database is away, wait for it. A job whose step was cut off goes on when its lease is out.

        One whose step met another's transaction begins that step anew.
        """
        while True:
            try:
                self.database.job_asked.clear()
                job = await self._claim()
                if job is not None:
                    await self._work(job)
                    continue
            except BUSY as error:
                _log.warning("jobs pause: the database is away, or busy", error=repr(error))
                await asyncio.sleep(AWAY_SECONDS)
            # What another process asks for, or left behind, is found by looking.
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.database.job_asked.wait(), POLL_SECONDS)

    async def _claim(self) -> Job | None:
        async with self.database.transaction() as tx:
            row = await tx.fetchrow(
                """UPDATE job SET status = 'RUNNING', lease_until = $2, lease_owner = $4
                    WHERE id = (SELECT id FROM job
                                 WHERE kind = ANY($1::text[]) AND (status = 'QUEUED' OR status = 'RUNNING' AND lease_until < $3)
                                 ORDER BY asked_at LIMIT 1 FOR UPDATE SKIP LOCKED)
                RETURNING id, kind, parameters, progress""",
                list(self.functions),
                system_now() + timedelta(seconds=LEASE_SECONDS),
                system_now(),
                self._owner,
            )
        return None if row is None else Job(**dict(row), resources=self.resources, database=self.database, owner=self._owner)

    async def _work(self, job: Job) -> None:
        work = asyncio.ensure_future(self.functions[job.kind](job))
        renewing = asyncio.create_task(self._renew(job, work))
        try:
            result = await work
        except DomainError as error:
            await self._end(job, "FAILED", None, f"{error.detail_en} / {error.detail_th}")
        except LeaseLost:
            _log.warning("job was taken over", job=str(job.id), kind=job.kind)
        except CLASHED as error:
            _log.warning("a job's step was ended for another's sake", job=str(job.id), kind=job.kind, error=repr(error))
            await self._give_back(job)
        except asyncio.CancelledError:
            await asyncio.shield(self._give_back(job))
            raise
        else:
            await self._end(job, "DONE", result, None)
        finally:
            renewing.cancel()

    async def _renew(self, job: Job, work: "asyncio.Future[dict[str, Any]]") -> None:
        while not work.done():
            await asyncio.sleep(RENEW_SECONDS)
            with contextlib.suppress(*AWAY):  # the next renewal, or the lease's end, settles it
                async with self.database.transaction() as tx:
                    await tx.execute(
                        "UPDATE job SET lease_until = $2 WHERE id = $1 AND status = 'RUNNING' AND lease_owner = $3",
                        job.id,
                        system_now() + timedelta(seconds=LEASE_SECONDS),
                        self._owner,
                    )

    async def _give_back(self, job: Job) -> None:
        """Leave the job to whoever comes next, at once."""
        async with self.database.transaction() as tx:
            await tx.execute(
                "UPDATE job SET status = 'QUEUED', lease_until = NULL WHERE id = $1 AND status = 'RUNNING' AND lease_owner = $2",
                job.id,
                self._owner,
            )

    async def _end(self, job: Job, status: str, result: dict[str, Any] | None, error: str | None) -> None:
        async with self.database.transaction() as tx:
            await tx.execute(
                "UPDATE job SET status = $2, result = $3, error = $4, ended_at = now() WHERE id = $1 AND lease_owner = $5",
                job.id,
                status,
                result,
                error,
                self._owner,
            )
        _ended.labels(job.kind, status).inc()
        _log.info("job ended", job=str(job.id), kind=job.kind, status=status, error=error)
