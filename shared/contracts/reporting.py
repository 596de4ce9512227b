"""Events that reporting publishes."""

from datetime import date, datetime
from uuid import UUID

from shared.contracts.envelope import EventData

REPORTS = "reporting.reports.v1"


class ReportPublished(EventData):
    """A snapshot of figures was frozen; `content_hash` is SHA-256 over its canonical JSON.

    Frozen again for the same meeting (or due report) it has the next edition, which names the snapshot that it replaces.
    """

    type = "reporting.ReportPublished.v1"
    topic = REPORTS
    consumers = ("external:mof", "external:committees")

    snapshot_id: UUID
    name: str
    area: str
    as_of: datetime
    content_hash: str
    edition: int = 1
    replaces: UUID | None = None
    meeting: str | None = None


class DueReport(EventData):
    """Base of what becomes of a report that somebody owes: an officer (OFFICER, with `officer_id`), a district, a province or the country.

    `kind` is MONTHLY, JUNE or SEPTEMBER, `period` the month that it is about (`2018-06`).
    """

    due_id: UUID
    kind: str
    period: str
    level: str
    area: str
    officer_id: UUID | None
    due_on: date


class ReportReminded(DueReport):
    """Who owes the report was reminded, so many days before it is due."""

    type = "reporting.ReportReminded.v1"
    topic = REPORTS
    consumers = ("external:committees",)

    days_left: int


class ReportOverdue(DueReport):
    """The report has not come, so many days after it was due."""

    type = "reporting.ReportOverdue.v1"
    topic = REPORTS
    consumers = ("external:committees", "external:mof")

    days_late: int


class ReportSubmitted(DueReport):
    """The report was submitted as a snapshot; `number` counts its submissions."""

    type = "reporting.ReportSubmitted.v1"
    topic = REPORTS
    consumers = ("external:committees", "external:mof")

    snapshot_id: UUID
    number: int
    late: bool


class ReportAcknowledged(DueReport):
    """The next level has acknowledged the submission."""

    type = "reporting.ReportAcknowledged.v1"
    topic = REPORTS
    consumers = ("external:committees", "external:mof")

    snapshot_id: UUID
    number: int


class ReportReturned(DueReport):
    """The next level has returned the submission with remarks, which stay in reporting."""

    type = "reporting.ReportReturned.v1"
    topic = REPORTS
    consumers = ("external:committees",)

    snapshot_id: UUID
    number: int
