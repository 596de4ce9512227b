"""PDFs as answers."""

from typing import Any, Final

from fastapi import Response

PDF: Final = "application/pdf"
PDF_ANSWER: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The PDF (PDF/A-2a). ไฟล์ PDF", "content": {PDF: {"schema": {"type": "string", "format": "binary"}}}}
}
"""`responses` of a route that answers so; beside `response_class=PdfResponse`."""


class PdfResponse(Response):
    """A PDF."""

    media_type = PDF


def pdf_answer(pdf: bytes, file_name: str) -> PdfResponse:
    """The PDF, which a browser shows; `file_name` (ASCII) is offered when it is kept."""
    return PdfResponse(pdf, headers={"Content-Disposition": f'inline; filename="{file_name}"', "Cache-Control": "no-store"})
