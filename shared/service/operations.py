"""The routes that operators need in every service: dead letters, invariants, jobs."""

from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import BaseModel

from shared import invariants as standing
from shared import jobs
from shared.bus import dead_letters
from shared.bus.consumers import Consumers
from shared.db import ReadTx, Tx
from shared.http import Call, calling, operation
from shared.invariants import Invariant

# What a bigint of the database holds.
LETTER_ID_MAX: Final = 2**63 - 1


class DeadLetterOut(BaseModel):
    """A message that could not be taken; its value stays in the database."""

    id: int
    topic: str
    partition: int
    position: int
    key: str | None
    event_id: UUID | None
    reason: str
    buried_at: datetime
    replayed_at: datetime | None


class DeadLettersOut(BaseModel):
    """Dead letters after the one asked for, by age."""

    items: list[DeadLetterOut]


class ViolationOut(BaseModel):
    """A broken invariant."""

    name: str
    why: str
    rows: int
    examples: list[dict[str, Any]]


class InvariantsOut(BaseModel):
    """Result of running every standing invariant; `violations` is empty when all hold."""

    checked: int
    violations: list[ViolationOut]


class JobOut(BaseModel):
    """A job with its stored progress."""

    id: UUID
    kind: str
    status: str
    progress: dict[str, Any]
    result: dict[str, Any] | None
    error: str | None


class ReplayedOut(BaseModel):
    """The letter that was taken in."""

    id: int
    replayed: bool


def operations_router(consumers: Consumers, invariants: list[Invariant]) -> APIRouter:
    """The routes of one service."""
    router = APIRouter(prefix="/v1/operations", tags=["operations"])
    reads, writes = f"{consumers.service}.operations:read", f"{consumers.service}.operations:write"

    @router.get(
        "/dead-letters",
        response_model=DeadLettersOut,
        **operation("List dead letters", "แสดงข้อความที่ระบบรับไม่ได้พร้อมเหตุผล", "Messages that could not be taken, with the reason.", reads),
    )
    async def list_dead_letters(
        call: Annotated[Call, Depends(calling(reads))],
        after: Annotated[int, Query(ge=0, le=LETTER_ID_MAX)] = 0,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> Response:
        async def read(tx: ReadTx) -> DeadLettersOut:
            letters = await dead_letters.listed(tx, after=after, limit=limit)
            return DeadLettersOut(items=[DeadLetterOut(**vars(letter)) for letter in letters])

        return await call.query(read, DeadLettersOut)

    @router.post(
        "/dead-letters/{letter_id}/replay",
        response_model=ReplayedOut,
        **operation(
            "Replay a dead letter",
            "นำข้อความที่รับไม่ได้กลับเข้าระบบอีกครั้ง",
            "Take the message in again, once, after its cause was mended.",
            writes,
        ),
    )
    async def replay_dead_letter(
        letter_id: Annotated[int, Path(ge=1, le=LETTER_ID_MAX)], call: Annotated[Call, Depends(calling(writes))]
    ) -> Response:
        async def use_case(tx: Tx) -> ReplayedOut:
            await dead_letters.replay(tx, letter_id, consumers, call.resources)
            return ReplayedOut(id=letter_id, replayed=True)

        return await call.command(use_case)

    @router.get(
        "/invariants",
        response_model=InvariantsOut,
        **operation("Check the invariants", "ตรวจสอบกฎที่ต้องเป็นจริงเสมอ", "Run the standing invariants; none may be broken.", reads),
    )
    async def check_invariants(call: Annotated[Call, Depends(calling(reads))]) -> Response:
        async def read(tx: ReadTx) -> InvariantsOut:
            broken = await standing.check(tx, invariants)
            return InvariantsOut(
                checked=len(invariants),
                violations=[ViolationOut(name=v.name, why=v.why, rows=v.rows, examples=list(v.examples)) for v in broken],
            )

        return await call.query(read, InvariantsOut)

    @router.get(
        "/jobs/{job_id}",
        response_model=JobOut,
        **operation("Show a job", "แสดงสถานะและความคืบหน้าของงาน", "State and progress of a job.", reads),
    )
    async def show_job(job_id: UUID, call: Annotated[Call, Depends(calling(reads))]) -> Response:
        async def read(tx: ReadTx) -> JobOut:
            job = await jobs.state(tx, job_id)
            return JobOut(id=job.id, kind=job.kind, status=job.status, progress=job.progress, result=job.result, error=job.error)

        return await call.query(read, JobOut)

    return router
