"""A bank without Kafka: reads what it is told over REST, page by page, and tells its results in bulk; signs both where it has a key."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import httpx
import orjson
import structlog

from deploy.local.bank_simulator.bag import Bag
from deploy.local.bank_simulator.books import Answer, Books
from deploy.local.bank_simulator.post import read
from services.payments.http.banks import CURSOR_HEADER
from shared.contracts.payments import BankUseReported
from shared.http.ndjson import NDJSON
from shared.http.signed_requests import signed_headers
from shared.signatures import SigningKeys

POLL_SECONDS: Final = 0.1
PAUSE_SECONDS: Final = 1.0
MESSAGES_AT_ONCE: Final = 5_000
ANSWER_SECONDS_MAX: Final = 60.0

_log = structlog.get_logger(__name__)


@dataclass
class Login:
    """How the bank shows who it is: a token, or the address where it gets one as `user`; and the keys that it signs with, if it does."""

    token: str = ""
    token_url: str = ""
    user: str = ""
    keys: SigningKeys | None = field(default=None, repr=False)

    async def bearer(self, client: httpx.AsyncClient) -> str:
        """The token."""
        if not self.token_url:
            return self.token
        answer = await client.post(self.token_url, data={"grant_type": "password", "username": self.user, "password": "-", "scope": ""})
        answer.raise_for_status()
        token: str = answer.json()["access_token"]
        return token


@dataclass
class RestPost:
    """Serves one bank until cancelled. `address` is that of payments.

    Books and cursor are in memory: a bank that was restarted reads all again and answers again, in the same words, which changes nothing.
    """

    books: Books
    address: str
    login: Login
    bag: Bag
    _cursor: str | None = field(default=None, init=False)
    _unsent: list[Answer] = field(default_factory=list, init=False)

    async def run(self) -> None:
        """Serve; goes on by itself when the suite was away."""
        while True:
            try:
                async with httpx.AsyncClient(timeout=ANSWER_SECONDS_MAX) as client:
                    bearer = await self.login.bearer(client)
                    while True:
                        if not await self._turn(client, bearer):
                            await asyncio.sleep(POLL_SECONDS)
            except httpx.HTTPError as error:
                _log.warning("the suite is away", bank=self.books.bank, error=repr(error))
                await asyncio.sleep(PAUSE_SECONDS)

    async def _turn(self, client: httpx.AsyncClient, bearer: str) -> bool:
        """Read a page, tell what is due; whether anything came."""
        query = {"limit": str(MESSAGES_AT_ONCE), **({"cursor": self._cursor} if self._cursor else {})}
        page = await self._call(client, bearer, "GET", f"/v1/bank/instructions?{httpx.QueryParams(query)}")
        lines = page.content.splitlines()
        for line in lines:
            if (event := read(line, "")) is not None:
                self.bag.put(self.books.take(event))
        self._cursor = page.headers[CURSOR_HEADER]
        # What was not told for want of an answer is told again with what has come due: the same twice is one.
        self._unsent += self.bag.due()
        if self._unsent:
            await self._tell(client, bearer, self._unsent)
            self._unsent = []
        return bool(lines)

    async def _tell(self, client: httpx.AsyncClient, bearer: str, answers: Sequence[Answer]) -> None:
        uses = [answer for answer in answers if isinstance(answer.event.data, BankUseReported)]
        for path, ones in (
            ("results", [answer for answer in answers if not isinstance(answer.event.data, BankUseReported)]),
            ("use-reports", uses),
        ):
            if ones:
                await self._tell_lines(client, bearer, f"/v1/bank/{path}", ones)

    async def _tell_lines(self, client: httpx.AsyncClient, bearer: str, path: str, answers: Sequence[Answer]) -> None:
        told = await self._call(client, bearer, "POST", path, b"\n".join(answer.line() for answer in answers))
        refused = [line for line in map(orjson.loads, told.content.splitlines()) if line["standing"] == "REFUSED"]
        if refused:
            _log.warning("results were refused", bank=self.books.bank, lines=len(refused), first=refused[0]["errors"])

    async def _call(self, client: httpx.AsyncClient, bearer: str, method: str, path: str, body: bytes = b"") -> httpx.Response:
        address = f"{self.address}{path}"
        headers = {"Authorization": f"Bearer {bearer}", "Content-Type": NDJSON}
        if self.login.keys is not None:
            headers |= signed_headers(self.login.keys, method, address, body)
        answer = await client.request(method, address, headers=headers, content=body)
        answer.raise_for_status()
        return answer
