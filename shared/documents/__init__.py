"""Printed documents in Thai: content goes in as data, a PDF/A comes out. Knows nothing of what is printed.

What is printed is never read as markup: the layout is one typst file of ours, and the content reaches it as JSON.
The one font is ours too (fonts/, SIL Open Font License): no font of the machine is looked at, so a page looks the same everywhere.
"""

from shared.documents.content import (
    Answer,
    Bar,
    Bars,
    Block,
    Choices,
    Code,
    Columns,
    Digits,
    Document,
    Facts,
    Fields,
    Group,
    Highlight,
    Note,
    Option,
    Paper,
    Section,
    Signature,
    Signatures,
    Table,
    Writing,
)
from shared.documents.printer import Printer, PrinterBusy

__all__ = [
    "Answer",
    "Bar",
    "Bars",
    "Block",
    "Choices",
    "Code",
    "Columns",
    "Digits",
    "Document",
    "Facts",
    "Fields",
    "Group",
    "Highlight",
    "Note",
    "Option",
    "Paper",
    "Printer",
    "PrinterBusy",
    "Section",
    "Signature",
    "Signatures",
    "Table",
    "Writing",
]
