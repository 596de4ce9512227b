"""A governor's guidelines, which districts acknowledge, and variants of team and process for single districts."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from services.interview.commands.act import Act
from services.interview.commands.reaching import require_province
from services.interview.forms.duties import GuidelineIn, VariantIn
from services.interview.repository import duties
from shared.auth import require_area
from shared.db import Tx
from shared.errors import Invalid, NotFound, PreconditionFailed
from shared.ids import new_id


async def publish_guideline(tx: Tx, act: Act, province: str, form: GuidelineIn) -> dict[str, Any]:
    """Publish the first version of a guideline. Raises NotFound for a province that is not the caller's."""
    require_province(act.caller, province)
    return await _published(tx, act, new_id(), 1, province, form)


async def publish_next_version(tx: Tx, act: Act, guideline_id: UUID, form: GuidelineIn, *, if_version: int | None) -> dict[str, Any]:
    """Publish the next version; districts acknowledge it anew. Raises NotFound, PreconditionFailed."""
    last = await duties.newest_guideline(tx, act.caller.reach, guideline_id)
    if last is None:
        raise NotFound
    require_province(act.caller, last["province"])
    if if_version is not None and if_version != last["version"]:
        raise PreconditionFailed(version=last["version"])
    return await _published(tx, act, guideline_id, last["version"] + 1, last["province"], form)


async def acknowledge(tx: Tx, act: Act, district: str, guideline_id: UUID, version: int) -> dict[str, Any]:
    """Note that the district has read the version; a second time changes nothing. Raises NotFound, Invalid for a version that is none."""
    require_area(act.caller, district)
    last = await duties.newest_guideline(tx, act.caller.reach, guideline_id)
    if last is None or last["province"] != district[:2]:
        raise NotFound
    if not await duties.guideline_exists(tx, guideline_id, version):
        raise Invalid.field("version", "version", "is no version of this guideline", "ไม่มีฉบับนี้", f"1..{last['version']}")
    row = {"guideline_id": guideline_id, "version": version, "district": district, "acknowledged_at": act.at, "acknowledged_by": act.by}
    await duties.add(tx, "guideline_acknowledgement", row, "ON CONFLICT DO NOTHING")
    return await duties.acknowledgement(tx, guideline_id, version, district)


async def adapt_district(tx: Tx, act: Act, district: str, form: VariantIn) -> dict[str, Any]:
    """Let the team or process of a district differ. Raises NotFound for a district outside the governor's province."""
    require_province(act.caller, district[:2])
    row = {
        "variant_id": new_id(),
        "version": 1,
        "district": district,
        **form.model_dump(),
        "decided_at": act.at,
        "decided_by": act.by,
        "ended_by": None,
    }
    await duties.add(tx, "team_variant", row)
    return row


async def end_variant(tx: Tx, act: Act, variant_id: UUID, to_day: date) -> dict[str, Any]:
    """Let the variant end. Raises NotFound, Invalid for a day before it began."""
    row = await duties.lock_one(tx, "team_variant", "variant_id", variant_id)
    if row is None:
        raise NotFound
    require_province(act.caller, row["district"][:2])
    check_end(row, to_day)
    await duties.end(tx, "team_variant", "variant_id", variant_id, to_day, ended_by=act.by)
    return {**row, "version": row["version"] + 1, "to_day": to_day, "ended_by": act.by}


def check_end(row: Mapping[str, Any], to_day: date) -> None:
    """Raise Invalid for a last day before the first."""
    if to_day < row["from_day"]:
        raise Invalid.field("to_day", "date_range", "is before from_day", "อยู่ก่อนวันเริ่ม", f"≥ {row['from_day']}")


async def _published(tx: Tx, act: Act, guideline_id: UUID, version: int, province: str, form: GuidelineIn) -> dict[str, Any]:
    row = {
        "guideline_id": guideline_id,
        "version": version,
        "province": province,
        **form.model_dump(),
        "published_at": act.at,
        "published_by": act.by,
    }
    if not await duties.add(tx, "guideline", row, "ON CONFLICT DO NOTHING"):
        raise PreconditionFailed(version=version)  # another was first
    return row
