"""Consents, households, who acts for whom."""

from typing import Final

from services.registry.repository.consents_sql import standing_sql
from shared.invariants import Invariant

LINKS: Final = [
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
