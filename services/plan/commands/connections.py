"""How an agency is told, set by people; and what waits for its webhook is handed over."""

from dataclasses import replace
from typing import Final

import orjson

from services.plan.domain import Because
from services.plan.domain.agencies import Connection, Way
from services.plan.repository import agencies
from shared.crypto import FieldCipher
from shared.db import Tx
from shared.errors import NotFound, PreconditionFailed
from shared.webhooks import enqueue

PURPOSE: Final = "referrals"
NOTICES_AT_ONCE_MAX: Final = 200


async def set_way(tx: Tx, agency: str, way: Way, version: int, because: Because) -> Connection:
    """Tell the agency by this way from now on. Raises NotFound for an unknown one, PreconditionFailed."""
    connection = await agencies.lock_connection(tx, agency)
    if connection is None:
        raise NotFound
    if connection.version != version:
        raise PreconditionFailed(version=connection.version)
    changed = replace(connection, way=way, version=version + 1)
    await agencies.set_connection(tx, changed, because)
    return changed


async def hand_over(tx: Tx, agency: str, cipher: FieldCipher) -> int:
    """Owe each of the agency's addresses what waits for it, NOTICES_AT_ONCE_MAX at most; returns how many."""
    endpoints = await agencies.open_endpoints(tx, agency, PURPOSE)
    if not endpoints:
        return 0
    notices = await agencies.take_notices(tx, agency, NOTICES_AT_ONCE_MAX)
    body = orjson.dumps({"agency": agency, "notices": notices})
    for endpoint_id in endpoints if notices else ():
        await enqueue(tx, cipher, endpoint_id, body, about=f"{len(notices)} notices to {agency}")
    return len(notices)
