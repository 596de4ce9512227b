"""Events that reporting publishes."""

from datetime import datetime
from uuid import UUID

from shared.contracts.envelope import EventData

REPORTS = "reporting.reports.v1"


class ReportPublished(EventData):
    """A snapshot of figures was frozen; `content_hash` is SHA-256 over its canonical JSON."""

    type = "reporting.ReportPublished.v1"
    topic = REPORTS
    consumers = ("external:mof", "external:committees")

    snapshot_id: UUID
    name: str
    area: str
    as_of: datetime
    content_hash: str
