"""Logs as JSON lines without personal data, and OpenTelemetry traces where an endpoint is set."""

import logging
import os
import re
import sys
import traceback
from collections.abc import Iterator, Mapping, MutableMapping
from functools import cache
from types import TracebackType
from typing import Any, Final

import orjson
import structlog
from opentelemetry.context import Context
from opentelemetry.sdk.trace import Span, SpanProcessor, TracerProvider

MASK: Final = "x" * 13
# `\d` is any Unicode digit, so Thai digits too. The second form is how a citizen id is printed.
_CITIZEN_ID: Final = re.compile(r"\d{13,}|(?<!\d)\d-\d{4}-\d{5}-\d{2}-\d(?!\d)")
_OTLP_ENDPOINT: Final = "OTEL_EXPORTER_OTLP_ENDPOINT"


def mask_digits(text: str) -> str:
    """The text with every run of 13 or more digits (Arabic or Thai), and every citizen id with dashes, replaced."""
    return _CITIZEN_ID.sub(MASK, text)


def configure(service: str, *, level: str = "INFO") -> None:
    """Send structlog and the standard library's logging to stdout, one JSON object a line, masked.

    Start uvicorn with `log_config=None`, so that its lines come this way too.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _with_service(service),
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, tell_exception, mask_event, _render],
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("aiokafka", "httpx", "httpcore", "uvicorn.access"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def tell_exception(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace `exc_info` by the kinds, first lines and places of the exception and its causes.

    The further lines of an error text are where pydantic repeats the input and PostgreSQL the row, so they are left out.
    """
    given = event.pop("exc_info", None)
    error = _exception_of(given)
    if error is not None:
        event["exception"] = [_told(each) for each in _chain(error)]
    return event


def mask_event(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """The event with every text and number in it masked."""
    return {mask_digits(str(name)): _masked(value) for name, value in event.items()}


@cache
def tracer_provider(service: str) -> TracerProvider | None:
    """The provider of the service's traces, sending by OTLP over HTTP; None unless OTEL_EXPORTER_OTLP_ENDPOINT is set."""
    if not os.environ.get(_OTLP_ENDPOINT):
        return None
    # Only those who send traces pay for loading the exporter.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415  # see above
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415  # see above
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415  # see above

    provider = TracerProvider(resource=Resource.create({"service.name": service, "service.namespace": "sukjai"}))
    provider.add_span_processor(MaskAttributes())
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider


class MaskAttributes(SpanProcessor):
    """Masks the text attributes that a span begins with (address and query)."""

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        """Called by the SDK."""
        del parent_context
        for name, value in dict(span.attributes or {}).items():
            if isinstance(value, str):
                span.set_attribute(name, mask_digits(value))


def _with_service(service: str) -> structlog.typing.Processor:
    def add(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event.setdefault("service", service)
        return event

    return add


def _render(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> str:
    return orjson.dumps(event, option=orjson.OPT_NON_STR_KEYS).decode()


def _masked(value: Any) -> Any:
    match value:
        case bool() | float() | None:
            return value
        case int():
            return value if -(10**12) < value < 10**12 else mask_digits(str(value))
        case Mapping():
            return {mask_digits(str(name)): _masked(entry) for name, entry in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_masked(entry) for entry in value]
        case _:
            return mask_digits(str(value))


def _exception_of(given: Any) -> BaseException | None:
    match given:
        case BaseException():
            return given
        case (_, BaseException() as error, _):
            return error
        case None | False:
            return None
        case _:
            return sys.exc_info()[1]


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)


def _told(error: BaseException) -> dict[str, Any]:
    first_line, *_ = str(error).splitlines() or [""]
    kind = type(error)
    return {"kind": f"{kind.__module__}.{kind.__qualname__}", "says": first_line, "at": _places(error.__traceback__)}


def _places(trace: TracebackType | None) -> list[str]:
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
