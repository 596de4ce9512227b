"""The first catalogue: what the circular names and what we added [R], put in where it is missing."""

import csv
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from services.plan.domain import Because, Programme
from services.plan.repository import catalogue
from services.plan.repository.catalogue import Agency
from services.plan.rules.data import Rules, conditions_of, examples_of, first_catalogue, merits_of
from shared.bus import outbox
from shared.contracts import Event
from shared.contracts.common import Dimension
from shared.contracts.plan import ProgrammeChanged
from shared.db import Tx

_SEED: Final = Path(__file__).parent.parent / "seed"
SEED_REFERENCES: Final = {"circular": "มท ๐๘๑๐.๖/ว ๓๙๒ ลงวันที่ ๙ กุมภาพันธ์ ๒๕๖๑", "added": "[R]"}
SEED_VALID_FROM: Final = date(2018, 1, 9)
"""The cabinet approved the measure on that day."""


async def seed(tx: Tx, rules: Rules, because: Because) -> int:
    """Add the programmes that are missing; returns how many. Several processes may do it at once."""
    agencies, programmes = seed_data(rules)
    await catalogue.add_agencies(tx, agencies)
    added = await catalogue.add_programmes(tx, programmes, because)
    await publish(tx, added, because)
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


async def publish(tx: Tx, changed: Iterable[Programme], because: Because) -> None:
    """Tell the versions to the others."""
    await outbox.add_many(tx, [_event(programme, because) for programme in changed])


def _event(programme: Programme, because: Because) -> Event:
    data = ProgrammeChanged(**{name: getattr(programme, name) for name in ProgrammeChanged.model_fields})
    return Event.of(data, subject=programme.code, time=because.at, identity=(programme.version,))
