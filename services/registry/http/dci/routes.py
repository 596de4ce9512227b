"""The paths of the DCI Social Registry API v1.0.0 that a registry serves (docs/adr/0015)."""

from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from services.registry.commands.dci.envelopes import Ours, Standing, envelope
from services.registry.commands.dci.transactions import (
    acknowledge_search,
    answer_search,
    answer_status,
    answer_subscribe,
    answer_unsubscribe,
)
from services.registry.http.dci.receiving import Message, Sent, believed, body_of, look_for_keys, read
from services.registry.http.dci.route import DciRoute, http_error, json_answer
from services.registry.http.scopes import DCI_SEARCH, DCI_SUBSCRIBE
from services.registry.queries import dci_statuses
from services.registry.repository.dci.transactions import remember_answer
from services.registry.resources import RegistryResources
from services.registry.rules.dci.words import ANSWERED_BY, Action, Err, Refused, Status
from shared.clock import system_now
from shared.db import Tx
from shared.http import Call, calling, operation
from shared.ids import new_id

BASE: Final = "/dci/v1.0.0"
_DOCUMENT: Final = Path(__file__).with_name("social_api_v1.0.0.yaml")
# Who is not believed is told by HTTP; all else that is wrong with a message to a synchronous path is told by its envelope.
_BY_HTTP: Final = {Err.SENDER: 403, Err.RECEIVER: 403, Err.UNSIGNED: 401, Err.SIGNATURE: 401, Err.UNAVAILABLE: 401}

# The standard's own document describes these paths, so they are not on the page of ours, whose failures have another form.
router = APIRouter(prefix=BASE, route_class=DciRoute, include_in_schema=False)
Searching = Annotated[Call[RegistryResources], Depends(calling(DCI_SEARCH, foreign=True))]
Subscribing = Annotated[Call[RegistryResources], Depends(calling(DCI_SUBSCRIBE, foreign=True))]
AsyncUse = Callable[[Tx, Message, Ours], Awaitable[UUID]]


@router.get(
    "/openapi.yaml", **operation("The DCI document", "เอกสาร OpenAPI ของมาตรฐาน DCI", "The OpenAPI document of the standard, as published.")
)
async def dci_document() -> Response:
    """The document."""
    return Response(_document(), media_type="application/yaml")


@router.post(
    "/registry/sync/search",
    **operation("Search", "ค้นหาและตอบทันที", "Search, answered at once.", DCI_SEARCH),
)
async def dci_sync_search(call: Searching, request: Request) -> Response:
    """Search, answered at once."""

    async def use_case(tx: Tx, taken: Message) -> tuple[dict[str, Any] | None, Standing]:
        return await answer_search(tx, taken.who, taken.transaction_id, taken.requests, taken.digest, call.resources.vault, system_now())

    return await _answered(call, request, Action.SEARCH, use_case)


@router.post(
    "/registry/sync/txn/status",
    **operation("Status", "สถานะธุรกรรม ตอบทันที", "The status of a transaction, answered at once.", DCI_SEARCH),
)
async def dci_sync_status(call: Searching, request: Request) -> Response:
    """The status of a transaction, answered at once."""

    async def use_case(tx: Tx, taken: Message) -> tuple[dict[str, Any] | None, Standing]:
        who, asked = taken.who, taken.body.get("txnstatus_request")
        told = await dci_statuses.status(tx, who.sender.sender_id, taken.transaction_id, who.correlation_id, asked, system_now())
        return told.message, Standing(told.status, told.total, told.completed, words=told.words)

    return await _answered(call, request, Action.TXN_STATUS, use_case)


@router.post("/registry/search", **operation("Search", "ค้นหาและส่งคำตอบภายหลัง", "Search, answered to on-search.", DCI_SEARCH))
async def dci_search(call: Searching, request: Request) -> Response:
    """Search, answered to on-search."""

    async def use_case(tx: Tx, taken: Message, _: Ours) -> UUID:
        return await acknowledge_search(tx, taken.who, taken.transaction_id, taken.body, taken.digest, call.resources.vault, system_now())

    return await _acknowledged(call, request, Action.SEARCH, use_case)


