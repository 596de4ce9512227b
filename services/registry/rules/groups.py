"""Tier, age and visit group of a person under a policy (circular มท ๐๘๑๐.๖/ว ๓๙๒; docs/policy.md).

`repository/groups_sql.py` says the same in SQL; tests hold the two to each other.
"""

from datetime import date

from services.registry.domain import GroupPolicy, Groups
from shared.contracts.common import Tier
from shared.thai.dates import age_on


def age_of(birth_date: date, policy: GroupPolicy) -> int:
    """`birth_date` is the day that counts where day or month are unknown. Who is born after the reference date has age 0."""
    return max(age_on(birth_date, policy.age_reference_date), 0)


def groups_of(income_2559_satang: int, birth_date: date, policy: GroupPolicy) -> Groups:
    """`birth_date` as for age_of."""
    age = age_of(birth_date, policy)
    low = income_2559_satang <= policy.income_threshold_satang
    return Groups(Tier.UP_TO_30000 if low else Tier.OVER_30000, age, visit_group=low and age <= policy.visit_age_max)
