"""One attempt: a signed POST to the address, with nothing followed and little waited for."""

import asyncio
from datetime import datetime
from typing import Final

import httpcore

from shared.signatures import SIGNATURE_HEADER, SigningKeys
from shared.webhooks.addresses import Addresses, AddressNotAllowed, NotAllowedToConnect, checked_pool
from shared.webhooks.deliveries import Claimed
from shared.webhooks.receiving import ADDRESS_MEMBER, DELIVERY_HEADER, DELIVERY_MEMBER, SIGNED_AT_MEMBER

DELIVERED: Final = "delivered"


class Sender:
    """Sends deliveries. Only the head of an answer counts; its body is not read, whatever it holds."""

    def __init__(self, addresses: Addresses, signing: SigningKeys, *, at_once: int, answer_ms_max: int) -> None:
        """`answer_ms_max` is for a whole attempt, from the name's look-up to the head of the answer."""
        self._addresses = addresses
        self._signing = signing
        self._seconds = answer_ms_max / 1000
        self._pool = checked_pool(addresses, at_once=at_once)

    async def send(self, claimed: Claimed, now: datetime) -> str:
        """DELIVERED for an answer 2xx, else what came of it: `status-500`, `timeout`, `no-connection`, `bad-answer`, `address-not-allowed`.

        The runner adds `seal-broken`, for a body that none of our keys opens.
        """
        try:
            self._addresses.host_of(claimed.url)
            async with (
                asyncio.timeout(self._seconds),
                self._pool.stream("POST", claimed.url, headers=self._headers(claimed, now), content=claimed.body) as answer,
            ):
                return DELIVERED if answer.status // 100 == 2 else f"status-{answer.status}"
        except (AddressNotAllowed, NotAllowedToConnect):
            return "address-not-allowed"
        except (TimeoutError, httpcore.TimeoutException):
            return "timeout"
        except httpcore.ConnectError:
            return "no-connection"
        except (httpcore.NetworkError, httpcore.ProtocolError):
            return "bad-answer"

    async def close(self) -> None:
        """Close what is open."""
        await self._pool.aclose()

    def _headers(self, claimed: Claimed, now: datetime) -> list[tuple[bytes, bytes]]:
        head = {SIGNED_AT_MEMBER: int(now.timestamp()), DELIVERY_MEMBER: str(claimed.id), ADDRESS_MEMBER: claimed.url}
        headers = {
            "Content-Type": claimed.content_type,
            "User-Agent": "sukjai",
            DELIVERY_HEADER: str(claimed.id),
            SIGNATURE_HEADER: self._signing.sign_detached(claimed.body, head),
        }
        return [(name.encode(), value.encode()) for name, value in headers.items()]
