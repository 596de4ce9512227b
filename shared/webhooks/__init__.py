"""Webhooks: what others asked to be told is sent to an address that they registered, signed, again and again until it is taken.

An address is taken only where its host is in the service's list, and never leads inside: what the name resolves to is checked when it
is connected to, and that address is the one that is used. A delivery is a row, written in the transaction of what it tells
(`enqueue`); the runner (role jobs) sends it at least once under one id, with a detached JWS whose protected head has that id, the
moment and the address, so that a receiver sees a replay. Its tables are a part of the floor (`shared.db.floor.WEBHOOKS`).
"""

from shared.signatures import SIGNATURE_HEADER
from shared.webhooks import endpoints
from shared.webhooks.addresses import Addresses, AddressNotAllowed
from shared.webhooks.deliveries import DELIVERY_BYTES_MAX, Delivery, DeliveryStatus, enqueue
from shared.webhooks.endpoints import Endpoint, EndpointClosed, EndpointStatus, register
from shared.webhooks.fetching import NotFetched, fetch
from shared.webhooks.receiving import DELIVERY_HEADER, Received, received
from shared.webhooks.runner import DeliveryRunner, Pace
from shared.webhooks.wiring import Webhooks

__all__ = [
    "DELIVERY_BYTES_MAX",
    "DELIVERY_HEADER",
    "SIGNATURE_HEADER",
    "AddressNotAllowed",
    "Addresses",
    "Delivery",
    "DeliveryRunner",
    "DeliveryStatus",
    "Endpoint",
    "EndpointClosed",
    "EndpointStatus",
    "NotFetched",
    "Pace",
    "Received",
    "Webhooks",
    "endpoints",
    "enqueue",
    "fetch",
    "received",
    "register",
]
