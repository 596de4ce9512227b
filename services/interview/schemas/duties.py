"""What governors, district chiefs and agencies wrote down."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from services.interview.forms.duties import Addressee, Difference, PreparationKind
from services.interview.rules.agency_tasks import Manner, TaskState
from services.interview.rules.committee_powers import Power
from services.interview.schemas.base import Out


class AreaOut(Out):
    """An area and the title of its head, of Bangkok its own."""

    area: str = Field(description="Province (2 digits) or district (4). รหัสพื้นที่")
    title_th: str
    title_en: str


class GuidelineOut(AreaOut):
    """A version of a guideline."""

    guideline_id: UUID
    version: int
    title: str
    content: str
    valid_from: date
    published_at: datetime
    published_by: str


class AcknowledgementOut(AreaOut):
    """That a district has read it."""

    version: int
    acknowledged_at: datetime
    acknowledged_by: str


class GuidelineDetailOut(GuidelineOut):
    """A guideline, which districts have acknowledged this version, and which have not."""

    acknowledged: list[AcknowledgementOut]
    missing: list[AreaOut]


class VariantOut(Out):
    """A variant of team or process."""

    variant_id: UUID
    version: int
    district: str
    differs_in: Difference
    what: str
    reason: str
    from_day: date
    to_day: date | None
    decided_at: datetime
    decided_by: str
    ended_by: str | None


class TaskHistoryOut(Out):
    """One thing that was said of a task."""

    version: int
    from_state: TaskState | None
    to_state: TaskState
    at: datetime
    by: str
    remark: str


class TaskOut(Out):
    """A task of an agency; its history in lists only."""

    task_id: UUID
    version: int
    province: str
    agency: str
    manner: Manner
    task: str
    districts: list[str]
    due_on: date
    state: TaskState
    history: list[TaskHistoryOut] | None = None


class MemberOut(Out):
    """A member of a committee; the name in lists only, so that no stored answer has it."""

    member_id: UUID
    version: int
    province: str
    committee: str
    name: str | None = None
    position: str
    powers: list[Power]
    order_no: str
    from_day: date
    to_day: date | None


class PreparationOut(Out):
    """What the head of a district prepared; `details` by its kind."""

    record_id: UUID
    district: str
    kind: PreparationKind
    on_day: date
    details: dict[str, Any]
    recorded_at: datetime
    recorded_by: str


class ReleaseOut(AreaOut):
    """Released results; `content_hash` is the SHA-256 of the content. With its receipt, once there is one."""

    release_id: UUID
    addressee: Addressee
    first_month: str
    last_month: str
    revision: int
    taken_at: datetime
    content_hash: str
    released_by: str
    received_at: datetime | None = None
    received_by: str | None = None
    reference: str | None = None


class ReleaseDetailOut(ReleaseOut):
    """Released results with their content, as canonical JSON, and its detached JWS by a key of /.well-known/jwks.json."""

    content: str
    signature: str


class ReceiptOut(Out):
    """That the results were taken in."""

    release_id: UUID
    received_at: datetime
    received_by: str
    reference: str
