"""From lines of the file to rows and messages: checked, grouped, encrypted, packed. Runs in worker processes; touches no database.

What is made of a person are bytes that nobody looks into again before the database and the broker do.
"""

import gc
import os
import signal
import threading
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import groupby
from multiprocessing import parent_process
from typing import Any, Final, NamedTuple, Self
from uuid import UUID

from services.registry.domain import GroupPolicy, Groups, holder_ids_of
from services.registry.published import Entering, RegisteredMessages
from services.registry.queries.chunk_messages import ReadyChunk
from services.registry.repository.import_rows import Found, ImportStamp, RowPacker, salt_rows
from services.registry.rules.delta_file import DeltaLine, read_delta_line
from services.registry.rules.groups import groups_of
from services.registry.rules.registry_file import ONCE_IN_A_FILE, Fault, FileLine, chunk_of, citizen_id_of, duplicate, read_lines
from services.registry.vault import Keys, Private, Vault, joined, payee_name
from shared.bus.kafka import partition_of_bytes
from shared.clock import system_now
from shared.keys import GroupKey
from shared.keys.groups import NONCE_BYTES, SALT_BYTES

_DRAWN_BYTES: Final = SALT_BYTES + 2 * NONCE_BYTES


class Prepared(NamedTuple):
    """A step's lines: persons as rows of COPY, and what is wrong with the others, by line number.

    As the parts of commands.imports.Step, which it becomes. History and messages are there where the persons are expected to enter.
    """

    numbers: Sequence[int]
    partitions: Sequence[int]
    holders: bytes
    salts: bytes
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
    group_key: GroupKey
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
        self._vault = Vault.of(self.recipe.keys)

    def prepare(self, lines: Sequence[bytes], first_line: int, at: datetime) -> Prepared:
        """The lines, the first of which is number `first_line` of the file (the header is line 1), recorded at `at`."""
        if self.recipe.delta:
            return self._prepare_changes(lines, first_line, at)
        faults: list[tuple[int, Fault]] = []
        seen: set[str] = set()
        met: list[str] = []
        good: list[tuple[int, FileLine]] = []
        read = read_lines(lines, today=self.recipe.today)
        for number, (raw, line) in enumerate(zip(lines, read, strict=True), start=first_line):
            if not isinstance(line, FileLine):
                faults.extend((number, fault) for fault in line)
                if not self.recipe.entering and (citizen_id := citizen_id_of(raw)):
                    met.append(citizen_id)
            # 13 and 16 digits: one set holds both.
            elif line.citizen_id in seen or line.card_no in seen:
                repeated = next(name for name in ONCE_IN_A_FILE if getattr(line, name) in seen)
                faults.append((number, duplicate(repeated, getattr(line, repeated))))
                met.append(line.citizen_id)
            else:
                seen.add(line.citizen_id)
                seen.add(line.card_no)
                good.append((number, line))
        return self._made(good, at)._replace(faults=faults, met=self._holders_of(met))

    def _prepare_changes(self, lines: Sequence[bytes], first_line: int, at: datetime) -> Prepared:
        """The same for a file of changes."""
        faults: list[tuple[int, Fault]] = []
        said: list[tuple[int, str, str]] = []
        removed: list[tuple[int, str, str]] = []
        seen: set[str] = set()
        good: list[tuple[int, FileLine]] = []
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
                removed.append((number, change.citizen_id, change.reason))
            else:
                seen.add(person.card_no)
                said.append((number, change.asked, change.reason))
                good.append((number, person))
        holders = self._holders_of([citizen_id for _, citizen_id, _ in removed])
        removals = [(number, holder, reason) for (number, _, reason), holder in zip(removed, holders, strict=True)]
        return self._made(good, at)._replace(faults=faults, said=said, removals=removals)

    def _holders_of(self, citizen_ids: Sequence[str]) -> list[bytes]:
        indexes = self._vault.index.digests([citizen_id.encode() for citizen_id in citizen_ids])
        return [bytes.fromhex(key.replace("-", "")) for key in holder_ids_of([index.hex() for index in indexes])]

    def _made(self, good: list[tuple[int, FileLine]], at: datetime) -> Prepared:
        """What is made of the persons: one thing after the other for all of them, which takes half the time of all things for one after the other."""
        recipe, vault, stamp = self.recipe, self._vault, self.recipe.stamp(at)
        people = _People.of([line for _, line in good], vault, recipe.policy)
        persons = [(number, line, found, groups) for (number, line), found, groups in zip(good, people.found, people.groups, strict=True)]
        partitions = [partition_of_bytes(name, recipe.partitions) for name in people.names]
        rows = RowPacker(stamp)
        private, house_nos, salted = people.sealed(recipe.group_key) if recipe.sealed else people.unsealed()
        holders, salts = rows.holders(persons, private, house_nos), salt_rows(people.ids, salted)
        numbers = array("I", [number for number, _ in good])
        if not recipe.entering:
            return Prepared(numbers, array("H", partitions), holders, salts, None, [], [])
        # Moments come out of the database in UTC, and so they are told.
        messages = RegisteredMessages(stamp.index_key, stamp.policy_version, at.astimezone(UTC), vault.payees.current)
        ready = self._ready(people, numbers, partitions, messages)
        return Prepared(numbers, array("H", partitions), holders, salts, rows.history(persons), ready, [])

    def _ready(
        self, people: "_People", numbers: Sequence[int], partitions: Sequence[int], messages: RegisteredMessages
    ) -> list[tuple[int, bytes]]:
        """The messages of persons who enter, by chunk."""
        sent_at_ms = int(system_now().timestamp() * 1000)
        facts = messages.facts(people.keys, people.entering())
        payees = messages.payees(people.keys, [line.bank for line in people.lines], people.sealed_payees(self._vault))
        ready = []
        start = 0
        for chunk_no, lines in groupby(numbers, chunk_of):
            part = slice(start, start := start + sum(1 for _ in lines))
            chunk = ReadyChunk(self.recipe.partitions, sent_at_ms)
            chunk.add(people.ids[part], people.names[part], partitions[part], facts[part], payees[part])
            ready.append((chunk_no, chunk.to_bytes()))
        return ready


