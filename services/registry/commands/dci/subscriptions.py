"""Subscribing and unsubscribing, at once, and telling subscribers what happened."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson

from services.registry.commands.dci.envelopes import Ours, Standing, call_back
from services.registry.commands.dci.search import Answers
from services.registry.commands.dci.sharing import sharing_allowed
from services.registry.commands.dci.who import Who
from services.registry.domain import Change
from services.registry.queries.dci_records import SHOWN, SHOWN_PLAIN, record
from services.registry.repository.dci import people, senders, subscriptions
from services.registry.repository.dci.subscriptions import NewSubscription
from services.registry.repository.dci.transactions import Ended
from services.registry.rules.dci.filters import moment_of
from services.registry.rules.dci.requests import Happened, Subscription, locale_of, read_subscription, reference_of
from services.registry.rules.dci.words import SUBSCRIBE_CODES, VERSION, Callback, Fault, Rejected, Status, UnsubscribeReason, both
from services.registry.vault import Vault
from shared.audit import Entry, append
from shared.db import Tx
from shared.ids import new_id
from shared.webhooks import EndpointClosed

CODES_MAX: Final = 1_000
SUBSCRIPTIONS_MAX: Final = 200
"""Of one sender: each is looked at whenever something changes."""
CHANGES_AT_ONCE: Final = 10
EVENTS_A_MESSAGE: Final = 200
_HAPPENED: Final = {
    Change.REGISTERED: Happened.REGISTER,
    Change.MOVED: Happened.MOVE,
    Change.DECEASED: Happened.DEATH,
    # Who was told of a death must hear that there was none.
    Change.DEATH_TAKEN_BACK: Happened.DEATH,
}
# The document's list of events that a notice can name has only this one of ours; of the others the notice names none.
_NAMED: Final = frozenset({Happened.REGISTER})


async def subscribe(tx: Tx, items: Sequence[Any], who: Who, vault: Vault, transaction_id: str, now: datetime) -> Answers:
    """Subscribe to each of the wishes that is right and new."""
    answers, ended, seen = [], [], set[str]()
    room = SUBSCRIPTIONS_MAX - await subscriptions.count_open(tx, who.sender.sender_id)
    for place, item in enumerate(items):
        answer: dict[str, Any] = {"reference_id": reference_of(item), "timestamp": now.isoformat(), "locale": locale_of(item)}
        try:
            asked = _asked(item, who, now, seen, room)
            code = await _subscribe(tx, item, asked, who, vault, transaction_id, now)
            room -= 1
            ended.append(Ended(place, asked.reference_id, Status.SUCCEEDED))
            answers.append({**answer, "status": Status.SUCCEEDED.value, "subscriptions": [_subscription(code, asked, item, now)]})
        except Rejected as rejected:
            reason = SUBSCRIBE_CODES[rejected.fault]
            ended.append(Ended(place, reference_of(item), Status.REJECTED, reason, rejected.words))
            answers.append(
                {**answer, "status": Status.REJECTED.value, "status_reason_code": reason, "status_reason_message": rejected.words}
            )
        seen.add(reference_of(item))
    return Answers(answers, ended)


async def unsubscribe(tx: Tx, message: Mapping[str, Any], who: Who, now: datetime) -> dict[str, Any]:
    """End the sender's subscriptions of these codes, all or none of them; nothing is told of them from the commit on. Returns the message's rest."""
    asked_at, texts = moment_of(message.get("timestamp")), message.get("subscription_codes")
    if asked_at is None:
        return _not_unsubscribed(
            UnsubscribeReason.TIMESTAMP, "timestamp is ISO 8601 with its zone", "timestamp ต้องเป็น ISO 8601 พร้อมเขตเวลา"
        )
    codes = [code for text in texts if (code := _code(text)) is not None] if isinstance(texts, list) else []
    if not 1 <= len(codes) <= CODES_MAX or not isinstance(texts, list) or len(codes) != len(texts):
        return _not_unsubscribed(UnsubscribeReason.CODE, f"1 to {CODES_MAX} codes of subscriptions", f"รหัสการบอกรับ 1 ถึง {CODES_MAX} รหัส")
    standing = await subscriptions.standing(tx, who.sender.sender_id, codes)
    if len(standing) < len(set(codes)):
        return _not_unsubscribed(UnsubscribeReason.CODE, "a code is none of the sender's", "มีรหัสที่ไม่ใช่ของผู้ส่ง")
    if all(status == "unsubscribe" for status in standing.values()):
        return _not_unsubscribed(UnsubscribeReason.ALREADY, "all are unsubscribed already", "ยกเลิกการบอกรับไปแล้ว")
    await subscriptions.end(tx, codes, now)
    ended = [{"code": str(code), "status": "unsubscribe"} for code in standing]
    return {"status": Status.SUCCEEDED.value, "subscription_status": ended}


async def tell_changes(tx: Tx, vault: Vault, ours: Ours, now: datetime) -> bool:
    """Take the next entries of the change feed and owe the subscribers their notices; False when there were none."""
    changes = await subscriptions.take_changes(tx, CHANGES_AT_ONCE)
    if not changes:
        return False
    open_ = await subscriptions.open_at(tx, now)
    if open_:
        versions = await subscriptions.versions(tx, changes)
        registered = await senders.by_ids(tx, sorted({row["sender_id"] for row in open_}))
        for row in open_:
            sender = registered.get(row["sender_id"])
            if sender is not None and sender.active and sender.endpoints:
                who = Who.remembered(sender, row["allowed"], str(row["correlation_id"]))
                await _tell(tx, row, who, versions, vault, ours, now)
    return True


def _asked(item: Any, who: Who, now: datetime, seen: set[str], room: int) -> Subscription:
    asked = read_subscription(item, who.permit, now)
    if room <= 0:
        raise Rejected(
            Fault.CRITERIA, f"a sender has at most {SUBSCRIPTIONS_MAX} subscriptions", f"ผู้ส่งบอกรับได้ไม่เกิน {SUBSCRIPTIONS_MAX} รายการ"
        )
    if asked.reference_id in seen:
        raise Rejected(Fault.REPEATED_REFERENCE, "the reference_id stands in an earlier request", "reference_id ซ้ำกับคำขอก่อนหน้า")
    return asked


async def _subscribe(tx: Tx, item: Any, asked: Subscription, who: Who, vault: Vault, transaction_id: str, now: datetime) -> UUID:
    code = new_id()
    # By whom and until when it is allowed may change; it is the same wish.
    wish = {name: value for name, value in item["subscribe_criteria"].items() if name not in {"authorize", "consent"}}
    new = await subscriptions.insert(
        tx,
        NewSubscription(
            code=code,
            sender_id=who.sender.sender_id,
            correlation_id=UUID(who.correlation_id),
            transaction_id=transaction_id,
            reference_id=asked.reference_id,
            happened=asked.happened,
            request_sealed=vault.fields.seal(orjson.dumps(item).decode(), code.bytes),
            digest=vault.content_hash(orjson.dumps(wish, option=orjson.OPT_SORT_KEYS).decode()),
            allowed=who.allowed,
            starts_at=asked.starts_at,
            ends_at=asked.ends_at,
            at=now,
        ),
    )
    if not new:
        raise Rejected(Fault.SUBSCRIBED, "this very subscription is there already", "มีการบอกรับนี้อยู่แล้ว")
    return code


def _subscription(code: UUID, asked: Subscription, item: Any, now: datetime) -> dict[str, Any]:
    criteria = item["subscribe_criteria"]
    kept = {name: criteria[name] for name in ("frequency", "filter_type") if name in criteria}
    return {
        "version": VERSION,
        "code": str(code),
        "status": "subscribe",
        "timestamp": now.isoformat(),
        "reg_type": asked.reg_type,
        "reg_event_type": asked.happened.value,
        "notify_record_type": asked.shape.value,
        "locale": asked.locale,
        **kept,
    }


def _not_unsubscribed(reason: UnsubscribeReason, en: str, th: str) -> dict[str, Any]:
    return {"status": Status.REJECTED.value, "status_reason_code": reason.value, "status_reason_message": both(en, th)}


def _code(text: Any) -> UUID | None:
    try:
        return UUID(text) if isinstance(text, str) else None
    except ValueError:
        return None


async def _tell(tx: Tx, row: Any, who: Who, versions: Sequence[Any], vault: Vault, ours: Ours, now: datetime) -> None:
    item = orjson.loads(vault.fields.open(row["request_sealed"], row["code"].bytes))
    try:
        asked = read_subscription({**item, "timestamp": now.isoformat()}, who.permit, now)
    except Rejected:
        return  # what it was allowed by has expired, or the sender is registered for less
    touched = sorted({one["holder_id"] for one in versions if _HAPPENED.get(one["what"], Happened.UPDATE) is asked.happened})
    if not touched:
        return
    matching = await people.of_those(tx, touched, asked.node, who.reaches, vault.index_of)
    # The dead can allow nothing, and who paid them must know.
    allowed = matching if asked.happened is Happened.DEATH else matching & await sharing_allowed(tx, sorted(matching), who.sender.basis)
    rows = await people.rows(tx, sorted(allowed))
    shown = SHOWN_PLAIN if who.permit.plain else SHOWN
    await append(tx, who.caller(asked.purpose), [Entry("DCI_NOTIFY", holder_id, shown, detail=asked.happened) for holder_id in rows])
    records = [record(one, asked.shape, vault, plain=who.permit.plain) for one in rows.values()]
    for events in _slices([_event(asked, one, now) for one in records]):
        message = {"transaction_id": row["transaction_id"], "notify_event": events}
        standing = Standing(Status.SUCCEEDED, len(events), len(events))
        try:
            await call_back(tx, ours, who.sender, Callback.NOTIFY, message, standing, now, str(row["code"]))
        except EndpointClosed:
            return  # an operator closed it: there is nobody to tell


def _event(asked: Subscription, found: dict[str, Any], now: datetime) -> dict[str, Any]:
    data = {"version": VERSION, "reg_type": asked.reg_type, "reg_record_type": asked.shape.value, "reg_records": found}
    if asked.happened in _NAMED:
        data["reg_event_type"] = asked.happened.value
    return {"reference_id": asked.reference_id, "timestamp": now.isoformat(), "data": data, "locale": asked.locale}


def _slices(events: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for begin in range(0, len(events), EVENTS_A_MESSAGE):
        yield events[begin : begin + EVENTS_A_MESSAGE]
