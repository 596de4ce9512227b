"""One row a person with every step of the case: what several reports count.

Who was merged into another is that one. Where only one who was merged away has stated the wish, their case goes on, and stands for all.
"""

from typing import Final

from services.reporting.queries.merges import MERGED

PERSONS: Final = f"""(
WITH RECURSIVE {MERGED},
goes_on AS (
    SELECT DISTINCT ON (unit) unit, member FROM merged JOIN intake ON intake.holder_id = member
     WHERE NOT EXISTS (SELECT FROM intake own WHERE own.holder_id = unit) ORDER BY unit, stated_on, member)
SELECT p.holder_id, p.tier, p.age, p.visit_group, p.status, p.officer_id, p.home_district, p.responsible_district, p.planned_on, p.moved_on, p.merged_into,
       CASE WHEN p.holder_id IN (SELECT member FROM merged) THEN p.holder_id IN (SELECT member FROM goes_on)
            ELSE p.holder_id NOT IN (SELECT unit FROM goes_on) END AS stands,
       p.holder_version IS NOT NULL AS registered,
       i.stated_on, i.channel AS declared_channel, i.district AS declared_district, i.place_id, i.tier AS declared_tier, i.approved_late,
       w.holder_id IS NOT NULL AND NOT coalesce(p.last_stated_on > w.known_on OR p.last_stated_on = w.known_on AND p.last_stated_at > w.told_at, false) AND NOT coalesce(b.decided_on >= w.known_on, false) AS withdrawn,
       d.due_by,
       coalesce(a.holder_id IS NOT NULL OR v.channel = 'HOME_VISIT' OR i.channel = 'HOME_VISIT', false) AS visited,
       coalesce(a.refused, false) AS refused_at_the_door,
       v.interviewed_on, v.answer, v.income_now_baht AS income_at_interview,
       coalesce(a.final, false) OR n.holder_id IS NOT NULL AS not_found,
       coalesce(s.sufficient, false) AS content,
       r.referred, r.accepted, e.dropped,
       f.income_now, coalesce(f.june, false) AS followed_june, coalesce(f.september, false) AS followed_september,
       coalesce(f.reached, false) AS followed
  FROM person p
  LEFT JOIN intake i USING (holder_id)
  LEFT JOIN withdrawal w USING (holder_id)
  LEFT JOIN (SELECT holder_id, max(decided_on) AS decided_on FROM decision WHERE kind = 'REINSTATE' GROUP BY holder_id) b USING (holder_id)
  LEFT JOIN visit_due d USING (holder_id)
  LEFT JOIN (SELECT holder_id, bool_or(final) AS final, bool_or(reason = 'REFUSES') AS refused FROM visit_attempt GROUP BY holder_id) a USING (holder_id)
  LEFT JOIN interview v USING (holder_id)
  LEFT JOIN (SELECT DISTINCT holder_id FROM decision WHERE kind = 'NOT_FOUND') n USING (holder_id)
  LEFT JOIN plan_decline s USING (holder_id)
  LEFT JOIN (SELECT holder_id, bool_or(referred_on IS NOT NULL) AS referred, bool_or(accepted_on IS NOT NULL) AS accepted
               FROM referral GROUP BY holder_id) r USING (holder_id)
  LEFT JOIN (SELECT holder_id, bool_or(reached) AS reached,
                    bool_or(reached AND round = 'JUNE') AS june, bool_or(reached AND round = 'SEPTEMBER') AS september,
                    (array_agg(yearly_income_baht ORDER BY contacted_on DESC, told_at DESC, follow_up_id)
                         FILTER (WHERE yearly_income_baht IS NOT NULL))[1] AS income_now
               FROM follow_up GROUP BY holder_id) f USING (holder_id)
  LEFT JOIN plan_end e ON e.plan_id = p.plan_id
        AND (e.version >= p.plan_version OR e.version = 0 AND e.told_at >= p.plan_told_at OR p.plan_version IS NULL)
) c"""
"""Every person as `c`, with the steps of the own case; of those who are one person (merged) one `stands`."""
