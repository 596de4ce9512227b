"""The register of people and its history."""

from typing import Final

from services.registry.repository.groups_sql import age_sql, tier_sql, visit_group_sql
from services.registry.repository.history import state_sql
from services.registry.rules.changes import NEEDS_APPROVAL
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
        "what-touches-money-was-approved",
        "Two persons stand behind each change of life, income, bank or PromptPay that was asked for.",
        f"""SELECT f.holder_id, f.version, f.request_id, r.kind, a.status
              FROM card_holder_fact f LEFT JOIN change_request r ON r.id = f.request_id LEFT JOIN approval a ON a.id = f.request_id
             WHERE f.request_id IS NOT NULL AND coalesce(r.kind, 'DEATH') IN ({", ".join(f"'{kind}'" for kind in NEEDS_APPROVAL)})
               AND a.status IS DISTINCT FROM 'APPROVED'""",
    ),
    Invariant(
        "the-present-follows-from-the-facts",
        "What is known now is what its latest facts say: nothing changes a person without writing since when and on whose word.",
        """WITH winner AS (
               SELECT DISTINCT ON (f.holder_id, aspect) f.*, aspect FROM card_holder_fact f CROSS JOIN LATERAL unnest(f.aspects) AS aspect
                ORDER BY f.holder_id, aspect, f.valid_from DESC NULLS LAST, f.version DESC)
           SELECT h.holder_id, w.aspect, w.version FROM winner w JOIN card_holder h USING (holder_id)
            WHERE h.erased_at IS NULL
              AND CASE w.aspect
                  WHEN 'NAME' THEN (w.prefix, w.first_name, w.last_name) IS DISTINCT FROM (h.prefix, h.first_name, h.last_name)
                  WHEN 'BIRTH' THEN (w.birth_date, w.birth_precision) IS DISTINCT FROM (h.birth_date, h.birth_precision)
                  WHEN 'INCOME' THEN w.income_2559_satang <> h.income_2559_satang
                  WHEN 'ADDRESS' THEN (w.subdistrict, w.moo, w.road, w.postcode) IS DISTINCT FROM (h.subdistrict, h.moo, h.road, h.postcode)
                  WHEN 'CARD' THEN w.card_cancelled_on IS DISTINCT FROM h.card_cancelled_on
                  WHEN 'BANK' THEN w.bank <> h.bank
                  WHEN 'LIFE' THEN (w.status, w.deceased_on) IS DISTINCT FROM (h.status, h.deceased_on)
                  ELSE false END""",
    ),
    Invariant(
        "home-is-where-the-subdistrict-is",
        "Reach is granted by these columns; until a case is routed the home district is responsible.",
        """SELECT holder_id, subdistrict, home_district, responsible_district FROM card_holder
            WHERE home_district <> left(subdistrict, 4) OR (routed_version = 0 AND responsible_district <> home_district)""",
    ),
]
