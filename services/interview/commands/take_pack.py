"""The pack of an account officer: everything that is needed for days without a network, and what differs from the last one."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

import orjson

from services.interview.commands.act import Act
from services.interview.errors.offline import PackTooLarge
from services.interview.forms.definition import catalogue
from services.interview.repository import devices, people
from services.interview.repository.devices import Device
from services.interview.rules.policy import Policy
from shared.db import Tx
from shared.thai import areas

CASES_MAX: Final = 5000
"""An officer looks after some hundreds; more is a mistake in the assignment."""

VALID_FOR: Final = timedelta(days=7)
"""Three days in the field, and a few more until the next network. After that the device wipes what it holds."""

Sections = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack, whole or as the difference from another.

    `sections` are those that differ, by name; `cases` those that are new or changed; `gone` those that are no longer the
    officer's. `since` is the pack that the device must have for it, None when this one is whole.
    """

    pack_no: int
    since: int | None
    etag: str
    taken_at: datetime
    expires_at: datetime
    sections: Sections
    cases: Sequence[Mapping[str, Any]]
    gone: Sequence[str]


async def take_pack(tx: Tx, act: Act, device: Device, since: int | None) -> Pack:
    """Make the officer's pack; what the device says that it has (`since`), and we remember, is left out. Raises PackTooLarge, PolicyNotHere."""
    rows = [_plain(row) for row in await devices.cases_of_officer(tx, device.officer_id, CASES_MAX + 1)]
    if len(rows) > CASES_MAX:
        raise PackTooLarge(cases_max=CASES_MAX)
    policy = await people.newest_policy(tx)
    sections = await _sections(tx, act.today, rows, policy)
    digests = _Digests({name: _digest(content) for name, content in sections.items()}, {row["case_id"]: _digest(row) for row in rows})
    had = await devices.pack(tx, device.device_id, since) if since is not None else None
    last = await devices.newest_pack(tx, device.device_id)
    expires_at = act.at + VALID_FOR
    if (
        last is not None
        and (last["sections"], last["cases"]) == (digests.sections, digests.cases)
        and last["expires_at"] - act.at > VALID_FOR / 2
    ):
        pack_no, expires_at = last["pack_no"], last["expires_at"]
    else:
        pack_no = 1 + (last["pack_no"] if last else 0)
        await devices.add_pack(tx, digests.as_row(device, pack_no, act.at, expires_at))
    return Pack(
        pack_no,
        since=had["pack_no"] if had else None,
        etag=f"{pack_no}-{_digest([digests.sections, digests.cases])}",
        taken_at=act.at,
        expires_at=expires_at,
        sections={name: content for name, content in sections.items() if not had or had["sections"].get(name) != digests.sections[name]},
        cases=[row for row in rows if not had or had["cases"].get(row["case_id"]) != digests.cases[row["case_id"]]],
        gone=sorted(had["cases"].keys() - digests.cases.keys()) if had else [],
    )


@dataclass(frozen=True, slots=True)
class _Digests:
    sections: Mapping[str, str]
    cases: Mapping[str, str]

    def as_row(self, device: Device, pack_no: int, taken_at: datetime, expires_at: datetime) -> dict[str, Any]:
        return {
            "device_id": device.device_id,
            "pack_no": pack_no,
            "taken_at": taken_at,
            "expires_at": expires_at,
            "sections": self.sections,
            "cases": self.cases,
        }


async def _sections(tx: Tx, today: date, cases: Sequence[Mapping[str, Any]], policy: Policy) -> dict[str, Any]:
    districts = sorted({case["responsible_district"] for case in cases} | {case["home_district"] for case in cases})
    return {
        "policy": policy.model_dump(mode="json", by_alias=True),
        "forms": [
            {"form": one.form, "version": one.version, "valid_from": one.valid_from.isoformat(), "schema": one.schema}
            for versions in catalogue().forms.values()
            for one in versions
        ],
        "programmes": await devices.programmes(tx, today),
        "areas": [_area(code) for district in districts for code in (district, *areas.subdistricts_of(district))],
    }


def _area(code: str) -> dict[str, str]:
    name_th, name_en = areas.area_name(code)
    return {"code": code, "name_th": name_th, "name_en": name_en}


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    as_json: dict[str, Any] = orjson.loads(orjson.dumps(dict(row), default=str))
    return as_json


def _digest(content: Any) -> str:
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()[:24]
