"""Importing the national registry file: asked for, taken a step at a time, completed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final, Self
from uuid import UUID

from services.registry.domain import FileToImport, GroupPolicy
from services.registry.errors import PolicyUnknown
from services.registry.queries.chunk_messages import EXPANDER
from services.registry.repository import facts, imports, policies
from services.registry.repository.import_rows import ImportStamp
from services.registry.rules.registry_file import HEADER_LINES, Fault, chunk_of, duplicate
from shared import jobs
from shared.bus import outbox
from shared.contracts import Event
from shared.contracts.registry import RegistryImportCompleted
from shared.db import ReadTx, Tx

JOB: Final = "registry-import"
SEEN_ROWS_A_STEP: Final = 50_000


@dataclass(frozen=True)
class ImportProgress:
    """How far an import is. `offset` is the byte of the file where the next line begins; `per_partition` counts state events.

    `first_load` says that nobody was in the registry when it began.
    """

    offset: int = 0
    lines: int = 0
    registered: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    per_partition: dict[int, int] = field(default_factory=dict)
    first_load: bool = False
    completed: bool = False

    @classmethod
    def of(cls, stored: dict[str, Any]) -> Self:
        """From what the job has stored; from nothing the beginning."""
        partitions = {int(partition): count for partition, count in stored.get("per_partition", {}).items()}
        return cls(**{**stored, "per_partition": partitions})

    def stored(self) -> dict[str, Any]:
        """As JSON."""
        return {**vars(self), "per_partition": {str(partition): count for partition, count in self.per_partition.items()}}

    @property
    def next_line(self) -> int:
        """The number of the next line of the file."""
        return HEADER_LINES + self.lines + 1


@dataclass(frozen=True)
class Step:
    """Prepared lines: `lines` of them from the file, whose next line begins at `offset`.

    `holders` and `history` are rows of COPY (repository.import_rows) of the persons on the lines `numbers`, who are on these
    `partitions` of the holders' topic; `ready` are their messages by chunk. Without history the persons are merged.
    """

    lines: int
    offset: int
    numbers: Sequence[int]
    partitions: Sequence[int]
    holders: bytes
    history: bytes | None
    ready: Sequence[tuple[int, bytes]]
    faults: Sequence[tuple[int, Fault]]


async def required_policy(tx: ReadTx) -> GroupPolicy:
    """The policy that holds. Raises PolicyUnknown."""
    policy = await policies.newest(tx)
    if policy is None:
        raise PolicyUnknown
    return policy


async def ask_import(tx: Tx, file: FileToImport, *, asked_by: str, today: date, import_id: UUID | None = None) -> UUID:
    """Queue the import of a file; returns its id. `today` is the last day on which its persons can be born. Raises PolicyUnknown."""
    await required_policy(tx)
    return await jobs.ask(tx, JOB, {**vars(file), "today": today.isoformat()}, asked_by=asked_by, job_id=import_id)


async def take_step(tx: Tx, stamp: ImportStamp, step: Step, progress: ImportProgress) -> ImportProgress:
    """Bring the lines of a step into the registry, with history, rejections and what is to be published; returns the new progress."""
    if step.history is not None and await imports.enter_at_once(tx, step.holders, step.history):
        merged = _Merged(len(step.numbers), 0, 0, [])
        changed: Sequence[int] = step.partitions
        ready: Sequence[tuple[int, bytes | None]] = step.ready
    else:
        merged = await _merge(tx, stamp, step.holders)
        lines = await imports.staged_lines(tx)
        partition_of_line = dict(zip(step.numbers, step.partitions, strict=True))
        changed = [partition_of_line[line] for line in lines]
        ready = [(chunk_no, None) for chunk_no in sorted({chunk_of(line) for line in lines})]
    faults = [*step.faults, *merged.faults]
    await imports.reject(tx, stamp.import_id, [(line, *fault) for line, fault in faults])
    for chunk_no, messages in ready:
        await outbox.add_chunk(tx, EXPANDER, {"change_id": stamp.import_id, "chunk_no": chunk_no}, messages)
    partitions = Counter(progress.per_partition)
    partitions.update(changed)
    return replace(
        progress,
        offset=step.offset,
        lines=progress.lines + step.lines,
        registered=progress.registered + merged.registered,
        updated=progress.updated + merged.updated,
        unchanged=progress.unchanged + merged.unchanged,
        rejected=progress.rejected + len({line for line, _ in faults}),
        per_partition=dict(partitions),
    )


async def forget_seen(tx: Tx, import_id: UUID) -> bool:
    """Clear away a part of the notes of a finished import; False when none are left."""
    return bool(await imports.forget_seen(tx, import_id, SEEN_ROWS_A_STEP))


async def complete_import(tx: Tx, import_id: UUID, progress: ImportProgress, *, partitions: int, at: datetime) -> ImportProgress:
    """Publish that the import is complete; returns the last progress."""
    data = RegistryImportCompleted(
        import_id=import_id,
        lines=progress.lines,
        registered=progress.registered,
        updated=progress.updated,
        unchanged=progress.unchanged,
        rejected=progress.rejected,
        per_partition=tuple(progress.per_partition.get(partition, 0) for partition in range(partitions)),
    )
    await outbox.add_many(tx, [Event.of(data, subject=import_id, time=at, identity=())])
    return replace(progress, completed=True)


@dataclass(frozen=True)
class _Merged:
    registered: int
    updated: int
    unchanged: int
    faults: list[tuple[int, Fault]]


async def _merge(tx: Tx, stamp: ImportStamp, holders: bytes) -> _Merged:
    """Enter, change or leave the persons of the rows. The staging table then holds those that entered or changed."""
    persons = await imports.stage(tx, holders)
    known = await imports.lock_known(tx, stamp.import_id)
    repeated = await imports.take_out_repeated(tx) if known else []
    unchanged = await imports.take_out_unchanged(tx, stamp.import_id) if known else 0
    registered = await imports.insert_new(tx)
    other_cards = await imports.take_out_left_out(tx) if registered < persons - known else []
    await imports.registered_to_history(tx, stamp)
    updated = 0
    if known > len(repeated) + unchanged:
        other_cards += await imports.take_out_foreign_cards(tx)
        await facts.of_staged(tx)
        updated = await imports.update_changed(tx, stamp)
    faults = [(line, duplicate("citizen_id")) for line in repeated] + [(line, duplicate("card_no")) for line in other_cards]
    return _Merged(registered, updated, unchanged, faults)