@dataclass(frozen=True)
class _People:
    """The persons of one step by columns: ids as bytes, as text and as the keys of messages, and what is computed of their lines."""

    lines: list[FileLine]
    ids: list[bytes]
    keys: list[str]
    names: list[bytes]
    found: list[Found]
    groups: list[Groups]
    private: list[Private]

    @classmethod
    def of(cls, lines: list[FileLine], vault: Vault, policy: GroupPolicy) -> Self:
        """Of the lines."""
        citizen = vault.index.digests([line.citizen_id.encode() for line in lines])
        card = vault.index.digests([line.card_no.encode() for line in lines])
        content = vault.content_hashes([line.normalised() for line in lines])
        keys = holder_ids_of([index.hex() for index in citizen])
        ids = [bytes.fromhex(key.replace("-", "")) for key in keys]
        return cls(
            lines=lines,
            ids=ids,
            keys=keys,
            names=[key.encode() for key in keys],
            found=[Found(*found) for found in zip(ids, citizen, card, content, strict=True)],
            groups=[groups_of(line.income_2559_satang, line.birth.value, policy) for line in lines],
            private=[Private(line.citizen_id, line.card_no, line.phone, line.account_no) for line in lines],
        )

    def entering(self) -> Iterator[Entering]:
        """As their first fact tells."""
        for line, found, groups in zip(self.lines, self.found, self.groups, strict=True):
            yield Entering(found.citizen_index, found.card_index, groups, line.subdistrict, line.bank)

    def sealed(self, key: GroupKey) -> tuple[list[bytes], list[bytes | None], list[bytes]]:
        """The sealed private values and house numbers (None of who has none), each person's under a key of their own, and the salts of these keys."""
        # Salts and nonces at once: each draw is a call of the system.
        drawn = os.urandom(_DRAWN_BYTES * len(self.lines))
        draws = [drawn[at : at + _DRAWN_BYTES] for at in range(0, len(drawn), _DRAWN_BYTES)]
        salts = [draw[:SALT_BYTES] for draw in draws]
        ciphers = [key.cipher(salt) for salt in salts]
        private = [
            cipher.seal(joined(one), holder_id, draw[SALT_BYTES:-NONCE_BYTES])
            for cipher, one, holder_id, draw in zip(ciphers, self.private, self.ids, draws, strict=True)
        ]
        house_nos = [
            cipher.seal(line.house_no, holder_id, draw[-NONCE_BYTES:]) if line.house_no else None
            for cipher, line, holder_id, draw in zip(ciphers, self.lines, self.ids, draws, strict=True)
        ]
        return private, house_nos, salts

    def unsealed(self) -> tuple[list[bytes], list[bytes | None], list[bytes]]:
        """Nothing in their places, for those who only look at lines."""
        persons = len(self.lines)
        return [b""] * persons, [None] * persons, [bytes(SALT_BYTES)] * persons

    def sealed_payees(self, vault: Vault) -> list[str]:
        """What goes to payments, sealed to it."""
        names = [payee_name(line.prefix, line.first_name, line.last_name) for line in self.lines]
        return vault.seal_payees(names, self.private, self.ids)


class _Worker:
    """The state of a worker process."""

    preparer: Preparer


def start_worker(recipe: Recipe) -> None:
    """Initializer of a worker process."""
    # Ctrl-C is for the parent, which ends its workers. A parent that was killed cannot, so they watch it themselves.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    # A step is many thousands of objects without cycles: looking for some at each 700 was an eighth of the time.
    gc.set_threshold(50_000)
    _Worker.preparer = Preparer(recipe)


def prepare_in_worker(lines: Sequence[bytes], first_line: int, at: datetime) -> Prepared:
    """As Preparer.prepare, in a worker process."""
    return _Worker.preparer.prepare(lines, first_line, at)


def _leave_with_parent() -> None:
    parent: Any = parent_process()
    parent.join()
    os._exit(1)
