"""The forms of files that a service takes: what their first line names, and how else they may be written."""

from dataclasses import dataclass, field
from enum import StrEnum

from shared.errors import Invalid


class Encoding(StrEnum):
    """How the text of a file is written; the value is Python's name of the codec."""

    UTF_8 = "utf-8"
    CP874 = "cp874"


@dataclass(frozen=True)
class FileForm:
    """`headers` are the columns that the first line may name. `workbooks` and `json_lines` (NDJSON, no header) are further forms.

    Columns are parted by `delimiter`. A sheet spoils the numbers of `text_only` columns, and may hold those of `dates` as dates of its own. What is larger when it is unpacked than `unpacked_bytes_max` is refused. `failure` is what a file is refused with.
    """

    name_en: str
    name_th: str
    headers: tuple[tuple[str, ...], ...]
    failure: type[Invalid]
    workbooks: bool = False
    json_lines: bool = False
    text_only: frozenset[str] = field(default=frozenset())
    dates: frozenset[str] = field(default=frozenset())
    unpacked_bytes_max: int = 16 * 1024**3
    delimiter: str = ","

    def refused(self, en: str, th: str) -> Invalid:
        """The error of a file that so-and-so."""
        return self.failure(f"The file {en}", th)
