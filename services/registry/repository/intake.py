"""Registry files as they come: packed by gzip, in TIS-620 (CP874), with a byte order mark. They are made plain before they are read."""

import codecs
import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, NoReturn, cast
from uuid import UUID

from services.registry.domain import Encoding, FileToImport
from services.registry.errors import NotARegistryFile
from services.registry.rules.registry_file import COLUMNS, LINE_BYTES_MAX, is_header

SAMPLE_BYTES: Final = 1024 * 1024
COPY_BYTES: Final = 1024 * 1024
CONVERTED: Final = "converted"
_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK\x03\x04"
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def look_at(file: Path) -> tuple[bool, Encoding]:
    """Whether the file is packed, and its encoding by its beginning. Raises NotARegistryFile for what is none, saying why."""
    with file.open("rb") as reading:
        begin = reading.read(4)
    if begin.startswith(_ZIP):
        _refuse("is a workbook or an archive; save it as CSV", "เป็นไฟล์ Excel หรือไฟล์บีบอัด zip กรุณาบันทึกเป็น CSV")
    packed = begin.startswith(_GZIP)
    with _unpacked(file, packed=packed) as reading:
        header = reading.readline(LINE_BYTES_MAX)
        _check_header(header)
        sample = reading.read(SAMPLE_BYTES)
    return packed, _encoding_of(sample)


def is_plain(file: FileToImport) -> bool:
    """Whether the file can be read as it lies."""
    return not file.packed and file.encoding is Encoding.UTF_8


def converted_path(folder: Path, import_id: UUID) -> Path:
    """Where the plain copy of an import's file lies."""
    return folder / CONVERTED / f"{import_id}.csv"


def convert(source: Path, file: FileToImport, target: Path) -> None:
    """Write the plain copy, which appears whole; one that is there already is kept. Memory is flat.

    Raises NotARegistryFile for a packed file that is damaged or ends too early.
    """
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".part")
    decoder = codecs.getincrementaldecoder(file.encoding.value)("replace")
    with _unpacked(source, packed=file.packed) as reading, draft.open("wb") as writing:
        while chunk := reading.read(COPY_BYTES):
            writing.write(chunk if file.encoding is Encoding.UTF_8 else decoder.decode(chunk).encode())
    draft.replace(target)


@contextmanager
def _unpacked(file: Path, *, packed: bool) -> Iterator[BinaryIO]:
    try:
        with cast("BinaryIO", gzip.open(file, "rb")) if packed else file.open("rb") as reading:
            yield reading
    except EOFError:
        _refuse("ends in the middle; it was not sent whole", "ไฟล์ไม่ครบถ้วน ถูกตัดกลางคัน กรุณาส่งใหม่")
    except (gzip.BadGzipFile, zlib.error):
        _refuse("is damaged: it cannot be unpacked", "ไฟล์เสียหาย ไม่สามารถคลายการบีบอัดได้")


def _check_header(header: bytes) -> None:
    if is_header(header):
        return
    if header.startswith(_UTF_16):
        _refuse("is UTF-16; save it as UTF-8 or TIS-620", "เป็น UTF-16 กรุณาบันทึกเป็น UTF-8 หรือ TIS-620")
    names = header.removeprefix(codecs.BOM_UTF8).rstrip(b"\r\n")
    for delimiter, name in ((b";", "a semicolon"), (b"\t", "a tab"), (b"|", "a bar")):
        if names.split(delimiter) == [column.encode() for column in COLUMNS]:
            _refuse(f"parts its columns by {name}, not by a comma", "คั่นช่องข้อมูลด้วยเครื่องหมายอื่น ต้องใช้เครื่องหมายจุลภาค (,)")
    _refuse("does not name the columns of a registry file in its first line", "บรรทัดแรกไม่ใช่หัวตารางของไฟล์ทะเบียน")


def _encoding_of(sample: bytes) -> Encoding:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        try:
            sample.decode(Encoding.CP874.value)
        except UnicodeDecodeError:
            return Encoding.UTF_8  # Neither: each line that is no UTF-8 is rejected by itself.
        return Encoding.CP874
    return Encoding.UTF_8


def _refuse(en: str, th: str) -> NoReturn:
    raise NotARegistryFile(f"The file {en}", th)
