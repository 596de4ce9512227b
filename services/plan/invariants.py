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
        "Every line was sent to its agency once.",
        """SELECT coalesce(line.plan_id, referral.plan_id) AS plan_id, coalesce(line.line_no, referral.line_no) AS line_no
             FROM plan_line line FULL JOIN referral USING (plan_id, line_no)
            WHERE line.programme_code IS NULL OR referral.referral_id IS NULL
               OR line.programme_code <> referral.programme_code OR line.agency <> referral.agency""",
    ),
    Invariant(
        "completed-means-all-final",
        "A plan has ended exactly when every one of its referrals has a final outcome.",
        """SELECT plan.plan_id, plan.status, bool_and(referral.outcome_final) AS all_final
             FROM plan JOIN referral USING (plan_id)
            GROUP BY plan.plan_id
           HAVING bool_and(referral.outcome_final) <> (plan.status IN ('COMPLETED', 'DROPPED'))""",
    ),
    Invariant(
        "ended-counts-add-up",
        "Succeeded and failed add up to the lines.",
        """SELECT plan.plan_id, plan.succeeded, plan.failed FROM plan
            WHERE status IN ('COMPLETED', 'DROPPED')
              AND succeeded + failed IS DISTINCT FROM (SELECT count(*) FROM referral WHERE referral.plan_id = plan.plan_id)""",
    ),
    Invariant(
        "closed-plans-hold-no-place",
        "A withdrawn, closed or merged plan has no open referral.",
        """SELECT plan.plan_id, referral.referral_id FROM plan JOIN referral USING (plan_id)
            WHERE plan.status IN ('WITHDRAWN', 'CLOSED', 'MERGED') AND referral.status <> 'CLOSED'""",
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
    Invariant(
        "certified-sums-add-up",
        "What is certified is the sum of its items that count, is of a closed period, and has every version before it.",
        """SELECT s.statement_id, s.version
             FROM deduction_statement s JOIN accounting_period p USING (period_id),
                  LATERAL (SELECT coalesce(sum((one->>'amount_satang')::bigint) FILTER (WHERE one->>'kind' = 'WAGE'), 0) AS wages,
                                  coalesce(sum((one->>'amount_satang')::bigint) FILTER (WHERE one->>'kind' = 'TRAINING'), 0) AS training
                             FROM jsonb_array_elements(s.items) AS one WHERE one->>'standing' = 'COUNTED') AS counted
            WHERE p.status <> 'CLOSED' OR p.tax_id <> s.tax_id
               OR s.version <> (SELECT count(*) FROM deduction_statement b WHERE b.period_id = s.period_id AND b.version <= s.version)
               OR (s.certificate->>'wages_satang')::bigint <> counted.wages OR (s.certificate->>'training_satang')::bigint <> counted.training""",
    ),
    Invariant(
        "wages-taken-are-of-an-employment",
        "A wage that was taken in is of an employment by the employer that it names, and came by its own bank.",
        """SELECT w.wage_id FROM wage_told w LEFT JOIN employment e USING (employment_id)
            WHERE w.disposition = 'TAKEN' AND (e.tax_id IS DISTINCT FROM w.tax_id OR w.via <> w.bank)""",
    ),
    Invariant(
        "the-erased-have-no-numbers",
        "By no number is somebody found who was erased, and nobody employs them any more.",
        """SELECT holder_id FROM holder h WHERE erased_on IS NOT NULL
              AND (EXISTS (SELECT FROM wage_consent c WHERE c.holder_id = h.holder_id AND (c.citizen_index IS NOT NULL OR c.card_index IS NOT NULL))
                   OR EXISTS (SELECT FROM employment e WHERE e.holder_id = h.holder_id AND e.ends_on IS NULL))""",
    ),
]
