"""The published language: every event of the suite, one module per producing service."""

from shared.contracts import dev, interview, payments, plan, registry, reporting
from shared.contracts.envelope import EVENT_TYPES, Event, EventData, InvalidEvent, parse

__all__ = ["EVENT_TYPES", "Event", "EventData", "InvalidEvent", "dev", "interview", "parse", "payments", "plan", "registry", "reporting"]
