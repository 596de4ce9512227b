"""What the routes of papers share: how they are asked for, whose names stand on them, and the PDF."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query, Response

from services.interview.http.calls import InterviewCall
from services.interview.papers.errors import NamesAway, NamesNotShown
from services.interview.papers.person import Names, Person
from shared.clock import noon
from shared.documents import Digits, Document
from shared.errors import Forbidden
from shared.http import PDF_ANSWER, NeighbourAway, PdfResponse, pdf_answer

PDF_ROUTE: Final[dict[str, Any]] = {"response_class": PdfResponse, "responses": PDF_ANSWER}
"""Keyword arguments of a route that answers with a PDF."""

DigitsQuery = Annotated[Digits, Query(description="Which digits are printed. เลขไทยหรือเลขอารบิก")]


async def person_for_print(call: InterviewCall, holder_id: UUID, names: Names, what: str) -> Person:
    """Who is printed on `what`, asked of the registry with the caller's own token, which notes it there.

    Raises NamesAway when the registry does not answer, NamesNotShown when it does not show this person to the caller.
    """
    if names is Names.NO:
        return Person()
    path = f"/v1/card-holders/{holder_id}/{'personal' if names is Names.PLAIN else 'names'}"
    try:
        told = await call.resources.registry.get(call, path, purpose=f"พิมพ์ {what}")
    except NeighbourAway as away:
        raise NamesAway from away
    except Forbidden as refused:
        raise NamesNotShown(**refused.facts) from refused
    if told is None:
        raise NamesNotShown(holder_id=holder_id)
    return Person.plain(told) if names is Names.PLAIN else Person.masked(told)


async def printed(call: InterviewCall, document: Document, file_name: str) -> Response:
    """The document as the answer; two of one day are the same to the byte when they say the same. Raises PrinterBusy."""
    made_at = noon(call.resources.clock.business_today())
    return pdf_answer(await call.resources.printer.pdf(document, made_at), f"{file_name}.pdf")
