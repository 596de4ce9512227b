"""Applying what was done without a network: each operation once, in a transaction of its own, or a conflict that the officer decides."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from services.interview.commands.act import Act
from services.interview.domain import Case
from services.interview.errors.offline import OperationIdReused
from services.interview.repository import devices
from services.interview.repository.devices import Stored
from services.interview.rules.offline import CONFLICTS_WITH, Choice, Kind
from shared.db import ReadTx, Tx

OPERATIONS_MAX: Final = 500
"""In one batch."""


class Outcome(StrEnum):
    """What became of an operation."""

    APPLIED = "APPLIED"
    ALREADY_APPLIED = "ALREADY_APPLIED"
    DISCARDED = "DISCARDED"
    CONFLICT = "CONFLICT"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing done on a device. `holder_id` is None for a person whom we do not know; `seen_version` is the case's version on the device."""

    operation_id: UUID
    seq: int
    kind: Kind
    made_at: datetime
    corrected_at: datetime
    request_hash: bytes
    holder_id: UUID | None
    seen_version: int | None
    choice: Choice | None = None
    choice_version: int | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What an applied operation made: the case after it, and the id of the form; ids and states alone."""

    case_id: UUID
    holder_id: UUID
    version: int
    state: str
    form_id: UUID | None = None
    slip_no: str | None = None
    repeated: bool = False

    @classmethod
    def of(cls, case: Case, *, form_id: UUID | None = None, slip_no: str | None = None, repeated: bool = False) -> "Done":
        """Of the case after the operation."""
        return cls(case.case_id, case.holder_id, case.version, case.state, form_id, slip_no, repeated)

    def as_kept(self) -> dict[str, Any]:
        """As it is stored and told again."""
        return {
            "case_id": str(self.case_id),
            "holder_id": str(self.holder_id),
            "version": self.version,
            "state": self.state,
            "form_id": None if self.form_id is None else str(self.form_id),
            "slip_no": self.slip_no,
            "repeated": self.repeated,
        }


class CaseMovedOn(Exception):
    """Others changed the case in a way that the officer must know of first; undoes the operation's transaction."""

    def __init__(self, changes: Sequence[Mapping[str, Any]]) -> None:
        """The lines of the case's history that the device had not seen."""
        super().__init__("the case moved on")
        self.changes = changes


class DayInDoubt(Exception):
    """The form's day was taken from a clock that was wrong."""

    def __init__(self, told: date, corrected: date) -> None:
        """The day on the form and the day that it was by our clock."""
        super().__init__(f"{told} or {corrected}")
        self.told, self.corrected = told, corrected


def told_before(stored: Stored, device_id: UUID, operation: Operation) -> tuple[Outcome, Mapping[str, Any]]:
    """What to answer to an operation that was answered for good. Raises OperationIdReused when it was another one."""
    if stored.device_id != device_id or stored.request_hash != operation.request_hash:
        raise OperationIdReused(operation_id=operation.operation_id)
    outcome = Outcome.ALREADY_APPLIED if stored.outcome == Outcome.APPLIED else Outcome.DISCARDED
    return outcome, stored.done


async def apply_operation(tx: Tx, act: Act, device_id: UUID, operation: Operation, work: Callable[[Tx], Awaitable[Done]]) -> Done:
    """Do the work and keep that it was done, in this transaction.

    Raises CaseMovedOn for changes of others that the device had not seen and the officer has not decided to pass over; OperationIdReused; what the work raises.
    """
    done = await work(tx)
    # After the work the case is locked: nobody's change can come between the look and the end.
    changes = await unseen_changes(tx, device_id, operation, before=done.version)
    if changes:
        raise CaseMovedOn(changes)
    await _keep(tx, act, device_id, operation, Outcome.APPLIED, done.as_kept(), done.case_id, done.version)
    return done


async def keep_all(tx: Tx, act: Act, device_id: UUID, done: Sequence[tuple[Operation, Done]]) -> dict[UUID, Done]:
    """Keep of operations of one kind, about to be done in this transaction, that they were; returns which, by operation. Their cases are locked.

    Left out are those with changes of others that the officer has to know of first, and those whose id or number is another's.
    """
    unseen = [
        (one.case_id, operation.seen_version, one.version)
        for operation, one in done
        if operation.seen_version is not None and one.version > operation.seen_version + 1
    ]
    moved_on = await devices.changed_by_others(tx, device_id, unseen, CONFLICTS_WITH[done[0][0].kind]) if unseen else frozenset()
    rows = [
        _kept(act, device_id, operation, Outcome.APPLIED, one.as_kept(), one.case_id, one.version)
        for operation, one in done
        if one.case_id not in moved_on
    ]
    kept = await devices.add_operations(tx, rows) if rows else frozenset()
    return {operation.operation_id: one for operation, one in done if operation.operation_id in kept}


async def unseen_changes(tx: ReadTx, device_id: UUID, operation: Operation, *, before: int | None = None) -> Sequence[Mapping[str, Any]]:
    """Changes of others that conflict with the operation, made after what the officer saw and before the version."""
    seen = operation.choice_version if operation.choice is Choice.APPLY else operation.seen_version
    if operation.holder_id is None or seen is None or (before is not None and before <= seen + 1):
        return ()
    steps = CONFLICTS_WITH[operation.kind]
    return await devices.others_changes(tx, operation.holder_id, device_id, after=seen, before=before, steps=steps) if steps else ()


async def discard(tx: Tx, act: Act, device_id: UUID, operation: Operation) -> None:
    """Keep that the officer gave the operation up. Raises OperationIdReused."""
    await _keep(tx, act, device_id, operation, Outcome.DISCARDED, {}, None, None)


async def _keep(
    tx: Tx,
    act: Act,
    device_id: UUID,
    operation: Operation,
    outcome: Outcome,
    done: Mapping[str, Any],
    case_id: UUID | None,
    case_version: int | None,
) -> None:
    row = _kept(act, device_id, operation, outcome, done, case_id, case_version)
    if not await devices.add_operation(tx, row):
        raise OperationIdReused(operation_id=operation.operation_id, seq=operation.seq)


def _kept(
    act: Act,
    device_id: UUID,
    operation: Operation,
    outcome: Outcome,
    done: Mapping[str, Any],
    case_id: UUID | None,
    case_version: int | None,
) -> dict[str, Any]:
    return {
        "operation_id": operation.operation_id,
        "device_id": device_id,
        "seq": operation.seq,
        "kind": operation.kind,
        "request_hash": operation.request_hash,
        "made_at": operation.made_at,
        "corrected_at": operation.corrected_at,
        "received_at": act.at,
        "outcome": outcome,
        "choice": operation.choice,
        "case_id": case_id,
        "case_version": case_version,
        "done": done,
    }
