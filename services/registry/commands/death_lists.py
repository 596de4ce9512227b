"""A list of deaths of the civil registration: checked and counted, decided by a second person, then applied in sets."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

from services.registry.commands.links_of_the_dead import end_links
from services.registry.domain import HOLDERS_A_CHUNK
from services.registry.errors import DeathListNotReady
from services.registry.queries.chunk_messages import EXPANDER
from services.registry.repository import death_lists, imports
from services.registry.rules.death_list import BEFORE_BIRTH, NOT_FOUND, TAKEN_BACK, TWICE, DeathLine, read_death, read_death_object
from services.registry.rules.masking import masked
from services.registry.rules.registry_file import HEADER_LINES
from services.registry.vault import Vault
from shared import approvals, jobs
from shared.approvals import Draft
from shared.auth import Reach
from shared.bus import outbox
from shared.db import Tx
from shared.errors import PreconditionFailed
from shared.files.lines import Fault
from shared.ids import same_id

CHECK_JOB: Final = "registry-death-list"
APPLY_JOB: Final = "registry-death-list-apply"
KIND: Final = "DEATH_LIST"
LINES_A_STEP: Final = 2 * HOLDERS_A_CHUNK
_CHUNKS_A_STEP: Final = LINES_A_STEP // HOLDERS_A_CHUNK


@dataclass(frozen=True)
class CheckProgress(jobs.Progress):
    """How far the check is: the byte where the next line begins, and lines by what became of them. `known` deaths change nothing."""

    offset: int = 0
    lines: int = 0
    to_apply: int = 0
    known: int = 0
    rejected: int = 0


@dataclass(frozen=True)
class ApplyProgress(jobs.Progress):
    """How far the application is: the last line looked at, steps taken, persons whose death was recorded."""

    after: int = 0
    steps: int = 0
    applied: int = 0


def apply_job_of(list_id: UUID) -> UUID:
    """The job that applies the list."""
    return same_id(APPLY_JOB, list_id)


async def check_step(
    tx: Tx,
    list_id: UUID,
    lines: Sequence[bytes],
    offset: int,
    progress: CheckProgress,
    *,
    today: date,
    vault: Vault,
    json_lines: bool = False,
) -> CheckProgress:
    """Look at the next lines, which end before byte `offset`; returns the new progress."""
    first = progress.lines + 1 + (0 if json_lines else HEADER_LINES)
    reader = read_death_object if json_lines else read_death
    read = {number: reader(raw, today=today) for number, raw in enumerate(lines, start=first)}
    faults = [(number, fault) for number, line in read.items() if isinstance(line, list) for fault in line]
    good = {number: line for number, line in read.items() if isinstance(line, DeathLine)}
    indexes = {number: vault.index_of(line.citizen_id) for number, line in good.items()}
    found = await death_lists.persons(tx, list(indexes.values()))
    rows: list[death_lists.Line] = []
    for number, line in good.items():
        person = found.get(indexes[number])
        if person is None or line.deceased_on < person["birth_date"]:
            faults.append((number, _of(line, NOT_FOUND if person is None else BEFORE_BIRTH)))
        elif person["wrong_death_on"] is not None and line.deceased_on <= person["wrong_death_on"]:
            faults.append((number, _of(line, TAKEN_BACK)))
        else:
            rows.append((number, person["holder_id"], line.deceased_on, line.document, person["dead"]))
    written = await death_lists.add(tx, list_id, rows)
    faults += [(number, _of(good[number], TWICE)) for number, *_ in rows if number not in written]
    await imports.reject(tx, list_id, [(number, *fault) for number, fault in _one_a_field(faults)])
    known = sum(1 for number, *_, dead in rows if dead and number in written)
    return replace(
        progress,
        offset=offset,
        lines=progress.lines + len(lines),
        known=progress.known + known,
        to_apply=progress.to_apply + len(written) - known,
        rejected=progress.rejected + len({number for number, _ in faults}),
    )


async def end_check(tx: Tx, list_id: UUID, progress: CheckProgress, *, file: str, asked_by: str, at: datetime) -> CheckProgress:
    """Put the counted list before a second person, unless it would change nothing; returns the last progress."""
    if progress.to_apply:
        counts = {name: getattr(progress, name) for name in ("lines", "to_apply", "known", "rejected")}
        await approvals.propose(tx, Draft(KIND, counts, "deaths of the civil registration", file), by=asked_by, at=at, proposal_id=list_id)
    return replace(progress, done=True)


async def decide(
    tx: Tx, list_id: UUID, *, approved: bool, by: str, at: datetime, reason: str, reach: Reach, expected_version: int | None
) -> None:
    """Have the list applied, or not. Raises NotFound, DeathListNotReady, AlreadyDecided, DeciderIsProposer or PreconditionFailed."""
    check = await jobs.state(tx, list_id, CHECK_JOB)
    if not CheckProgress.of(check.progress).done or not CheckProgress.of(check.progress).to_apply:
        raise DeathListNotReady
    proposal = await approvals.lock(tx, list_id, [KIND], reach)
    if expected_version is not None and proposal.version != expected_version:
        raise PreconditionFailed(version=proposal.version)
    await approvals.decide(tx, proposal, approved=approved, by=by, at=at, reason=reason)
    if approved:
        await jobs.ask(tx, APPLY_JOB, {"list_id": str(list_id), "who": proposal.proposed_by}, asked_by=by, job_id=apply_job_of(list_id))


async def apply_step(tx: Tx, job_id: UUID, list_id: UUID, progress: ApplyProgress, *, who: str, at: datetime) -> ApplyProgress:
    """Record the deaths of the next lines; returns the new progress. Who died in the meantime stays as recorded."""
    end = await death_lists.slice_end(tx, list_id, progress.after, LINES_A_STEP)
    if end is None:
        return replace(progress, done=True)
    first_chunk_no = progress.steps * _CHUNKS_A_STEP
    died = await death_lists.apply_slice(
        tx, list_id, (progress.after, end), who=who, at=at, change_id=job_id, first_chunk_no=first_chunk_no
    )
    await end_links(tx, died, who=who, at=at)
    chunks = range(first_chunk_no, first_chunk_no + -(-len(died) // HOLDERS_A_CHUNK))
    await outbox.add_chunks(tx, EXPANDER, [{"change_id": job_id, "chunk_no": chunk_no} for chunk_no in chunks])
    return replace(progress, after=end, steps=progress.steps + 1, applied=progress.applied + len(died))


def _of(line: DeathLine, fault: Fault) -> Fault:
    """The fault with the value of the line that it is about, masked."""
    value = line.deceased_on.isoformat() if fault.field == "deceased_on" else line.citizen_id
    return fault._replace(value_masked=masked(fault.field, value))


def _one_a_field(faults: Sequence[tuple[int, Fault]]) -> list[tuple[int, Fault]]:
    return list({(number, fault.field): (number, fault) for number, fault in faults}.values())
