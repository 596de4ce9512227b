"""The printer: PDFs are made beside the event loop, a few at a time."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final

import orjson
import typst

from shared.documents.content import Document
from shared.errors import Unavailable

STANDARD: Final = "a-2a"
"""PDF/A-2a: for archives (the fonts inside, nothing outside is needed) and for screen readers (tagged, text as Unicode)."""

DATA_BYTES_MAX: Final = 1024 * 1024
_HERE: Final = Path(__file__).parent
_LAYOUT: Final = _HERE / "layout"


class PrinterBusy(Unavailable):
    """As many documents wait as may."""

    slug = "printer-busy"
    title_en = "Too many documents are being printed; try again in a moment"
    title_th = "มีเอกสารรอพิมพ์จำนวนมาก โปรดลองใหม่อีกครั้งในอีกสักครู่"


class Printer:
    """Makes PDFs in threads of its own (typst lets go of the interpreter while it works): `at_once` at a time, `waiting_max` more wait."""

    def __init__(self, *, at_once: int = 1, waiting_max: int = 60) -> None:
        """Threads begin with the first document."""
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="printer")
        self._of_thread = threading.local()
        self._room = at_once + waiting_max

    async def pdf(self, document: Document, made_at: datetime) -> bytes:
        """The document as PDF/A-2a; the same content and moment give the same bytes. Raises PrinterBusy."""
        if self._room <= 0:
            raise PrinterBusy
        self._room -= 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._make, document, made_at)
        finally:
            self._room += 1

    def _make(self, document: Document, made_at: datetime) -> bytes:
        # A compiler works on one document at a time, and keeps what it learned of the layout.
        compiler: typst.Compiler | None = getattr(self._of_thread, "compiler", None)
        if compiler is None:
            compiler = self._of_thread.compiler = layout_compiler()
        pdf = compiler.compile(format="pdf", sys_inputs=inputs_of(document), pdf_standards=STANDARD, timestamp=int(made_at.timestamp()))
        if not isinstance(pdf, bytes):
            raise TypeError(f"a PDF is one piece, not {type(pdf).__name__}")
        return pdf


def layout_compiler() -> typst.Compiler:
    """A compiler of the layout: it reads no file but the layout, and has no font but ours."""
    return typst.Compiler(_LAYOUT / "document.typ", root=_LAYOUT, font_paths=_fonts())


def inputs_of(document: Document) -> dict[str, str]:
    """The content as the layout reads it. Raises ValueError for one of more than DATA_BYTES_MAX."""
    data = orjson.dumps(document.data())
    if len(data) > DATA_BYTES_MAX:
        raise ValueError(f"a document of {len(data)} bytes is too long; at most {DATA_BYTES_MAX}")
    return {"document": data.decode()}


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[_HERE / "fonts"])
