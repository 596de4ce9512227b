"""Files of banks as they lie on the disk while they are read: which format they have, and their lines, with flat memory."""

import codecs
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from services.payments.errors import BankFileNotTaken
from services.payments.rules.bank_files import camt, csv_lines, mt940, pain_002
from services.payments.rules.bank_files.conventions import Conventions
from services.payments.rules.bank_files.csv_lines import UNPACKED_BYTES_MAX
from services.payments.rules.bank_files.iso_20022 import WANTED, format_of
from services.payments.rules.bank_files.lines import FileFormat, FileLine
from shared.files.forms import Encoding, FileForm
from shared.files.intake import begin_of, convert, look_at
from shared.files.lines import next_line
from shared.files.xml_elements import NotTaken, elements, root_of

BYTES_MAX: Final = 256 * 1024**2
PART_BYTES: Final = 1024 * 1024
_BEGIN_BYTES: Final = 64 * 1024
_MT940: Final = (b"{1:", b"{4:", b":20:", b":940:")
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_FORM: Final = FileForm("a file of results", "ไฟล์ผลการจ่าย", (), BankFileNotTaken, unpacked_bytes_max=UNPACKED_BYTES_MAX)


class Spooled(NamedTuple):
    """A file that was sent: SHA-256 (hex) and size."""

    sha256: str
    bytes: int


def spool(source: BinaryIO, target: Path) -> Spooled:
    """Copy what is sent. Raises BankFileNotTaken for more than BYTES_MAX."""
    digest, size = hashlib.sha256(), 0
    with target.open("xb") as copy:
        while chunk := source.read(PART_BYTES):
            size += len(chunk)
            if size > BYTES_MAX:
                raise _FORM.refused(
                    f"has more than {BYTES_MAX // 1024**2} MiB; pack it by gzip, or send it in parts",
                    f"มีขนาดเกิน {BYTES_MAX // 1024**2} MiB กรุณาบีบอัดด้วย gzip หรือแบ่งส่ง",
                )
            digest.update(chunk)
            copy.write(chunk)
    return Spooled(digest.hexdigest(), size)


def format_at(path: Path, conventions: Conventions) -> FileFormat:
    """What the file is by how it begins. Raises BankFileNotTaken, saying what is wrong with it."""
    _, begin = begin_of(path, _FORM, _BEGIN_BYTES)
    text = begin.removeprefix(codecs.BOM_UTF8).lstrip()
    if text.startswith((b"<", *_UTF_16)):
        return _format_of_xml(begin)
    if text.startswith(_MT940):
        return FileFormat.MT940
    look_at(path, conventions.csv.form)
    return FileFormat.CSV


def _format_of_xml(begin: bytes) -> FileFormat:
    try:
        root = root_of(begin)
    except NotTaken as error:
        raise _not_taken(error) from error
    found = root and format_of(root)
    if not found:
        raise _FORM.refused("is none of pain.002, camt.053 and camt.054 of ISO 20022", "ไม่ใช่ pain.002, camt.053 หรือ camt.054 ตาม ISO 20022")
    return found


def lines_of(path: Path, plain: Path, kind: FileFormat, conventions: Conventions) -> Iterator[FileLine]:
    """The lines of the file, whose plain copy is made at `plain`. It is looked at to its end before the first line is given.

    Raises BankFileNotTaken for one that is damaged or not whole.
    """
    packed, _ = begin_of(path, _FORM, 0)
    if kind is FileFormat.CSV:
        seen = look_at(path, conventions.csv.form)
        convert(path, plain, conventions.csv.form, packed=packed, encoding=seen.encoding, workbook=False)
        yield from csv_lines.read(_numbered(plain, csv_lines.HEADER_LINES), conventions.csv)
        return
    convert(path, plain, _FORM, packed=packed, encoding=Encoding.UTF_8, workbook=False)
    if kind is FileFormat.MT940:
        yield from mt940.read((number, raw.decode(errors="replace").rstrip("\r\n")) for number, raw in _numbered(plain, 0))
        return
    read, wanted = (pain_002.read if kind is FileFormat.PAIN_002 else camt.read), WANTED[kind]
    try:
        for _ in elements(plain, wanted):
            pass
        yield from read(elements(plain, wanted))
    except NotTaken as error:
        raise _not_taken(error) from error


def parts_of(path: Path) -> Iterator[bytes]:
    """The file in pieces."""
    with path.open("rb") as file:
        while part := file.read(PART_BYTES):
            yield part


def _numbered(path: Path, skipped: int) -> Iterator[tuple[int, bytes]]:
    with path.open("rb") as file:
        for number, raw in enumerate(iter(lambda: next_line(file), b""), start=1):
            if number > skipped:
                yield number, raw


def _not_taken(error: NotTaken) -> BankFileNotTaken:
    return BankFileNotTaken(f"The file {error.message_en}", error.message_th)
