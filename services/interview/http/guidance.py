"""A governor's guidelines, variants of single districts, and what the heads of districts prepare."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.interview.commands import guide_districts
from services.interview.commands.prepare_district import record_preparation
from services.interview.forms.duties import (
    AcknowledgementIn,
    EndIn,
    GuidelineIn,
    MethodIn,
    Preparation,
    PreparationKind,
    PublicityIn,
    RehearsalIn,
    VariantIn,
)
from services.interview.http.calls import DistrictPath, InterviewCall, ProvincePath, act_of
from services.interview.queries import duties
from services.interview.schemas.duties import AcknowledgementOut, GuidelineDetailOut, GuidelineOut, PreparationOut, VariantOut
from shared.db import ReadTx, Tx
from shared.http import PageOf, PageParams, calling, operation

GUIDELINES: Final = "interview.guidelines"
VARIANTS: Final = "interview.team-variants"
PREPARATIONS: Final = "interview.preparations"

router = APIRouter(tags=["guidance"])


@router.post(
    "/v1/provinces/{province}/guidelines",
    status_code=201,
    response_model=GuidelineOut,
    **operation(
        "Publish a guideline",
        "ผู้ว่าราชการจังหวัดประกาศนโยบายหรือแนวทางให้ทุกอำเภอถือปฏิบัติและรับทราบ",
        "The governor lays down a policy or guideline for all districts, which they acknowledge.",
        f"{GUIDELINES}:write",
    ),
)
async def publish_guideline(
    province: ProvincePath, body: GuidelineIn, call: Annotated[InterviewCall, Depends(calling(f"{GUIDELINES}:write", idempotent=True))]
) -> Response:
    """Publish a guideline."""

    async def use_case(tx: Tx) -> dict[str, Any]:
        return duties.with_title(province, await guide_districts.publish_guideline(tx, act_of(call), province, body))

    return await call.command(use_case, location=lambda row: f"/v1/guidelines/{row['guideline_id']}")


@router.post(
    "/v1/guidelines/{guideline_id}/versions",
    status_code=201,
    response_model=GuidelineOut,
    **operation(
        "Publish the next version of a guideline",
        "ประกาศแนวทางฉบับถัดไป อำเภอต้องรับทราบใหม่ (ส่ง If-Match ได้)",
        "Publish the next version, which the districts acknowledge anew. If-Match is honoured.",
        f"{GUIDELINES}:write",
    ),
)
async def publish_guideline_version(
    guideline_id: UUID, body: GuidelineIn, call: Annotated[InterviewCall, Depends(calling(f"{GUIDELINES}:write", idempotent=True))]
) -> Response:
    """Publish the next version."""

    async def use_case(tx: Tx) -> dict[str, Any]:
        row = await guide_districts.publish_next_version(tx, act_of(call), guideline_id, body, if_version=call.if_match())
        return duties.with_title(row["province"], row)

    return await call.command(use_case)


@router.get(
    "/v1/guidelines",
    response_model=PageOf[GuidelineOut],
    **operation(
        "List guidelines",
        "แสดงแนวทางของจังหวัดฉบับล่าสุด ซึ่งทุกอำเภอและผู้ดูแลในจังหวัดอ่านได้",
        "The guidelines of the province in their last version, for its districts and account officers too.",
        f"{GUIDELINES}:read",
    ),
)
async def list_guidelines(call: Annotated[InterviewCall, Depends(calling(f"{GUIDELINES}:read"))], page: PageParams) -> Response:
    """List guidelines."""

    async def read(tx: ReadTx) -> PageOf[GuidelineOut]:
        rows, cursor = await duties.list_guidelines(tx, call.principal.reach, page)
        return PageOf(items=[GuidelineOut.model_validate(row) for row in rows], next_cursor=cursor)

    return await call.query(read)


@router.get(
    "/v1/guidelines/{guideline_id}",
    response_model=GuidelineDetailOut,
    **operation(
        "Show a guideline",
        "แสดงแนวทางฉบับล่าสุด อำเภอที่รับทราบแล้ว และอำเภอที่ยังไม่รับทราบ",
        "A guideline in its last version, which districts have acknowledged it, and which have not.",
        f"{GUIDELINES}:read",
    ),
)
async def show_guideline(guideline_id: UUID, call: Annotated[InterviewCall, Depends(calling(f"{GUIDELINES}:read"))]) -> Response:
    """Show a guideline."""

    async def read(tx: ReadTx) -> GuidelineDetailOut | None:
        row = await duties.show_guideline(tx, call.principal.reach, guideline_id)
        return None if row is None else GuidelineDetailOut.model_validate(row)

    return await call.query(read)


@router.post(
    "/v1/districts/{district}/guidelines/{guideline_id}/acknowledgement",
    response_model=AcknowledgementOut,
    **operation(
        "Acknowledge a guideline",
        "อำเภอรับทราบแนวทางของจังหวัด ทำซ้ำได้โดยไม่ซ้ำซ้อน",
        "The district says that it has read a version of the guideline. Said again it changes nothing.",
        f"{GUIDELINES}:acknowledge",
    ),
)
async def acknowledge_guideline(
    district: DistrictPath,
    guideline_id: UUID,
    body: AcknowledgementIn,
    call: Annotated[InterviewCall, Depends(calling(f"{GUIDELINES}:acknowledge", idempotent=True))],
) -> Response:
    """Acknowledge a guideline."""

    async def use_case(tx: Tx) -> AcknowledgementOut:
        row = await guide_districts.acknowledge(tx, act_of(call), district, guideline_id, body.version)
        return AcknowledgementOut.model_validate(duties.with_title(district, row))

    return await call.command(use_case)


@router.post(
    "/v1/districts/{district}/team-variants",
    status_code=201,
    response_model=VariantOut,
    **operation(
        "Adapt team or process of a district",
        "ผู้ว่าราชการจังหวัดปรับทีมหรือกระบวนงานของอำเภอให้เหมาะกับพื้นที่ พร้อมเหตุผลและช่วงเวลา",
        "The governor lets the team or process of a district differ from the circular's: in what, why, from when to when.",
        f"{VARIANTS}:write",
    ),
)
async def adapt_district_team(
    district: DistrictPath, body: VariantIn, call: Annotated[InterviewCall, Depends(calling(f"{VARIANTS}:write", idempotent=True))]
) -> Response:
    """Adapt a district."""

    async def use_case(tx: Tx) -> dict[str, Any]:
        return await guide_districts.adapt_district(tx, act_of(call), district, body)

    return await call.command(use_case)


@router.post(
    "/v1/team-variants/{variant_id}/end",
    response_model=VariantOut,
    **operation("End a variant", "กำหนดวันสิ้นสุดของการปรับทีมหรือกระบวนงาน", "Set the last day of a variant.", f"{VARIANTS}:write"),
)
async def end_team_variant(
    variant_id: UUID, body: EndIn, call: Annotated[InterviewCall, Depends(calling(f"{VARIANTS}:write", idempotent=True))]
) -> Response:
    """End a variant."""

    async def use_case(tx: Tx) -> dict[str, Any]:
        return await guide_districts.end_variant(tx, act_of(call), variant_id, body.to_day)

    return await call.command(use_case)


@router.get(
    "/v1/districts/{district}/team-variants",
    response_model=PageOf[VariantOut],
    **operation(
        "List variants of a district",
        "แสดงการปรับทีมและกระบวนงานของอำเภอ ซึ่งทีมและผู้ดูแลของอำเภออ่านได้",
        "In what the team or process of a district differs, for its officers too.",
        f"{VARIANTS}:read",
    ),
)
async def list_team_variants(
    district: DistrictPath, call: Annotated[InterviewCall, Depends(calling(f"{VARIANTS}:read"))], page: PageParams
) -> Response:
    """List variants."""

    async def read(tx: ReadTx) -> PageOf[VariantOut]:
        rows, cursor = await duties.list_variants(tx, call.principal.reach, district, page)
        return PageOf(items=[VariantOut.model_validate(dict(row)) for row in rows], next_cursor=cursor)

    return await call.query(read)


Preparer = Annotated[InterviewCall, Depends(calling(f"{PREPARATIONS}:write", idempotent=True))]


async def _prepared(call: InterviewCall, district: str, kind: PreparationKind, body: Preparation) -> Response:
    async def use_case(tx: Tx) -> dict[str, Any]:
        return await record_preparation(tx, act_of(call), district, kind, body)

    return await call.command(use_case)


@router.post(
    "/v1/districts/{district}/rehearsals",
    status_code=201,
    response_model=PreparationOut,
    **operation(
        "Record a rehearsal",
        "บันทึกการซักซ้อม วันที่ สถานที่ ผู้เข้าร่วม สิ่งที่ซ้อม และข้อบกพร่องที่พบ",
        "Record a rehearsal of the team: when, where, who took part, what was practised, which faults were found.",
        f"{PREPARATIONS}:write",
    ),
)
async def record_rehearsal(district: DistrictPath, body: RehearsalIn, call: Preparer) -> Response:
    """Record a rehearsal."""
    return await _prepared(call, district, PreparationKind.REHEARSAL, body)


@router.post(
    "/v1/districts/{district}/publicity",
    status_code=201,
    response_model=PreparationOut,
    **operation(
        "Record a publicity",
        "บันทึกการประชาสัมพันธ์ ช่องทาง วันที่ พื้นที่ และจำนวนผู้รับข่าวสาร",
        "Record how people heard of the measure: channel, day, where, about how many.",
        f"{PREPARATIONS}:write",
    ),
)
async def record_publicity(district: DistrictPath, body: PublicityIn, call: Preparer) -> Response:
    """Record a publicity."""
    return await _prepared(call, district, PreparationKind.PUBLICITY, body)


@router.post(
    "/v1/districts/{district}/methods",
    status_code=201,
    response_model=PreparationOut,
    **operation(
        "Set the method of work",
        "กำหนดวิธีการปฏิบัติงานของทีมเป็นขั้นตอน ตั้งแต่วันที่กำหนด",
        "Set the method by which the team works from a day on, step by step.",
        f"{PREPARATIONS}:write",
    ),
)
async def set_method(district: DistrictPath, body: MethodIn, call: Preparer) -> Response:
    """Set the method."""
    return await _prepared(call, district, PreparationKind.METHOD, body)


@router.get(
    "/v1/districts/{district}/preparations",
    response_model=PageOf[PreparationOut],
    **operation(
        "List what a district prepared",
        "แสดงการซักซ้อม การประชาสัมพันธ์ และวิธีการปฏิบัติงานของอำเภอ",
        "Rehearsals, publicity and methods of a district.",
        f"{PREPARATIONS}:read",
    ),
)
async def list_preparations(
    district: DistrictPath,
    call: Annotated[InterviewCall, Depends(calling(f"{PREPARATIONS}:read"))],
    page: PageParams,
    kind: Annotated[PreparationKind | None, Query(description="Only of this kind. ประเภท")] = None,
) -> Response:
    """List preparations."""

    async def read(tx: ReadTx) -> PageOf[PreparationOut]:
        rows, cursor = await duties.list_preparations(tx, call.principal.reach, district, kind, page)
        return PageOf(items=[PreparationOut.model_validate(dict(row)) for row in rows], next_cursor=cursor)

    return await call.query(read)
