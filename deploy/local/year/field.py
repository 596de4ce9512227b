"""Account officers without a network: each with a device, which takes a pack, keeps a day's work and brings it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import httpx

from deploy.local.field_app.device import Device
from deploy.local.field_app.store import Store
from deploy.local.year.country import Case, Country
from deploy.local.year.office import Office
from shared.clock import noon

Done = tuple[str, Mapping[str, Any]]
_PIN: Final = "2561"


@dataclass(frozen=True, slots=True)
class NotBrought(RuntimeError):
    """A device brought something that was not applied."""

    results: Sequence[Any]


async def work(office: Office, country: Country, visits: Sequence[tuple[Case, Sequence[Done]]], today: date) -> None:
    """Let each officer do the day's visits on the device and bring them in the evening. Raises NotBrought."""
    by_officer: dict[str, list[Done]] = {}
    for case, done in visits:
        by_officer.setdefault(case.officer, []).extend(done)

    async def bring(officer: str) -> None:
        device = Device(
            Store.open(country.devices / f"{officer}.sqlite", _PIN), http, lambda: office.token(officer), lambda: noon(today), registry
        )
        try:
            if device.store.get("device") is None:
                await device.register("แท็บเล็ตของผู้ดูแล")
            await device.pull()
            for kind, form in by_officer[officer]:
                device.do(kind, form)
            results = await device.push()
        finally:
            device.store.close()
        office.calls += 3
        if any(result["outcome"] != "APPLIED" for result in results):
            raise NotBrought(results)

    # To make a client takes longer than many calls: the devices share two.
    async with (
        httpx.AsyncClient(base_url=f"{office.address}/interview", timeout=60) as http,
        httpx.AsyncClient(base_url=f"{office.address}/registry", timeout=60) as registry,
    ):
        await country.each("ทำงานออฟไลน์ · brought by devices", sorted(by_officer), bring)
