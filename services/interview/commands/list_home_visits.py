"""The list of home visits of a district (ไปหา): its visit group who did not come in February."""

from services.interview import events
from services.interview.commands.act import Act
from services.interview.commands.ask_notices import ask_about_cases
from services.interview.domain import Case, Change, Step
from services.interview.errors import TooEarly, TooLate
from services.interview.repository import cases, contacts, holders, people
from services.interview.rules.policy import Policy
from shared.auth import require_area
from shared.bus import outbox
from shared.db import Tx


async def list_home_visits(tx: Tx, act: Act, district: str) -> int:
    """List everyone of the visit group of whom nothing was heard; returns how many are new on the list.

    Asked again it lists who came to the registry since. Raises NotFound out of reach, TooEarly while people may still
    come by themselves, TooLate after the visits.
    """
    require_area(act.caller, district)
    policy = await people.newest_policy(tx)
    _check_time(act, policy)
    due = await holders.due_for_visit(tx, district)
    if not due:
        return 0
    changes = [Change.of(Case.open(holder_id, subdistrict, on=act.today)).step(Step.LISTED_FOR_VISIT) for holder_id, subdistrict in due]
    await cases.save_changes(tx, changes, by=act.by, at=act.at)
    await contacts.add_visits_due(tx, [_row(act, change.after, policy) for change in changes])
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


def _row(act: Act, case: Case, policy: Policy) -> dict[str, object]:
    return {
        "case_id": case.case_id,
        "district": case.responsible_district,
        "subdistrict": case.subdistrict,
        "due_by": policy.visit_window.last,
        "listed_on": act.today,
        "policy_version": policy.version,
    }
