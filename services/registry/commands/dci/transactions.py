"""DCI messages as transactions: each is written down with how its requests ended, and a second copy of one changes nothing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from services.registry.commands.dci.envelopes import Ours, Standing, call_back
from services.registry.commands.dci.search import search
from services.registry.commands.dci.subscriptions import subscribe, unsubscribe
from services.registry.commands.dci.who import Who
from services.registry.queries import dci_statuses
from services.registry.repository.dci import transactions
from services.registry.repository.dci.transactions import Ended, Taken
from services.registry.rules.dci.words import Action, Callback, Err, Refused, Status
from services.registry.vault import Vault
from shared.db import Tx


async def answer_search(
    tx: Tx, who: Who, transaction_id: str, items: Sequence[Any], digest: bytes, vault: Vault, now: datetime
) -> tuple[dict[str, Any], Standing]:
    """Search at once: the message of the answer, and how it stands."""
    answers = await search(tx, items, who, vault, now)
    taken = _taken(who, transaction_id, Action.SEARCH, digest, len(items), now, sync=True)
    await transactions.insert(tx, taken, status=Status.SUCCEEDED, request_sealed=None)
    await transactions.add_references(tx, taken.correlation_id, answers.ended, now)
    message = {"transaction_id": transaction_id, "correlation_id": who.correlation_id, "search_response": answers.items}
    return message, Standing(Status.SUCCEEDED, len(items), len(items))


async def acknowledge_search(
    tx: Tx, who: Who, transaction_id: str, message: dict[str, Any], digest: bytes, vault: Vault, now: datetime
) -> UUID:
    """Take a search to be answered later; returns the correlation id, of the first one where it was taken before. Raises Refused."""
    taken = _taken(who, transaction_id, Action.SEARCH, digest, len(message["search_request"]), now)
    sealed = vault.fields.seal(orjson.dumps(message).decode(), taken.correlation_id.bytes)
    before = await transactions.insert(tx, taken, status=Status.RECEIVED, request_sealed=sealed)
    return taken.correlation_id if before is None else _same(before, taken)


async def answer_subscribe(
    tx: Tx, who: Who, transaction_id: str, items: Sequence[Any], digest: bytes, vault: Vault, ours: Ours, now: datetime
) -> UUID:
    """Subscribe, and owe the answer; returns the correlation id. Raises Refused."""
    taken = _taken(who, transaction_id, Action.SUBSCRIBE, digest, len(items), now)
    before = await transactions.insert(tx, taken, status=Status.SUCCEEDED, request_sealed=None)
    if before is not None:
        return _same(before, taken)
    answers = await subscribe(tx, items, who, vault, transaction_id, now)
    await transactions.add_references(tx, taken.correlation_id, answers.ended, now)
    message = {"transaction_id": transaction_id, "correlation_id": who.correlation_id, "subscribe_response": answers.items}
    standing = Standing(Status.SUCCEEDED, len(items), len(items))
    await call_back(tx, ours, who, Callback.ON_SUBSCRIBE, message, standing, now, who.correlation_id)
    return taken.correlation_id


async def answer_unsubscribe(
    tx: Tx, who: Who, transaction_id: str, asked: dict[str, Any], digest: bytes, ours: Ours, now: datetime
) -> UUID:
    """Unsubscribe at once, and owe the answer; returns the correlation id. Raises Refused."""
    taken = _taken(who, transaction_id, Action.UNSUBSCRIBE, digest, 1, now)
    before = await transactions.insert(tx, taken, status=Status.SUCCEEDED, request_sealed=None)
    if before is not None:
        return _same(before, taken)
    rest = await unsubscribe(tx, asked, who, now)
    ended = Ended(0, transaction_id, Status(rest["status"]), rest.get("status_reason_code"), rest.get("status_reason_message"))
    await transactions.add_references(tx, taken.correlation_id, [ended], now)
    message = {"transaction_id": transaction_id, "correlation_id": who.correlation_id, "timestamp": now.isoformat(), **rest}
    await call_back(tx, ours, who, Callback.ON_UNSUBSCRIBE, message, Standing(ended.status, 1, 1), now, who.correlation_id)
    return taken.correlation_id


async def answer_status(tx: Tx, who: Who, transaction_id: str, asked: Any, ours: Ours, now: datetime) -> UUID:
    """Owe the status of a transaction; returns a correlation id. It may be asked for as often as one likes."""
    told = await dci_statuses.status(tx, who.sender.sender_id, transaction_id, who.correlation_id, asked, now)
    standing = Standing(told.status, told.total, told.completed, words=told.words)
    await call_back(tx, ours, who, Callback.ON_TXN_STATUS, told.message, standing, now, who.correlation_id)
    return UUID(who.correlation_id)


def _taken(who: Who, transaction_id: str, action: Action, digest: bytes, total: int, now: datetime, *, sync: bool = False) -> Taken:
    return Taken(UUID(who.correlation_id), who.sender.sender_id, transaction_id, action, sync, digest, who.allowed, total, now)


def _same(before: Any, taken: Taken) -> UUID:
    """The correlation id of the transaction that this is again. Raises Refused when it is another."""
    if before["digest"] != taken.digest:
        raise Refused(Err.BAD, "the transaction_id was used for another message", "transaction_id ถูกใช้กับข้อความอื่นแล้ว")
    correlation_id: UUID = before["correlation_id"]
    return correlation_id
