"""What a wish brings, shown before anything is recorded."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.interview.http.calls import InterviewCall
from services.interview.queries.expected_benefits import expected_of_person, expected_of_tier
from services.interview.schemas.late_forms import ExpectedBenefitOut
from shared.contracts.common import Tier
from shared.db import ReadTx
from shared.errors import Invalid
from shared.http import calling, operation

router = APIRouter(tags=["intents"])


@router.get(
    "/v1/expected-benefits",
    response_model=ExpectedBenefitOut,
    **operation(
        "Show what may be expected",
        "แสดงจำนวนเงินและเดือนที่คาดว่าจะได้รับตามหลักเกณฑ์ที่ใช้อยู่ ก่อนบันทึกแบบ ระบุ holder_id หรือ tier อย่างใดอย่างหนึ่ง",
        "Amount and months of a wish stated on a day, by the policy in force, before anything is recorded: for a person (`holder_id`) or a `tier`."
        " Ids of people stand in no address: find the person at the registry first.",
        "interview.intents:read",
    ),
)
async def show_expected_benefit(
    call: Annotated[InterviewCall, Depends(calling("interview.intents:read"))],
    holder_id: Annotated[UUID | None, Query(description="The card holder. ผู้มีบัตร")] = None,
    tier: Annotated[Tier | None, Query(description="Or their income tier. หรือระดับรายได้")] = None,
    stated_on: Annotated[date | None, Query(description="The date on the form; today where left out. วันที่ลงนาม (ไม่ระบุ = วันนี้)")] = None,
) -> Response:
    """Show what may be expected."""
    if (holder_id is None) == (tier is None):
        raise Invalid.field(
            "holder_id", "person_or_tier", "give one of holder_id, tier", "ระบุ holder_id หรือ tier เพียงหนึ่งอย่าง", "holder_id | tier"
        )
    today = call.resources.clock.business_today()
    on = stated_on or today

    async def read(tx: ReadTx) -> ExpectedBenefitOut | None:
        if tier is not None:
            return ExpectedBenefitOut.of(await expected_of_tier(tx, tier, on))
        found = None if holder_id is None else await expected_of_person(tx, call.principal.reach, holder_id, on, today)
        return None if found is None else ExpectedBenefitOut.of(found)

    return await call.query(read)
