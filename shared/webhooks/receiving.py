"""What a receiver does with a delivery: believe it, and know it again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from shared.signatures import SIGNATURE_HEADER, PublicKeys, SignatureBroken

DELIVERY_HEADER: Final = "X-Sukjai-Delivery"
# Members of the protected head of the signature, beside those of RFC 7515.
DELIVERY_MEMBER: Final = "sukjai_delivery"
ADDRESS_MEMBER: Final = "sukjai_to"
SIGNED_AT_MEMBER: Final = "iat"


@dataclass(frozen=True)
class Received:
    """A delivery that is believed. Every attempt has the same id: who has taken that already answers 200 and does nothing."""

    delivery_id: UUID
    signed_at: datetime


def received(keys: PublicKeys, headers: Mapping[str, str], body: bytes, *, address: str, now: datetime, age_max: timedelta) -> Received:
    """The delivery in this request. Raises SignatureBroken for another signer or body, another address, and one signed too long ago."""
    signature = headers.get(SIGNATURE_HEADER) or headers.get(SIGNATURE_HEADER.lower(), "")
    head = keys.verify_detached(signature, body)
    try:
        found = Received(UUID(head[DELIVERY_MEMBER]), datetime.fromtimestamp(head[SIGNED_AT_MEMBER], UTC))
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise SignatureBroken("the signature names no delivery or moment") from error
    if head.get(ADDRESS_MEMBER) != address:
        raise SignatureBroken("the delivery is for another address")
    if abs(now - found.signed_at) > age_max:
        raise SignatureBroken("the delivery was signed too long ago")
    return found
