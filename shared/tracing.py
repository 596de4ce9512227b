"""What led to what: ids that travel from a request or an event to everything that it causes."""

from contextvars import ContextVar

correlation_id: ContextVar[str] = ContextVar("correlation_id", default="")
causation_id: ContextVar[str] = ContextVar("causation_id", default="")
