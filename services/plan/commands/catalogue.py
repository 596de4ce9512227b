"""The catalogue: its seed, and changes approved by the monitoring sub-committee (คอต.)."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from services.plan import errors
from services.plan.commands.reach import require_agency
from services.plan.domain import Because, Condition, Example, Merits, Programme
from services.plan.repository import catalogue
from services.plan.repository.catalogue import Agency
from services.plan.rules.data import Rules, conditions_of, examples_of, first_catalogue, merits_of
from services.plan.rules.eligibility import problems_of
from shared.auth import Reach
from shared.bus import outbox
from shared.contracts import Event
from shared.contracts.common import Dimension
from shared.contracts.plan import ProgrammeChanged
from shared.db import Tx
from shared.errors import FieldProblem, Invalid, NotFound

_SEED: Final = Path(__file__).parent.parent / "seed"
SEED_REFERENCES: Final = {"circular": "มท ๐๘๑๐.๖/ว ๓๙๒ ลงวันที่ ๙ กุมภาพันธ์ ๒๕๖๑", "added": "[R]"}
SEED_VALID_FROM: Final = date(2018, 1, 9)
"""The cabinet approved the measure on that day."""
_CERTAIN: Final = "H"


@dataclass(frozen=True, slots=True)
class Content:
    """What a version of a programme says; its code, dimension and agency never change. Without `outcomes` all of the dimension may be reported."""

    name_th: str
    name_en: str
    active: bool
    valid_from: date
    valid_until: date | None
    gives_th: str
    gives_en: str
    papers: tuple[str, ...]
    contact: str
    outcomes: tuple[str, ...] | None
    conditions: tuple[Condition, ...]
    examples: tuple[Example, ...]
    merits: Merits
    source: str
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
    """The agencies and programmes of the first catalogue: those that the circular names, and what we added [R]."""
    agencies = [Agency(**row) for row in _rows("agencies.csv")]
    return agencies, [_first_version(row, rules) for row in _rows("programmes.csv")]


def _first_version(row: dict[str, str], rules: Rules) -> Programme:
    content, dimension = first_catalogue()["programmes"][row["code"]], Dimension(row["dimension"])
    return Programme(
        code=row["code"],
        version=1,
        dimension=dimension,
        name_th=row["name_th"],
        name_en=row["name_en"],
        agency=row["agency"],
        confidence=row["confidence"],
        active=True,
        valid_from=SEED_VALID_FROM,
        valid_until=None,
        gives_th=content["gives_th"],
        gives_en=content["gives_en"],
        papers=tuple(content["papers"]),
        contact=content["contact"],
        outcomes=rules.outcomes_of(dimension),
        conditions=conditions_of(content["conditions"]),
        examples=examples_of(content["examples"]),
        merits=merits_of(content.get("merits", {})),
        source=first_catalogue()["sources"][row["source"]],
        approval_reference=SEED_REFERENCES[row["source"]],
    )


async def add_programme(
    tx: Tx, code: str, dimension: Dimension, agency: str, content: Content, rules: Rules, reach: Reach, because: Because
) -> Programme:
    """Add an approved programme at version 1. Raises ProgrammeExists; NotFound for another agency's; Invalid."""
    require_agency(reach, agency)
    if not await catalogue.has_agency(tx, agency):
        raise Invalid.field("agency", "unknown_agency", "is not a known agency", "ไม่ใช่หน่วยงานที่รู้จัก", "GET /v1/agencies")
    programme = _version(Identity(code, 1, dimension, agency, _CERTAIN), content, rules)
    if not await catalogue.add_programmes(tx, [programme], because):
        raise errors.ProgrammeExists(code=programme.code)
    await _publish(tx, [programme], because)
    return programme


async def change_programme(
    tx: Tx, code: str, content: Content, expected_version: int, rules: Rules, reach: Reach, because: Because
) -> Programme:
    """Write the next version of a programme; agreed plans keep theirs. Raises NotFound, ProgrammeChangedSince, Invalid."""
    before = await catalogue.lock_programme(tx, code)
    if before is None:
        raise NotFound
    require_agency(reach, before.agency)
    if before.version != expected_version:
        raise errors.ProgrammeChangedSince(code=before.code, present_version=before.version)
    after = _version(Identity(code, before.version + 1, before.dimension, before.agency, before.confidence), content, rules)
    await catalogue.replace_programme(tx, after, because)
    await _publish(tx, [after], because)
    return after


class Identity(NamedTuple):
    """What a programme is known by."""

    code: str
    version: int
    dimension: Dimension
    agency: str
    confidence: str


def _version(identity: Identity, content: Content, rules: Rules) -> Programme:
    """The version with that content. Raises Invalid for conditions, examples, outcomes or days that may not be kept."""
    allowed = rules.outcomes_of(identity.dimension)
    values = {one.name: getattr(content, one.name) for one in fields(content)}
    programme = Programme(**identity._asdict(), **{**values, "outcomes": allowed if content.outcomes is None else content.outcomes})
    problems = [*_problems_of_facts(programme, allowed), *problems_of(programme)]
    if problems:
        raise Invalid.of(*problems)
    return programme


def _problems_of_facts(programme: Programme, allowed: tuple[str, ...]) -> Iterator[FieldProblem]:
    if programme.valid_until is not None and programme.valid_until < programme.valid_from:
        yield FieldProblem("valid_until", "before_valid_from", "is before valid_from", "อยู่ก่อนวันเริ่มใช้", f"≥ {programme.valid_from}")
    if not programme.outcomes or not set(programme.outcomes) <= set(allowed):
        yield FieldProblem("outcomes", "outcome", "must be outcomes of the dimension", "ต้องเป็นผลลัพธ์ของมิตินั้น", ", ".join(allowed))


async def _publish(tx: Tx, changed: Iterable[Programme], because: Because) -> None:
    await outbox.add_many(tx, [_event(programme, because) for programme in changed])


def _event(programme: Programme, because: Because) -> Event:
    data = ProgrammeChanged(**{name: getattr(programme, name) for name in ProgrammeChanged.model_fields})
    return Event.of(data, subject=programme.code, time=because.at, identity=(programme.version,))
