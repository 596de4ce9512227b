"""What is made of the lines of a step, natively (services.registry.native): the same bytes as jobs/making.py.

Values that come again and again (names, birth dates, areas) go through the rules of Python once each, and so does every line of which anything
else is not written as it is stored.
"""

import os
import struct
from array import array
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any, Final

from services.registry import native
from services.registry.domain import HOLDER_SPACE, HOLDERS_A_CHUNK, GroupPolicy
from services.registry.jobs.making import DRAWN_BYTES, Prepared, Recipe
from services.registry.native import Kind
from services.registry.published import FACT, FIRST_VERSION, RegisteredMessages
from services.registry.queries.chunk_messages import FACT_TOPICS, PAYEE_TOPICS, ready_chunk
from services.registry.repository.import_rows import DAY_ZERO, HISTORY_COLUMNS, HOLDER_COLUMNS, ROWS_BEGIN, ROWS_END, RowPacker
from services.registry.rules.groups import age_of
from services.registry.rules.registry_file import COLUMNS, HEADER_LINES, FileLine, birth_of, birth_text, read_birth, read_fields, read_text
from services.registry.vault import LINE, Vault
from shared.bus.ready import BATCH_BYTES_MAX, ReadyBatch, batch_of
from shared.clock import system_now
from shared.contracts.common import Tier
from shared.contracts.registry import PayeeChanged
from shared.files.lines import Fault
from shared.ids import around
from shared.keys.groups import NONCE_BYTES, ROW_LABEL
from shared.thai.dates import BirthDate
from shared.thai.text import sort_key

KNOWN_MAX: Final = 120_000
"""Values that are kept: some 20 MiB."""

_BIRTH_DATE: Final = COLUMNS.index("birth_date")
_DAYS_AND_AGE: Final = struct.Struct(">ih")
ReadOthers = Callable[[Sequence[bytes], date], list[bytes | list[Fault]]]


def read_others(lines: Sequence[bytes], today: date) -> list[bytes | list[Fault]]:
    """As Making.read, in Python."""
    read = [read_fields(line, today=today) for line in lines]
    return [line.normalised() if isinstance(line, FileLine) else line for line in read]


class Answers:
    """What Python's rules say of values."""

    def __init__(self, today: date, policy: GroupPolicy) -> None:
        self._today, self._policy = today, policy

    def about(self, kind: int, text: bytes) -> bytes:
        """The answers about a value of a column (the kind is its number), or of a Kind."""
        try:
            value = text.decode()
        except UnicodeDecodeError:
            return native.answer(kind, text, None)
        if kind == Kind.NAME:
            return native.answer(kind, text, sort_key(value).encode())
        if kind == Kind.BIRTH:
            return self._born(text, birth_of(value))
        if kind == _BIRTH_DATE:
            day, _, precision = value.partition(",")
            birth = read_birth(day, precision, self._today)
            if birth is None:
                return native.answer(kind, text, None)
            # Of a birth date that is right days and age are asked next.
            normalised = birth_text(birth).encode()
            return native.answer(kind, text, normalised) + self._born(normalised, birth)
        found = read_text(COLUMNS[kind], value)
        return native.answer(kind, text, None if found is None else found.encode())

    def _born(self, normalised: bytes, birth: BirthDate) -> bytes:
        age = age_of(birth.value, self._policy)
        return native.answer(Kind.BIRTH, normalised, _DAYS_AND_AGE.pack(birth.value.toordinal() - DAY_ZERO, age))


