"""What must always hold in plan's database: SQL that returns no row."""

from typing import Final

from shared.invariants import Invariant

_ENDED: Final = "(referral.outcome_final OR referral.closed_reason = 'NOT_PLACED')"
_AGREED: Final = "agreed_on IS NOT NULL"
_LINES_IN_FORCE: Final = """plan JOIN agreement ON agreement.plan_id = plan.plan_id AND agreement.version = plan.agreement_version
             CROSS JOIN unnest(agreement.line_nos) AS in_force (line_no)"""

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
        """SELECT holder_id, count(*) FROM plan WHERE status IN ('RECOMMENDED', 'AT_SPECIALIST', 'AGREED', 'REFERRED', 'IN_DEVELOPMENT')
            GROUP BY holder_id HAVING count(*) > 1""",
    ),
    Invariant(
        "one-referral-a-line",
        "The first referral of a line is as it was signed; a line in force whose turn has come was sent to its agency.",
        f"""SELECT referral.plan_id, referral.line_no FROM referral LEFT JOIN plan_line line USING (plan_id, line_no)
            WHERE line.programme_code IS NULL OR referral.attempt = 1 AND (line.programme_code <> referral.programme_code OR line.agency <> referral.agency)
            UNION ALL
           SELECT plan.plan_id, in_force.line_no FROM {_LINES_IN_FORCE}
             LEFT JOIN plan_line line ON line.plan_id = plan.plan_id AND line.line_no = in_force.line_no
            WHERE line.plan_id IS NULL
               OR plan.status IN ('REFERRED', 'IN_DEVELOPMENT')
              AND NOT EXISTS (SELECT FROM referral r WHERE r.plan_id = plan.plan_id AND r.line_no = in_force.line_no)
              AND (agreement.side_by_side
                   OR NOT EXISTS (SELECT FROM plan_line earlier
                                   WHERE earlier.plan_id = plan.plan_id AND earlier.line_no = ANY (agreement.line_nos) AND earlier.step_no < line.step_no
                                     AND NOT EXISTS (SELECT FROM referral r WHERE r.plan_id = plan.plan_id AND r.line_no = earlier.line_no
                                                        AND r.current AND (r.outcome_final OR r.closed_reason = 'NOT_PLACED'))))""",
    ),
    Invariant(
        "attempts-follow-one-another",
        "Of the attempts at a line the last is current, and those before it were declined or called back.",
        """SELECT plan_id, line_no, count(*) FROM referral GROUP BY plan_id, line_no
            HAVING count(*) <> max(attempt) OR max(attempt) FILTER (WHERE current) IS DISTINCT FROM max(attempt)
                OR bool_or(NOT current AND status <> 'DECLINED' AND closed_reason IS DISTINCT FROM 'CALLED_BACK')""",
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
        "A plan has ended exactly when every one of its lines in force has a final outcome, or no agency that takes the person.",
        f"""SELECT plan.plan_id, plan.status, bool_and(coalesce({_ENDED}, false)) AS all_ended
             FROM {_LINES_IN_FORCE} LEFT JOIN referral ON referral.plan_id = plan.plan_id AND referral.line_no = in_force.line_no AND referral.current
            WHERE plan.status NOT IN ('WITHDRAWN', 'CLOSED', 'MERGED')
            GROUP BY plan.plan_id
           HAVING bool_and(coalesce({_ENDED}, false)) <> (plan.status IN ('COMPLETED', 'DROPPED'))""",
    ),
    Invariant(
        "ended-counts-add-up",
        "Succeeded and failed add up to the lines in force.",
        """SELECT plan.plan_id, plan.succeeded, plan.failed FROM plan JOIN agreement USING (plan_id)
            WHERE agreement.version = plan.agreement_version AND status IN ('COMPLETED', 'DROPPED')
              AND succeeded + failed IS DISTINCT FROM cardinality(agreement.line_nos)""",
    ),
    Invariant(
        "agreements-follow-each-other",
        "An agreed plan names its newest agreement, a plan that is not agreed none; no number is left out.",
        """SELECT plan.plan_id, plan.agreement_version, count(agreement.version) AS versions FROM plan LEFT JOIN agreement USING (plan_id)
            GROUP BY plan.plan_id
           HAVING plan.agreement_version <> count(agreement.version) OR plan.agreement_version <> coalesce(max(agreement.version), 0)
               OR (plan.agreed_on IS NULL) <> (plan.agreement_version = 0)""",
    ),
    Invariant(
        "seats-are-of-lines-in-force",
        "Who has a seat, or waits for one, has a line in force in a plan that was not cut off; no line has both.",
        """SELECT place.plan_id, place.line_no FROM plan JOIN (
               SELECT plan_id, line_no, false AS waits FROM seat_hold UNION ALL SELECT plan_id, line_no, true FROM seat_waiting WHERE status = 'WAITING') place
                 USING (plan_id)
             LEFT JOIN agreement ON agreement.plan_id = plan.plan_id AND agreement.version = plan.agreement_version
            GROUP BY place.plan_id, place.line_no
           HAVING count(*) > 1 OR bool_or(plan.status IN ('WITHDRAWN', 'CLOSED', 'MERGED') OR NOT place.line_no = ANY (agreement.line_nos))""",
    ),
    Invariant(
        "specialists-are-asked-about-open-plans",
        "A plan that waits is at a specialist exactly while one is asked; nobody is asked about a plan that has ended.",
        """SELECT plan.plan_id, plan.status, count(review.review_id) AS asked
             FROM plan LEFT JOIN specialist_review review ON review.plan_id = plan.plan_id AND review.status IN ('ASKED', 'TAKEN')
            GROUP BY plan.plan_id
           HAVING plan.status = 'AT_SPECIALIST' AND count(review.review_id) = 0
               OR plan.status NOT IN ('AT_SPECIALIST', 'AGREED', 'REFERRED', 'IN_DEVELOPMENT') AND count(review.review_id) > 0""",
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
            WHERE away.status IN ('RECOMMENDED', 'AT_SPECIALIST', 'AGREED', 'REFERRED', 'IN_DEVELOPMENT')
              AND stays.status IN ('RECOMMENDED', 'AT_SPECIALIST', 'AGREED', 'REFERRED', 'IN_DEVELOPMENT')""",
    ),
    Invariant(
        "the-erased-are-forgotten",
        "Of who was erased no assessment, no interview and no income is kept.",
        """SELECT holder.holder_id FROM holder LEFT JOIN plan USING (holder_id)
            WHERE holder.erased_on IS NOT NULL
              AND (plan.monthly_income_baht IS NOT NULL OR plan.yearly_income_baht IS NOT NULL
                   OR EXISTS (SELECT FROM first_analysis f WHERE f.plan_id = plan.plan_id AND (f.occupation <> '' OR f.income_now_baht IS NOT NULL))
                   OR EXISTS (SELECT FROM agreement g WHERE g.plan_id = plan.plan_id AND g.reason_sealed IS NOT NULL)
                   OR EXISTS (SELECT FROM specialist_review s WHERE s.holder_id = holder.holder_id
                                 AND (s.question_sealed IS NOT NULL OR s.words_sealed IS NOT NULL OR cardinality(s.programmes) > 0))
                   OR EXISTS (SELECT FROM assessment a WHERE a.holder_id = holder.holder_id)
                   OR EXISTS (SELECT FROM interview i WHERE i.holder_id = holder.holder_id))""",
    ),
    Invariant(
        "seats-taken-are-seats-held",
        "An offering has as many seats taken as lines of plans hold, and as many seats as its newest version says.",
        """SELECT offering_id, seat.taken, count(seat_hold.plan_id) AS held, seat.seats FROM offering_seat seat
             JOIN offering USING (offering_id) LEFT JOIN seat_hold USING (offering_id)
            GROUP BY offering_id, seat.taken, seat.seats, offering.seats
           HAVING seat.taken <> count(seat_hold.plan_id) OR seat.seats <> offering.seats""",
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
        "connections-are-as-they-were-set",
        "An agency is told as the last version of its connection says.",
        """SELECT agency, version, way FROM agency_connection connection
            WHERE NOT EXISTS (SELECT FROM agency_connection_history h WHERE (h.agency, h.version, h.way) = (connection.agency, connection.version, connection.way))
               OR EXISTS (SELECT FROM agency_connection_history h WHERE h.agency = connection.agency AND h.version > connection.version)""",
    ),
    Invariant(
        "sent-files-add-up",
        "Every line of a file of reports was accepted, told before, without a report, or refused by name.",
        """SELECT file_id FROM agency_file file
            WHERE lines <> accepted + already + skipped + refused
               OR refused <> (SELECT count(DISTINCT line) FROM agency_refusal refusal WHERE refusal.file_id = file.file_id)""",
    ),
    Invariant(
        "the-erased-have-no-numbers",
        "By no number is somebody found who was erased, and nobody employs them any more.",
        """SELECT holder_id FROM holder h WHERE erased_on IS NOT NULL
              AND (EXISTS (SELECT FROM wage_consent c WHERE c.holder_id = h.holder_id AND (c.citizen_index IS NOT NULL OR c.card_index IS NOT NULL))
                   OR EXISTS (SELECT FROM employment e WHERE e.holder_id = h.holder_id AND e.ends_on IS NULL))""",
    ),
]
