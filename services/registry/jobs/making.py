"""What is made of the lines of a step, in Python: a column of all persons after the other, which takes half the time of a person after the other.

What is made of a person are bytes that nobody looks into again before the database and the broker do. jobs/native_making.py makes the same
bytes; a person of a file is handed on as one normalised text (FileLine.normalised).
"""

import os
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Final, NamedTuple, Protocol, Self
from uuid import UUID

from services.registry.domain import GroupPolicy, Groups, holder_ids_of
from services.registry.published import Entering, RegisteredMessages
from services.registry.queries.chunk_messages import ReadyChunk
from services.registry.repository.import_rows import Found, ImportStamp, RowPacker, salt_rows
from services.registry.rules.groups import groups_of
from services.registry.rules.registry_file import FileLine, chunk_of, read_lines
from services.registry.vault import Keys, Private, Vault, joined, payee_name
from shared.bus.kafka import partition_of_bytes
from shared.clock import system_now
from shared.files.lines import Fault
from shared.keys import GroupKey
from shared.keys.groups import NONCE_BYTES, SALT_BYTES

DRAWN_BYTES: Final = SALT_BYTES + 2 * NONCE_BYTES
"""What is drawn for a person: a salt, and the nonces of private values and house number."""


class Prepared(NamedTuple):
    """A step's lines: persons as rows of COPY, and what is wrong with the others, by line number.

    As the parts of commands.imports.Step, which it becomes. History, messages and `ids_and_cards` (citizen id and card number of each, 8 bytes
    each) are there where the persons are expected to enter.
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
    ids_and_cards: bytes = b""


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


class Making(Protocol):
    """A way of making a step."""

    vault: Vault

    def read(self, lines: Sequence[bytes]) -> list[bytes | list[Fault]]:
        """Of each line its normalised text, or everything that is wrong with it."""
        ...

    def made(self, numbers: Sequence[int], texts: Sequence[bytes], at: datetime) -> Prepared:
        """What is made of the persons of these texts, on the lines of these numbers, recorded at `at`."""
        ...


@dataclass
class PythonMaking:
    """Makes steps wherever Python runs."""

    recipe: Recipe
    vault: Vault = field(init=False)

    def __post_init__(self) -> None:
        """Make the ciphers."""
        self.vault = Vault.of(self.recipe.keys)

    def read(self, lines: Sequence[bytes]) -> list[bytes | list[Fault]]:
        """As Making.read."""
        return [line.normalised() if isinstance(line, FileLine) else line for line in read_lines(lines, today=self.recipe.today)]

    def made(self, numbers: Sequence[int], texts: Sequence[bytes], at: datetime) -> Prepared:
        """As Making.made."""
        recipe, vault, stamp = self.recipe, self.vault, self.recipe.stamp(at)
        people = _People.of(texts, vault, recipe.policy)
        persons = list(zip(numbers, people.lines, people.found, people.groups, strict=True))
        partitions = [partition_of_bytes(name, recipe.partitions) for name in people.names]
        rows = RowPacker(stamp)
        private, house_nos, salted = people.sealed(recipe.group_key) if recipe.sealed else people.unsealed()
        holders, salts = rows.holders(persons, private, house_nos), salt_rows(people.ids, salted)
        lines = array("I", numbers)
        if not recipe.entering:
            return Prepared(lines, array("H", partitions), holders, salts, None, [], [])
        # Moments come out of the database in UTC, and so they are told.
        messages = RegisteredMessages(stamp.index_key, stamp.policy_version, at.astimezone(UTC), vault.payees.current)
        ready = self._ready(people, lines, partitions, messages)
        ids_and_cards = array("Q", [int(number) for line in people.lines for number in (line.citizen_id, line.card_no)]).tobytes()
        history = rows.history(persons)
        return Prepared(lines, array("H", partitions), holders, salts, history, ready, [], ids_and_cards=ids_and_cards)

    def _ready(
        self, people: "_People", numbers: Sequence[int], partitions: Sequence[int], messages: RegisteredMessages
    ) -> list[tuple[int, bytes]]:
        """The messages of persons who enter, by chunk."""
        sent_at_ms = int(system_now().timestamp() * 1000)
        facts = messages.facts(people.keys, people.entering())
        payees = messages.payees(people.keys, [line.bank for line in people.lines], people.sealed_payees(self.vault))
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
    def of(cls, texts: Sequence[bytes], vault: Vault, policy: GroupPolicy) -> Self:
        """Of normalised texts."""
        lines = [FileLine.of(text) for text in texts]
        citizen = vault.index.digests([line.citizen_id.encode() for line in lines])
        card = vault.index.digests([line.card_no.encode() for line in lines])
        content = vault.content_hashes(texts)
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
        drawn = os.urandom(DRAWN_BYTES * len(self.lines))
        draws = [drawn[at : at + DRAWN_BYTES] for at in range(0, len(drawn), DRAWN_BYTES)]
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
