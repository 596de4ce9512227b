"""The twin of rules/groups.py in SQL, for whole tables."""

from typing import Any

from services.registry.domain import GroupPolicy


def tier_sql(threshold: str) -> str:
    """The tier of a row of card_holder; `threshold` is an SQL expression in satang."""
    return f"CASE WHEN income_2559_satang <= {threshold} THEN 'UP_TO_30000' ELSE 'OVER_30000' END"


def age_sql(reference: str) -> str:
    """Completed years of a row of card_holder on the day `reference`, an SQL expression of type date."""
    return f"""greatest(0, extract(year FROM {reference})::int - extract(year FROM birth_date)::int
        - CASE WHEN (extract(month FROM {reference}), extract(day FROM {reference})) < (extract(month FROM birth_date), extract(day FROM birth_date))
               THEN 1 ELSE 0 END)"""


def visit_group_sql(threshold: str, reference: str, age_max: str) -> str:
    """Whether a row of card_holder is of the visit group."""
    return f"(income_2559_satang <= {threshold} AND {age_sql(reference)} <= {age_max})"


def groups_sql(policy: GroupPolicy, first_arg: int) -> tuple[str, list[Any]]:
    """Select-list of tier, age and visit_group of rows of card_holder, and its arguments from `$first_arg`."""
    threshold, reference, age_max = f"${first_arg}::bigint", f"${first_arg + 1}::date", f"${first_arg + 2}::int"
    columns = f"{tier_sql(threshold)} AS tier, {age_sql(reference)} AS age, {visit_group_sql(threshold, reference, age_max)} AS visit_group"
    return columns, [policy.income_threshold_satang, policy.age_reference_date, policy.visit_age_max]
