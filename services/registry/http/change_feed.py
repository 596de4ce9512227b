"""The change feed for systems without Kafka, by asking or by webhook."""

from collections.abc import AsyncIterator
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.registry.commands import change_feed as commands
from services.registry.domain import Change
from services.registry.http.scopes import CHANGE_FEED_READ, WEBHOOKS_READ, WEBHOOKS_WRITE
from services.registry.queries import change_feed
from services.registry.repository import change_feed as rows
from services.registry.repository.change_feed import Place, Wanted
from services.registry.resources import RegistryResources
from services.registry.schemas.change_feed import (
    PAGE_ROWS_MAX,
    Area,
    ChangesOut,
    Cursor,
    ReplayIn,
    SubscriptionIn,
    SubscriptionOut,
    subscription_out,
)
from shared.clock import system_now
from shared.db import ReadTx, Tx
from shared.http import NDJSON, Call, PageOf, PageParams, calling, encode_cursor, operation

STREAMED_MAX: Final = 1_000_000

router = APIRouter(prefix="/v1", tags=["changes"])
Reading = Annotated[Call[RegistryResources], Depends(calling(CHANGE_FEED_READ))]
Watching = Annotated[Call[RegistryResources], Depends(calling(WEBHOOKS_READ))]
Subscribing = Annotated[Call[RegistryResources], Depends(calling(WEBHOOKS_WRITE, idempotent=True))]


def _wanted(
    call: Reading,
    kinds: Annotated[list[Change] | None, Query(description="Only these. เฉพาะประเภทนี้")] = None,
    area: Annotated[Area, Query(description="Only where the code begins so. รหัสพื้นที่ขึ้นต้นด้วย")] = "",
) -> Wanted:
    return Wanted(call.principal.reach, tuple(kinds or ()), area)


Filter = Annotated[Wanted, Depends(_wanted)]
After = Annotated[Cursor, Query(description="`0` from the beginning, or the last `next_after` or `cursor`. อ่านต่อจากตัวชี้นี้")]


@router.get(
    "/changes",
    response_model=ChangesOut,
    **operation(
        "Read the feed of changes",
        "อ่านรายการเปลี่ยนแปลงของผู้มีบัตรตามลำดับ ไม่มีข้อมูลส่วนบุคคล อ่านตั้งแต่ต้นจะได้สถานะปัจจุบันของทุกคนในพื้นที่",
        "Each version of each card holder within your reach, in one order that never changes and skips nothing. From `0` it rebuilds the whole "
        "state: keep the highest version of each person, and forget those with `left`. `ROUTED` tells those who get a person, or lose one, because "
        "another district is responsible; it has the version that there is.",
        CHANGE_FEED_READ,
    ),
)
async def list_changes(
    call: Reading, wanted: Filter, after: After = change_feed.BEGINNING, limit: Annotated[int, Query(ge=1, le=PAGE_ROWS_MAX)] = 200
) -> Response:
    """A page of the feed."""
    place = change_feed.place_of(after)

    async def read(tx: ReadTx) -> ChangesOut:
        found, _ = await change_feed.page(tx, wanted, place, limit)
        return ChangesOut.model_validate(found)

    return await call.query(read)


@router.get(
    "/changes.ndjson",
    response_class=Response,
    responses={200: {"content": {NDJSON: {"schema": {"type": "string"}}}, "description": "One change a line, each with its cursor."}},
    **operation(
        "Stream the feed of changes",
        "ดาวน์โหลดรายการเปลี่ยนแปลงเป็น NDJSON สูงสุดหนึ่งล้านรายการต่อครั้ง",
        "As the pages, up to a million lines; the `cursor` of the last line that you have is where to go on.",
        CHANGE_FEED_READ,
    ),
)
async def stream_changes(call: Reading, wanted: Filter, after: After = change_feed.BEGINNING) -> Response:
    """The feed as NDJSON."""
    place = change_feed.place_of(after)
    return await call.stream(lambda tx: _lines(tx, wanted, place))


