"""In whose name a caller decides, members of committees with their powers, and whether a committee could decide what it decided."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from services.interview.commands.act import Act
from services.interview.commands.guide_districts import check_end
from services.interview.commands.reaching import require_province
from services.interview.domain import Case
from services.interview.forms.duties import MemberIn
from services.interview.repository import duties
from services.interview.rules.committee_powers import Committee, PowerStanding, standing_of
from shared.auth import Level, Reach
from shared.contracts.interview import DecisionKind
from shared.crypto import FieldCipher
from shared.db import ReadTx, Tx
from shared.errors import Invalid, NotFound
from shared.ids import new_id

SPEAKS_FOR: Final[Mapping[Level, tuple[Committee, ...]]] = {
    Level.COUNTRY: (Committee.PROVINCIAL_COMMITTEE, Committee.MONITORING_COMMITTEE, Committee.NATIONAL_COMMITTEE),
    Level.PROVINCE: (Committee.PROVINCIAL_COMMITTEE,),
    Level.DISTRICT: (Committee.DISTRICT_TEAM,),
}
"""In whose names a caller of the level records decisions. A level that is not here has no committee."""


def speaks_for(level: Level, named: Committee | None) -> Committee:
    """The committee that was named, or, where none was, the only one that the level has. Raises Invalid naming the field and the committees."""
    own = SPEAKS_FOR.get(level, ())
    if named is None and len(own) == 1:
        return own[0]
    if named not in own:
        raise Invalid.field(
            "committee",
            "committee",
            "must name a committee for which you record decisions",
            "ต้องเป็นคณะที่ท่านบันทึกมติให้ได้",
            " | ".join(own) or "-",
        )
    return named


async def record_member(tx: Tx, act: Act, province: str, form: MemberIn, fields: FieldCipher) -> dict[str, Any]:
    """Record a member of a committee of the province. Raises NotFound."""
    require_province(act.caller, province)
    member_id = new_id()
    row = {
        "member_id": member_id,
        "version": 1,
        "province": province,
        **form.model_dump(exclude={"name"}),
        "name_sealed": fields.seal(form.name, member_id.bytes),
        "recorded_at": act.at,
        "recorded_by": act.by,
    }
    row["powers"] = sorted(set(form.powers))
    await duties.add(tx, "committee_member", row)
    return row


async def end_membership(tx: Tx, act: Act, member_id: UUID, to_day: date) -> dict[str, Any]:
    """Let a membership end; decisions until that day keep their power. Raises NotFound, Invalid for a day before it began."""
    row = await duties.lock_one(tx, "committee_member", "member_id", member_id)
    if row is None:
        raise NotFound
    require_province(act.caller, row["province"])
    check_end(row, to_day)
    await duties.end(tx, "committee_member", "member_id", member_id, to_day)
    return {**row, "version": row["version"] + 1, "to_day": to_day}


async def check_power(
    tx: ReadTx, reach: Reach, kind: DecisionKind, committee: Committee, decided_on: date, cases: list[Case]
) -> PowerStanding:
    """Whether the committee could decide so: that of the caller's province, or of the cases' where it is recorded. Raises CommitteeWithoutPower."""
    concerned = {district[:2] for case in cases for district in (case.home_district, case.responsible_district)}
    provinces = [reach.code] if reach.level is Level.PROVINCE else sorted(concerned)
    return standing_of(kind, committee, decided_on, await duties.seats_of(tx, provinces, committee))
