"""Appeals against decisions that stop the allowance: received within their clock, decided by a committee, granted with the months that were missed."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from services.interview.commands.act import Act
from services.interview.commands.decide import Ruling, check_ruling, record_decision
from services.interview.domain import Change, Step
from services.interview.errors import TooLate
from services.interview.errors.appeals import AppealedBefore, AppealIsDecided, NotAppealable
from services.interview.repository import appeals, cases, people
from services.interview.rules.appeals import APPEALABLE, due_on, last_day_to_appeal, paid_again_from
from services.interview.rules.days import check_not_before, check_not_to_come
from shared.approvals import DeciderIsProposer
from shared.crypto import FieldCipher
from shared.db import Tx
from shared.errors import NotFound
from shared.ids import new_id


def grounds_context(appeal_id: UUID) -> bytes:
    """What the sealed grounds of an appeal are bound to."""
    return f"appeal:{appeal_id}".encode()


async def receive_appeal(tx: Tx, act: Act, decision_id: UUID, received_on: date, grounds: str, fields: FieldCipher) -> UUID:
    """Receive the appeal; returns its id. Raises NotFound, NotAppealable, AppealedBefore, TooLate, Invalid for a day to come or before the decision."""
    check_not_to_come("received_on", received_on, act.today)
    decision = await appeals.decision_of(tx, decision_id, act.caller.reach)
    if decision is None:
        raise NotFound
    case = (await people.lock_case(tx, act.caller.reach, "case_id", decision["case_id"])).case
    if decision["kind"] not in APPEALABLE:
        raise NotAppealable(kind=decision["kind"], allowed=sorted(APPEALABLE))
    check_not_before("received_on", received_on, decision["decided_on"], "the decision", "วันที่มีมติ")
    before = await appeals.appeal_against(tx, decision_id)
    if before is not None:
        raise AppealedBefore(appeal_id=before)
    last = last_day_to_appeal(decision["known_on"])
    if received_on > last:
        raise TooLate(
            f"Appeals against this decision were received until {last}", f"รับอุทธรณ์มตินี้ได้ถึงวันที่ {last}", last_day=last, decision_id=decision_id
        )
    appeal_id = new_id()
    await appeals.add_appeal(
        tx,
        {
            "appeal_id": appeal_id,
            "decision_id": decision_id,
            "case_id": case.case_id,
            "received_on": received_on,
            "due_on": due_on(received_on),
            "grounds_sealed": fields.seal_text(grounds, grounds_context(appeal_id)),
            "recorded_by": act.by,
            "recorded_at": act.at,
        },
    )
    await cases.save_changes(tx, [Change.of(case).step(Step.APPEALED, decision_id=decision_id)], by=act.by, at=act.at)
    return appeal_id


async def decide_appeal(tx: Tx, act: Act, appeal_id: UUID, ruling: Ruling, *, granted: bool) -> None:
    """Decide; a granted appeal reinstates (the ruling's kind) from the first month that was taken away.

    Raises NotFound, AppealIsDecided, Invalid for a day before the appeal came, DeciderIsProposer for who recorded the decision itself, and what check_ruling and record_decision raise.
    """
    committee = check_ruling(act, ruling)
    case_id = await appeals.case_of_appeal(tx, appeal_id, act.caller.reach)
    if case_id is None:
        raise NotFound
    await people.lock_case(tx, act.caller.reach, "case_id", case_id)
    appeal = await appeals.appeal(tx, appeal_id)
    if appeal["granted"] is not None:
        raise AppealIsDecided(appeal_id=appeal_id, decided_on=appeal["decided_on"])
    check_not_before("decided_on", ruling.decided_on, appeal["received_on"], "the appeal was received", "วันที่รับอุทธรณ์")
    if act.by == appeal["stop_recorded_by"]:
        raise DeciderIsProposer(appeal_id=appeal_id)
    reinstated_by = None
    if granted:
        month = paid_again_from(appeal["stop_decided_on"], appeal["stop_month"])
        reinstated_by, _ = await record_decision(tx, act, "case_id", case_id, replace(ruling, effective_month=month))
    await appeals.settle_appeal(
        tx,
        appeal_id,
        granted=granted,
        decided_on=ruling.decided_on,
        committee=committee,
        reference=ruling.reference,
        reinstated_by=reinstated_by,
        decided_by=act.by,
    )
