"""Whether an outcome's evidence fits it; which does, and what a course asks for, is in evidence.yaml."""

from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from services.plan.domain import Referral
from services.plan.domain.evidence import DebtSettled, Evidence, Job, Saving, Training
from shared.contracts.plan import EvidenceKind, Outcome
from shared.errors import Invalid

_FILE: Final = Path(__file__).with_name("evidence.yaml")


def check_evidence(referral: Referral, outcome: Outcome, evidence: Evidence, on: date) -> None:
    """Raise Invalid, naming the field and what is allowed, for evidence that does not show this outcome of the referral."""
    allowed = kinds_for(referral, outcome)
    if evidence.kind not in allowed:
        raise Invalid.field(
            "details.kind",
            "evidence",
            f"does not show {outcome} of {referral.programme_code}",
            f"ไม่ใช่หลักฐานของผล {outcome} ของโครงการ {referral.programme_code}",
            " | ".join(allowed) or None,
        )
    match evidence:
        case Training():
            _check_course(referral, outcome, evidence, on)
        case Job():
            _check_day("starts_on", evidence.starts_on, on + timedelta(days=_rules()["job_starts_within_days"]))
        case Saving():
            _check_day("member_since", evidence.member_since, on)
        case DebtSettled() if evidence.settled_for_baht > evidence.owed_baht:
            raise Invalid.field(
                "details.settled_for_baht",
                "more_than_owed",
                "is more than was owed",
                "มากกว่าจำนวนที่เป็นหนี้",
                f"≤ {evidence.owed_baht}",
            )


def kinds_for(referral: Referral, outcome: Outcome) -> list[EvidenceKind]:
    """What may show the outcome of the referral."""
    kinds = _rules()["kinds"]
    own = _rules()["programmes"].get(referral.programme_code, kinds)
    return [
        EvidenceKind(kind)
        for kind, rule in kinds.items()
        if kind in own and referral.dimension in rule["dimensions"] and outcome in rule["outcomes"]
    ]


def _check_day(field: str, day: date, last: date) -> None:
    if day > last:
        raise Invalid.field(f"details.{field}", "too_late", "is too late", "เป็นวันที่ช้าเกินไป", f"≤ {last}")


def _check_course(referral: Referral, outcome: Outcome, evidence: Training, on: date) -> None:
    versions = _rules()["courses"].get(referral.programme_code, ())
    course = next((one for one in reversed(versions) if one["from"] <= on), None)
    if course is None:
        return
    hours, value = course["hours"], course["kit_value_baht"]
    if outcome is Outcome.TRAINING_PASSED and evidence.hours < hours:
        raise Invalid.field(
            "details.hours", "course_hours", f"who passed attended {hours} hours", f"ผู้ผ่านการอบรมต้องเข้าครบ {hours} ชั่วโมง", f"≥ {hours}"
        )
    if evidence.kit_value_baht not in {None, value}:
        raise Invalid.field(
            "details.kit_value_baht",
            "kit_value",
            f"the kit of this course is worth {value} baht",
            f"ชุดเครื่องมือของหลักสูตรนี้มีมูลค่า {value} บาท",
            str(value),
        )


@cache
def _rules() -> dict[str, Any]:
    rules: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return rules
