"""Looking into PDFs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pypdfium2

# A consonant with its marks, which pdfium sometimes tells twice where each mark is a glyph of its own.
_TWICE = re.compile("([ก-ฮ][ัิ-ฺ็-๎]{2,})\\1")
MM = 72 / 25.4


@dataclass(frozen=True)
class Pdf:
    """What a reader finds: text of all pages, the pages' sizes in millimetres, the fonts and whether they are inside, the title."""

    text: str
    sizes_mm: Sequence[tuple[int, int]]
    fonts: frozenset[tuple[str, bool]]
    title: str
    raw: bytes

    def __contains__(self, words: str) -> bool:
        """Whether the words are on the pages, however the lines break."""
        return "".join(words.split()) in "".join(self.text.split())


def read_pdf(raw: bytes) -> Pdf:
    """Read a PDF."""
    with pypdfium2.PdfDocument(raw) as document:
        text, sizes, fonts = [], [], set()
        for page in document:
            text.append(page.get_textpage().get_text_range().replace("\u200b", ""))
            sizes.append((round(page.get_width() / MM), round(page.get_height() / MM)))
            used = [one.get_font() for one in page.get_objects(max_depth=20) if isinstance(one, pypdfium2.PdfTextObj)]
            fonts |= {(font.get_base_name().partition("+")[2], font.is_embedded) for font in used}
        return Pdf(_TWICE.sub(r"\1", "\n".join(text)), sizes, frozenset(fonts), document.get_metadata_value("Title"), raw)
