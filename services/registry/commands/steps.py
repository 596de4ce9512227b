"""What imports and looks take of a file at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.registry.rules.registry_file import Fault


@dataclass(frozen=True)
class Step:
    """Prepared lines: `lines` of them from the file, whose next line begins at `offset`.

    `holders`, their `salts` and `history` are rows of COPY (repository.import_rows) of the persons on the lines `numbers`, who are on these
    `partitions` of the holders' topic; `ready` are their messages by chunk. Without history the persons are merged.
    Of a file of changes `said` is what each good line asks for, `removals` (line, holder, reason) whom it wants removed. `met` are the
    holder ids of persons on rejected lines.
    """

    lines: int
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
