"""Reading a file of persons by lines from a byte offset, with flat memory whatever the file holds."""

from pathlib import Path
from typing import BinaryIO, NamedTuple
from uuid import UUID

from services.registry.domain import FileKind, FileToImport
from services.registry.errors import NotARegistryFile, RegistryFileChanged
from services.registry.repository.intake import convert, converted_path, is_delta, is_plain, look_at
from services.registry.repository.workbooks import refused
from services.registry.rules.file_forms import REGISTRY_FILE, FileForm
from services.registry.rules.registry_file import LINE_BYTES_MAX


class Lines(NamedTuple):
    """Lines of the file; the next one begins at byte `offset`. A line that is too long is cut at LINE_BYTES_MAX."""

    lines: list[bytes]
    offset: int


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
    return FileToImport(str(file.relative_to(root)), found.st_size, found.st_mtime_ns, *seen)


def open_unchanged(folder: Path, wanted: FileToImport, import_id: UUID, form: FileForm = REGISTRY_FILE) -> Path:
    """Where the file lies to be read, made plain where it is not: beside the folder's files, by the import's id.

    Raises RegistryFileChanged when it is not as it was, NotARegistryFile when it is gone or cannot be unpacked.
    """
    if file_below(folder, wanted.path, form) != wanted:
        raise RegistryFileChanged(path=wanted.path)
    if is_plain(wanted):
        return folder / wanted.path
    plain = converted_path(folder, import_id)
    convert(folder / wanted.path, wanted, plain)
    return plain


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
        raise refused(
            "is a file of changes: its kind is DELTA" if delta else "has no column change: it is no file of changes",
            "เป็นไฟล์รายการเปลี่ยนแปลง ต้องระบุชนิด DELTA" if delta else "ไม่มีคอลัมน์ change จึงไม่ใช่ไฟล์รายการเปลี่ยนแปลง",
        )
    return asked


def has_more_lines(path: Path, lines: int) -> bool:
    """Whether a plain file has more than so many lines after its header."""
    with path.open("rb") as file:
        _next_line(file)
        return any(number > lines for number, _ in enumerate(iter(lambda: _next_line(file), b""), start=1))


def forget_converted(folder: Path, import_id: UUID) -> None:
    """Remove the plain copy, where one was made."""
    converted_path(folder, import_id).unlink(missing_ok=True)


def read_lines(path: Path, offset: int, lines_max: int, *, header: bool = True) -> Lines:
    """Up to so many lines from the offset; from offset 0 the header, where there is one, is skipped. No lines at the end of the file."""
    with path.open("rb") as file:
        file.seek(offset)
        if offset == 0 and header:
            _next_line(file)
        lines: list[bytes] = []
        while len(lines) < lines_max and (line := _next_line(file)):
            lines.append(line)
        return Lines(lines, file.tell())


def _next_line(file: BinaryIO) -> bytes:
    line = file.readline(LINE_BYTES_MAX)
    part = line
    while len(part) == LINE_BYTES_MAX and not part.endswith(b"\n"):
        part = file.readline(LINE_BYTES_MAX)
    return line
