"""The HTTP floor of every service: calls, problems, pages, NDJSON, health, the OpenAPI page. Knows nothing of a service."""

from shared.http.app import make_app
from shared.http.call import Call, calling
from shared.http.csv_answer import CSV, CsvResponse, csv_head, csv_lines
from shared.http.event_stream import EVENT_STREAM, LAST_EVENT_ID, Broadcasts, EventStream, News
from shared.http.idempotency import Answer, IdempotencyKeyReused, forget_answers
from shared.http.key_set import KEY_SET_PATH, KeySet, SigningKeysOut
from shared.http.language import Language, language_of
from shared.http.ndjson import NDJSON, Line, NdjsonResponse, kind_of_body, read_lines
from shared.http.neighbour import Neighbour, NeighbourAway
from shared.http.openapi import operation
from shared.http.paging import Page, PageOf, PageParams, decode_cursor, encode_cursor
from shared.http.pdf_answer import PDF, PDF_ANSWER, PdfResponse, pdf_answer
from shared.http.problems import Problem
from shared.http.resources import HttpSettings, Resources
from shared.http.validation import field_error, field_problems, readable
from shared.http.xlsx_answer import XLSX, XlsxResponse

__all__ = [
    "CSV",
    "EVENT_STREAM",
    "KEY_SET_PATH",
    "LAST_EVENT_ID",
    "NDJSON",
    "PDF",
    "PDF_ANSWER",
    "XLSX",
    "Answer",
    "Broadcasts",
    "Call",
    "CsvResponse",
    "EventStream",
    "HttpSettings",
    "IdempotencyKeyReused",
    "KeySet",
    "Language",
    "Line",
    "NdjsonResponse",
    "Neighbour",
    "NeighbourAway",
    "News",
    "Page",
    "PageOf",
    "PageParams",
    "PdfResponse",
    "Problem",
    "Resources",
    "SigningKeysOut",
    "XlsxResponse",
    "calling",
    "csv_head",
    "csv_lines",
    "decode_cursor",
    "encode_cursor",
    "field_error",
    "field_problems",
    "forget_answers",
    "kind_of_body",
    "language_of",
    "make_app",
    "operation",
    "pdf_answer",
    "read_lines",
    "readable",
]