async def _lines(tx: ReadTx, wanted: Wanted, place: Place) -> AsyncIterator[dict[str, Any]]:
    given, more = 0, True
    while more and given < STREAMED_MAX:
        found, place = await change_feed.page(tx, wanted, place, PAGE_ROWS_MAX)
        more = found["more"]
        given += len(found["items"])
        for item in found["items"]:
            yield item


@router.post(
    "/change-subscriptions",
    response_model=SubscriptionOut,
    status_code=201,
    **operation(
        "Subscribe to changes",
        "สมัครรับรายการเปลี่ยนแปลงทาง webhook",
        "Batches of the feed are sent to your endpoint (purpose `changes`), each when the one before was taken. A batch that is dead stops the "
        "subscription until an operator sends it again, or you replay. Needs the feed's scope too.",
        WEBHOOKS_WRITE,
        further_scopes=[CHANGE_FEED_READ],
    ),
)
async def subscribe_to_changes(call: Subscribing, asked: SubscriptionIn) -> Response:
    """Subscribe."""
    call.principal.require(CHANGE_FEED_READ)
    start = change_feed.place_of(asked.after)
    wanted = Wanted(call.principal.reach, tuple(asked.kinds), asked.area)

    async def use_case(tx: Tx) -> SubscriptionOut:
        return _out(await commands.subscribe(tx, asked.endpoint_id, call.principal.subject, wanted, start, system_now()))

    return await call.command(use_case, location=lambda made: f"/v1/change-subscriptions/{made.endpoint_id}")


@router.get(
    "/change-subscriptions",
    response_model=PageOf[SubscriptionOut],
    **operation("List your subscriptions", "แสดงการสมัครรับข้อมูลของท่าน", "What you subscribed to, and how far each is.", WEBHOOKS_READ),
)
async def list_change_subscriptions(call: Watching, page: PageParams) -> Response:
    """Subscriptions of the caller."""
    after = page.after(UUID)

    async def read(tx: ReadTx) -> PageOf[SubscriptionOut]:
        found = await rows.subscriptions(tx, call.principal.subject, after[0] if after else None, page.limit + 1)
        these, cursor = page.cut(found, lambda row: (row["endpoint_id"],))
        return PageOf(items=[_out(row) for row in these], next_cursor=cursor)

    return await call.query(read)


@router.get(
    "/change-subscriptions/{endpoint_id}",
    response_model=SubscriptionOut,
    **operation("Show your subscription", "แสดงการสมัครรับข้อมูลหนึ่งรายการ", "A subscription of yours, and how far it is.", WEBHOOKS_READ),
)
async def show_change_subscription(call: Watching, endpoint_id: UUID) -> Response:
    """One subscription."""

    async def read(tx: ReadTx) -> SubscriptionOut | None:
        row = await rows.subscription(tx, endpoint_id, call.principal.subject)
        return None if row is None else _out(row)

    return await call.query(read)


@router.post(
    "/change-subscriptions/{endpoint_id}/replay",
    response_model=SubscriptionOut,
    **operation(
        "Replay a subscription",
        "ส่งรายการเปลี่ยนแปลงใหม่ตั้งแต่ตัวชี้ที่ระบุ",
        "Goes on from the cursor, whatever became of the last batch.",
        WEBHOOKS_WRITE,
    ),
)
async def replay_change_subscription(call: Subscribing, endpoint_id: UUID, asked: ReplayIn) -> Response:
    """Go on from a cursor."""
    start = change_feed.place_of(asked.after)

    async def use_case(tx: Tx) -> SubscriptionOut:
        return _out(await commands.replay(tx, endpoint_id, call.principal.subject, start))

    return await call.command(use_case)


def _out(row: Any) -> SubscriptionOut:
    return subscription_out(row, encode_cursor(row["next_no"], row["next_holder"]))
