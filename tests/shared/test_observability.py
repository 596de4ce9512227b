"""Logs are JSON and tell no citizen id."""

import io
import json
import logging

import orjson
import pytest
import structlog
from opentelemetry.sdk.trace import TracerProvider
from pydantic import BaseModel, ValidationError

from shared.observability import MASK, MaskAttributes, configure, mask_digits, mask_event, tracer_provider
from tests.support import logs


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("id 3810100123454 came", f"id {MASK} came"),
        ("๓๘๑๐๑๐๐๑๒๓๔๕๔", MASK),
        ("3-8101-00123-45-4", MASK),
        ("๓-๘๑๐๑-๐๐๑๒๓-๔๕-๔", MASK),
        ("card 12345678901234567", f"card {MASK}"),
        ("x3810100123454y", f"x{MASK}y"),
        ("381010012345 satang", "381010012345 satang"),
        ("0199a5f3-7c1a-7d34-9b1e-2f6f0c9d2561", "0199a5f3-7c1a-7d34-9b1e-2f6f0c9d2561"),
    ],
)
def test_runs_of_thirteen_digits_are_masked(text, told):
    assert mask_digits(text) == told


def test_they_are_masked_at_any_depth_and_kind():
    event = mask_event(
        None, "info", {"a": {"3810100123454": [("3810100123454",), 3810100123454, {b"3810100123454"}]}, "n": 1.5, "ok": True}
    )
    assert "3810100123454" not in str(event)
    assert (event["n"], event["ok"]) == (1.5, True)


@pytest.fixture
def lines():
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    configure("plan")
    stream = io.StringIO()
    root.handlers[0].setStream(stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()
    logs.in_plain_text()


class _Person(BaseModel):
    name: int


def test_our_lines_and_those_of_libraries_are_json_and_masked(lines):
    with structlog.contextvars.bound_contextvars(correlation_id="c-1"):
        structlog.get_logger("ours").info("read", key="๓๘๑๐๑๐๐๑๒๓๔๕๔")
        logging.getLogger("uvicorn.error").warning("GET /x?id=%s", "3810100123454")
    ours, theirs = lines()
    assert (ours["event"], ours["key"], ours["service"], ours["level"]) == ("read", MASK, "plan", "info")
    assert (theirs["event"], theirs["correlation_id"], theirs["logger"]) == (f"GET /x?id={MASK}", "c-1", "uvicorn.error")


def test_an_exception_is_told_without_the_values_that_it_quotes(lines):
    try:
        try:
            _Person(name="Somchai Jaidee")
        except ValidationError as error:
            raise RuntimeError("no 3810100123454") from error
    except RuntimeError:
        structlog.get_logger("ours").exception("failed")
        logging.getLogger("theirs").exception("failed")
    for line in lines():
        outer, inner = line["exception"]
        assert (outer["kind"], outer["says"]) == ("builtins.RuntimeError", f"no {MASK}")
        assert inner["kind"].endswith("ValidationError")
        assert "test_observability.py" in outer["at"][0]
        assert "Somchai" not in orjson.dumps(line).decode()


def test_spans_begin_masked():
    provider = TracerProvider()
    provider.add_span_processor(MaskAttributes())
    with provider.get_tracer("t").start_as_current_span("s", attributes={"url.query": "id=3810100123454", "n": 1}) as span:
        assert dict(span.attributes) == {"url.query": f"id={MASK}", "n": 1}


def test_traces_are_off_unless_an_endpoint_is_set(monkeypatch):
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    tracer_provider.cache_clear()
    assert tracer_provider("plan") is None
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    tracer_provider.cache_clear()
    provider = tracer_provider("plan")
    tracer_provider.cache_clear()
    assert provider is not None
    assert provider.resource.attributes["service.name"] == "plan"
    provider.shutdown()
