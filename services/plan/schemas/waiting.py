"""Waiting lists of offerings."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel


class WaitingOut(BaseModel):
    """A line of a plan that waits; `place` 1 is next."""

    offering_id: UUID
    plan_id: UUID
    line_no: int
    holder_id: UUID
    place: int
    since: datetime
