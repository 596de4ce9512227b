"""The forms of files that the registry takes: what their first line names, and how else they may be written. Pure."""

from typing import Final

from services.registry.errors import NotARegistryFile
from services.registry.rules import death_list
from services.registry.rules.delta_file import DELTA_COLUMNS
from services.registry.rules.registry_file import COLUMNS
from shared.files.forms import FileForm

REGISTRY_FILE: Final = FileForm(
    "a registry file",
    "ไฟล์ทะเบียน",
    (COLUMNS, DELTA_COLUMNS),
    NotARegistryFile,
    workbooks=True,
    text_only=frozenset({"card_no", "account_no", "phone"}),
    dates=frozenset({"birth_date"}),
)
DEATH_LIST: Final = FileForm("a list of deaths", "รายชื่อผู้เสียชีวิต", (death_list.COLUMNS,), NotARegistryFile, json_lines=True)
