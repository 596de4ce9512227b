"""The device: it takes packs, keeps what is done without a network, and brings it when there is one."""

import base64
import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import httpx
import orjson

from deploy.local.field_app.store import Store
from shared.clock import system_now
from shared.ids import new_id
from shared.signatures import SigningKeys

BATCH_OPERATIONS_MAX: Final = 500
BATCH_BYTES_MAX: Final = 1_400_000
ASKED_MAX: Final = 1_000
_OPEN: Final = ("WAITING", "DECIDED")
_FINAL: Final = frozenset({"APPLIED", "ALREADY_APPLIED", "DISCARDED"})


class Wiped(Exception):
    """The device was revoked: it holds nothing any more."""


class NotTaken(Exception):
    """The service refused the call as a whole; carries the problem document."""

    def __init__(self, problem: Mapping[str, Any]) -> None:
        """What was said."""
        super().__init__(problem.get("detail") or str(problem))
        self.problem = problem


@dataclass
class Device:
    """A registered device. `clock` is its own, which may be wrong."""

    store: Store
    http: httpx.AsyncClient
    token: Callable[[], Awaitable[str]]
    clock: Callable[[], datetime] = system_now
    registry: httpx.AsyncClient | None = None
    """Where names and villages are asked for, with the officer's own token; without it the device knows people by their ids alone."""

    async def register(self, name: str) -> str:
        """Make a key and register; returns the device id."""
        device_id, secret = str(new_id()), base64.b64encode(os.urandom(32)).decode()
        keys = SigningKeys.from_text(f"{device_id}:{secret}")
        public = {member: keys.jwks()["keys"][0][member] for member in ("kty", "crv", "x", "y")}
        body = {"device_id": device_id, "name": name, "public_key": public}
        await self._call("POST", "/v1/devices", json=body, headers={"Idempotency-Key": str(new_id())})
        self.store.put("device", {"device_id": device_id, "secret": secret})
        return device_id

    @property
    def device_id(self) -> str:
        """The id under which the device is registered."""
        return str(self.store.get("device")["device_id"])

    async def pull(self) -> int:
        """Take what differs from the pack that is here; returns how many cases came or went."""
        here = self.store.get("pack") or {}
        query = {"device_id": self.device_id, **({"since": here["pack_no"]} if here else {})}
        headers = {"If-None-Match": here["etag"]} if here else {}
        asked_at = self.clock()
        answer = await self._call("GET", "/v1/sync/pack", params=query, headers=headers)
        if answer.status_code == httpx.codes.NOT_MODIFIED:
            return 0
        pack = answer.json()
        people = [case["holder_id"] for case in pack["cases"]]
        named, lives = await self._told("names", people), await self._told("villages", people)
        names = {one: f"{told['prefix']}{told['first_name']} {told['last_name']}".strip() for one, told in named.items()}
        cases = [
            {**case, "name": names.get(one), "moo": lives[one]["moo"] if one in lives else None}
            for one, case in zip(people, pack["cases"], strict=True)
        ]
        state = {
            "pack_no": pack["pack_no"],
            "etag": answer.headers["ETag"],
            "expires_at": pack["expires_at"],
            "clock_offset_seconds": round((datetime.fromisoformat(pack["taken_at"]) - asked_at).total_seconds()),
        }
        self.store.take_pack(state, pack["sections"], cases, pack["gone"] if pack["since"] is not None else None)
        return len(pack["cases"]) + len(pack["gone"])

    async def _told(self, what: str, holder_ids: list[str]) -> dict[str, dict[str, Any]]:
        """What the registry tells of the people, by their ids."""
        if self.registry is None:
            return {}
        told: dict[str, dict[str, Any]] = {}
        for start in range(0, len(holder_ids), ASKED_MAX):
            asked = {"holder_ids": holder_ids[start : start + ASKED_MAX], "purpose": "ชุดข้อมูลของอุปกรณ์ภาคสนาม"}
            answer = await self._call("POST", f"/v1/card-holders/{what}", json=asked, service=self.registry)
            told |= {one["holder_id"]: one for one in answer.json()["items"]}
        return told

    def cases(self) -> list[dict[str, Any]]:
        """The cases in the pack in the order of the round: by subdistrict and village. One that has expired, as far as the device can know what time it is, is forgotten; what waits to be brought stays."""
        here = self.store.get("pack")
        if here is not None and self.clock() + timedelta(seconds=here["clock_offset_seconds"]) > datetime.fromisoformat(here["expires_at"]):
            self.store.forget_pack()
        return sorted(self.store.cases(), key=_place)

    def do(self, kind: str, body: Mapping[str, Any], *, seen_version: int | None = None) -> str:
        """Keep something that was done; returns its id. It is brought with the next `push`."""
        here = self.store.get("pack") or {}
        operation = {
            "operation_id": str(new_id()),
            "kind": kind,
            "made_at": self.clock().isoformat(),
            "clock_offset_seconds": here.get("clock_offset_seconds", 0),
            "seen_version": seen_version if seen_version is not None else self._version(body),
            "body": body,
        }
        self.store.add_operation(operation)
        return str(operation["operation_id"])

    def _version(self, body: Mapping[str, Any]) -> int | None:
        names = [(name, body[name]) for name in ("case_id", "holder_id") if name in body]
        return next((case["version"] for case in self.store.cases() if any(case[name] == value for name, value in names)), None)

    def decide(self, operation_id: str, choice: str) -> None:
        """What the officer chose about a conflict, or DISCARD of what was refused; brought with the next `push`."""
        operation = next(one for one in self.store.operations("CONFLICT", "REFUSED") if one["operation_id"] == operation_id)
        seen = (operation["result"].get("conflict") or {}).get("version")
        self.store.set_operation({**operation, "decision": {"choice": choice, "seen_version": seen}}, "DECIDED")

    async def push(self) -> list[dict[str, Any]]:
        """Bring what waits, in order; returns what became of each. What was not answered stays and is brought again."""
        results = []
        while batch := self.next_batch():
            results += await self.bring(batch)
        return results

    def next_batch(self) -> list[dict[str, Any]]:
        """What goes with the next call: in order, as many as one batch takes."""
        batch: list[dict[str, Any]] = []
        size = 0
        for operation in self.store.operations(*_OPEN)[:BATCH_OPERATIONS_MAX]:
            size += len(orjson.dumps(operation))
            if batch and size > BATCH_BYTES_MAX:
                break
            batch.append(operation)
        return batch

    async def bring(self, batch: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Bring a batch, and keep what became of each."""
        answer = await self._call("POST", "/v1/sync", json={"device_id": self.device_id, "batch": self.signed(batch)})
        results: list[dict[str, Any]] = answer.json()["results"]
        for operation, result in zip(batch, results, strict=True):
            # What is done is not kept on the device: only that it was.
            kept = {} if result["outcome"] in _FINAL else operation
            self.store.set_operation(
                {"operation_id": operation["operation_id"], "seq": operation["seq"], **kept, "result": result}, result["outcome"]
            )
        return results

    def signed(self, batch: list[dict[str, Any]]) -> str:
        """The batch as it goes over the network."""
        sent = ("operation_id", "seq", "kind", "made_at", "clock_offset_seconds", "seen_version", "body", "decision")
        operations = [{name: one[name] for name in sent if one.get(name) is not None} for one in batch]
        content = {"device_id": self.device_id, "device_time": self.clock().isoformat(), "operations": operations}
        return SigningKeys.from_text(f"{self.device_id}:{self.store.get('device')['secret']}").sign(orjson.dumps(content))

    async def _call(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, service: httpx.AsyncClient | None = None, **more: Any
    ) -> httpx.Response:
        answer = await (service or self.http).request(
            method, path, headers={"Authorization": f"Bearer {await self.token()}", **(headers or {})}, **more
        )
        if not answer.is_error:
            return answer
        problem = answer.json()
        if problem.get("wipe"):
            self.store.wipe()
            raise Wiped
        raise NotTaken(problem)


def _place(case: Mapping[str, Any]) -> tuple[str, bool, int, str, str]:
    """Villages by their number, which has no leading zero; after them those of which none is known."""
    moo = case.get("moo") or ""
    return case["subdistrict"], not moo, len(moo), moo, case["case_id"]
