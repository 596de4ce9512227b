"""Registering the systems that may ask by the DCI API."""

from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from services.registry.errors import SenderExists
from services.registry.repository.dci import senders
from services.registry.repository.dci.senders import Sender
from services.registry.rules.dci.words import Callback
from shared.db import Tx
from shared.errors import NotFound, PreconditionFailed
from shared.webhooks import Addresses, EndpointStatus, endpoints, register

_OWNER: Final = "dci:{}"


async def register_sender(tx: Tx, asked: Sender, addresses: Addresses) -> Sender:
    """Register a sender with its callbacks. Raises SenderExists, AddressNotAllowed."""
    _check_keys(asked, addresses)
    sender = replace(asked, version=1, endpoints=await _endpoints(tx, asked, addresses))
    if not await senders.insert(tx, sender):
        raise SenderExists(sender_id=asked.sender_id)
    return sender


async def change_sender(tx: Tx, asked: Sender, addresses: Addresses, version: int) -> Sender:
    """Replace a registration; callbacks that are gone get nothing more. Raises NotFound, PreconditionFailed, AddressNotAllowed."""
    _check_keys(asked, addresses)
    before = await senders.lock(tx, asked.sender_id)
    if before is None:
        raise NotFound
    if before.version != version:
        raise PreconditionFailed(version=before.version)
    kept = before.endpoints if before.callback_base == asked.callback_base else await _endpoints(tx, asked, addresses)
    sender = replace(asked, version=version + 1, endpoints=kept)
    if kept is not before.endpoints:
        await _close(tx, before, asked.changed_at)
    await senders.update(tx, sender)
    return sender


def _check_keys(asked: Sender, addresses: Addresses) -> None:
    if asked.jwks_url is not None:
        addresses.host_of(asked.jwks_url, field="jwks_url")


async def _endpoints(tx: Tx, sender: Sender, addresses: Addresses) -> dict[str, str]:
    found: dict[str, str] = {}
    if sender.callback_base is None:
        return found
    for callback in Callback:
        endpoint = await register(
            tx,
            addresses,
            owner=_OWNER.format(sender.sender_id),
            purpose=f"dci {callback}",
            url=sender.callback_base + callback.path,
            at=sender.changed_at,
            ordered=callback is Callback.NOTIFY,
        )
        found[callback.value] = str(endpoint.id)
    return found


async def _close(tx: Tx, before: Sender, at: datetime) -> None:
    owner = _OWNER.format(before.sender_id)
    for endpoint_id in before.endpoints.values():
        endpoint = await endpoints.one(tx, UUID(endpoint_id), owner=owner)
        if endpoint.status is not EndpointStatus.CLOSED:
            await endpoints.change(tx, endpoint.id, EndpointStatus.CLOSED, owner=owner, version=endpoint.version, at=at)
