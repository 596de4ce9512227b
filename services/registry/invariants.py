"""What must always be so in the registry's database: each query names what breaks it."""

from typing import Final

from services.registry.domain import ERASED_NAME
from services.registry.repository.consents_sql import standing_sql
from services.registry.repository.groups_sql import age_sql, tier_sql, visit_group_sql
from services.registry.repository.history import state_sql
from services.registry.repository.sealed import WITH_KEYS
from shared.invariants import Invariant

_THRESHOLD: Final = "((p.parameters->>'income_threshold_baht')::bigint * 100)"
_REFERENCE: Final = "((p.parameters->>'age_reference_date')::date)"
_AGE_MAX: Final = "((p.parameters->>'visit_age_max')::int)"

INVARIANTS: Final = [
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
        "every-line-is-accounted-for",
        "No line of a file is lost: rejected + registered + updated + unchanged = lines, and history and rejections agree.",
        """SELECT i.id AS import_id, i.lines, i.registered, i.updated, i.unchanged, i.rejected, v.registered AS in_history, v.updated AS updates_in_history,
                  r.lines AS in_rejections
             FROM (SELECT id, (result->>'lines')::bigint AS lines, (result->>'registered')::bigint AS registered, (result->>'updated')::bigint AS updated,
                          (result->>'unchanged')::bigint AS unchanged, (result->>'rejected')::bigint AS rejected
                     FROM job WHERE kind = 'registry-import' AND status = 'DONE') AS i
             CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE what = 'REGISTERED') AS registered, count(*) FILTER (WHERE what = 'UPDATED') AS updated
                                   FROM card_holder_history WHERE change_id = i.id) AS v
             CROSS JOIN LATERAL (SELECT count(DISTINCT line) AS lines FROM import_rejection WHERE import_id = i.id) AS r
            WHERE i.lines <> i.registered + i.updated + i.unchanged + i.rejected
               OR i.registered <> v.registered OR i.updated <> v.updated OR i.rejected <> r.lines""",
    ),
    Invariant(
        "indexes-wait-for-a-first-load-only",
        "Without them every search reads the whole registry: a first load that has ended has built what it set aside.",
        """SELECT name, definition FROM late_index
            WHERE NOT EXISTS (SELECT FROM job WHERE kind = 'registry-import' AND status IN ('QUEUED', 'RUNNING'))""",
    ),
    Invariant(
        "each-person-has-a-key-until-erased",
        "Without its salt and its group key what is sealed of a person opens no more; with them an erased person is not erased.",
        f"""SELECT holder_id, group_key_id, salt IS NOT NULL AS has_salt, erased_at FROM {WITH_KEYS}
             WHERE (erased_at IS NULL) <> (salt IS NOT NULL) OR (erased_at IS NULL) <> (group_key IS NOT NULL)
                OR house_no_sealed IS NOT NULL AND substring(house_no_sealed FROM 1 FOR 2) <> substring(private_sealed FROM 1 FOR 2)""",
    ),
    Invariant(
        "no-person-lags-behind-a-rotation",
        "Who is sealed under an old group key after its rotation ended keeps that key from being retired.",
        f"""SELECT holder_id, group_key_id FROM {WITH_KEYS}
             WHERE EXISTS (SELECT FROM group_key k WHERE k.key_id = group_key_id AND k.status <> 'CURRENT')
               AND NOT EXISTS (SELECT FROM job WHERE kind = 'registry-rotate-keys' AND status IN ('QUEUED', 'RUNNING'))""",
    ),
    Invariant(
        "the-erased-are-not-there",
        "Names, ids and address of an erased person are gone, and the list of the erased names them.",
        f"""SELECT h.holder_id, h.erased_at, e.erased_at AS listed_at FROM card_holder h FULL JOIN erasure e USING (holder_id)
             WHERE (h.erased_at IS NOT NULL OR e.holder_id IS NOT NULL)
               AND (h.erased_at IS NULL OR e.holder_id IS NULL OR h.private_sealed <> '' OR h.house_no_sealed IS NOT NULL OR h.first_name <> '{ERASED_NAME}'
                    OR h.last_name <> '' OR h.name_sort_key <> '' OR (h.moo, h.road, h.postcode) <> ('', '', ''))""",
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
    Invariant(
        "consents-follow-the-register",
        "What is shared is filtered by what the newest statements say.",
        f"""SELECT h.holder_id, h.consents, s.consents AS by_statements
              FROM card_holder h FULL JOIN ({standing_sql("true")}) AS s USING (holder_id)
             WHERE h.consents IS DISTINCT FROM s.consents""",
    ),
    Invariant(
        "households-have-one-head",
        "Only a death leaves a household without a head, and one that has ended is empty.",
        """SELECT h.household_id, h.ended_on, count(m.member_id) AS members, count(*) FILTER (WHERE m.role = 'HEAD') AS heads
             FROM household h LEFT JOIN household_member m ON m.household_id = h.household_id AND m.to_on IS NULL
            GROUP BY h.household_id
           HAVING CASE WHEN h.ended_on IS NOT NULL THEN count(m.member_id) > 0
                       ELSE count(m.holder_id) = 0 OR count(*) FILTER (WHERE m.role = 'HEAD') <>
                            CASE WHEN EXISTS (SELECT FROM household_member d WHERE d.household_id = h.household_id AND d.role = 'HEAD' AND d.to_on IS NULL)
                                   OR NOT EXISTS (SELECT FROM household_member d WHERE d.household_id = h.household_id AND d.role = 'HEAD'
                                                     AND d.ended_how = 'DIED') THEN 1 ELSE 0 END
                  END""",
    ),
    Invariant(
        "one-household-at-a-time",
        "Who is counted in two households is helped twice.",
        """SELECT a.holder_id, a.member_id, b.member_id AS other FROM household_member a JOIN household_member b USING (holder_id)
            WHERE a.member_id < b.member_id
              AND daterange(a.from_on, a.to_on) && daterange(b.from_on, b.to_on)""",
    ),
    Invariant(
        "every-household-version-has-its-history",
        "A change that nobody can explain.",
        """SELECT h.household_id, h.version, count(v.version) AS rows_of_history FROM household h LEFT JOIN household_history v USING (household_id)
            GROUP BY h.household_id, h.version HAVING count(v.version) <> h.version OR max(v.version) IS DISTINCT FROM h.version""",
    ),
    Invariant(
        "the-dead-live-nowhere-and-nobody-acts-for-them",
        "Membership and representation end with death.",
        """SELECT c.holder_id, m.member_id AS link FROM card_holder c JOIN household_member m USING (holder_id)
            WHERE c.deceased_on IS NOT NULL AND m.to_on IS NULL
           UNION ALL
           SELECT c.holder_id, r.representative_id FROM card_holder c JOIN representative r ON c.holder_id IN (r.holder_id, r.agent_holder_id)
            WHERE c.deceased_on IS NOT NULL AND r.ended_on IS NULL AND (r.until_on IS NULL OR r.until_on >= c.deceased_on)""",
    ),
    Invariant(
        "minority-ends-at-twenty",
        "Who is of age acts for themselves (Civil and Commercial Code s.19).",
        """SELECT r.representative_id, r.until_on FROM representative r JOIN card_holder c USING (holder_id)
            WHERE r.grounds = 'MINOR' AND (r.until_on IS NULL OR extract(year FROM age(r.until_on, c.birth_date)) >= 20)""",
    ),
]
