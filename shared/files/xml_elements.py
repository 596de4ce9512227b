"""XML as a stream of elements: each comes with its line as soon as it ends and is then forgotten, so that memory is flat whatever the file holds.

A document type is refused, so there are no entities but XML's own five; depth, size and length of what is kept are limited.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple
from xml.etree.ElementTree import Element
from xml.parsers import expat

from shared.thai.unreadable import Unreadable

DEPTH_MAX: Final = 32
ELEMENTS_MAX: Final = 2_000
"""So many elements of the file are in memory at once, at most."""
CHARACTERS_MAX: Final = 200_000
"""So much of their text and attributes."""
TOKEN_BYTES_MAX: Final = 1024 * 1024
_CHUNK_BYTES: Final = 64 * 1024
_SEPARATOR: Final = "}"


class NotTaken(Unreadable):
    """XML that is not taken. Codes: `xml` (not well formed, with the line), `doctype`, `size`."""


class Found(NamedTuple):
    """An element that was wanted, with the line (from 1) where it begins and what it stands in, the root first.

    Of what it stands in there is all that came before it but wanted elements. `too_large`: parts of it are left out, it is over the limits.
    Elements of the root's namespace have their local name, those of another `{namespace}name`.
    """

    line: int
    element: Element
    around: tuple[Element, ...]
    too_large: bool


class Root(NamedTuple):
    """The first element of a file."""

    namespace: str
    name: str


def elements(path: Path, wanted: Collection[str]) -> Iterator[Found]:
    """The wanted elements, each as it ends. Raises NotTaken."""
    reading = _Reading(frozenset(wanted))
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            reading.feed(chunk)
            yield from reading.take()
        reading.feed(b"", last=True)
        yield from reading.take()


def root_of(begin: bytes) -> Root | None:
    """The first element of XML that begins so; None where there is none. Raises NotTaken for a document type."""
    reading = _Reading(frozenset())
    try:
        reading.feed(begin)
    except NotTaken as error:
        if reading.root is None and error.code == "xml":
            return None
        if reading.root is None:
            raise
    return reading.root


@dataclass
class _Reading:
    """The parser's handlers, and what of the file they keep."""

    wanted: frozenset[str]
    root: Root | None = None
    _stack: list[Element] = field(default_factory=list)
    _lines: list[int] = field(default_factory=list)
    _ready: list[Found] = field(default_factory=list)
    _skipped: int = 0
    _kept: int = 0
    _characters: int = 0
    _bytes: int = 0
    # Where the outermost wanted element stands in the stack, and whether it is over the limits.
    _inside: int | None = None
    _too_large: bool = False

    def __post_init__(self) -> None:
        self._parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = _refuse_doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text

    def feed(self, chunk: bytes, *, last: bool = False) -> None:
        """Read on. Raises NotTaken."""
        self._bytes += len(chunk)
        try:
            self._parser.Parse(chunk, last)
        except (expat.ExpatError, LookupError) as error:
            line = getattr(error, "lineno", self._parser.CurrentLineNumber)
            raise NotTaken("xml", f"is no well-formed XML in line {line}", f"ไม่ใช่ XML ที่ถูกต้องในบรรทัดที่ {line}") from error
        if self._bytes - self._parser.CurrentByteIndex > TOKEN_BYTES_MAX:
            raise self._over_limits()

    def take(self) -> list[Found]:
        """What was found since the last time."""
        ready, self._ready = self._ready, []
        return ready

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self.root is None:
            namespace, _, local = name.rpartition(_SEPARATOR)
            self.root = Root(namespace, local)
        size = sum(map(len, attributes.values()))
        if self._skipped or not self._has_room(size) or len(self._stack) >= DEPTH_MAX or self._kept >= ELEMENTS_MAX:
            self._leave_out()
            self._skipped += 1
            return
        element = Element(self._local(name), attributes)
        self._kept += 1
        self._characters += size
        if self._stack:
            self._stack[-1].append(element)
        if self._inside is None and element.tag in self.wanted:
            self._inside, self._too_large = len(self._stack), False
        self._stack.append(element)
        self._lines.append(self._parser.CurrentLineNumber)

    def _text(self, text: str) -> None:
        if self._skipped or not self._stack:
            return
        if not self._has_room(len(text)):
            self._leave_out()
            return
        current = self._stack[-1]
        if len(current):
            return  # between elements there are only line breaks and spaces
        current.text = (current.text or "") + text
        self._characters += len(text)

    def _end(self, _name: str) -> None:
        if self._skipped:
            self._skipped -= 1
            return
        element, line = self._stack.pop(), self._lines.pop()
        if element.tag in self.wanted:
            self._ready.append(Found(line, element, tuple(self._stack), self._too_large))
            self._too_large = False
            self._forget(element)
        if self._inside == len(self._stack):
            self._inside = None

    def _forget(self, element: Element) -> None:
        if self._stack:
            del self._stack[-1][-1]
        for one in element.iter():
            self._kept -= 1
            self._characters -= len(one.text or "") + sum(map(len, one.attrib.values()))

    def _has_room(self, characters: int) -> bool:
        return self._characters + characters <= CHARACTERS_MAX

    def _leave_out(self) -> None:
        """Only what is wanted may be left out in parts, and says so; anything else over the limits ends the reading."""
        if self._inside is None:
            raise self._over_limits()
        self._too_large = True

    def _over_limits(self) -> NotTaken:
        line = self._parser.CurrentLineNumber
        return NotTaken("size", f"holds more in one element than is taken, in line {line}", f"มีข้อมูลในหนึ่งส่วนเกินกำหนดในบรรทัดที่ {line}")

    def _local(self, name: str) -> str:
        namespace, _, local = name.rpartition(_SEPARATOR)
        if self.root is not None and namespace == self.root.namespace:
            return local
        return f"{{{namespace}}}{local}"


def _refuse_doctype(*_: object) -> None:
    raise NotTaken("doctype", "has a document type (DOCTYPE), which is not taken", "มีการประกาศ DOCTYPE ซึ่งไม่รับ")
