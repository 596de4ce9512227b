"""XML as a stream of elements: each comes with its line as soon as it ends and is then forgotten, so that memory is flat whatever the file holds.

A document type is refused, so there are no entities but XML's own five; depth, size and length of what is kept are limited.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple
from xml.etree.ElementTree import Element, SubElement
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
        if reading.root is None and error.code != "xml":
            raise
    return reading.root


class _Begun(NamedTuple):
    """Where a wanted element begins, and how much was kept before it."""

    line: int
    elements: int
    characters: int


@dataclass
class _Reading:
    """The parser's handlers, and what of the file they keep."""

    wanted: frozenset[str]
    root: Root | None = None
    _stack: list[Element] = field(default_factory=list)
    _begun: list[_Begun] = field(default_factory=list)
    _ready: list[Found] = field(default_factory=list)
    _names: dict[str, str] = field(default_factory=dict)
    _skipped: int = 0
    _elements: int = 0
    _characters: int = 0
    _bytes: int = 0
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
        if self._skipped:
            self._skipped += 1
            return
        stack = self._stack
        characters = self._characters + (sum(map(len, attributes.values())) if attributes else 0)
        if characters > CHARACTERS_MAX or self._elements >= ELEMENTS_MAX or len(stack) >= DEPTH_MAX:
            self._leave_out()
            self._skipped = 1
            return
        tag = self._names.get(name) or self._name(name)
        if tag in self.wanted:
            self._begun.append(_Begun(self._parser.CurrentLineNumber, self._elements, self._characters))
        self._elements += 1
        self._characters = characters
        stack.append(SubElement(stack[-1], tag, attributes) if stack else Element(tag, attributes))

    def _text(self, text: str) -> None:
        if self._skipped or not self._stack:
            return
        current = self._stack[-1]
        # Between elements there are only line breaks and spaces.
        if len(current) or (current.text is None and text.isspace()):
            return
        if self._characters + len(text) > CHARACTERS_MAX:
            self._leave_out()
            return
        self._characters += len(text)
        current.text = text if current.text is None else current.text + text

    def _end(self, _name: str) -> None:
        if self._skipped:
            self._skipped -= 1
            return
        element = self._stack.pop()
        if element.tag in self.wanted:
            line, self._elements, self._characters = self._begun.pop()
            self._ready.append(Found(line, element, tuple(self._stack), self._too_large))
            self._too_large = False
            if self._stack:
                del self._stack[-1][-1]

    def _leave_out(self) -> None:
        """Only what is wanted may be left out in parts, and says so; anything else over the limits ends the reading."""
        if not self._begun:
            raise self._over_limits()
        self._too_large = True

    def _over_limits(self) -> NotTaken:
        line = self._parser.CurrentLineNumber
        return NotTaken("size", f"holds more in one element than is taken, in line {line}", f"มีข้อมูลในหนึ่งส่วนเกินกำหนดในบรรทัดที่ {line}")

    def _name(self, name: str) -> str:
        """The name by which an element is known here; how often one is named is limited with the elements."""
        namespace, _, local = name.rpartition(_SEPARATOR)
        if self.root is None:
            self.root = Root(namespace, local)
        known = local if namespace == self.root.namespace else f"{{{namespace}}}{local}"
        if len(self._names) < ELEMENTS_MAX:
            self._names[name] = known
        return known


def _refuse_doctype(*_: object) -> None:
    raise NotTaken("doctype", "has a document type (DOCTYPE), which is not taken", "มีการประกาศ DOCTYPE ซึ่งไม่รับ")
