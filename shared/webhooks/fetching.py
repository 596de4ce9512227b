"""Reading a small document from an address that others gave us, under the same rules as calling them back."""

import asyncio
from typing import Final

import httpcore

from shared.webhooks.addresses import Addresses, AddressNotAllowed, NotAllowedToConnect, checked_pool

FETCH_SECONDS_MAX: Final = 5.0
"""For all of it, from the name's look-up to the last byte."""


class NotFetched(Exception):
    """The document cannot be had; `reason` is `status-404`, `timeout`, `no-connection`, `bad-answer`, `too-large` or `address-not-allowed`."""

    def __init__(self, reason: str) -> None:
        """Why."""
        super().__init__(reason)
        self.reason = reason


async def fetch(addresses: Addresses, url: str, *, bytes_max: int) -> bytes:
    """The body of an answer 200. Nothing is followed, and no more than `bytes_max` is read. Raises NotFetched."""
    try:
        addresses.host_of(url)
        headers = [(b"Accept", b"application/json"), (b"User-Agent", b"sukjai")]
        async with (
            asyncio.timeout(FETCH_SECONDS_MAX),
            checked_pool(addresses, at_once=1) as pool,
            pool.stream("GET", url, headers=headers) as answer,
        ):
            if answer.status != 200:
                raise NotFetched(f"status-{answer.status}")
            found = bytearray()
            async for part in answer.aiter_stream():
                found += part
                if len(found) > bytes_max:
                    raise NotFetched("too-large")
            return bytes(found)
    except (AddressNotAllowed, NotAllowedToConnect):
        raise NotFetched("address-not-allowed") from None
    except (TimeoutError, httpcore.TimeoutException):
        raise NotFetched("timeout") from None
    except httpcore.ConnectError:
        raise NotFetched("no-connection") from None
    except (httpcore.NetworkError, httpcore.ProtocolError):
        raise NotFetched("bad-answer") from None
