"""Looking at a file before anything changes: the checks of an import, and what it would do."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import UUID

from services.registry.commands.steps import Step
from services.registry.domain import FileKind
from services.registry.repository import deltas, imports, looks
from services.registry.repository.looks import Outcome
from services.registry.rules.delta_file import Asked, contradicted
from services.registry.rules.masking import initial
from services.registry.rules.registry_file import HEADER_LINES, duplicate, erased
from shared.db import ReadTx, Tx
from shared.files.lines import Fault

SAMPLE_MAX: Final = 25
"""How many lines of each outcome a look remembers."""


@dataclass(frozen=True)
class Look:
    """What was seen of a file so far. `fields` counts the changed lines by field, `sample` are some of the lines, masked.

    `persons` is how many are in the registry, once the whole file was seen; the share counts those of them who would change, newcomers and
    persons to be flagged.
    """

    offset: int = 0
    lines: int = 0
    registered: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    absent: int = 0
    rejected: int = 0
    persons: int = 0
    fields: dict[str, int] = field(default_factory=dict)
    sample: list[dict[str, Any]] = field(default_factory=list)
    complete: bool = False

    @property
    def next_line(self) -> int:
        """The number of the next line of the file."""
        return HEADER_LINES + self.lines + 1

    @property
    def share_percent(self) -> float:
        """How much of the registry would change, at most 100."""
        touched = self.registered + self.updated + self.removed + self.absent
        return min(100.0, round(100 * touched / self.persons, 2)) if self.persons else (100.0 if touched else 0.0)


async def look_at_step(tx: Tx, import_id: UUID, step: Step, look: Look, *, rejecting: bool) -> Look:
    """See what the lines of a step would do; with `rejecting` what is wrong with them is recorded. The registry stays as it is."""
    await imports.stage(tx, step.holders, step.salts)
    await deltas.note(tx, step.said)
    await looks.judge(tx, import_id)
    outcomes = await looks.outcomes(tx)
    removed, refused = await looks.removals(tx, import_id, step.removals)
    if step.met:
        await deltas.met(tx, import_id, step.met)
    await looks.remember(tx, import_id)
    found = [*(_fault(one["import_line"], one["outcome"]) for one in await looks.refused(tx)), *refused]
    faults = [*step.faults, *(step.shown(line, fault) for line, fault in found)]
    if rejecting:
        await imports.reject(tx, import_id, [(line, *fault) for line, fault in faults])
    return replace(
        look,
        offset=step.offset,
        lines=look.lines + step.lines,
        registered=look.registered + outcomes[Outcome.NEW],
        updated=look.updated + outcomes[Outcome.CHANGED],
        unchanged=look.unchanged + outcomes[Outcome.UNCHANGED],
        removed=look.removed + removed,
        rejected=look.rejected + len({line for line, _ in faults}),
        fields=dict(Counter(look.fields) + await looks.changed_fields(tx)),
        sample=look.sample + await _sample(tx, look.sample),
    )


async def complete_look(tx: ReadTx, import_id: UUID, look: Look, kind: FileKind) -> Look:
    """Count who would be flagged, and the registry."""
    absent = await looks.count_absent(tx, import_id) if kind is FileKind.FULL else 0
    return replace(look, absent=absent, persons=await looks.count_persons(tx), complete=True)


async def _sample(tx: Tx, had: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    more: list[dict[str, Any]] = []
    for outcome in (Outcome.NEW, Outcome.CHANGED):
        missing = SAMPLE_MAX - sum(1 for one in had if one["outcome"] == outcome)
        if missing > 0:
            more += [
                {
                    "line": row["import_line"],
                    "outcome": outcome.value,
                    "holder_id": str(row["holder_id"]) if outcome is Outcome.CHANGED else None,
                    "changed": list(row["changed"]),
                    "district": row["home_district"],
                    "name_masked": f"{initial(row['first_name'])} {initial(row['last_name'])}".strip(),
                }
                for row in await looks.some_of(tx, outcome, missing)
            ]
    return more


def _fault(line: int, outcome: str) -> tuple[int, Fault]:
    match outcome:
        case Outcome.REPEATED:
            return line, duplicate("citizen_id")
        case Outcome.FOREIGN_CARD:
            return line, duplicate("card_no")
        case Outcome.ERASED:
            return line, erased()
        case Outcome.KNOWN:
            return line, contradicted(Asked.ADD)
        case _:
            return line, contradicted(Asked.CORRECT)
