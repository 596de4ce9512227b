"""How the actors of the year speak to the suite: HTTP with tokens, waiting until all has drained, setting the played date."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, Self
from uuid import UUID

from aiokafka import AIOKafkaProducer

from deploy.local.year.wire import Wire
from shared.bus.kafka import KafkaSettings
from shared.clock import BANGKOK, monotonic
from shared.contracts import Event
from shared.contracts.dev import CLOCK, ClockSet
from shared.ids import new_id

SERVICES: Final = ("registry", "interview", "plan", "payments", "reporting")
CALLS_AT_ONCE_MAX: Final = 24
IDLE_SECONDS_MAX: Final = 1.0
DRAIN_SECONDS_MAX: Final = 300.0
DRAIN_POLL_SECONDS: Final = 0.05


class Refused(Exception):
    """A service refused what an actor asked; carries the problem document."""

    def __init__(self, method: str, path: str, status: int, problem: Any) -> None:
        """Where, and what was said."""
        super().__init__(f"{method} {path}: {status} {problem}")
        self.status = status
        self.problem = problem if isinstance(problem, dict) else {}


class NotDrained(RuntimeError):
    """Events were still on their way after the longest time that the driver waits; names where."""


@dataclass
class Office:
    """The outside of a running suite."""

    address: str
    http: Wire
    clock: AIOKafkaProducer
    _tokens: dict[str, str] = field(default_factory=dict)
    calls: int = 0

    @classmethod
    async def open(cls, address: str, bootstrap: str) -> Self:
        """Connect to the suite at an address and to its broker (for the played date only)."""
        producer = KafkaSettings(bootstrap).producer()
        await producer.start()
        # Idle for less than the server's own five seconds: a call never meets a connection that is just being closed.
        return cls(address, Wire(address, CALLS_AT_ONCE_MAX, IDLE_SECONDS_MAX), producer)

    async def close(self) -> None:
        """Hang up."""
        self.http.close()
        await self.clock.stop()

    async def get(self, user: str, path: str, **query: Any) -> Any:
        """GET as the user; the JSON answer. Raises Refused."""
        return await self._call("GET", user, path, params={name: value for name, value in query.items() if value is not None})

    async def post(
        self, user: str, path: str, body: Any = None, *, key: str | UUID | None = None, version: int | None = None, **more: Any
    ) -> Any:
        """POST as the user with an Idempotency-Key (a new one by default), of what is at the version; the JSON answer. Raises Refused."""
        headers = {"Idempotency-Key": str(key or new_id()), **_if_match(version)}
        return await self._call("POST", user, path, json=body, headers=headers, **more)

    async def put(self, user: str, path: str, body: Any, *, version: int | None = None) -> Any:
        """PUT as the user in the place of the version; the JSON answer. Raises Refused."""
        return await self._call("PUT", user, path, json=body, headers=_if_match(version))

    async def _call(self, method: str, user: str, path: str, *, headers: Mapping[str, str] | None = None, **more: Any) -> Any:
        token = await self.token(user)
        answer = await self.http.request(method, path, headers={"Authorization": f"Bearer {token}", **(headers or {})}, **more)
        self.calls += 1
        body = answer.json() if answer.content and answer.content_type.partition(";")[0].endswith("json") else answer.text
        if answer.is_error:
            raise Refused(method, path, answer.status_code, body)
        return body

    async def token(self, user: str) -> str:
        """The access token of the development user."""
        if user not in self._tokens:
            form = {"grant_type": "password", "username": user, "password": "development"}
            answer = await self.http.post("/issuer/token", form=form)
            if answer.is_error:
                raise Refused("POST", "/issuer/token", answer.status_code, answer.text)
            self._tokens[user] = answer.json()["access_token"]
        return self._tokens[user]

    async def readiness(self) -> dict[str, dict[str, Any]]:
        """What each service says of itself."""
        answers = await asyncio.gather(*(self.http.get(f"/{name}/readyz") for name in SERVICES))
        return {name: answer.json() for name, answer in zip(SERVICES, answers, strict=True)}

    async def drained(self) -> None:
        """Wait until nothing is on its way: twice in a row no outbox row, no lag, no open job. Raises NotDrained."""
        began = monotonic()
        quiet = 0
        while quiet < 2:
            states = await self.readiness()
            busy = {name: state for name, state in states.items() if _is_busy(state)}
            quiet = 0 if busy else quiet + 1
            if monotonic() - began > DRAIN_SECONDS_MAX:
                raise NotDrained(str(busy))
            await asyncio.sleep(DRAIN_POLL_SECONDS)

    async def set_date(self, day: date, hour: int = 9) -> None:
        """Move the played date of every process, once all has drained; returns when each service shows it."""
        await self.drained()
        moment = datetime(day.year, day.month, day.day, hour, tzinfo=BANGKOK)
        event = Event.of(ClockSet(moment=moment), subject="clock", time=moment)
        await self.clock.send_and_wait(CLOCK, value=event.to_bytes(), key=b"clock")
        began = monotonic()
        # An hour of play has passed at most while the suite worked on: the day alone is compared.
        while any(state["business_date"] != day.isoformat() for state in (await self.readiness()).values()):
            if monotonic() - began > DRAIN_SECONDS_MAX:
                raise NotDrained(f"the played date {day} did not arrive")
            await asyncio.sleep(DRAIN_POLL_SECONDS)


def _if_match(version: int | None) -> dict[str, str]:
    return {} if version is None else {"If-Match": f'"{version}"'}


def _is_busy(state: Mapping[str, Any]) -> bool:
    # A lag of None means that the consumer has no partitions yet.
    return bool(
        state.get("outbox_waiting")
        or state.get("consumer_lag") is None
        or state["consumer_lag"]
        or state.get("jobs_open")
        or state.get("uncounted")
        or not state["ready"]
    )
