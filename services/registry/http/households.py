"""Who lives with whom."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.registry.commands import households as commands
from services.registry.commands.life_events import Said
from services.registry.http.scopes import HOUSEHOLDS_READ, HOUSEHOLDS_WRITE
from services.registry.queries import households
from services.registry.resources import RegistryResources
from services.registry.schemas.households import (
    HappeningOut,
    HeadIn,
    HouseholdIn,
    HouseholdOut,
    JoiningIn,
    LeavingIn,
    MergeIn,
    MovingIn,
    SplitIn,
)
from shared.db import Tx
from shared.errors import Invalid
from shared.http import Call, PageOf, PageParams, calling, operation

router = APIRouter(prefix="/v1", tags=["households"])
Reading = Annotated[Call[RegistryResources], Depends(calling(HOUSEHOLDS_READ))]
Writing = Annotated[Call[RegistryResources], Depends(calling(HOUSEHOLDS_WRITE, idempotent=True))]


@router.post(
    "/households",
    response_model=HouseholdOut,
    status_code=201,
    **operation(
        "Form a household",
        "บันทึกครัวเรือนใหม่ มีหัวหน้าหนึ่งคน แต่ละคนอยู่ได้ครัวเรือนเดียว",
        "A household with one head. Its card holders must be within your reach and in no household; dependants without a card are only a birth year.",
        HOUSEHOLDS_WRITE,
    ),
)
async def form_household(call: Writing, asked: HouseholdIn) -> Response:
    """A new household."""

    async def use_case(tx: Tx) -> dict[str, Any]:
        newcomers = [one.newcomer() for one in asked.members]
        household_id = await commands.form(tx, asked.subdistrict, asked.formed_on, newcomers, _said(call, asked.why))
        return await households.changed(tx, household_id, call.principal.reach)

    return await call.command(use_case, location=lambda made: f"/v1/households/{made['household_id']}")


@router.get(
    "/households/{household_id}",
    response_model=HouseholdOut,
    **operation(
        "Show a household",
        "แสดงครัวเรือนและสมาชิกปัจจุบัน สมาชิกนอกพื้นที่แสดงเฉพาะสถานะ",
        "A household of which you reach a member. Members out of your reach have a role and nothing else.",
        HOUSEHOLDS_READ,
    ),
)
async def show_household(call: Reading, household_id: UUID) -> Response:
    """One household."""
    return await call.query(lambda tx: households.one(tx, household_id, call.principal.reach))


@router.get(
    "/households/{household_id}/history",
    response_model=PageOf[HappeningOut],
    **operation("Show a household's history", "แสดงประวัติครัวเรือน", "Every change: what, who said so and why.", HOUSEHOLDS_READ),
)
async def show_household_history(call: Reading, household_id: UUID, page: PageParams) -> Response:
    """What happened, oldest first."""
    return await call.query(lambda tx: households.history(tx, household_id, call.principal.reach, page))


@router.get(
    "/card-holders/{holder_id}/household",
    response_model=HouseholdOut,
    **operation(
        "Show a person's household",
        "แสดงครัวเรือนของผู้มีบัตร ณ วันที่ระบุ",
        "The household in which the person lives, or lived on a day. 404 where none is known.",
        HOUSEHOLDS_READ,
    ),
)
async def show_household_of_card_holder(
    call: Reading, holder_id: UUID, on: Annotated[date | None, Query(description="Today when left out. ณ วันที่")] = None
) -> Response:
    """The household of a person."""
    day = on or call.resources.clock.business_today()
    return await call.query(lambda tx: households.of_holder(tx, holder_id, call.principal.reach, day))


@router.post(
    "/households/{household_id}/members",
    response_model=HouseholdOut,
    status_code=201,
    **operation(
        "Join a household",
        "บันทึกผู้เข้าอยู่ในครัวเรือน",
        "Somebody comes to live there. One who is in another household leaves it first.",
        HOUSEHOLDS_WRITE,
    ),
)
async def join_household(call: Writing, household_id: UUID, asked: JoiningIn) -> Response:
    """A new member."""
    return await _changing(
        call, household_id, lambda tx: commands.join(tx, household_id, asked.newcomer(), asked.from_on, _said(call, asked.why))
    )


@router.post(
    "/households/{household_id}/members/{member_id}/leaving",
    response_model=HouseholdOut,
    **operation(
        "Leave a household",
        "บันทึกผู้ออกจากครัวเรือน หากเป็นหัวหน้าต้องระบุหัวหน้าคนใหม่",
        "Somebody lives there no longer. When the head leaves others, name the new head; with the last card holder the household ends.",
        HOUSEHOLDS_WRITE,
    ),
)
async def leave_household(call: Writing, household_id: UUID, member_id: UUID, asked: LeavingIn) -> Response:
    """A member goes."""
    return await _changing(
        call,
        household_id,
        lambda tx: commands.leave(tx, household_id, member_id, asked.left_on, asked.new_head, _said(call, asked.why)),
    )


@router.post(
    "/households/{household_id}/head",
    response_model=HouseholdOut,
    **operation("Name the head", "ระบุหัวหน้าครัวเรือน", "Another member is head from the day on.", HOUSEHOLDS_WRITE),
)
async def name_household_head(call: Writing, household_id: UUID, asked: HeadIn) -> Response:
    """Another head."""
    return await _changing(
        call,
        household_id,
        lambda tx: commands.name_head(tx, household_id, asked.member_id, asked.on, asked.former_role, _said(call, asked.why)),
    )


@router.post(
    "/households/{household_id}/split",
    response_model=HouseholdOut,
    status_code=201,
    **operation(
        "Split a household",
        "แยกสมาชิกออกเป็นครัวเรือนใหม่",
        "The members named become a household of their own, with one head; the answer is the new household.",
        HOUSEHOLDS_WRITE,
    ),
)
async def split_household(call: Writing, household_id: UUID, asked: SplitIn) -> Response:
    """A household of their own."""
    moving = _by_member(asked.members, "members")

    async def use_case(tx: Tx) -> dict[str, Any]:
        said = _said(call, asked.why)
        new_id = await commands.split(tx, household_id, moving, asked.subdistrict, asked.on, asked.staying_head, said)
        return await households.changed(tx, new_id, call.principal.reach)

    return await call.command(use_case, location=lambda made: f"/v1/households/{made['household_id']}")


@router.post(
    "/households/{household_id}/merge",
    response_model=HouseholdOut,
    **operation(
        "Merge a household into another",
        "รวมครัวเรือนเข้ากับอีกครัวเรือนหนึ่ง",
        "All members go to live in the other household, whose head stays head; the answer is that household. You must reach all who move.",
        HOUSEHOLDS_WRITE,
    ),
)
async def merge_household(call: Writing, household_id: UUID, asked: MergeIn) -> Response:
    """Two become one."""
    roles = _by_member(asked.roles, "roles")
    return await _changing(
        call, asked.into, lambda tx: commands.merge(tx, household_id, asked.into, roles, asked.on, _said(call, asked.why))
    )


async def _changing(call: Call[RegistryResources], household_id: UUID, change: Callable[[Tx], Awaitable[None]]) -> Response:
    async def use_case(tx: Tx) -> dict[str, Any]:
        await change(tx)
        return await households.changed(tx, household_id, call.principal.reach)

    return await call.command(use_case)


def _by_member(told: list[MovingIn], field: str) -> dict[UUID, Any]:
    roles = {one.member_id: one.role for one in told}
    if len(roles) != len(told):
        raise Invalid.field(field, "twice", "names a member twice", "ระบุสมาชิกซ้ำ")
    return roles


def _said(call: Call[RegistryResources], why: str) -> Said:
    return Said(call.principal.subject, call.resources.clock.business_now(), why, call.principal.reach, call.if_match())
