"""What the routes share."""

from typing import Annotated

from fastapi import Path, Query

from services.interview.commands.act import Act
from services.interview.forms.base import District, Province
from services.interview.resources import InterviewResources
from shared.http import Call

InterviewCall = Call[InterviewResources]
DistrictPath = Annotated[District, Path(description="District code, 4 digits. รหัสอำเภอ")]
ProvincePath = Annotated[Province, Path(description="Province code, 2 digits. รหัสจังหวัด")]
DistrictQuery = Annotated[District | None, Query(description="District code, 4 digits. รหัสอำเภอ")]


def act_of(call: InterviewCall) -> Act:
    """The caller and the business time of the call."""
    return Act(call.principal, call.resources.clock.business_now())
