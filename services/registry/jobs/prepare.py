"""From lines of the file to rows and messages: checked, grouped, encrypted, packed. Runs in worker processes; touches no database.

What is made of a person are bytes that nobody looks into again before the database and the broker do.
"""

import os
import signal
import threading
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from multiprocessing import parent_process
from typing import Any, NamedTuple
from uuid import UUID

from services.registry.domain import GroupPolicy, holder_id_of
from services.registry.published import RegisteredMessages
from services.registry.queries.chunk_messages import ReadyChunk
from services.registry.repository.import_rows import Found, ImportStamp, RowPacker, block
from services.registry.rules.delta_file import DeltaLine, read_delta_line
from services.registry.rules.groups import groups_of
from services.registry.rules.registry_file import ONCE_IN_A_FILE, Fault, FileLine, chunk_of, citizen_id_of, duplicate, read_line
from services.registry.vault import Keys, Private, Vault, payee_name
from shared.bus.kafka import partition_of_bytes
from shared.clock import system_now


class Prepared(NamedTuple):
    """A step's lines: persons as rows of COPY, and what is wrong with the others, by line number.

    As the parts of commands.imports.Step, which it becomes. History and messages are there where the persons are expected to enter.
    """

    numbers: Sequence[int]
    partitions: Sequence[int]
    holders: bytes
    history: bytes | None
    ready: list[tuple[int, bytes]]
    faults: list[tuple[int, Fault]]
    said: Sequence[tuple[int, str, str]] = ()
    removals: Sequence[tuple[int, bytes, str]] = ()
    met: Sequence[bytes] = ()


@dataclass(frozen=True)
class Recipe:
    """What turns lines into rows; all of it can be handed to a worker process.

    `today` is the last possible day of birth. With `entering` the persons of the file are expected not to be known. A `delta` is a
    file of changes; where one only looks, nothing is `sealed`.
    """

    keys: Keys
    policy: GroupPolicy
    today: date
    partitions: int
    index_key: str
    import_id: UUID
    who: str
    why: str
    entering: bool
    delta: bool = False
    sealed: bool = True

    def stamp(self, at: datetime) -> ImportStamp:
        """What the rows of a step get that is recorded at this moment."""
        return ImportStamp(self.import_id, self.index_key, self.policy.version, self.who, self.why, at)


@dataclass
class Preparer:
    """Prepares steps of one import."""

    recipe: Recipe
    _vault: Vault = field(init=False)

    def __post_init__(self) -> None:
        """Make the ciphers."""
        vault = Vault.of(self.recipe.keys)
        self._vault = vault if self.recipe.sealed else vault.unsealing()

    def prepare(self, lines: Sequence[bytes], first_line: int, at: datetime) -> Prepared:
        """The lines, the first of which is number `first_line` of the file (the header is line 1), recorded at `at`."""
        step = _Step(self.recipe, self._vault, at)
        if self.recipe.delta:
            return self._prepare_changes(step, lines, first_line)
        faults: list[tuple[int, Fault]] = []
        seen: set[str] = set()
        met: list[bytes] = []
        for number, raw in enumerate(lines, start=first_line):
            line = read_line(raw, today=self.recipe.today)
            if isinstance(line, FileLine):
                # 13 and 16 digits: one set holds both.
                if line.citizen_id in seen or line.card_no in seen:
                    repeated = next(name for name in ONCE_IN_A_FILE if getattr(line, name) in seen)
                    faults.append((number, duplicate(repeated, getattr(line, repeated))))
                    met.append(self._holder_of(line.citizen_id))
                else:
                    seen.add(line.citizen_id)
                    seen.add(line.card_no)
                    step.take(line, number)
            else:
                faults.extend((number, fault) for fault in line)
                if not self.recipe.entering and (citizen_id := citizen_id_of(raw)):
                    met.append(self._holder_of(citizen_id))
        return step.prepared(faults)._replace(met=met)

    def _prepare_changes(self, step: "_Step", lines: Sequence[bytes], first_line: int) -> Prepared:
        """The same for a file of changes."""
        faults: list[tuple[int, Fault]] = []
        said: list[tuple[int, str, str]] = []
        removals: list[tuple[int, bytes, str]] = []
        seen: set[str] = set()
        for number, raw in enumerate(lines, start=first_line):
            change = read_delta_line(raw, today=self.recipe.today)
            if not isinstance(change, DeltaLine):
                faults.extend((number, fault) for fault in change)
                continue
            person = change.person
            if change.citizen_id in seen or (person is not None and person.card_no in seen):
                repeated = "citizen_id" if change.citizen_id in seen or person is None else "card_no"
                faults.append((number, duplicate(repeated, change.citizen_id if person is None else getattr(person, repeated))))
                continue
            seen.add(change.citizen_id)
            if person is None:
                removals.append((number, self._holder_of(change.citizen_id), change.reason))
            else:
                seen.add(person.card_no)
                said.append((number, change.asked, change.reason))
                step.take(person, number)
        return step.prepared(faults)._replace(said=said, removals=removals)

    def _holder_of(self, citizen_id: str) -> bytes:
        return bytes.fromhex(holder_id_of(self._vault.index_of(citizen_id).hex()).replace("-", ""))


