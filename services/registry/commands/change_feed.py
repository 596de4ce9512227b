"""Subscriptions to the change feed: a batch goes to the endpoint when the one before was taken."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson

from services.registry.domain import Change
from services.registry.errors import AlreadySubscribed
from services.registry.queries.change_feed import page
from services.registry.repository import change_feed
from services.registry.repository.change_feed import Place, Wanted
from shared.auth import Level, Reach
from shared.crypto import FieldCipher
from shared.db import Tx
from shared.errors import Invalid, NotFound
from shared.http import encode_cursor
from shared.http.plain import to_json
from shared.webhooks import EndpointClosed, EndpointStatus, endpoints, enqueue

PURPOSE: Final = "changes"
ROWS_A_BATCH: Final = 500


async def subscribe(tx: Tx, endpoint_id: UUID, owner: str, wanted: Wanted, start: Place, at: datetime) -> Any:
    """Subscribe an endpoint of the owner; returns the row. Raises NotFound, Invalid, EndpointClosed, AlreadySubscribed."""
    endpoint = await endpoints.one(tx, endpoint_id, owner=owner)
    if endpoint.purpose != PURPOSE:
        raise Invalid.field("endpoint_id", "purpose", "is registered for something else", "ลงทะเบียนไว้เพื่อการอื่น", PURPOSE)
    if endpoint.status is EndpointStatus.CLOSED:
        raise EndpointClosed
    if not await change_feed.add_subscription(tx, endpoint_id, owner, wanted, start, at):
        raise AlreadySubscribed
    return await change_feed.subscription(tx, endpoint_id, owner)


async def replay(tx: Tx, endpoint_id: UUID, owner: str, start: Place) -> Any:
    """Go on from the place, whatever became of the batch in hand; returns the row. Raises NotFound."""
    if await change_feed.subscription(tx, endpoint_id, owner) is None:
        raise NotFound
    await change_feed.move_subscription(tx, endpoint_id, start, None)
    return await change_feed.subscription(tx, endpoint_id, owner)


async def hand_over(tx: Tx, endpoint_id: UUID, cipher: FieldCipher) -> None:
    """Owe the endpoint its next batch; where nothing that follows is wanted, only the place moves on."""
    row = await change_feed.lock_waiting(tx, endpoint_id)
    if row is None:
        return
    wanted = Wanted(Reach(Level(row["reach_level"]), row["reach_code"]), tuple(Change(kind) for kind in row["kinds"]), row["area"])
    begin = Place(row["next_no"], row["next_holder"])
    found, place = await page(tx, wanted, begin, ROWS_A_BATCH)
    in_hand = None
    if found["items"]:
        body = {"subscription": endpoint_id, "after": encode_cursor(*begin), "next_after": found["next_after"], "items": found["items"]}
        try:
            in_hand = await enqueue(tx, cipher, endpoint_id, orjson.dumps(body, default=to_json), about=f"changes {begin.no}..{place.no}")
        except EndpointClosed:  # in this moment; its subscription goes no further
            return
    if place != begin:
        await change_feed.move_subscription(tx, endpoint_id, place, in_hand)
