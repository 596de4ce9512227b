"""The register of people and its history."""

from typing import Final

from services.registry.repository.groups_sql import age_sql, tier_sql, visit_group_sql
from services.registry.repository.history import state_sql
from shared.invariants import Invariant

_THRESHOLD: Final = "((p.parameters->>'income_threshold_baht')::bigint * 100)"
_REFERENCE: Final = "((p.parameters->>'age_reference_date')::date)"
_AGE_MAX: Final = "((p.parameters->>'visit_age_max')::int)"

CARD_HOLDERS: Final = [
    Invariant(
        "groups-follow-the-policy",
        "Tier, age and visit group decide about money and visits; only while a regrouping is open may they lag behind.",
        f"""SELECT h.holder_id, h.tier, h.age, h.visit_group, h.policy_version
              FROM card_holder h CROSS JOIN (SELECT parameters FROM policy ORDER BY version DESC LIMIT 1) AS p
             WHERE (h.tier, h.age::int, h.visit_group)
                   IS DISTINCT FROM ({tier_sql(_THRESHOLD)}, {age_sql(_REFERENCE)}, {visit_group_sql(_THRESHOLD, _REFERENCE, _AGE_MAX)})
               AND h.erased_at IS NULL
               AND NOT EXISTS (SELECT FROM job WHERE kind IN ('registry-regroup', 'registry-import') AND status IN ('QUEUED', 'RUNNING'))""",
    ),
    Invariant(
        "every-version-has-its-history",
        "A state that nobody can explain: each version of a holder has a row that says who, when and why.",
        """SELECT h.holder_id, h.version, count(v.version) AS rows_of_history
             FROM card_holder h LEFT JOIN card_holder_history v USING (holder_id)
            GROUP BY h.holder_id, h.version
           HAVING count(v.version) <> h.version OR max(v.version) IS DISTINCT FROM h.version""",
    ),
    Invariant(
        "state-is-that-of-its-version",
        "What was published of a version is what the registry holds.",
        f"""SELECT h.holder_id, h.version FROM card_holder h JOIN card_holder_history v USING (holder_id, version)
            WHERE ({state_sql("h")}) IS DISTINCT FROM ({state_sql("v")})""",
    ),
    Invariant(
        "the-dead-have-a-day",
        "Payments stop by the day of death.",
        "SELECT holder_id, status, deceased_on FROM card_holder WHERE (status = 'DECEASED') <> (deceased_on IS NOT NULL)",
    ),
    Invariant(
        "home-is-where-the-subdistrict-is",
        "Reach is granted by these columns; until a case is routed the home district is responsible.",
        """SELECT holder_id, subdistrict, home_district, responsible_district FROM card_holder
            WHERE home_district <> left(subdistrict, 4) OR (routed_version = 0 AND responsible_district <> home_district)""",
    ),
]
