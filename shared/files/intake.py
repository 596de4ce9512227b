"""Files as they come: packed by gzip, in TIS-620 (CP874), with a byte order mark, as workbooks. They are made plain before they are read."""

import codecs
import gzip
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import zip_longest
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, cast

from shared.files.forms import Encoding, FileForm
from shared.files.lines import LINE_BYTES_MAX
from shared.files.workbooks import require_workbook, write_rows

SAMPLE_BYTES: Final = 1024 * 1024
COPY_BYTES: Final = 1024 * 1024
_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK\x03\x04"
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DELIMITERS: Final = {
    ",": ("a comma", "เครื่องหมายจุลภาค"),
    ";": ("a semicolon", "เครื่องหมายอัฒภาค"),
    "\t": ("a tab", "แท็บ"),
    "|": ("a bar", "เครื่องหมายขีดตั้ง"),
}


class Seen(NamedTuple):
    """What a look at a file's beginning tells: packed by gzip, the encoding, the columns that its first line names (of text), a workbook, JSON lines."""

    packed: bool
    encoding: Encoding
    columns: tuple[str, ...]
    workbook: bool = False
    json_lines: bool = False


def look_at(file: Path, form: FileForm) -> Seen:
    """In which way a file of the form is written, by its beginning. Raises the form's failure for what is none, saying why."""
    with file.open("rb") as reading:
        begin = reading.read(4)
    if begin.startswith(_ZIP) and not form.workbooks:
        raise form.refused(
            "is a workbook or an archive; send CSV or NDJSON, which may be packed by gzip",
            "เป็นไฟล์ Excel หรือไฟล์บีบอัด zip กรุณาส่งเป็น CSV หรือ NDJSON ซึ่งบีบอัดด้วย gzip ได้",
        )
    if begin.startswith(_ZIP):
        require_workbook(file, form)
        return Seen(packed=False, encoding=Encoding.UTF_8, columns=(), workbook=True)
    packed = begin.startswith(_GZIP)
    with _unpacked(file, form, packed=packed) as reading:
        header = reading.readline(LINE_BYTES_MAX)
        json_lines = form.json_lines and header.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{")
        columns = () if json_lines else columns_of(header, form)
        sample = header + reading.read(SAMPLE_BYTES)
    return Seen(packed, _encoding_of(sample), columns, json_lines=json_lines)


def begin_of(file: Path, form: FileForm, bytes_max: int) -> tuple[bool, bytes]:
    """Whether the file is packed by gzip, and how it begins when it is unpacked. Raises the form's failure for one that is damaged."""
    with file.open("rb") as reading:
        packed = reading.read(len(_GZIP)) == _GZIP
    with _unpacked(file, form, packed=packed) as reading:
        return packed, reading.read(bytes_max)


def convert(source: Path, target: Path, form: FileForm, *, packed: bool, encoding: Encoding, workbook: bool) -> None:
    """Write the plain copy, which appears whole; one that is there already is kept. Memory is flat.

    Raises the form's failure for a file that is damaged or ends too early. What was written before a failure is removed.
    """
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".part")
    try:
        with draft.open("wb") as writing:
            if workbook:
                write_rows(source, writing, form)
            else:
                _write_plain(source, writing, form, packed=packed, encoding=encoding)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    draft.replace(target)


def columns_of(header: bytes, form: FileForm) -> tuple[str, ...]:
    """The columns of the form that a first line names exactly, in their order. Raises the form's failure, saying why, where it names none."""
    names = header.removeprefix(codecs.BOM_UTF8).rstrip(b"\r\n")
    columns = tuple(_decoded(names).split(form.delimiter))
    if columns in form.headers:
        return columns
    if header.startswith(_UTF_16):
        raise form.refused("is UTF-16; save it as UTF-8 or TIS-620", "เป็น UTF-16 กรุณาบันทึกเป็น UTF-8 หรือ TIS-620")
    for delimiter, (name, _) in _DELIMITERS.items():
        if tuple(_decoded(names).split(delimiter)) in form.headers:
            wanted_en, wanted_th = _DELIMITERS[form.delimiter]
            raise form.refused(
                f"parts its columns by {name} in line 1, not by {wanted_en}",
                f"คั่นช่องข้อมูลในบรรทัดที่ 1 ด้วยเครื่องหมายอื่น ต้องใช้{wanted_th} ({form.delimiter})",
            )
    wrong, wanted = _first_difference(columns, form)
    raise form.refused(
        f"does not name the columns of {form.name_en} in its first line: field {wrong} must be {wanted}",
        f"บรรทัดแรกไม่ใช่หัวตารางของ{form.name_th} ช่องที่ {wrong} ต้องเป็น {wanted}",
    )


def _decoded(names: bytes) -> str:
    try:
        return names.decode()
    except UnicodeDecodeError:
        return names.decode(Encoding.CP874.value, errors="replace")


def _first_difference(names: Sequence[str], form: FileForm) -> tuple[int, str]:
    columns = next((one for one in form.headers if names[0].strip().lower() == one[0]), form.headers[0])
    pairs = zip_longest(names, columns, fillvalue="-")
    return next((number, wanted) for number, (name, wanted) in enumerate(pairs, start=1) if name != wanted)


def _write_plain(source: Path, writing: BinaryIO, form: FileForm, *, packed: bool, encoding: Encoding) -> None:
    decoder = codecs.getincrementaldecoder(encoding.value)("replace")
    with _unpacked(source, form, packed=packed) as reading:
        size = 0
        while chunk := reading.read(COPY_BYTES):
            size += len(chunk)
            if size > form.unpacked_bytes_max:
                raise form.refused("unpacks to more than it may", "มีขนาดเมื่อคลายแล้วใหญ่เกินกำหนด")
            writing.write(chunk if encoding is Encoding.UTF_8 else decoder.decode(chunk).encode())


@contextmanager
def _unpacked(file: Path, form: FileForm, *, packed: bool) -> Iterator[BinaryIO]:
    try:
        with cast("BinaryIO", gzip.open(file, "rb")) if packed else file.open("rb") as reading:
            yield reading
    except EOFError:
        line = _last_line(file)
        raise form.refused(
            f"ends in the middle, in line {line}; it was not sent whole", f"ไฟล์ไม่ครบถ้วน ถูกตัดกลางคันในบรรทัดที่ {line} กรุณาส่งใหม่"
        ) from None
    except (gzip.BadGzipFile, zlib.error):
        line = _last_line(file)
        raise form.refused(
            f"is damaged: it cannot be unpacked behind line {line}", f"ไฟล์เสียหาย ไม่สามารถคลายการบีบอัดต่อจากบรรทัดที่ {line} ได้"
        ) from None


def _last_line(packed: Path) -> int:
    """The number of the last line that can be unpacked, from 1."""
    unpacking, line = zlib.decompressobj(zlib.MAX_WBITS | 16), 1
    with packed.open("rb") as reading, suppress(zlib.error):
        while chunk := unpacking.unconsumed_tail or reading.read(COPY_BYTES // 16):
            line += unpacking.decompress(chunk, COPY_BYTES).count(b"\n")
            if unpacking.eof:  # another member follows, or nothing
                reading.seek(-len(unpacking.unused_data), 1)
                unpacking = zlib.decompressobj(zlib.MAX_WBITS | 16)
    return line


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
