"""What agencies report of referrals, step by step. One line or many, by whatever way they connect; a bad line stops no other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.plan.changes import Changes, EvidenceRow
from services.plan.commands.steps import go_on_with_steps
from services.plan.commands.write import write
from services.plan.domain import Because, PlanStatus, Referral, Step
from services.plan.domain.evidence import Evidence, Job, evidence_context
from services.plan.repository import agreements, plans
from services.plan.rules.evidence import check_evidence
from services.plan.rules.outcomes import OutcomeRules, is_final
from shared.auth import Reach
from shared.clock import on_day
from shared.contracts.plan import (
    DeclineReason,
    Outcome,
    PlanFact,
    ReferralAccepted,
    ReferralDeclined,
    ReferralOutcomeRecorded,
    ReferralReceived,
    ReferralStarted,
    ReferralWaitListed,
)
from shared.crypto import FieldCipher
from shared.db import Tx
from shared.errors import DomainError, Invalid, NotFound


@dataclass(frozen=True, slots=True)
class StepReport:
    """What an agency reports of one referral; the day is today where it is not given.

    A decline needs its `reason`, an outcome its `outcome`; `position` is the place in the agency's own line. `final`, where given, must
    agree with the table of outcomes. `words` are what the agency said, `details` what shows the outcome. `day_field` is how the caller's way
    names the day.
    """

    referral_id: UUID
    step: Step
    on: date | None = None
    position: int | None = None
    reason: DeclineReason | None = None
    outcome: Outcome | None = None
    final: bool | None = None
    words: str | None = None
    details: Evidence | None = None
    day_field: str = "on"


@dataclass(frozen=True, slots=True)
class Taken:
    """The referral as it is after a report, which `changed` it unless all was told before."""

    referral: Referral
    changed: bool


Answered = Taken | DomainError
"""What became of a line, or why it was refused."""


async def report_steps(
    tx: Tx, reports: Sequence[StepReport], reach: Reach, rules: OutcomeRules, cipher: FieldCipher, because: Because
) -> list[Answered]:
    """Take the reports, refer what comes after them, and complete the plans of which nothing is left; answers stand in the order of the reports.

    The same report once more changes nothing, and reports in any order end in the same state. An outcome that is known may be shown later, or by
    something else than before: the state stays, what was shown before stays readable.
    """
    plan_ids = await plans.plans_of_referrals(tx, (report.referral_id for report in reports), reach)
    locked = await plans.lock_plans(tx, set(plan_ids.values()))
    changes = Changes.of(locked, await plans.referrals_of_plans(tx, set(plan_ids.values())))
    changes.agreed.update(await agreements.in_force(tx, changes.was))
    with_details = [report.referral_id for report in reports if report.details is not None]
    shown = await plans.evidence_shown(tx, with_details) if with_details else {}
    refused: dict[int, DomainError] = {}
    changed: set[int] = set()
    for number, report in enumerate(reports):
        try:
            if report.referral_id not in plan_ids:
                raise NotFound
            if _take(changes, report, shown, rules, cipher, because):
                changed.add(number)
        except DomainError as error:
            refused[number] = error
    go_on_with_steps(changes, {referral.plan_id for referral in changes.referrals.values()}, rules, because)
    await write(tx, changes)
    return [refused.get(number) or Taken(_present(changes, report.referral_id), number in changed) for number, report in enumerate(reports)]


def _present(changes: Changes, referral_id: UUID) -> Referral:
    referral = changes.referral(referral_id)
    if referral is None:
        raise LookupError(referral_id)
    return referral


def _take(
    changes: Changes,
    report: StepReport,
    shown: Mapping[UUID, str | None],
    rules: OutcomeRules,
    cipher: FieldCipher,
    because: Because,
) -> bool:
    """Put what the report changes into the changes; False for nothing. Raises Invalid, ReferralNotOpen, ReferralDeclined, ReferralClosed."""
    referral = _present(changes, report.referral_id)
    _require_whole(report)
    final = report.outcome is not None and is_final(referral, report.outcome, report.final, rules)
    on = on_day(because.at) if report.on is None else report.on
    taken = referral.take(report.step, on, position=report.position, reason=report.reason, outcome=report.outcome, final=final)
    if taken is referral:
        if _shows_nothing_new(changes, report, shown, cipher):
            return False
        taken = referral.shown_anew()
    _require_possible(report, on, referral, because)
    if report.details is not None and report.outcome is not None:
        check_evidence(referral, report.outcome, report.details, on)
        changes.evidence.append(_sealed(taken, report.details, cipher, because))
    changes.put_referral(taken, because, step=report.step, step_on=on, evidence=report.words)
    changes.publish(_fact(taken, report, on), taken.holder_id, because, taken.referral_id, *_identity(taken, report.step))
    plan = changes.plan(taken.plan_id)
    if taken.begun and plan is not None and plan.status is PlanStatus.REFERRED:
        changes.put_plan(plan.become(PlanStatus.IN_DEVELOPMENT), because)
    return True


def _require_whole(report: StepReport) -> None:
    if report.step is Step.DECLINED and report.reason is None:
        allowed = " | ".join(DeclineReason)
        raise Invalid.field("reason", "missing", "a decline needs its reason", "การไม่รับต้องระบุเหตุผล", allowed)
    if report.reason is DeclineReason.OTHER and not report.words:
        raise Invalid.field("words", "missing", "the reason OTHER needs words", "เหตุผล OTHER ต้องมีคำอธิบาย", "1..500")
    if report.details is not None and report.step is not Step.OUTCOME:
        raise Invalid.field("details", "evidence", "is given with an outcome only", "ระบุได้เฉพาะเมื่อรายงานผล", "OUTCOME")
    if (report.step is Step.OUTCOME) != (report.outcome is not None):
        allowed = " | ".join(Outcome)
        raise Invalid.field(
            "outcome", "outcome", "is given with the step OUTCOME, and only with it", "ต้องระบุเมื่อขั้นตอนเป็น OUTCOME เท่านั้น", allowed
        )


def _shows_nothing_new(changes: Changes, report: StepReport, shown: Mapping[UUID, str | None], cipher: FieldCipher) -> bool:
    """Whether the report of what is known shows it by nothing, by what was shown before, or of somebody who was erased."""
    if report.details is None or report.referral_id not in shown:
        return True
    told = [row.sealed for row in changes.evidence if row.referral_id == report.referral_id]
    last = told[-1] if told else shown[report.referral_id]
    return last is not None and cipher.open_text(last, evidence_context(report.referral_id)) == report.details.model_dump_json()


def _sealed(referral: Referral, details: Evidence, cipher: FieldCipher, because: Because) -> EvidenceRow:
    sealed = cipher.seal_text(details.model_dump_json(), evidence_context(referral.referral_id))
    return EvidenceRow(referral.referral_id, referral.version, details.kind, sealed, because.who, because.at)


def _require_possible(report: StepReport, on: date, referral: Referral, because: Because) -> None:
    """The day is not before what is known of earlier steps, nor after that of later ones, nor in the future. Raises Invalid."""
    first, last = referral.days_for(report.step)
    last = min(on_day(because.at), last or date.max)
    if not first <= on <= last:
        raise Invalid.field(
            report.day_field,
            "out_of_range",
            "does not lie between the referral's other steps, or is in the future",
            "ไม่อยู่ระหว่างวันที่ของขั้นตอนอื่นของการส่งต่อ หรือเป็นวันในอนาคต",
            f"{first}..{last}",
        )


def _fact(referral: Referral, report: StepReport, on: date) -> PlanFact:
    said = {
        "holder_id": referral.holder_id,
        "plan_id": referral.plan_id,
        "referral_id": referral.referral_id,
        "line_no": referral.line_no,
        "agency": referral.agency,
    }
    match report.step:
        case Step.RECEIVED:
            return ReferralReceived(**said, received_on=on)
        case Step.WAIT_LISTED:
            return ReferralWaitListed(**said, wait_listed_on=on, position=referral.wait_position)
        case Step.ACCEPTED:
            return ReferralAccepted(**said, accepted_on=on)
        case Step.DECLINED:
            return ReferralDeclined(**said, declined_on=on, reason=referral.decline_reason, attempt=referral.attempt)
        case Step.STARTED:
            return ReferralStarted(**said, started_on=on)
        case Step.OUTCOME:
            details = report.details
            return ReferralOutcomeRecorded(
                **said,
                outcome=referral.outcome,
                final=referral.outcome_final,
                recorded_on=on,
                evidence_kind=details and details.kind,
                job_starts_on=details.starts_on if isinstance(details, Job) else None,
            )


def _identity(referral: Referral, step: Step) -> tuple[int, ...]:
    """What tells a step that may be reported again from the same one before."""
    return (referral.version,) if step in {Step.WAIT_LISTED, Step.OUTCOME} else ()