class _Step:
    """What is made of the persons of one step."""

    def __init__(self, recipe: Recipe, vault: Vault, at: datetime) -> None:
        self._recipe, self._vault = recipe, vault
        stamp = recipe.stamp(at)
        self._rows = RowPacker(stamp)
        # Moments come out of the database in UTC, and so they are told.
        self._messages = RegisteredMessages(stamp.index_key, stamp.policy_version, at.astimezone(UTC), vault.payees.current)
        self._numbers, self._partitions = array("I"), array("H")
        self._holders: list[bytes] = []
        self._history: list[bytes] = []
        self._chunks: dict[int, ReadyChunk] = {}
        self._index = vault.index.digest
        self._sent_at_ms = int(system_now().timestamp() * 1000)

    def take(self, line: FileLine, number: int) -> None:
        """Make rows and, where the person is expected to enter, messages."""
        vault = self._vault
        citizen_index = self._index(line.citizen_id.encode())
        key = holder_id_of(citizen_index.hex())
        holder_id = bytes.fromhex(key.replace("-", ""))
        found = Found(holder_id, citizen_index, self._index(line.card_no.encode()), vault.content_hash(line.normalised()))
        private = Private(line.citizen_id, line.card_no, line.phone, line.account_no)
        groups = groups_of(line.income_2559_satang, line.birth.value, self._recipe.policy)
        name = key.encode()
        partition = partition_of_bytes(name, self._recipe.partitions)
        self._numbers.append(number)
        self._partitions.append(partition)
        house_no = vault.fields.seal(line.house_no, holder_id) if line.house_no else None
        self._holders.append(self._rows.holder(number, line, found, groups, vault.seal_private(private, holder_id), house_no))
        if not self._recipe.entering:
            return
        chunk_no = chunk_of(number)
        self._history.append(self._rows.history(chunk_no, line, found, groups))
        if (chunk := self._chunks.get(chunk_no)) is None:
            chunk = self._chunks[chunk_no] = ReadyChunk(self._recipe.partitions, self._sent_at_ms)
        payee = vault.seal_payee(payee_name(line.prefix, line.first_name, line.last_name), private, holder_id)
        fact = self._messages.fact(key, found.citizen_index, found.card_index, groups, line.subdistrict, line.bank)
        chunk.add(holder_id, name, partition, fact, self._messages.payee(key, line.bank, payee))

    def prepared(self, faults: list[tuple[int, Fault]]) -> Prepared:
        """Everything that was made."""
        ready = [(chunk_no, chunk.to_bytes()) for chunk_no, chunk in self._chunks.items()]
        history = block(self._history) if self._recipe.entering else None
        return Prepared(self._numbers, self._partitions, block(self._holders), history, ready, faults)


class _Worker:
    """The state of a worker process."""

    preparer: Preparer


def start_worker(recipe: Recipe) -> None:
    """Initializer of a worker process."""
    # Ctrl-C is for the parent, which ends its workers. A parent that was killed cannot, so they watch it themselves.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    _Worker.preparer = Preparer(recipe)


def prepare_in_worker(lines: Sequence[bytes], first_line: int, at: datetime) -> Prepared:
    """As Preparer.prepare, in a worker process."""
    return _Worker.preparer.prepare(lines, first_line, at)


def _leave_with_parent() -> None:
    parent: Any = parent_process()
    parent.join()
    os._exit(1)
