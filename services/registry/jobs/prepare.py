"""From lines of the file to rows for COPY: checked, grouped, encrypted. Runs in worker processes; touches no database."""

import os
import signal
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from multiprocessing import parent_process
from typing import Any, NamedTuple

from services.registry.domain import HOLDERS_A_CHUNK, GroupPolicy, StagedRow, holder_id_of
from services.registry.rules.groups import groups_of
from services.registry.rules.registry_file import HEADER_LINES, ONCE_IN_A_FILE, Fault, FileLine, duplicate, read_line
from services.registry.vault import Keys, Vault
from shared.bus.kafka import partition_of
from shared.thai.text import sort_key

# Names come again and again.
_name_key = lru_cache(maxsize=100_000)(sort_key)


class Prepared(NamedTuple):
    """A step's lines: rows for the staging table in their order, and what is wrong with the others, by line number."""

    rows: list[StagedRow]
    faults: list[tuple[int, Fault]]


@dataclass(frozen=True)
class Recipe:
    """What turns lines into rows; all of it can be handed to a worker process. `today` is the last possible day of birth."""

    keys: Keys
    policy: GroupPolicy
    today: date
    partitions: int


@dataclass
class Preparer:
    """Prepares steps of one import."""

    recipe: Recipe
    _vault: Vault = field(init=False)

    def __post_init__(self) -> None:
        """Make the ciphers."""
        self._vault = Vault.of(self.recipe.keys)

    def prepare(self, lines: Sequence[bytes], first_line: int) -> Prepared:
        """The lines, the first of which is number `first_line` of the file (the header is line 1)."""
        prepared = Prepared([], [])
        seen: set[str] = set()
        for number, raw in enumerate(lines, start=first_line):
            line = read_line(raw, today=self.recipe.today)
            if isinstance(line, FileLine):
                repeated = next((name for name in ONCE_IN_A_FILE if getattr(line, name) in seen), None)
                if repeated is None:
                    seen |= {line.citizen_id, line.card_no}  # 13 and 16 digits: one set holds both
                    prepared.rows.append(self._row(line, number))
                else:
                    prepared.faults.append((number, duplicate(repeated)))
            else:
                prepared.faults.extend((number, fault) for fault in line)
        return prepared

    def _row(self, line: FileLine, number: int) -> StagedRow:
        vault, policy = self._vault, self.recipe.policy
        citizen_index = vault.index.of(line.citizen_id)
        holder_id = holder_id_of(citizen_index)
        groups = groups_of(line.income_2559_satang, line.birth.value, policy)
        # Rows go from process to process: text is packed and unpacked faster than UUIDs and enums.
        key = str(holder_id)
        return (
            number,
            (number - HEADER_LINES - 1) // HOLDERS_A_CHUNK,
            partition_of(key, self.recipe.partitions),
            key,
            bytes.fromhex(citizen_index),
            vault.index_of(line.card_no),
            vault.seal(line.citizen_id, holder_id),
            vault.seal(line.card_no, holder_id),
            vault.seal(line.phone, holder_id),
            vault.seal(line.house_no, holder_id),
            vault.seal(line.account_no, holder_id),
            line.prefix,
            line.first_name,
            line.last_name,
            f"{_name_key(line.first_name)}\t{_name_key(line.last_name)}",
            line.birth.value,
            line.birth.precision.value,
            line.income_2559_satang,
            groups.tier.value,
            groups.age,
            groups.visit_group,
            line.subdistrict,
            line.moo,
            line.road,
            line.postcode,
            line.bank,
            line.mobile_consent,
            vault.content_hash(line.normalised()),
        )


class _Worker:
    """The state of a worker process."""

    preparer: Preparer


def start_worker(recipe: Recipe) -> None:
    """Initializer of a worker process."""
    # Ctrl-C is for the parent, which ends its workers. A parent that was killed cannot, so they watch it themselves.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    _Worker.preparer = Preparer(recipe)


def prepare_in_worker(lines: Sequence[bytes], first_line: int) -> Prepared:
    """As Preparer.prepare, in a worker process."""
    return _Worker.preparer.prepare(lines, first_line)


def _leave_with_parent() -> None:
    parent: Any = parent_process()
    parent.join()
    os._exit(1)
