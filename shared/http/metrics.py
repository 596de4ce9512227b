"""Request metrics by operation, never by path (which would be a series per person)."""

from typing import Final

from prometheus_client import Counter, Histogram

REQUESTS: Final = Counter("sukjai_http_requests", "Requests answered", ["service", "operation", "status"])
SECONDS: Final = Histogram(
    "sukjai_http_request_seconds",
    "Time to answer a request",
    ["service", "operation"],
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10),
)


def observe(service: str, operation: str, status: int, seconds: float) -> None:
    """Count one answered request."""
    REQUESTS.labels(service, operation, str(status)).inc()
    SECONDS.labels(service, operation).observe(seconds)
