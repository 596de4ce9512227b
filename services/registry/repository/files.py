"""Reading a file of persons by lines from a byte offset, with flat memory whatever the file holds."""

from pathlib import Path
from typing import Final
from uuid import UUID

from services.registry.domain import FileKind, FileToImport
from services.registry.errors import NotARegistryFile, RegistryFileChanged
from services.registry.rules.delta_file import DELTA_COLUMNS
from services.registry.rules.file_forms import REGISTRY_FILE
from shared.files.forms import Encoding, FileForm
from shared.files.intake import columns_of, convert, look_at
from shared.files.lines import LINE_BYTES_MAX, next_line

CONVERTED: Final = "converted"


def file_below(folder: Path, path: str, form: FileForm = REGISTRY_FILE) -> FileToImport:
    """The file at a path relative to the folder. Raises NotARegistryFile unless it lies there, also by links, and is of the form."""
    root = folder.resolve()
    try:
        file = (root / path).resolve(strict=True)
    except (OSError, ValueError):
        file = root
    if not (file.is_relative_to(root) and file.is_file()):
        raise NotARegistryFile("There is no such file in the import folder", "ไม่พบไฟล์ในโฟลเดอร์นำเข้า", path=path)
    seen = look_at(file, form)
    found = file.stat()
    return FileToImport(
        str(file.relative_to(root)),
        found.st_size,
        found.st_mtime_ns,
        packed=seen.packed,
        encoding=seen.encoding,
        delta=seen.columns == DELTA_COLUMNS,
        workbook=seen.workbook,
        json_lines=seen.json_lines,
    )


def open_unchanged(folder: Path, wanted: FileToImport, import_id: UUID, form: FileForm = REGISTRY_FILE) -> Path:
    """Where the file lies to be read, made plain where it is not: beside the folder's files, by the import's id.

    Raises RegistryFileChanged when it is not as it was, NotARegistryFile when it is gone or cannot be unpacked.
    """
    if file_below(folder, wanted.path, form) != wanted:
        raise RegistryFileChanged(path=wanted.path)
    if is_plain(wanted):
        return folder / wanted.path
    plain = converted_path(folder, import_id)
    convert(folder / wanted.path, plain, form, packed=wanted.packed, encoding=wanted.encoding, workbook=wanted.workbook)
    return plain


def is_plain(file: FileToImport) -> bool:
    """Whether the file can be read as it lies."""
    return not file.packed and not file.workbook and file.encoding is Encoding.UTF_8


def converted_path(folder: Path, import_id: UUID) -> Path:
    """Where the plain copy of an import's file lies."""
    return folder / CONVERTED / f"{import_id}.csv"


def is_delta(header: bytes) -> bool:
    """Whether a first line is that of a file of changes. Raises NotARegistryFile, saying why, where it is no header of ours."""
    return columns_of(header, REGISTRY_FILE) == DELTA_COLUMNS


def kind_of(path: Path, asked: FileKind | None) -> FileKind:
    """What a plain file says of those who are not in it, as asked or else by its header. Raises NotARegistryFile where the two do not fit."""
    with path.open("rb") as file:
        delta = is_delta(file.readline(LINE_BYTES_MAX))
    return checked_kind(asked, delta=delta)


def checked_kind(asked: FileKind | None, *, delta: bool) -> FileKind:
    """As kind_of, by what the header is."""
    if asked is None:
        return FileKind.DELTA if delta else FileKind.FULL
    if delta is not (asked is FileKind.DELTA):
        raise REGISTRY_FILE.refused(
            "is a file of changes: its kind is DELTA" if delta else "has no column change: it is no file of changes",
            "เป็นไฟล์รายการเปลี่ยนแปลง ต้องระบุชนิด DELTA" if delta else "ไม่มีคอลัมน์ change จึงไม่ใช่ไฟล์รายการเปลี่ยนแปลง",
        )
    return asked


def has_more_lines(path: Path, lines: int) -> bool:
    """Whether a plain file has more than so many lines after its header."""
    with path.open("rb") as file:
        next_line(file)
        return any(number > lines for number, _ in enumerate(iter(lambda: next_line(file), b""), start=1))


def forget_converted(folder: Path, import_id: UUID) -> None:
    """Remove the plain copy, where one was made."""
    converted_path(folder, import_id).unlink(missing_ok=True)
