"""The list of home visits of a district (ไปหา): its visit group who did not come in February."""

from services.interview import events
from services.interview.commands.act import Act
from services.interview.commands.ask_notices import ask_about_cases
from services.interview.domain import Case, Change, Step
from services.interview.errors import TooEarly, TooLate
from services.interview.repository import cases, people, visits
from services.interview.rules.policy import Policy
from shared.auth import require_area
from shared.bus import outbox
from shared.db import Tx
from shared.ids import new_id


async def list_home_visits(tx: Tx, act: Act, district: str) -> int:
    """List everyone of the visit group of whom nothing was heard, and keep the list; returns how many are new on it.

    Asked again it lists who came to the registry since. Raises NotFound out of reach, TooEarly while people may still
    come by themselves, TooLate after the visits.
    """
    require_area(act.caller, district)
    policy = await people.newest_policy(tx)
    _check_time(act, policy)
    due = await visits.holders_to_visit(tx, district)
    if not due:
        return 0
    changes = [Change.of(Case.open(one.holder_id, one.subdistrict, on=act.today)).step(Step.LISTED_FOR_VISIT) for one in due]
    await cases.save_changes(tx, changes, by=act.by, at=act.at)
    made = {
        "list_id": new_id(),
        "district": district,
        "listed_on": act.today,
        "made_by": act.by,
        "policy_version": policy.version,
        "no_wish_by": policy.walk_in_window.last,
        "due_by": policy.visit_window.last,
        "cases": len(due),
    }
    line = {name: made[name] for name in ("list_id", "district", "listed_on", "policy_version", "due_by")}
    rows = [
        {**line, "case_id": change.after.case_id, "subdistrict": one.subdistrict, "age": one.age, "tier": one.tier}
        for one, change in zip(due, changes, strict=True)
    ]
    await visits.add_list(tx, made, rows)
    await outbox.add_many(
        tx,
        [
            event
            for change in changes
            for event in (
                events.routed(change, on=act.today, at=act.at, reason="OPENED"),
                events.visit_due(change.after, policy, at=act.at),
            )
        ],
    )
    await ask_about_cases(tx, [events.visit_notice(change.after, policy, at=act.at) for change in changes], act.at)
    return len(changes)


def _check_time(act: Act, policy: Policy) -> None:
    if act.today <= policy.walk_in_window.last:
        last = policy.walk_in_window.last
        raise TooEarly(f"People may come by themselves until {last}", f"ประชาชนยังมาแจ้งด้วยตนเองได้ถึง {last}", last_day=last)
    if act.today > policy.visit_window.last:
        last = policy.visit_window.last
        raise TooLate(f"Home visits ended on {last}", f"สิ้นสุดการไปหาที่บ้านเมื่อ {last}", last_day=last)
