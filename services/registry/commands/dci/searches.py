"""Asynchronous searches: taken and acknowledged, then answered to the callback a part at a time, whoever is killed in between."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import orjson

from services.registry.commands.dci.envelopes import NOBODY_TO_TELL, Ours, Standing, call_back
from services.registry.commands.dci.search import RECORDS_MAX, search
from services.registry.commands.dci.who import Who
from services.registry.repository.dci import senders, transactions
from services.registry.rules.dci.filters import IDS, Term
from services.registry.rules.dci.requests import Permit, Shape, read_search
from services.registry.rules.dci.words import Callback, Rejected, Status
from services.registry.vault import Vault
from shared.db import Tx

REQUESTS_A_STEP: Final = 200
GROUP_PEOPLE: Final = 10


async def answer_next(tx: Tx, vault: Vault, ours: Ours, now: datetime) -> bool:
    """Answer the next part of the search that waits longest; False when none waits.

    The answer is owed and the progress stored in one transaction: a part is answered once, however often it is begun.
    """
    row = await transactions.next_open(tx)
    if row is None:
        return False
    sender = await senders.one(tx, row["sender_id"])
    if sender is None or not sender.active or not sender.endpoints:
        await transactions.step(tx, row["correlation_id"], row["completed"], Status.REJECTED, now)
        return True
    who = Who.remembered(sender, row["allowed"], str(row["correlation_id"]))
    items = orjson.loads(vault.fields.open(row["request_sealed"], row["correlation_id"].bytes))["search_request"]
    part = _part(items[row["completed"] :], who.permit, now)
    seen = await transactions.references_seen(tx, row["correlation_id"])
    answers = await search(tx, part, who, vault, now, first_place=row["completed"], seen=seen)
    completed = row["completed"] + len(part)
    status = Status.SUCCEEDED if completed == row["total"] else Status.PENDING
    message = {"transaction_id": row["transaction_id"], "correlation_id": who.correlation_id, "search_response": answers.items}
    try:
        await call_back(tx, ours, who, Callback.ON_SEARCH, message, Standing(status, row["total"], completed), now, who.correlation_id)
    except NOBODY_TO_TELL:
        status = Status.REJECTED
    await transactions.add_references(tx, row["correlation_id"], answers.ended, now)
    await transactions.step(tx, row["correlation_id"], completed, status, now)
    return True


def _part(items: Sequence[Any], permit: Permit, now: datetime) -> Sequence[Any]:
    """As many of the requests as can be answered in one message; at least one."""
    room = RECORDS_MAX
    for count, item in enumerate(items[:REQUESTS_A_STEP]):
        room -= _records(item, permit, now)
        if room < 0 and count:
            return items[:count]
    return items[:REQUESTS_A_STEP]


def _records(item: Any, permit: Permit, now: datetime) -> int:
    """How many people the answer may have at most, with households of a usual size."""
    try:
        asked = read_search(item, permit, now)
    except Rejected:
        return 0
    single = isinstance(asked.node, Term) and len(asked.node.values) == 1 and asked.node.attribute in IDS
    return (1 if single else asked.page_size) * (GROUP_PEOPLE if asked.shape is Shape.GROUP else 1)