class NativeMaking:
    """Makes steps where the library is built."""

    def __init__(self, library: Any, recipe: Recipe, read_others: ReadOthers = read_others) -> None:
        self.recipe, self.vault = recipe, Vault.of(recipe.keys)
        self._library, self._read_others = library, read_others
        self._answers = Answers(recipe.today, recipe.policy)
        self._known = native.Known(library, self._answers.about)
        self._maker = native.Maker(library, _native_recipe(recipe, self.vault))

    def read(self, lines: Sequence[bytes]) -> list[bytes | list[Fault]]:
        """As Making.read."""
        if len(self._known) > KNOWN_MAX:
            self._known = native.Known(self._library, self._answers.about)
        texts = self._known.read(lines)
        others = [raw for raw, text in zip(lines, texts, strict=True) if not text]
        read = iter(self._read_others(others, self.recipe.today))
        return [text or next(read) for text in texts]

    def made(self, numbers: Sequence[int], texts: Sequence[bytes], at: datetime) -> Prepared:
        """As Making.made."""
        recipe, lines = self.recipe, array("I", numbers)
        draws = os.urandom(DRAWN_BYTES * len(texts)) if recipe.sealed else b""
        payee_nonces = os.urandom(NONCE_BYTES * len(texts)) if recipe.entering else b""
        made = self._maker.make(self._known, self._stamp(at), texts, lines.tobytes(), draws, payee_nonces)
        partitions = array("H", made.partitions)
        if not recipe.entering:
            return Prepared(lines, partitions, made.holders, made.salts, None, [], [])
        ready = self._ready(made)
        return Prepared(lines, partitions, made.holders, made.salts, made.history, ready, [], ids_and_cards=made.numbers)

    def _stamp(self, at: datetime) -> native.Stamp:
        stamp = self.recipe.stamp(at)
        rows = RowPacker(stamp)
        messages = RegisteredMessages(stamp.index_key, stamp.policy_version, at.astimezone(UTC), self.vault.payees.current)
        return native.Stamp(
            holder_tail=rows.holder_tail,
            history_tail=rows.history_tail,
            **{name: [part.encode() for part in getattr(messages, name)] for name in ("fact", "payee", "private_payee")},
            holder_columns=len(HOLDER_COLUMNS),
            history_columns=len(HISTORY_COLUMNS),
            entering=self.recipe.entering,
            sealed=self.recipe.sealed,
        )

    def _ready(self, made: native.Made) -> list[tuple[int, bytes]]:
        """The messages of persons who enter, by chunk."""
        sent_at_ms = int(system_now().timestamp() * 1000)
        ready = []
        end = 0
        for chunk_no, of_chunk in groupby(made.records, attrgetter("chunk_no")):
            records = sorted(of_chunk, key=attrgetter("of_payees"))
            batches = [
                ReadyBatch(
                    topics=PAYEE_TOPICS if one.of_payees else FACT_TOPICS,
                    partition=one.partition,
                    partitions=self.recipe.partitions,
                    count=one.messages,
                    records=batch_of(one.records, one.messages, sent_at_ms),
                )
                for one in records
            ]
            start, end = end, end + sum(one.messages for one in records if not one.of_payees)
            ready.append((chunk_no, ready_chunk(made.ids[16 * start : 16 * end], batches)))
        return ready


def _native_recipe(recipe: Recipe, vault: Vault) -> native.Recipe:
    payees = vault.payees
    fact_space, first_version = around(FACT, FIRST_VERSION)
    return native.Recipe(
        lookup_key=vault.index.key,
        group_key=recipe.group_key.secret,
        group_key_name=recipe.group_key.key_id.encode(),
        payee_key=payees.keys[payees.current],
        payee_key_name=payees.current.encode(),
        row_label=ROW_LABEL,
        line_label=LINE,
        holder_space=around(HOLDER_SPACE)[0],
        fact_space=fact_space,
        payee_space=around(PayeeChanged.type)[0],
        first_version=first_version,
        rows_begin=ROWS_BEGIN,
        rows_end=ROWS_END,
        tier_low=Tier.UP_TO_30000.value.encode(),
        tier_high=Tier.OVER_30000.value.encode(),
        income_threshold_satang=recipe.policy.income_threshold_satang,
        visit_age_max=recipe.policy.visit_age_max,
        partitions=recipe.partitions,
        header_lines=HEADER_LINES,
        holders_a_chunk=HOLDERS_A_CHUNK,
        batch_bytes_max=BATCH_BYTES_MAX,
    )
