"""Proofs of runs: made, downloaded, and of one person's lines."""

from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Any, Final
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Query, Response

from services.payments import queries
from services.payments.commands.proofs import ask_proof
from services.payments.errors import ProofBehind
from services.payments.http.runs import READ, WRITE, actor_of
from services.payments.repository import proofs
from services.payments.repository.proofs import Proof
from services.payments.schemas.proofs import InclusionsOut, LeafOut, ProofAskedOut, ProofOut
from shared.auth import require_country
from shared.db import ReadTx, Tx
from shared.errors import NotFound
from shared.http import Call, NdjsonResponse, calling, operation

LINES_AT_ONCE: Final = 500

router = APIRouter(prefix="/v1/runs", tags=["runs"])
Reader = Annotated[Call, Depends(calling(READ))]


@router.post(
    "/{run_id}/proof",
    status_code=202,
    response_model=ProofAskedOut,
    **operation(
        "Make a proof of a run",
        "จัดทำหลักฐานของรอบจ่ายที่ปล่อยจ่ายแล้วตามสถานะปัจจุบัน (รอบที่ปิดแล้วระบบจัดทำให้เอง) หลักฐานฉบับเดิมยังคงอยู่",
        "Prove a run as it is now, in the background; one is made by itself when a run closes, and again when lines of it moved since. Those before stay.",
        WRITE,
    ),
)
async def make_proof(run_id: UUID, call: Annotated[Call, Depends(calling(WRITE, idempotent=True))]) -> Response:
    """POST /v1/runs/{run_id}/proof."""
    actor = actor_of(call)

    async def use_case(tx: Tx) -> ProofAskedOut:
        await ask_proof(tx, run_id, actor.who)
        newest = await proofs.newest(tx, run_id)
        return ProofAskedOut(run_id=run_id, newest_version=newest and newest.version)

    return await call.command(use_case)


@router.get(
    "/{run_id}/proof",
    response_model=ProofOut,
    **operation(
        "Download the proof of a run",
        "ดาวน์โหลดหลักฐานของรอบจ่ายเป็นไฟล์เดียว: จำนวน ยอดเงิน และรากของต้นไม้แฮช (Merkle) เหนือทุกรายการ พร้อมลายมือชื่อดิจิทัล",
        "The newest proof as one file: counts, sums and the Merkle root over all lines, signed. `python -m deploy.verify_run_proof` checks it, with the"
        " lines or with one person's inclusions.",
        READ,
    ),
)
async def download_proof(run_id: UUID, call: Reader) -> Response:
    """GET /v1/runs/{run_id}/proof."""
    require_country(call.principal)

    async def read(tx: ReadTx) -> ProofOut | None:
        proof = await proofs.newest(tx, run_id)
        if proof is None:
            return None
        current = proof.through_entry == await proofs.last_entry(tx, run_id)
        return ProofOut(current=current, statement=orjson.loads(proof.statement), signed=proof.signed)

    answer = await call.query(read)
    answer.headers["Content-Disposition"] = f'attachment; filename="run-{run_id}.proof.json"'
    return answer


@router.get(
    "/{run_id}/proof/lines",
    response_class=NdjsonResponse,
    responses={200: {"description": "NDJSON. หนึ่งรายการต่อบรรทัด", "content": {"application/x-ndjson": {}}}},
    **operation(
        "Download the lines that a proof is over",
        "ดาวน์โหลดทุกรายการของรอบจ่ายตามลำดับในหลักฐาน หนึ่งรายการต่อบรรทัด แต่ละบรรทัดคือข้อความที่ใช้คำนวณแฮช",
        "Every line of the run in the order of the proof's leaves; each line of the file is what was hashed, byte by byte. Refused while lines moved since.",
        READ,
    ),
)
async def download_lines(run_id: UUID, call: Reader) -> Response:
    """GET /v1/runs/{run_id}/proof/lines."""
    require_country(call.principal)

    async def read(tx: ReadTx) -> AsyncIterator[Mapping[str, Any]]:
        await _current(tx, run_id)
        async for line in proofs.lines_in_order(tx, run_id):
            yield {"line": line}

    answer: Response = await call.stream(read, _Lines)
    answer.headers["Content-Disposition"] = f'attachment; filename="run-{run_id}.lines.ndjson"'
    return answer


@router.get(
    "/{run_id}/proof/inclusions",
    response_model=InclusionsOut,
    **operation(
        "Prove a person's lines of a run",
        "หลักฐานว่ารายการของบุคคลหนึ่งอยู่ในรอบจ่าย ตรวจสอบได้โดยไม่ต้องมีรายการของผู้อื่น เฉพาะในขอบเขตของท่าน",
        "One person's lines of the run, each with the path to the signed root: proof without anybody else's lines. Within your reach; a bank for its own.",
        READ,
    ),
)
async def prove_inclusion(run_id: UUID, call: Reader, holder_id: Annotated[UUID, Query(description="Whose lines. ผู้มีบัตร")]) -> Response:
    """GET /v1/runs/{run_id}/proof/inclusions."""

    async def read(tx: ReadTx) -> InclusionsOut | None:
        rows = await queries.lines_of_holder(tx, call.principal.reach, run_id, holder_id)
        if not rows:
            return None
        proof = await _current(tx, run_id)
        leaves = await proofs.leaves_of(tx, proof, rows)
        return InclusionsOut(
            run_id=run_id,
            version=proof.version,
            tree_size=proof.lines,
            root=proof.root.hex(),
            made_at=proof.made_at,
            signed=proof.signed,
            inclusions=[LeafOut(line=leaf.line, leaf_index=leaf.leaf_index, path=[one.hex() for one in leaf.path]) for leaf in leaves],
        )

    return await call.query(read)


async def _current(tx: ReadTx, run_id: UUID) -> Proof:
    """The newest proof, whose lines are as they are. Raises NotFound, ProofBehind."""
    proof = await proofs.newest(tx, run_id)
    if proof is None:
        raise NotFound
    if proof.through_entry != await proofs.last_entry(tx, run_id):
        raise ProofBehind(run_id=run_id, version=proof.version)
    return proof


class _Lines(NdjsonResponse):
    """Lines that are JSON already, and must stay the bytes that they are."""

    def encoded(self, rows: AsyncIterator[Mapping[str, Any]]) -> AsyncIterator[bytes]:
        """The rows as the bytes that are sent."""
        return _joined(rows)


async def _joined(rows: AsyncIterator[Mapping[str, Any]]) -> AsyncIterator[bytes]:
    waiting: list[str] = []
    async for row in rows:
        waiting.append(row["line"])
        if len(waiting) >= LINES_AT_ONCE:
            yield ("\n".join(waiting) + "\n").encode()
            waiting.clear()
    if waiting:
        yield ("\n".join(waiting) + "\n").encode()
