"""What agencies may report of a referral, and what the plan makes of it."""

from collections.abc import Iterable, Mapping
from datetime import date

from services.plan.domain import Plan, PlanStatus, Referral, current
from services.plan.errors.referrals import OutcomeNotAllowed
from services.plan.rules.data import OutcomeRule
from shared.contracts.common import Dimension
from shared.contracts.plan import Failure, Outcome
from shared.errors import FieldProblem

OutcomeRules = Mapping[Outcome, OutcomeRule]


def is_final(referral: Referral, outcome: Outcome, wanted: bool | None, rules: OutcomeRules) -> bool:
    """Whether the outcome ends the referral. Raises OutcomeNotAllowed where it does not fit, or `wanted` contradicts the table."""
    rule = rules[outcome]
    if referral.dimension not in rule.dimensions:
        allowed = ", ".join(sorted(one for one, other in rules.items() if referral.dimension in other.dimensions))
        raise _refused(
            "outcome",
            f"{outcome} is not an outcome of dimension {referral.dimension}",
            f"{outcome} ไม่ใช่ผลลัพธ์ของมิติ {referral.dimension}",
            allowed,
        )
    if wanted is not None and wanted is not rule.final:
        words = ("ends a referral", "เป็นผลสุดท้าย") if rule.final else ("does not end a referral", "ไม่ใช่ผลสุดท้าย")
        raise _refused("final", f"{outcome} {words[0]}", f"{outcome} {words[1]}", str(rule.final).lower())
    return rule.final


def end_of(plan: Plan, referrals: Iterable[Referral], rules: OutcomeRules, *, on: date) -> Plan | None:
    """The plan at its end when every line has its: completed, or dropped where none succeeded; else None."""
    last = current(referrals)
    if not last or not all(referral.ended for referral in last):
        return None
    succeeded = sum(rules[referral.outcome].succeeded for referral in last if referral.outcome_final and referral.outcome)
    status = PlanStatus.COMPLETED if succeeded else PlanStatus.DROPPED
    return plan.become(status, completed_on=on, succeeded=succeeded, failed=len(last) - succeeded)


def failure_of(plan: Plan, referrals: Iterable[Referral], rules: OutcomeRules) -> Failure | None:
    """How the person of an ended plan did not develop: nothing succeeded, or a course did and no work was tried; else None."""
    if plan.status is PlanStatus.DROPPED:
        return Failure.DID_NOT_DEVELOP
    last = current(referrals)
    trained = any(one.dimension is Dimension.D2 and one.outcome and rules[one.outcome].succeeded for one in last)
    work = [one for one in last if one.dimension is Dimension.D1]
    did_not_try = bool(work) and all(one.outcome is not None and rules[one.outcome].not_tried for one in work)
    return Failure.DID_NOT_WORK if trained and did_not_try else None


def _refused(field: str, en: str, th: str, allowed: str) -> OutcomeNotAllowed:
    return OutcomeNotAllowed(en, th, problems=(FieldProblem(field, "outcome", en, th, allowed),))
