"""By webhook: the suite calls the agency's address, signed; the agency reports over REST. A delivery that comes twice is taken once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from uuid import UUID

import orjson

from deploy.local.agency_simulator.desk import News
from deploy.local.agency_simulator.fate import Report
from deploy.local.agency_simulator.ways.rest import OverRest
from shared.clock import system_now
from shared.http import KEY_SET_PATH
from shared.signatures import PublicKeys
from shared.webhooks import received

ENDPOINTS: Final = "/plan/v1/webhook-endpoints"
PURPOSE: Final = "referrals"
AGE_MAX: Final = timedelta(minutes=5)


@dataclass
class Hook(OverRest):
    """The way of one agency that is called at `url`."""

    url: str
    _keys: PublicKeys | None = field(default=None, init=False)
    _begun: bool = field(default=False, init=False)
    _taken: set[UUID] = field(default_factory=set, init=False)
    _waiting: list[News] = field(default_factory=list, init=False)

    async def begin(self) -> None:
        """Sign in; until it was done once, learn by which keys the suite signs, register the address, close those that were before and read the list."""
        await super().begin()
        if not self._begun:
            self._keys = PublicKeys.of(await self.rest.get(f"/plan{KEY_SET_PATH}"))
            await self._register()
            self._waiting += await self.rest.news()
            self._begun = True

    async def _register(self) -> None:
        known = [one for one in (await self.rest.get(ENDPOINTS))["items"] if one["status"] != "CLOSED"]
        for one in known:
            if one["url"] != self.url:
                await self.rest.patch(f"{ENDPOINTS}/{one['id']}", {"status": "CLOSED"}, version=one["version"])
        if self.url not in {one["url"] for one in known}:
            await self.rest.post(ENDPOINTS, json={"url": self.url, "purpose": PURPOSE, "ordered": True})

    def take(self, headers: Mapping[str, str], body: bytes) -> None:
        """A call of the suite. Raises SignatureBroken."""
        keys = self._keys or PublicKeys.of({})
        delivery = received(keys, headers, body, address=self.url, now=system_now(), age_max=AGE_MAX)
        if delivery.delivery_id not in self._taken:
            self._taken.add(delivery.delivery_id)
            self._waiting += [News.of(told, told["notice"]) for told in orjson.loads(body)["notices"]]

    async def news(self) -> list[News]:
        """What was told since the last look; at the first look the list."""
        waiting, self._waiting = self._waiting, []
        return waiting

    async def report(self, reports: Sequence[Report]) -> list[tuple[Report, str | None]]:
        """Over REST."""
        return await self.rest.report(reports)
