"""Books that prove themselves: conservation of runs."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.payments import queries
from services.payments.repository import conservation
from services.payments.rules.conservation import Hop
from services.payments.schemas.books import ConservationOut, DifferenceOut, HopOut
from shared.db import ReadTx
from shared.http import Call, calling, operation

READ = "payments.runs:read"

router = APIRouter(prefix="/v1/runs", tags=["runs"])
Reader = Annotated[Call, Depends(calling(READ))]


@router.get(
    "/{run_id}/conservation",
    response_model=ConservationOut,
    **operation(
        "Show what a run conserves",
        "กระทบยอดของรอบจ่ายทุกขั้น: ผู้มีสิทธิ = สั่งจ่าย + ระงับ, สั่งจ่าย = จ่ายสำเร็จ + ไม่สำเร็จ + ตีกลับ + ยังไม่ทราบผล, เดบิต = เครดิต ทั้งจำนวนคนและสตางค์"
        " ขั้นที่ไม่ตรงกันจะหยุดขั้นถัดไป",
        "At each hop of the run what came in and what came out, in persons, lines and satang: eligible = instructed + held; instructed = settled +"
        " failed + returned + unknown; debits = credits. A hop that does not balance keeps the run from its next step; here are the lines.",
        READ,
    ),
)
async def show_conservation(run_id: UUID, call: Reader) -> Response:
    """GET /v1/runs/{run_id}/conservation."""

    async def read(tx: ReadTx) -> ConservationOut | None:
        found = await queries.show_run(tx, call.principal.reach, run_id)
        if found is None:
            return None
        run, _ = found
        hops = await conservation.hops_of(tx, run)
        balanced = all(hop.balanced for hop in hops)
        return ConservationOut.model_validate(
            {
                "run_id": run_id,
                "status": run.status,
                "balanced": balanced,
                "hops": [_hop(hop) for hop in hops],
                "misfits": [] if balanced else await conservation.misfits(tx, run),
            },
            from_attributes=True,
        )

    return await call.query(read)


def _hop(hop: Hop) -> HopOut:
    name, amount = hop.comes_in
    return HopOut.model_validate(
        {
            "hop": hop.name,
            "balanced": hop.balanced,
            "comes_in": {name: amount._asdict()},
            "goes_out": {out: one._asdict() for out, one in hop.goes_out.items()},
            "differences": [
                DifferenceOut.model_validate(
                    {
                        "bank": one.group.bank,
                        "tier": one.group.tier,
                        "month": one.group.benefit_month,
                        "state": one.state,
                        "lines": one.lines._asdict(),
                        "ledger": one.ledger._asdict(),
                    }
                )
                for one in hop.differences
            ],
        }
    )
