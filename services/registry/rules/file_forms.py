"""The forms of files that the registry takes: what their first line names, and how else they may be written. Pure."""

from dataclasses import dataclass
from typing import Final

from services.registry.rules import death_list
from services.registry.rules.delta_file import DELTA_COLUMNS
from services.registry.rules.registry_file import COLUMNS


@dataclass(frozen=True)
class FileForm:
    """`headers` are the columns that the first line may name. `workbooks` and `json_lines` (NDJSON, no header) are further forms."""

    name_en: str
    name_th: str
    headers: tuple[tuple[str, ...], ...]
    workbooks: bool = False
    json_lines: bool = False


REGISTRY_FILE: Final = FileForm("a registry file", "ไฟล์ทะเบียน", (COLUMNS, DELTA_COLUMNS), workbooks=True)
DEATH_LIST: Final = FileForm("a list of deaths", "รายชื่อผู้เสียชีวิต", (death_list.COLUMNS,), json_lines=True)
