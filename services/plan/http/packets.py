"""The route of the packet."""

from dataclasses import replace
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.plan.http.asking import PACKETS_READ
from services.plan.queries.packets import Packet, Withheld, packet_of
from services.plan.resources import PlanResources
from services.plan.schemas.packets import ContactOut, PacketOut
from shared.audit import Caller, Entry, append
from shared.db import Tx
from shared.errors import NotFound
from shared.http import Call, calling, operation

router = APIRouter(prefix="/v1/referrals", tags=["referrals"])

_PURPOSE: Final = "packet of a referral"


@router.get(
    "/{referral_id}/packet",
    response_model=PacketOut,
    **operation(
        "Show the packet of a referral",
        "แสดงชุดข้อมูลการส่งต่อ เฉพาะเป้าหมาย โครงการ เอกสารที่ใช้ ข้อเท็จจริงตามเงื่อนไขโครงการ และข้อมูลติดต่อซึ่งขอจากทะเบียนด้วยสิทธิ์ของผู้ขอ"
        " ไม่ยินยอมให้เปิดเผยต่อหน่วยงานจะไม่มีข้อมูลบุคคล ทุกครั้งถูกบันทึก",
        "Goal, programme and papers, the facts that the programme's conditions speak of, and the contact, which is asked of the registry with"
        " the caller's own token. Without the person's consent to share with agencies nothing of the person. Every reading is audited.",
        PACKETS_READ,
    ),
)
async def show_packet(referral_id: UUID, call: Annotated[Call[PlanResources], Depends(calling(PACKETS_READ))]) -> Response:
    """GET /v1/referrals/{referral_id}/packet."""
    resources = call.resources
    async with resources.db.reading() as tx:
        packet = await packet_of(tx, referral_id, call.principal.reach, resources.assessments, resources.rules)
    if packet is None:
        raise NotFound
    person = None
    if packet.withheld is None:
        # Outside the transaction: a registry that is slow holds nothing here.
        person = await resources.registry.get(call, f"/v1/card-holders/{packet.referral['holder_id']}/contact", purpose=_PURPOSE)
        if person is None:
            packet = replace(packet, facts={}, withheld=Withheld.NOT_SHOWN_BY_REGISTRY)
    answer = _answer(packet, person)

    async def use_case(tx: Tx) -> PacketOut:
        shown = (*packet.facts, *(ContactOut.model_fields if person else ()))
        entry = Entry("READ", packet.referral["holder_id"], ("goal", *shown) if answer.goal else shown, detail=f"packet {referral_id}")
        await append(tx, Caller.of(call.principal, call.correlation_id, _PURPOSE), [entry])
        return answer

    return await call.audited(use_case)


def _answer(packet: Packet, person: dict[str, Any] | None) -> PacketOut:
    names = ("referral_id", "attempt", "status", "dimension", "agency", "offering_id", "starts_on", "due_on")
    programme = packet.programme
    return PacketOut.model_validate(
        {
            **{name: packet.referral[name] for name in names},
            "programme": {
                "code": programme.code,
                "version": programme.version,
                "name_th": programme.name_th,
                "name_en": programme.name_en,
                "papers": list(programme.papers),
            },
            "goal": None if packet.withheld else packet.referral["goal"],
            "facts": packet.facts,
            "person": person,
            "withheld": packet.withheld,
        }
    )
