"""The HTTP floor of every service: calls, problems, pages, NDJSON, health, the OpenAPI page. Knows nothing of a service."""

from shared.http.app import make_app
from shared.http.call import Call, calling
from shared.http.csv_answer import CSV, CsvResponse, csv_head, csv_lines
from shared.http.idempotency import Answer, IdempotencyKeyReused, forget_answers
from shared.http.language import Language, language_of
from shared.http.ndjson import NDJSON, Line, NdjsonResponse, kind_of_body, read_lines
from shared.http.openapi import operation
from shared.http.paging import Page, PageOf, PageParams, decode_cursor, encode_cursor
from shared.http.problems import Problem
from shared.http.resources import HttpSettings, Resources
from shared.http.validation import field_error, field_problems

__all__ = [
    "CSV",
    "NDJSON",
    "Answer",
    "Call",
    "CsvResponse",
    "HttpSettings",
    "IdempotencyKeyReused",
    "Language",
    "Line",
    "NdjsonResponse",
    "Page",
    "PageOf",
    "PageParams",
    "Problem",
    "Resources",
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
    "read_lines",
]
