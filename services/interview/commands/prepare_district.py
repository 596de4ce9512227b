"""What a district chief prepares before February: rehearsals, publicity, the method."""

from typing import Any

from services.interview.commands.act import Act
from services.interview.errors import UnknownOfficer
from services.interview.forms.duties import Preparation, PreparationKind
from services.interview.repository import duties
from services.interview.rules.days import check_not_to_come
from shared.auth import require_area
from shared.db import Tx
from shared.ids import new_id


async def record_preparation(tx: Tx, act: Act, district: str, kind: PreparationKind, form: Preparation) -> dict[str, Any]:
    """Record it. Raises NotFound, UnknownOfficer for who is no officer of the district, Invalid for what has not been done yet."""
    require_area(act.caller, district)
    if kind is not PreparationKind.METHOD:
        check_not_to_come("on_day", form.on_day, act.today)
    unknown = set(form.officers) - await duties.officers_of(tx, district, form.officers)
    if unknown:
        raise UnknownOfficer("officer_ids", officer_ids=sorted(unknown), district=district)
    row = {
        "record_id": new_id(),
        "district": district,
        "kind": kind,
        "on_day": form.on_day,
        "details": form.model_dump(mode="json", exclude={"on_day"}),
        "recorded_at": act.at,
        "recorded_by": act.by,
    }
    await duties.add(tx, "preparation_record", row)
    return row
