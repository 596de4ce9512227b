"""What imports and looks take of a file at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.registry.rules.delta_file import person_of
from services.registry.rules.masking import masked
from services.registry.rules.registry_file import field_of
from shared.files.lines import Fault


@dataclass(frozen=True)
class Step:
    """Prepared lines: those that were read from the file (`raws`, from number `first_line` on), whose next line begins at `offset`.

    `holders`, their `salts` and `history` are rows of COPY (repository.import_rows) of the persons on the lines `numbers`, who are on these
    `partitions` of the holders' topic; `ready` are their messages by chunk. Without history the persons are merged.
    Of a file of changes `said` is what each good line asks for, `removals` (line, holder, reason) whom it wants removed. `met` are the
    holder ids of persons on rejected lines. `ids_and_cards` are citizen id and card number of each who is expected to enter, 8 bytes each.
    """

    raws: Sequence[bytes]
    first_line: int
    offset: int
    numbers: Sequence[int]
    partitions: Sequence[int]
    holders: bytes
    salts: bytes
    history: bytes | None
    ready: Sequence[tuple[int, bytes]]
    faults: Sequence[tuple[int, Fault]]
    said: Sequence[tuple[int, str, str]] = ()
    removals: Sequence[tuple[int, bytes, str]] = ()
    met: Sequence[bytes] = ()
    ids_and_cards: bytes = b""

    @property
    def lines(self) -> int:
        """How many lines were read."""
        return len(self.raws)

    def shown(self, line: int, fault: Fault) -> tuple[int, Fault]:
        """A fault that the database found, with what the line says there, masked."""
        value = field_of(person_of(self.raws[line - self.first_line]), fault.field)
        return line, fault._replace(value_masked=masked(fault.field, value))
