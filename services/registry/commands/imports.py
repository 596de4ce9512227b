"""Importing the national registry file: asked for, taken a step at a time, completed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, Self
from uuid import UUID

from services.registry.commands.looks import Look
from services.registry.commands.steps import Step
from services.registry.domain import FileKind, FileToImport, GroupPolicy
from services.registry.errors import PolicyUnknown
from services.registry.queries.chunk_messages import EXPANDER
from services.registry.repository import deltas, facts, flags, imports, policies
from services.registry.repository.import_rows import ImportStamp
from services.registry.rules.delta_file import Asked, contradicted
from services.registry.rules.registry_file import HEADER_LINES, chunk_of, duplicate, erased
from services.registry.vault import Vault
from shared import jobs
from shared.bus import outbox
from shared.contracts import Event
from shared.contracts.registry import RegistryImportCompleted
from shared.db import ReadTx, Tx
from shared.files.lines import Fault
from shared.keys import GroupKey
from shared.keys import store as group_keys

JOB: Final = "registry-import"
PREVIEW_JOB: Final = "registry-import-preview"
SEEN_ROWS_A_STEP: Final = 50_000


class Phase(StrEnum):
    """What an import is doing, or waits for."""

    QUEUED = "QUEUED"
    WAITING_FOR_OTHER = "WAITING_FOR_OTHER"
    LOOKING = "LOOKING"
    AWAITING_APPROVAL = "AWAITING_APPROVAL"
    REFUSED = "REFUSED"
    TAKING = "TAKING"
    FLAGGING = "FLAGGING"
    DONE = "DONE"


@dataclass(frozen=True)
class ImportProgress:
    """How far an import is. `offset` is the byte of the file where the next line begins; `per_partition` counts state events.

    `first_load` says that nobody was in the registry when it began; `removed` counts the lines that flagged a person, `absent` the
    persons flagged because they are not in the file, up to the id `absent_after`. `look` is what was seen before anything changed.
    """

    offset: int = 0
    lines: int = 0
    registered: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    removed: int = 0
    absent: int = 0
    absent_after: str | None = None
    per_partition: dict[int, int] = field(default_factory=dict)
    first_load: bool = False
    completed: bool = False
    phase: Phase = Phase.QUEUED
    look: Look | None = None

    @classmethod
    def of(cls, stored: dict[str, Any]) -> Self:
        """From what the job has stored; from nothing the beginning."""
        partitions = {int(partition): count for partition, count in stored.get("per_partition", {}).items()}
        look = None if stored.get("look") is None else Look(**stored["look"])
        return cls(**{**stored, "per_partition": partitions, "look": look, "phase": Phase(stored.get("phase", Phase.QUEUED))})

    def stored(self) -> dict[str, Any]:
        """As JSON."""
        partitions = {str(partition): count for partition, count in self.per_partition.items()}
        return {**vars(self), "per_partition": partitions, "look": None if self.look is None else vars(self.look)}

    @property
    def next_line(self) -> int:
        """The number of the next line of the file."""
        return HEADER_LINES + self.lines + 1


@dataclass(frozen=True)
class Sealing:
    """What opens the persons who are known, and the group key that the lines of the file are sealed by."""

    vault: Vault
    key: GroupKey


async def required_policy(tx: ReadTx) -> GroupPolicy:
    """The policy that holds. Raises PolicyUnknown."""
    policy = await policies.newest(tx)
    if policy is None:
        raise PolicyUnknown
    return policy


async def ask_import(
    tx: Tx,
    file: FileToImport,
    *,
    asked_by: str,
    today: date,
    kind: FileKind | None = None,
    preview: bool = False,
    import_id: UUID | None = None,
) -> UUID:
    """Queue the import of a file, or the preview of one; returns its id. Without a kind the header tells it.

    `today` is the last day on which its persons can be born. Raises PolicyUnknown.
    """
    await required_policy(tx)
    parameters = {**vars(file), "today": today.isoformat(), "kind": kind}
    return await jobs.ask(tx, PREVIEW_JOB if preview else JOB, parameters, asked_by=asked_by, job_id=import_id)


async def begin_first_load(tx: Tx, progress: ImportProgress, *, keys: bool) -> ImportProgress:
    """Let most indexes wait until everybody is in (`end_first_load`), with `keys` all of persons: their file's doubles are told otherwise.

    No first load where somebody has come meanwhile.
    """
    return replace(progress, first_load=await imports.set_indexes_aside(tx, keys=keys))


async def need_keys(tx: Tx) -> None:
    """Build what tells that a person is there already, where a first load has set it aside."""
    await imports.build_late_indexes(tx, keys=True)


async def end_first_load(tx: Tx) -> None:
    """Build the indexes that waited. Writers of card holders wait meanwhile; does nothing where none waits."""
    await imports.build_late_indexes(tx)


async def take_step(tx: Tx, stamp: ImportStamp, step: Step, progress: ImportProgress, sealing: Sealing) -> ImportProgress:
    """Bring the lines of a step into the registry, with history, rejections and what is to be published; returns the new progress.

    Raises GroupKeyReplaced where the lines were sealed by a key that is not current any more.
    """
    await group_keys.hold(tx, sealing.key.key_id)
    if step.history is not None and await imports.enter_at_once(tx, step.holders, step.salts, step.history):
        merged = _Merged(len(step.numbers), 0, 0, 0, [])
        changed: Sequence[int] = step.partitions
        ready: Sequence[tuple[int, bytes | None]] = step.ready
    else:
        merged = await _merge(tx, stamp, step, sealing)
        lines = await imports.staged_lines(tx)
        partition_of_line = dict(zip(step.numbers, step.partitions, strict=True))
        changed = [partition_of_line[line] for line in lines]
        ready = [(chunk_no, None) for chunk_no in sorted({chunk_of(line) for line in lines})]
    faults = [*step.faults, *(step.shown(line, fault) for line, fault in merged.faults)]
    if step.met:
        await deltas.met(tx, stamp.import_id, step.met)
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
        removed=progress.removed + merged.removed,
        per_partition=dict(partitions),
    )


async def forget_seen(tx: Tx, import_id: UUID) -> bool:
    """Clear away a part of the notes of a finished import; False when none are left."""
    seen = await imports.forget_seen(tx, import_id, SEEN_ROWS_A_STEP)
    return bool(seen + await deltas.forget_met(tx, import_id, SEEN_ROWS_A_STEP))


async def complete_import(tx: Tx, import_id: UUID, progress: ImportProgress, *, partitions: int, at: datetime) -> ImportProgress:
    """Publish that the import is complete; returns the last progress."""
    data = RegistryImportCompleted(
        import_id=import_id,
        lines=progress.lines,
        registered=progress.registered,
        updated=progress.updated,
        unchanged=progress.unchanged,
        rejected=progress.rejected,
        flagged=progress.removed + progress.absent,
        per_partition=tuple(progress.per_partition.get(partition, 0) for partition in range(partitions)),
    )
    await outbox.add_many(tx, [Event.of(data, subject=import_id, time=at, identity=())])
    return replace(progress, completed=True, phase=Phase.DONE)


@dataclass(frozen=True)
class _Merged:
    registered: int
    updated: int
    unchanged: int
    removed: int
    faults: list[tuple[int, Fault]]


async def _merge(tx: Tx, stamp: ImportStamp, step: Step, sealing: Sealing) -> _Merged:
    """Enter, change or leave the persons of the step. The staging table then holds those that entered or changed."""
    persons = await imports.stage(tx, step.holders, step.salts)
    known = await imports.lock_known(tx, stamp.import_id)
    gone = await imports.take_out_erased(tx) if known else []
    repeated = await imports.take_out_repeated(tx) if known else []
    faults: list[tuple[int, Fault]] = []
    if step.said:
        await deltas.note(tx, step.said)
        contradictions = await deltas.take_out_contradicted(tx)
        faults += [(line, contradicted(asked)) for line, asked, _ in contradictions]
        persons -= len(contradictions)
        known -= sum(1 for *_, was_known in contradictions if was_known)
    unchanged = await imports.take_out_unchanged(tx, stamp.import_id) if known else 0
    registered = await imports.insert_new(tx)
    other_cards = await imports.take_out_left_out(tx) if registered < persons - known else []
    await imports.registered_to_history(tx, stamp)
    updated = removed = 0
    if known > len(gone) + len(repeated) + unchanged:
        other_cards += await imports.take_out_foreign_cards(tx, stamp.import_id)
        await _keep_salts_of_the_known(tx, sealing)
        await facts.of_staged(tx)
        updated = await imports.update_changed(tx, stamp)
    await imports.keep_new_salts(tx)
    if step.removals:
        again, nobody = await flags.raise_removed(tx, stamp.import_id, step.removals, stamp.recorded_at)
        removed = len(step.removals) - len(again) - len(nobody)
        repeated += again
        faults += [(line, contradicted(Asked.REMOVE)) for line in nobody]
    faults += [(line, erased()) for line in gone]
    faults += [(line, duplicate("citizen_id")) for line in repeated] + [(line, duplicate("card_no")) for line in other_cards]
    return _Merged(registered, updated, unchanged, removed, faults)


async def _keep_salts_of_the_known(tx: Tx, sealing: Sealing) -> None:
    """A known person keeps their salt, under which what was known of them before is sealed too: the new values are sealed by it."""
    anew = []
    for row in await imports.sealed_of_the_known(tx):
        context = row["holder_id"].bytes
        told, kept = sealing.key.cipher(row["new_salt"]), sealing.vault.person(row)
        house_no: bytes | None = row["new_house_no"]
        private = kept.seal(told.open(row["new_private"], context), context)
        anew.append((row["holder_id"], private, kept.seal(told.open(house_no, context), context) if house_no is not None else None))
    await imports.stage_sealed(tx, anew)
