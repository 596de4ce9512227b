"""What must always hold in plan's database: SQL that returns no row."""

from typing import Final

from shared.invariants import Invariant

_AGREED: Final = "agreed_on IS NOT NULL"

INVARIANTS: Final = [
    Invariant(
        "agreed-plans-are-whole",
        "An agreed plan was signed by both and has a line; a plan that is running was agreed.",
        f"""SELECT plan_id, status FROM plan
             WHERE {_AGREED} AND (NOT holder_signed OR NOT officer_signed OR NOT EXISTS (SELECT FROM plan_line line WHERE line.plan_id = plan.plan_id))
                OR status IN ('AGREED', 'REFERRED', 'IN_DEVELOPMENT', 'COMPLETED', 'DROPPED') AND NOT ({_AGREED})""",
    ),
    Invariant(
        "lines-have-their-programme-version",
        "What was signed names a version of a programme that exists, with its agency and dimension.",
        """SELECT line.plan_id, line.line_no, line.programme_code, line.programme_version FROM plan_line line
             LEFT JOIN programme_history programme ON programme.code = line.programme_code AND programme.version = line.programme_version
            WHERE programme.code IS NULL OR programme.agency <> line.agency OR programme.dimension <> line.dimension""",
    ),
    Invariant(
        "one-open-plan-a-person",
        "Nobody has two open plans.",
        """SELECT holder_id, count(*) FROM plan WHERE status IN ('RECOMMENDED', 'AGREED', 'REFERRED', 'IN_DEVELOPMENT')
            GROUP BY holder_id HAVING count(*) > 1""",
    ),
    Invariant(
        "one-referral-a-line",
        "Every line is at one agency, first at that which was signed.",
        """SELECT coalesce(line.plan_id, referral.plan_id) AS plan_id, coalesce(line.line_no, referral.line_no) AS line_no
             FROM plan_line line FULL JOIN (SELECT * FROM referral WHERE current) AS referral USING (plan_id, line_no)
            WHERE line.programme_code IS NULL OR referral.referral_id IS NULL
               OR referral.attempt = 1 AND (line.programme_code <> referral.programme_code OR line.agency <> referral.agency)""",
    ),
    Invariant(
        "attempts-follow-one-another",
        "Of the attempts at a line the last is current, and those before it were declined.",
        """SELECT plan_id, line_no, count(*) FROM referral GROUP BY plan_id, line_no
            HAVING count(*) <> max(attempt) OR max(attempt) FILTER (WHERE current) IS DISTINCT FROM max(attempt)
                OR bool_or(NOT current AND status <> 'DECLINED')""",
    ),
    Invariant(
        "referrals-stand-where-their-facts-lead",
        "The state of an open referral is that of the furthest step that was reported.",
        """SELECT referral_id, status FROM referral
            WHERE status <> 'CLOSED' AND status <> CASE WHEN started_on IS NOT NULL OR outcome IS NOT NULL THEN 'STARTED'
                  WHEN declined_on IS NOT NULL THEN 'DECLINED' WHEN accepted_on IS NOT NULL THEN 'ACCEPTED'
                  WHEN wait_listed_on IS NOT NULL THEN 'WAIT_LISTED' WHEN received_on IS NOT NULL THEN 'RECEIVED' ELSE 'CREATED' END
               OR outcome_final AND status <> 'CLOSED'""",
    ),
    Invariant(
        "completed-means-all-final",
        "A plan has ended exactly when every one of its lines has a final outcome, or no agency that takes the person.",
        """SELECT plan.plan_id, plan.status, bool_and(ended) AS all_ended
             FROM plan JOIN (SELECT plan_id, outcome_final OR coalesce(closed_reason = 'NOT_PLACED', false) AS ended
                               FROM referral WHERE current) AS line USING (plan_id)
            GROUP BY plan.plan_id
           HAVING bool_and(ended) <> (plan.status IN ('COMPLETED', 'DROPPED'))""",
    ),
    Invariant(
        "ended-counts-add-up",
        "Succeeded and failed add up to the lines.",
        """SELECT plan.plan_id, plan.succeeded, plan.failed FROM plan
            WHERE status IN ('COMPLETED', 'DROPPED')
              AND succeeded + failed IS DISTINCT FROM (SELECT count(*) FROM referral WHERE referral.plan_id = plan.plan_id AND current)""",
    ),
    Invariant(
        "closed-plans-hold-no-place",
        "A withdrawn, closed or merged plan has no open referral.",
        """SELECT plan.plan_id, referral.referral_id FROM plan JOIN referral USING (plan_id)
            WHERE plan.status IN ('WITHDRAWN', 'CLOSED', 'MERGED') AND referral.current AND referral.status <> 'CLOSED'""",
    ),
    Invariant(
        "the-dead-have-no-open-plan",
        "Nobody who died has a plan that is still open, nobody who lives one that a death closed.",
        """SELECT plan.plan_id FROM plan JOIN holder USING (holder_id) LEFT JOIN holder stays ON stays.holder_id = holder.merged_into
            WHERE holder.status = 'DECEASED' AND plan.status NOT IN ('CLOSED', 'COMPLETED', 'DROPPED')
               OR holder.status = 'ALIVE' AND coalesce(stays.status, 'ALIVE') = 'ALIVE' AND holder.erased_on IS NULL AND plan.status = 'CLOSED'""",
    ),
    Invariant(
        "one-person-one-open-plan",
        "Of the plans of who is one person by the registry's merges one at most is open.",
        """SELECT away.plan_id, stays.plan_id AS other FROM holder
             JOIN plan away ON away.holder_id = holder.holder_id JOIN plan stays ON stays.holder_id = holder.merged_into
            WHERE away.status IN ('RECOMMENDED', 'AGREED', 'REFERRED', 'IN_DEVELOPMENT')
              AND stays.status IN ('RECOMMENDED', 'AGREED', 'REFERRED', 'IN_DEVELOPMENT')""",
    ),
    Invariant(
        "the-erased-are-forgotten",
        "Of who was erased no assessment, no interview and no income is kept.",
        """SELECT holder.holder_id FROM holder LEFT JOIN plan USING (holder_id)
            WHERE holder.erased_on IS NOT NULL
              AND (plan.monthly_income_baht IS NOT NULL OR plan.yearly_income_baht IS NOT NULL
                   OR EXISTS (SELECT FROM assessment a WHERE a.holder_id = holder.holder_id)
                   OR EXISTS (SELECT FROM interview i WHERE i.holder_id = holder.holder_id))""",
    ),
    Invariant(
        "history-ends-where-the-plan-stands",
        "The last row of a plan's history names its state.",
        """SELECT plan.plan_id, plan.status FROM plan
            WHERE status IS DISTINCT FROM
                  (SELECT to_status FROM plan_history WHERE plan_history.plan_id = plan.plan_id ORDER BY number DESC LIMIT 1)""",
    ),
]
