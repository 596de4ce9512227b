"""By REST, as any agency would: a token of its own, the list, packets, and reports in bulk as NDJSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
import orjson

from deploy.local.agency_simulator.desk import News
from deploy.local.agency_simulator.fate import Report
from shared.clock import monotonic
from shared.http import NDJSON
from shared.ids import new_id

PAGE_MAX: Final = 200
CALL_SECONDS_MAX: Final = 120
TOKEN_SECONDS_MAX: Final = 1800
NEW: Final = "CREATED"
UNDER_WAY: Final = ("RECEIVED", "WAIT_LISTED", "ACCEPTED", "STARTED")
NOT_FOUND: Final = 404


class Refused(Exception):
    """The suite refused a whole call; the message carries what it said."""


@dataclass
class Rest:
    """The way of one agency to the suite at `address`. Raises Refused for a call that is refused as a whole."""

    agency: str
    address: str
    http: httpx.AsyncClient = field(init=False)
    _looked: bool = field(default=False, init=False)
    _signed_in_at: float | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        """One client for all calls."""
        self.http = httpx.AsyncClient(base_url=self.address, timeout=CALL_SECONDS_MAX)

    async def begin(self) -> None:
        """Get a token, where the last one has lived for half of its hour."""
        if self._signed_in_at is not None and monotonic() - self._signed_in_at < TOKEN_SECONDS_MAX:
            return
        form = {"grant_type": "client_credentials", "client_id": f"agency-{self.agency}", "client_secret": "development"}
        answer = await self.http.post("/issuer/token", data=form)
        _require_taken(answer)
        self.http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        self._signed_in_at = monotonic()

    async def news(self) -> list[News]:
        """Referrals that nobody has reported on; at the first look also those that are under way."""
        statuses = (NEW,) if self._looked else (NEW, *UNDER_WAY)
        rows = [row for status in statuses for row in await self.listed(status)]
        self._looked = True
        return [News.of(row) for row in rows]

    async def listed(self, status: str) -> list[dict[str, Any]]:
        """The agency's own referrals of the status."""
        found: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            page = await self.get("/plan/v1/referrals", status=status, limit=PAGE_MAX, **({"cursor": cursor} if cursor else {}))
            found += page["items"]
            cursor = page["next_cursor"]
            if not cursor:
                return found

    async def report(self, reports: Sequence[Report]) -> list[tuple[Report, str | None]]:
        """All in one request; each line is answered by itself."""
        body = b"".join(orjson.dumps(report.line()) + b"\n" for report in reports)
        answer = await self.post("/plan/v1/referrals/reports", content=body, headers={"Content-Type": NDJSON})
        return [(report, slug_of(line["problem"])) for report, line in zip(reports, answer["lines"], strict=True)]

    def refusals(self) -> list[tuple[Report, str]]:
        """None: every line was answered at once."""
        return []

    async def packet(self, referral_id: str) -> dict[str, Any] | None:
        """Every reading is audited."""
        answer = await self.http.get(f"/plan/v1/referrals/{referral_id}/packet")
        if answer.status_code == NOT_FOUND:
            return None
        _require_taken(answer)
        packet: dict[str, Any] = answer.json()
        return packet

    async def get(self, path: str, **query: Any) -> Any:
        """GET with the agency's token; the JSON answer."""
        return orjson.loads(await self.download(path, **query))

    async def download(self, path: str, **query: Any) -> bytes:
        """GET with the agency's token; the file."""
        answer = await self.http.get(path, params=query)
        _require_taken(answer)
        return answer.content

    async def post(self, path: str, *, headers: Mapping[str, str] | None = None, **body: Any) -> Any:
        """POST with the agency's token; the JSON answer. The body is httpx's `json`, `content` or `files`."""
        answer = await self.http.post(path, headers={"Idempotency-Key": str(new_id()), **(headers or {})}, **body)
        _require_taken(answer)
        return answer.json()

    async def patch(self, path: str, body: Mapping[str, Any], *, version: int) -> None:
        """PATCH with the agency's token, of what is at the version."""
        _require_taken(await self.http.patch(path, json=dict(body), headers={"If-Match": f'"{version}"'}))

    async def close(self) -> None:
        """Hang up."""
        await self.http.aclose()


@dataclass
class OverRest:
    """What the other ways have of REST: an agency signs in, reads packets and hangs up there, whatever way it reports."""

    rest: Rest

    async def begin(self) -> None:
        """Sign in."""
        await self.rest.begin()

    def refusals(self) -> list[tuple[Report, str]]:
        """None, where every line is answered at once."""
        return []

    async def packet(self, referral_id: str) -> dict[str, Any] | None:
        """Over REST: nothing of the person goes another way."""
        return await self.rest.packet(referral_id)

    async def close(self) -> None:
        """Hang up."""
        await self.rest.close()


def slug_of(problem: Mapping[str, Any] | None) -> str | None:
    """The last part of the problem's type."""
    return None if problem is None else str(problem["type"]).rpartition(":")[2]


def _require_taken(answer: httpx.Response) -> None:
    if answer.is_error:
        raise Refused(f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text}")
