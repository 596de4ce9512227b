"""The catalogue: its seed, and changes approved by the monitoring sub-committee (คอต.)."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

from services.plan import errors
from services.plan.domain import Because, Conditions, Programme
from services.plan.repository import catalogue
from services.plan.repository.catalogue import Agency
from services.plan.rules.data import Rules
from shared.auth import Level, Reach
from shared.bus import outbox
from shared.contracts import Event
from shared.contracts.common import Dimension
from shared.contracts.plan import ProgrammeChanged
from shared.db import Tx
from shared.errors import Invalid, NotFound

_SEED: Final = Path(__file__).parent.parent / "seed"
SEED_REFERENCE: Final = "มท ๐๘๑๐.๖/ว ๓๙๒ ลงวันที่ ๙ กุมภาพันธ์ ๒๕๖๑"


@dataclass(frozen=True, slots=True)
class ProgrammeChange:
    """What a new version of a programme may change."""

    code: str
    name_th: str
    name_en: str
    active: bool
    conditions: Conditions
    approval_reference: str


async def seed(tx: Tx, rules: Rules, because: Because) -> int:
    """Add the programmes that the circular names where they are missing; returns how many. Several processes may do it at once."""
    agencies, programmes = seed_data(rules)
    await catalogue.add_agencies(tx, agencies)
    added = await catalogue.add_programmes(tx, programmes, because)
    await _publish(tx, added, because)
    return len(added)


@cache
def _rows(name: str) -> tuple[dict[str, str], ...]:
    with (_SEED / name).open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def seed_data(rules: Rules) -> tuple[list[Agency], list[Programme]]:
    """The agencies and programmes of the first catalogue."""
    agencies = [Agency(**row) for row in _rows("agencies.csv")]
    programmes = [
        Programme(
            code=row["code"],
            version=1,
            dimension=Dimension(row["dimension"]),
            name_th=row["name_th"],
            name_en=row["name_en"],
            agency=row["agency"],
            confidence=row["confidence"],
            active=True,
            conditions=rules.first_conditions[row["code"]],
            approval_reference=SEED_REFERENCE,
        )
        for row in _rows("programmes.csv")
    ]
    return agencies, programmes


async def add_programme(tx: Tx, programme: Programme, reach: Reach, because: Because) -> Programme:
    """Add an approved programme at version 1. Raises ProgrammeExists; NotFound for another agency's; Invalid for an unknown agency."""
    _require_agency(reach, programme.agency)
    if not await catalogue.has_agency(tx, programme.agency):
        raise Invalid.field("agency", "unknown_agency", "is not a known agency", "ไม่ใช่หน่วยงานที่รู้จัก", "GET /v1/agencies")
    if not await catalogue.add_programmes(tx, [programme], because):
        raise errors.ProgrammeExists(code=programme.code)
    await _publish(tx, [programme], because)
    return programme


async def change_programme(tx: Tx, change: ProgrammeChange, expected_version: int, reach: Reach, because: Because) -> Programme:
    """Write the next version of a programme; agreed plans keep theirs. Its agency and dimension stay as they are.

    Raises NotFound, ProgrammeChangedSince.
    """
    before = await catalogue.lock_programme(tx, change.code)
    if before is None:
        raise NotFound
    _require_agency(reach, before.agency)
    if before.version != expected_version:
        raise errors.ProgrammeChangedSince(code=before.code, present_version=before.version)
    after = replace(
        before,
        version=before.version + 1,
        name_th=change.name_th,
        name_en=change.name_en,
        active=change.active,
        conditions=change.conditions,
        approval_reference=change.approval_reference,
    )
    await catalogue.replace_programme(tx, after, because)
    await _publish(tx, [after], because)
    return after


def _require_agency(reach: Reach, agency: str) -> None:
    """The whole country may change any programme, an agency its own."""
    if reach.level is Level.COUNTRY or (reach.level in {Level.AGENCY, Level.BANK} and reach.code == agency):
        return
    raise NotFound


async def _publish(tx: Tx, changed: Iterable[Programme], because: Because) -> None:
    await outbox.add_many(tx, [_event(programme, because) for programme in changed])


def _event(programme: Programme, because: Because) -> Event:
    data = ProgrammeChanged(
        code=programme.code,
        version=programme.version,
        dimension=programme.dimension,
        name_th=programme.name_th,
        name_en=programme.name_en,
        agency=programme.agency,
        active=programme.active,
        approval_reference=programme.approval_reference,
    )
    return Event.of(data, subject=programme.code, time=because.at, identity=(programme.version,))
