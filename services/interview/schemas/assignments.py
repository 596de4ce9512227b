"""Whose case it is."""

from uuid import UUID

from pydantic import ConfigDict

from services.interview.forms.base import Form
from services.interview.schemas.base import AN_OFFICER, CountOut, Out


class AssignmentIn(Form):
    """Who takes the case. A co-interviewer of BAAC or GSB is needed when the officer is of neither."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"officer_id": AN_OFFICER}]})

    officer_id: UUID
    co_interviewer_id: UUID | None = None


class LoadOut(Out):
    """An officer's open cases."""

    officer_id: UUID
    cases: int


class AssignedOut(CountOut):
    """How many cases were given out, and the officers' loads afterwards."""

    loads: list[LoadOut]
