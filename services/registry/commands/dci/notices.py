"""Telling subscribers what happened: as it happens, or together at the moments of their frequency."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson

from services.registry.commands.dci.envelopes import NOBODY_TO_TELL, Ours, Standing, call_back
from services.registry.commands.dci.groups import groups_of, one_of_each, told
from services.registry.commands.dci.sharing import sharing_allowed
from services.registry.commands.dci.who import Who
from services.registry.domain import Change
from services.registry.queries.dci_records import SHOWN, SHOWN_PLAIN
from services.registry.repository.dci import households, people, senders, subscriptions
from services.registry.repository.dci.senders import Sender
from services.registry.rules.dci.frequency import Frequency
from services.registry.rules.dci.requests import Happened, Shape, Subscription, read_subscription
from services.registry.rules.dci.words import VERSION, Callback, Rejected, Status
from services.registry.vault import Vault
from shared.audit import Entry, append
from shared.db import Tx

CHANGES_AT_ONCE: Final = 10
PEOPLE_A_MESSAGE: Final = 200
PENDING_A_STEP: Final = 2_000
_HAPPENED: Final = {
    Change.REGISTERED: Happened.REGISTER,
    Change.MOVED: Happened.MOVE,
    Change.DECEASED: Happened.DEATH,
    # Who was told of a death must hear that there was none.
    Change.DEATH_TAKEN_BACK: Happened.DEATH,
}
# The document's list of events that a notice can name has only this one of ours; of the others the notice names none.
_NAMED: Final = frozenset({Happened.REGISTER})


async def tell_changes(tx: Tx, vault: Vault, ours: Ours, now: datetime) -> bool:
    """Take the next entries of the change feed and owe the subscribers their notices, or keep for their next moment of whom; False when there were none."""
    changes = await subscriptions.take_changes(tx, CHANGES_AT_ONCE)
    if not changes:
        return False
    open_ = await subscriptions.open_at(tx, now)
    if open_:
        versions = await subscriptions.versions(tx, changes)
        registered = await senders.by_ids(tx, sorted({row["sender_id"] for row in open_}))
        for row in open_:
            who, asked = _who_and_what(row, registered.get(row["sender_id"]), vault, now)
            if who is None or asked is None:
                continue
            touched = sorted({one["holder_id"] for one in versions if _HAPPENED.get(one["what"], Happened.UPDATE) is asked.happened})
            if row["cron"] is None:
                await _tell(tx, row, who, asked, touched, vault, ours, now)
            elif touched and row["next_at"] is not None:
                matching = await people.of_those(tx, touched, asked.node, who.reaches, vault.index_of)
                await subscriptions.add_pending(tx, row["code"], sorted(matching))
    return True


async def tell_due(tx: Tx, vault: Vault, ours: Ours, now: datetime) -> bool:
    """Owe a subscription whose moment has come its notices: of each person once, as they are now; False when none is due.

    Who has come to match no more, or may not be shared any more, is not told.
    """
    row = await subscriptions.next_due(tx, now)
    if row is None:
        return False
    touched = await subscriptions.take_pending(tx, row["code"], PENDING_A_STEP)
    who, asked = _who_and_what(row, await senders.one(tx, row["sender_id"]), vault, now)
    if who is not None and asked is not None:
        await _tell(tx, row, who, asked, touched, vault, ours, now)
    if len(touched) < PENDING_A_STEP:
        following = Frequency.of(row["cron"]).next_after(now)
        over = following is None or (row["ends_at"] is not None and following >= row["ends_at"])
        await subscriptions.set_next(tx, row["code"], None if over else following)
    return True


def _who_and_what(row: Any, sender: Sender | None, vault: Vault, now: datetime) -> tuple[Who | None, Subscription | None]:
    """On whose behalf, and what it wants to hear; None where it may not any more."""
    if sender is None or not sender.active or not sender.endpoints:
        return None, None
    who = Who.remembered(sender, row["allowed"], str(row["correlation_id"]))
    item = orjson.loads(vault.fields.open(row["request_sealed"], row["code"].bytes))
    # How often and until when it is told stands in the row; here it is looked whether it may be told now.
    criteria = {name: value for name, value in item["subscribe_criteria"].items() if name != "frequency"}
    try:
        return who, read_subscription({**item, "subscribe_criteria": criteria, "timestamp": now.isoformat()}, who.permit, now)
    except Rejected:
        return who, None  # what it was allowed by has expired, or the sender is registered for less


async def _tell(tx: Tx, row: Any, who: Who, asked: Subscription, touched: Sequence[UUID], vault: Vault, ours: Ours, now: datetime) -> None:
    if not touched:
        return
    matching = await people.of_those(tx, touched, asked.node, who.reaches, vault.index_of)
    # The dead can allow nothing, and who paid them must know.
    allowed = matching if asked.happened is Happened.DEATH else matching & await sharing_allowed(tx, sorted(matching), who.sender.basis)
    told_of, groups = sorted(allowed), {}
    if asked.shape is Shape.GROUP:
        told_of = one_of_each(told_of, await households.of_holders(tx, told_of))
        groups = await groups_of(tx, told_of, who)
    shown = {holder_id: groups[holder_id].people if groups else [holder_id] for holder_id in told_of}
    rows = await people.rows(tx, sorted({person for of_one in shown.values() for person in of_one}))
    fields = SHOWN_PLAIN if who.permit.plain else SHOWN
    await append(tx, who.caller(asked.purpose), [Entry("DCI_NOTIFY", holder_id, fields, detail=asked.happened) for holder_id in rows])
    for some in _slices(shown):
        events = [_event(asked, told(one, asked.shape, groups, rows, vault, plain=who.permit.plain), now) for one in some]
        message = {"transaction_id": row["transaction_id"], "notify_event": events}
        standing = Standing(Status.SUCCEEDED, len(events), len(events))
        try:
            await call_back(tx, ours, who, Callback.NOTIFY, message, standing, now, str(row["code"]))
        except NOBODY_TO_TELL:
            return


def _event(asked: Subscription, found: dict[str, Any], now: datetime) -> dict[str, Any]:
    data = {"version": VERSION, "reg_type": asked.reg_type, "reg_record_type": asked.shape.value, "reg_records": found}
    if asked.happened in _NAMED:
        data["reg_event_type"] = asked.happened.value
    return {"reference_id": asked.reference_id, "timestamp": now.isoformat(), "data": data, "locale": asked.locale}


def _slices(shown: dict[UUID, list[UUID]]) -> Iterator[list[UUID]]:
    """Those who are told of, so many people a message; the members of a group stay together."""
    some: list[UUID] = []
    count = 0
    for holder_id, persons in shown.items():
        if some and count + len(persons) > PEOPLE_A_MESSAGE:
            yield some
            some, count = [], 0
        some.append(holder_id)
        count += len(persons)
    if some:
        yield some
