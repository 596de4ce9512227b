"""Tasks that a governor gives to agencies, or coordinates with them, and what the agencies say."""

from typing import Any
from uuid import UUID

from services.interview.commands.act import Act
from services.interview.commands.reaching import require_province
from services.interview.forms.duties import AgencyTaskIn
from services.interview.repository import copies, duties
from services.interview.rules.agency_tasks import TaskState, check_answer
from shared.db import Tx
from shared.errors import Invalid, NotFound
from shared.ids import new_id


async def ask_agency(tx: Tx, act: Act, province: str, form: AgencyTaskIn) -> dict[str, Any]:
    """Ask an agency for something in districts of the province.

    Raises NotFound, Invalid for an agency that is not in the catalogue, a district elsewhere, or a day that is over.
    """
    require_province(act.caller, province)
    known = await copies.agencies(tx)
    if form.agency not in known:
        raise Invalid.field(
            "agency", "unknown_agency", "has no programme in the catalogue", "ไม่มีโครงการในบัญชีโครงการ", " | ".join(known) or "-"
        )
    if any(district[:2] != province for district in form.districts):
        raise Invalid.field("districts", "district_elsewhere", "is not in the province", "ไม่ได้อยู่ในจังหวัด", f"{province}..")
    if form.due_on < act.today:
        raise Invalid.field("due_on", "date_past", "is over", "เป็นวันที่ผ่านมาแล้ว", f"≥ {act.today}")
    row = {"task_id": new_id(), "version": 1, "province": province, **form.model_dump(), "state": TaskState.ASKED}
    row["districts"] = sorted(set(form.districts))
    await duties.add(tx, "agency_task", row)
    await _add_history(tx, act, row["task_id"], 1, None, TaskState.ASKED, "")
    return row


async def answer_task(tx: Tx, act: Act, task_id: UUID, state: TaskState, remark: str) -> dict[str, Any]:
    """What the agency says about its task. Raises NotFound for the task of another, TaskNotReady."""
    row = await duties.lock_task(tx, act.caller.reach, task_id)
    if row is None:
        raise NotFound
    now = TaskState(row["state"])
    check_answer(now, state)
    await duties.store_answer(tx, task_id, state)
    await _add_history(tx, act, task_id, row["version"] + 1, now, state, remark)
    return {**row, "version": row["version"] + 1, "state": state}


async def _add_history(tx: Tx, act: Act, task_id: UUID, version: int, before: TaskState | None, after: TaskState, remark: str) -> None:
    line = {"task_id": task_id, "version": version, "from_state": before, "to_state": after, "at": act.at, "by": act.by, "remark": remark}
    await duties.add(tx, "agency_task_history", line)