@router.post(
    "/registry/subscribe", **operation("Subscribe", "บอกรับการแจ้งการเปลี่ยนแปลง", "Subscribe, answered to on-subscribe.", DCI_SUBSCRIBE)
)
async def dci_subscribe(call: Subscribing, request: Request) -> Response:
    """Subscribe, answered to on-subscribe."""

    async def use_case(tx: Tx, taken: Message, ours: Ours) -> UUID:
        return await answer_subscribe(
            tx, taken.who, taken.transaction_id, taken.requests, taken.digest, call.resources.vault, ours, system_now()
        )

    return await _acknowledged(call, request, Action.SUBSCRIBE, use_case)


@router.post(
    "/registry/unsubscribe", **operation("Unsubscribe", "ยกเลิกการบอกรับ", "Unsubscribe at once, answered to on-unsubscribe.", DCI_SUBSCRIBE)
)
async def dci_unsubscribe(call: Subscribing, request: Request) -> Response:
    """Unsubscribe, answered to on-unsubscribe."""

    async def use_case(tx: Tx, taken: Message, ours: Ours) -> UUID:
        return await answer_unsubscribe(tx, taken.who, taken.transaction_id, taken.body, taken.digest, ours, system_now())

    return await _acknowledged(call, request, Action.UNSUBSCRIBE, use_case)


@router.post(
    "/registry/txn/status", **operation("Status", "สถานะธุรกรรม", "The status of a transaction, answered to on-status.", DCI_SEARCH)
)
async def dci_status(call: Searching, request: Request) -> Response:
    """The status of a transaction, answered to on-status."""

    async def use_case(tx: Tx, taken: Message, ours: Ours) -> UUID:
        return await answer_status(tx, taken.who, taken.transaction_id, taken.body.get("txnstatus_request"), ours, system_now())

    return await _acknowledged(call, request, Action.TXN_STATUS, use_case)


async def _answered(
    call: Call[RegistryResources],
    request: Request,
    action: Action,
    use_case: Callable[[Tx, Message], Awaitable[tuple[dict[str, Any] | None, Standing]]],
) -> Response:
    """Run the use case in one transaction and answer with its signed envelope."""
    ours, sent = call.resources.dci, None
    callback = ANSWERED_BY[action]
    try:
        sent = read(await body_of(request, action, as_file=False))
        await look_for_keys(call, sent, system_now())
        async with call.resources.db.transaction() as tx:
            taken = await believed(tx, call, sent, action, system_now(), back=False)
            message, standing = await use_case(tx, taken)
    except Refused as refused:
        if refused.error in _BY_HTTP:
            return http_error(_BY_HTTP[refused.error], refused.error, refused.words)
        total = sent.head.total_count if sent is not None else 0
        standing = Standing(Status.REJECTED, total, 0, refused.reason, refused.words)
        return json_answer(envelope(ours, _receiver(sent), callback, None, standing, system_now()), 400)
    return json_answer(envelope(ours, _receiver(sent), callback, message, standing, system_now(), taken.answer_key))


async def _acknowledged(call: Call[RegistryResources], request: Request, action: Action, use_case: AsyncUse) -> Response:
    """Take the message in one transaction and acknowledge it; one that was taken before is acknowledged as it was then."""
    try:
        sent = read(await body_of(request, action, as_file=True))
        await look_for_keys(call, sent, system_now())
        async with call.resources.db.transaction() as tx:
            taken = await believed(tx, call, sent, action, system_now(), back=True)
            correlation_id = taken.repeats or await use_case(tx, taken, call.resources.dci)
            await remember_answer(tx, taken.who.sender.sender_id, sent.head.message_id, correlation_id)
    except Refused as refused:
        # The document's list of errors has fewer words than that of reasons.
        words = refused.words if refused.reason is None else f"{refused.reason}: {refused.words}"
        error = {"code": refused.error.value, "message": words[:999]}
        told = {"ack_status": "ERR", "timestamp": system_now().isoformat(), "correlation_id": str(new_id()), "error": error}
        return json_answer({"message": told}, 400)
    told = {"ack_status": "ACK", "timestamp": system_now().isoformat(), "correlation_id": str(correlation_id)}
    return json_answer({"message": told})


def _receiver(sent: Sent | None) -> str | None:
    return None if sent is None else sent.head.sender_id


@cache
def _document() -> bytes:
    return _DOCUMENT.read_bytes()
