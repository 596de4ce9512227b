"""Files of persons as they come: packed by gzip, in TIS-620 (CP874), with a byte order mark, as workbooks. They are made plain before they are read."""

import codecs
import gzip
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import zip_longest
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, cast
from uuid import UUID

from services.registry.domain import Encoding, FileToImport
from services.registry.repository.workbooks import refused, require_workbook, write_rows
from services.registry.rules.delta_file import DELTA_COLUMNS
from services.registry.rules.file_forms import REGISTRY_FILE, FileForm
from services.registry.rules.registry_file import LINE_BYTES_MAX

SAMPLE_BYTES: Final = 1024 * 1024
COPY_BYTES: Final = 1024 * 1024
CONVERTED: Final = "converted"
_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK\x03\x04"
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Seen(NamedTuple):
    """What a look at a file's beginning tells: packed by gzip, the encoding, a file of changes, a workbook, JSON lines."""

    packed: bool
    encoding: Encoding
    delta: bool
    workbook: bool = False
    json_lines: bool = False


def look_at(file: Path, form: FileForm = REGISTRY_FILE) -> Seen:
    """In which way a file of the form is written, by its beginning. Raises NotARegistryFile for what is none, saying why."""
    with file.open("rb") as reading:
        begin = reading.read(4)
    if begin.startswith(_ZIP) and not form.workbooks:
        raise refused(
            "is a workbook or an archive; send CSV or NDJSON, which may be packed by gzip",
            "เป็นไฟล์ Excel หรือไฟล์บีบอัด zip กรุณาส่งเป็น CSV หรือ NDJSON ซึ่งบีบอัดด้วย gzip ได้",
        )
    if begin.startswith(_ZIP):
        require_workbook(file)
        return Seen(packed=False, encoding=Encoding.UTF_8, delta=False, workbook=True)
    packed = begin.startswith(_GZIP)
    with _unpacked(file, packed=packed) as reading:
        header = reading.readline(LINE_BYTES_MAX)
        json_lines = form.json_lines and header.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{")
        delta = not json_lines and columns_of(header, form) == DELTA_COLUMNS
        sample = header + reading.read(SAMPLE_BYTES)
    return Seen(packed, _encoding_of(sample), delta, json_lines=json_lines)


def is_plain(file: FileToImport) -> bool:
    """Whether the file can be read as it lies."""
    return not file.packed and not file.workbook and file.encoding is Encoding.UTF_8


def converted_path(folder: Path, import_id: UUID) -> Path:
    """Where the plain copy of an import's file lies."""
    return folder / CONVERTED / f"{import_id}.csv"


def convert(source: Path, file: FileToImport, target: Path) -> None:
    """Write the plain copy, which appears whole; one that is there already is kept. Memory is flat.

    Raises NotARegistryFile for a file that is damaged or ends too early. What was written before a failure is removed.
    """
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".part")
    try:
        with draft.open("wb") as writing:
            if file.workbook:
                write_rows(source, writing)
            else:
                _write_plain(source, file, writing)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    draft.replace(target)


def is_delta(header: bytes) -> bool:
    """Whether a first line is that of a file of changes. Raises NotARegistryFile, saying why, where it is no header of ours."""
    return columns_of(header, REGISTRY_FILE) == DELTA_COLUMNS


def columns_of(header: bytes, form: FileForm) -> tuple[str, ...]:
    """The columns of the form that a first line names exactly, in their order. Raises NotARegistryFile, saying why, where it names none."""
    names = header.removeprefix(codecs.BOM_UTF8).rstrip(b"\r\n")
    columns = tuple(names.decode(errors="replace").split(","))
    if columns in form.headers:
        return columns
    if header.startswith(_UTF_16):
        raise refused("is UTF-16; save it as UTF-8 or TIS-620", "เป็น UTF-16 กรุณาบันทึกเป็น UTF-8 หรือ TIS-620")
    for delimiter, name in ((b";", "a semicolon"), (b"\t", "a tab"), (b"|", "a bar")):
        if tuple(part.decode(errors="replace") for part in names.split(delimiter)) in form.headers:
            raise refused(
                f"parts its columns by {name} in line 1, not by a comma", "คั่นช่องข้อมูลในบรรทัดที่ 1 ด้วยเครื่องหมายอื่น ต้องใช้เครื่องหมายจุลภาค (,)"
            )
    wrong, wanted = _first_difference(columns, form)
    raise refused(
        f"does not name the columns of {form.name_en} in its first line: field {wrong} must be {wanted}",
        f"บรรทัดแรกไม่ใช่หัวตารางของ{form.name_th} ช่องที่ {wrong} ต้องเป็น {wanted}",
    )


def _first_difference(names: Sequence[str], form: FileForm) -> tuple[int, str]:
    columns = next((one for one in form.headers if names[0].strip().lower() == one[0]), form.headers[0])
    pairs = zip_longest(names, columns, fillvalue="-")
    return next((number, wanted) for number, (name, wanted) in enumerate(pairs, start=1) if name != wanted)


def _write_plain(source: Path, file: FileToImport, writing: BinaryIO) -> None:
    decoder = codecs.getincrementaldecoder(file.encoding.value)("replace")
    with _unpacked(source, packed=file.packed) as reading:
        while chunk := reading.read(COPY_BYTES):
            writing.write(chunk if file.encoding is Encoding.UTF_8 else decoder.decode(chunk).encode())


@contextmanager
def _unpacked(file: Path, *, packed: bool) -> Iterator[BinaryIO]:
    try:
        with cast("BinaryIO", gzip.open(file, "rb")) if packed else file.open("rb") as reading:
            yield reading
    except EOFError:
        raise refused("ends in the middle; it was not sent whole", "ไฟล์ไม่ครบถ้วน ถูกตัดกลางคัน กรุณาส่งใหม่") from None
    except (gzip.BadGzipFile, zlib.error):
        raise refused("is damaged: it cannot be unpacked", "ไฟล์เสียหาย ไม่สามารถคลายการบีบอัดได้") from None


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
