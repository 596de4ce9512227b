"""A report's whole answer: what was asked, as of when, under which policy, and the figures."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import orjson

from services.reporting.domain.figures import Figures
from services.reporting.domain.parameters import Parameters
from services.reporting.queries.reports import REPORTS, ReportName
from services.reporting.queries.view import PolicyCopy, View, area_seen, newest_policy
from shared.auth import Reach
from shared.clock import on_day
from shared.db import ReadTx
from shared.errors import NotFound


@dataclass(frozen=True)
class Answer:
    """One report as it was read."""

    report: ReportName
    area: str
    parameters: Parameters
    as_of: datetime
    policy: PolicyCopy | None
    figures: Figures

    def content(self) -> dict[str, Any]:
        """What is frozen of the answer, as plain JSON values."""
        policy = None if self.policy is None else {"profile": self.policy.profile, "version": self.policy.version}
        content = {
            "report": self.report.value,
            "area": self.area,
            "parameters": self.parameters.model_dump(mode="json", by_alias=True, exclude={"area"}),
            "as_of": self.as_of.isoformat(),
            "policy": policy,
            "figures": asdict(self.figures),
        }
        plain: dict[str, Any] = orjson.loads(
            orjson.dumps(content, default=str)
        )  # the driver has a UUID of its own, which orjson does not know
        return plain


async def read_report(
    tx: ReadTx, name: ReportName, parameters: Parameters, *, reach: Reach, as_of: datetime, sees_persons: bool = True
) -> Answer:
    """Read the figures; rules that ask for a day use that of `as_of`.

    Raises NotFound for an area out of reach, or a report that callers of this level do not have.
    """
    view = await view_of(tx, name, parameters, reach=reach, as_of=as_of, sees_persons=sees_persons)
    return Answer(name, view.area, parameters, as_of, view.policy, await REPORTS[name].read(tx, view, parameters))


async def view_of(
    tx: ReadTx, name: ReportName, parameters: Parameters, *, reach: Reach, as_of: datetime, sees_persons: bool = True
) -> View:
    """What a caller of this reach looks at in the report. Raises NotFound as `read_report`."""
    if reach.level not in REPORTS[name].levels:
        raise NotFound
    return View(reach, area_seen(reach, parameters.area), on_day(as_of), await newest_policy(tx), sees_persons)
