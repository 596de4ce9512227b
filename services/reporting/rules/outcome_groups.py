"""Groups of those who were referred: SQL that tells the group, and its name."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Final

from services.reporting.domain.parameters import OutcomeBy
from services.reporting.rules import outcome_words
from services.reporting.rules.outcomes import OutcomeRules, occupation_words
from services.reporting.rules.telling import OTHER
from shared.contracts.common import Approach, Tier

UNKNOWN: Final = "UNKNOWN"

_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    OTHER: outcome_words.OTHER,
    UNKNOWN: outcome_words.UNKNOWN,
    Tier.UP_TO_30000: ("รายได้ พ.ศ. 2559 ไม่เกิน 30,000 บาท", "Income of B.E. 2559 up to 30,000 baht"),
    Tier.OVER_30000: ("รายได้ พ.ศ. 2559 เกิน 30,000 บาท", "Income of B.E. 2559 over 30,000 baht"),
    Approach.IMPROVE_PRESENT_OCCUPATION: ("พัฒนาอาชีพเดิม", "Improves the present occupation"),
    Approach.SECOND_OCCUPATION: ("อาชีพเสริม", "A second occupation"),
    Approach.NEW_OCCUPATION: ("เปลี่ยนอาชีพใหม่", "A new occupation"),
}


def group_sql(by: OutcomeBy, rules: OutcomeRules) -> str | None:
    """SQL for the group of a row of `referred r`; None where rows are not grouped."""
    match by:
        case OutcomeBy.AGE:
            *codes, oldest = _ages(rules)
            cases = " ".join(f"WHEN r.age <= {last} THEN '{code}'" for code, last in zip(codes, rules.age_groups, strict=True))
            return f"CASE WHEN r.age IS NULL THEN '{UNKNOWN}' {cases} ELSE '{oldest}' END"
        case OutcomeBy.TIER:
            return "r.tier"
        case OutcomeBy.OCCUPATION:
            return f"coalesce(r.occupation_group, '{UNKNOWN}')"
        case OutcomeBy.APPROACH:
            return f"coalesce(r.approach, '{UNKNOWN}')"
        case _:
            return None


def group_words(by: OutcomeBy, group: str | None, rules: OutcomeRules) -> tuple[str, str]:
    """The group's name in Thai and English; empty for all."""
    if group is None:
        return "", ""
    if group in _WORDS:
        return _WORDS[group]
    return occupation_words(group) if by is OutcomeBy.OCCUPATION else _ages(rules)[group]


def _ages(rules: OutcomeRules) -> dict[str, tuple[str, str]]:
    """The groups of age by their codes, the youngest first, with their names."""
    ends = rules.age_groups
    return {
        f"UP_TO_{ends[0]}": (f"อายุไม่เกิน {ends[0]} ปี", f"Up to {ends[0]} years"),
        **{f"{low + 1}_TO_{high}": (f"อายุ {low + 1}-{high} ปี", f"{low + 1} to {high} years") for low, high in pairwise(ends)},
        f"OVER_{ends[-1]}": (f"อายุเกิน {ends[-1]} ปี", f"Over {ends[-1]} years"),
    }
