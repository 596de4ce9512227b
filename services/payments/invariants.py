"""What must always hold about money: SQL that must return no row."""

from typing import Final

from services.payments.domain import POSTINGS
from services.payments.repository.days import BROKEN
from services.payments.repository.obligations import ALIVE
from services.payments.repository.wallet_invariants import LAPSED, WALLETS
from services.payments.rules.funds import effects_sql
from shared.invariants import Invariant

_ACCOUNTS: Final = ", ".join(f"('{outcome}', '{debit}', '{credit}')" for outcome, (debit, credit) in POSTINGS.items())

_SIGNS: Final = """('INSTRUCTED', true, 'OPEN', 1), ('INSTRUCTED', false, 'OPEN', 1), ('INSTRUCTED', false, 'FAILED', -1),
                ('SETTLED', NULL, 'OPEN', -1), ('SETTLED', NULL, 'SETTLED', 1), ('FAILED', NULL, 'OPEN', -1), ('FAILED', NULL, 'FAILED', 1),
                ('RETURNED', NULL, 'SETTLED', -1), ('RETURNED', NULL, 'RETURNED', 1)"""
"""What an entry does to the states of lines; one of INSTRUCTED that is not of the release takes back what was told as failed."""

INVARIANTS = [
    Invariant(
        "ledger_in_transit",
        "What the ledger says is out at banks is what was instructed and not answered, run by run.",
        """SELECT run_id, ledger.satang AS ledger_satang, lines.satang AS lines_satang
             FROM (SELECT run_id, sum(CASE 'IN_TRANSIT' WHEN credit THEN amount_satang WHEN debit THEN -amount_satang ELSE 0 END) AS satang
                     FROM ledger_entry GROUP BY 1) AS ledger
             FULL JOIN (SELECT d.run_id, sum(d.amount_satang) FILTER (WHERE d.state = 'OPEN') AS satang
                          FROM disbursement d JOIN run r USING (run_id) WHERE r.released_at IS NOT NULL GROUP BY 1) AS lines USING (run_id)
            WHERE coalesce(ledger.satang, 0) <> coalesce(lines.satang, 0)""",
    ),
    Invariant(
        "ledger_paid",
        "What the ledger says left the treasury is what is settled and did not lapse, run by run.",
        f"""SELECT run_id, ledger.satang AS ledger_satang, lines.satang AS lines_satang
             FROM (SELECT run_id, sum(CASE 'TREASURY' WHEN credit THEN amount_satang WHEN debit THEN -amount_satang ELSE 0 END) AS satang
                     FROM ledger_entry GROUP BY 1) AS ledger
             FULL JOIN (SELECT run_id, sum(amount_satang) FILTER (WHERE state = 'SETTLED') AS satang FROM disbursement GROUP BY 1) AS lines USING (run_id)
             LEFT JOIN (SELECT run_id, sum(satang) AS satang FROM ({LAPSED}) AS lapsed GROUP BY 1) AS gone USING (run_id)
            WHERE coalesce(ledger.satang, 0) <> coalesce(lines.satang, 0) - coalesce(gone.satang, 0)""",
    ),
    Invariant(
        "ledger_zero",
        "Debits are credits: all accounts together are zero.",
        """SELECT sum(satang) AS satang FROM (SELECT sum(amount_satang) AS satang FROM ledger_entry GROUP BY debit
             UNION ALL SELECT -sum(amount_satang) FROM ledger_entry GROUP BY credit) AS account HAVING sum(satang) <> 0""",
    ),
    Invariant(
        "ledger_recoverable",
        "What the ledger says is to be got back is what the recoveries and adjustments say.",
        """SELECT ledger.satang AS ledger_satang, noted.satang AS noted_satang
             FROM (SELECT coalesce(sum(CASE 'RECOVERABLE' WHEN debit THEN amount_satang WHEN credit THEN -amount_satang ELSE 0 END), 0) AS satang
                     FROM ledger_entry) AS ledger,
                  (SELECT coalesce(sum(satang), 0) AS satang
                     FROM (SELECT CASE kind WHEN 'NOTED' THEN amount_satang ELSE -amount_satang END AS satang FROM recovery
                           UNION ALL
                           SELECT CASE kind WHEN 'RECOVERY' THEN amount_satang ELSE -amount_satang END FROM adjustment WHERE kind IN ('RECOVERY', 'LIFT')) AS entry) AS noted
            WHERE ledger.satang <> noted.satang""",
    ),
    Invariant(
        "paid_once",
        "An obligation has at most one settled attempt, never one beside another that is out at a bank, each for its amount.",
        """SELECT holder_id, programme, benefit_month, count(*) AS attempts
             FROM disbursement d JOIN obligation o USING (holder_id, programme, benefit_month)
            WHERE d.state IN ('SETTLED', 'OPEN')
            GROUP BY 1, 2, 3, o.amount_satang HAVING count(*) > 1 OR sum(d.amount_satang) > o.amount_satang""",
    ),
    Invariant(
        "obligation_follows_attempt",
        "An obligation says what its last attempt says, or one of which people found out.",
        """SELECT o.holder_id, o.benefit_month, o.state, d.state AS attempt
             FROM obligation o
             LEFT JOIN disbursement d ON d.holder_id = o.holder_id AND d.programme = o.programme AND d.benefit_month = o.benefit_month
                                     AND d.attempt_no = o.attempts AND d.state <> 'CANCELLED'
            WHERE CASE o.state WHEN 'DUE' THEN d.state IS NOT NULL
                               WHEN 'INSTRUCTED' THEN d.state IS DISTINCT FROM 'OPEN'
                               WHEN 'UNKNOWN' THEN d.state IS DISTINCT FROM 'OPEN'
                               WHEN 'LAPSED' THEN NOT EXISTS (SELECT FROM lapse l WHERE l.holder_id = o.holder_id AND l.benefit_month = o.benefit_month)
                                                  OR d.state NOT IN ('FAILED', 'RETURNED')
                               ELSE d.state IS NOT NULL AND d.state <> o.state END
              AND NOT EXISTS (SELECT FROM disbursement x JOIN resolution r USING (disbursement_id)
                               WHERE x.holder_id = o.holder_id AND x.programme = o.programme AND x.benefit_month = o.benefit_month
                                 AND x.state = o.state AND r.status = 'APPROVED')""",
    ),
    Invariant(
        "late_is_found",
        "What is due of a month that was paid already is marked, so that the next list finds it.",
        """SELECT holder_id, programme, benefit_month FROM obligation
            WHERE state = 'DUE' AND payable AND NOT late AND split_part(programme, '#', 1) = 'TOP_UP_2561'
              AND (programme <> 'TOP_UP_2561'
                   OR benefit_month <= (SELECT max(month) FROM run WHERE released_at IS NOT NULL AND programme = 'TOP_UP_2561'))""",
    ),
    Invariant(
        "paid_stays_paid",
        "What is paid is not owed any more: its obligation is settled.",
        """SELECT d.disbursement_id, o.state FROM disbursement d JOIN obligation o USING (holder_id, programme, benefit_month)
            WHERE d.state = 'SETTLED' AND o.state <> 'SETTLED'""",
    ),
    Invariant(
        "attempt_of_obligation",
        "Every attempt is of an obligation, for its amount.",
        """SELECT d.disbursement_id, d.amount_satang, o.amount_satang AS owed_satang
             FROM disbursement d LEFT JOIN obligation o USING (holder_id, programme, benefit_month)
            WHERE o.amount_satang IS DISTINCT FROM d.amount_satang""",
    ),
    Invariant(
        "payable_by_entitlement",
        "An obligation is payable exactly if its allowance says so, and has its amount.",
        """SELECT o.holder_id, o.benefit_month, o.payable, o.amount_satang, e.amounts
             FROM obligation o LEFT JOIN entitlement e USING (holder_id)
            WHERE o.programme = 'TOP_UP_2561' AND (e.holder_id IS NULL OR o.payable <> (o.benefit_month = ANY (e.payable))
               OR o.amount_satang <> e.amounts[array_position(e.payable, o.benefit_month)])""",
    ),
    Invariant(
        "payable_by_batch",
        "What another programme owes is a line of an approved batch, for its amount; payable up to the month of a death or merge.",
        f"""SELECT holder_id, programme, benefit_month, o.payable, o.amount_satang, l.amount_satang AS line_satang
              FROM (SELECT * FROM obligation WHERE split_part(programme, '#', 1) <> 'TOP_UP_2561') AS o
              FULL JOIN (SELECT l.* FROM batch_line l JOIN disbursement_batch b USING (batch_id) WHERE l.standing AND b.status = 'APPROVED') AS l
                   USING (holder_id, programme, benefit_month)
              LEFT JOIN holder h USING (holder_id)
             WHERE o.amount_satang IS DISTINCT FROM l.amount_satang OR o.payable <> ({ALIVE.format(month="benefit_month")})""",
    ),
    Invariant(
        "batches_add_up",
        "A batch is its lines, in number and satang; lines stand unless it was refused or withdrawn.",
        """SELECT b.batch_id, b.lines, b.amount_satang, l.lines AS found, l.satang
             FROM disbursement_batch b LEFT JOIN (
                  SELECT batch_id, count(*) AS lines, sum(amount_satang) AS satang, bool_and(standing) AS all_stand, bool_or(standing) AS some_stand
                    FROM batch_line GROUP BY 1) AS l USING (batch_id)
            WHERE (b.lines, b.amount_satang) IS DISTINCT FROM (l.lines, l.satang) OR l.all_stand <> (b.status IN ('WAITING', 'APPROVED'))
               OR l.some_stand <> l.all_stand""",
    ),
    Invariant(
        "overpaid_is_noted",
        "What was paid for a month that is not due, and did not lapse, is noted for recovery, and nothing else is.",
        f"""SELECT d.disbursement_id, d.state, o.payable, r.net
             FROM disbursement d
             JOIN obligation o USING (holder_id, programme, benefit_month)
             LEFT JOIN (SELECT disbursement_id, sum(CASE kind WHEN 'NOTED' THEN 1 ELSE -1 END) AS net FROM recovery GROUP BY 1) AS r USING (disbursement_id)
             LEFT JOIN ({LAPSED}) AS gone USING (disbursement_id)
            WHERE coalesce(r.net, 0) <> (d.state = 'SETTLED' AND NOT o.payable AND d.amount_satang > coalesce(gone.satang, 0))::int""",
    ),
    Invariant(
        "back_pay_was_booked",
        "A back-pay is owed as it was booked, once, and goes with its month unless it was cancelled.",
        """SELECT coalesce(o.holder_id, a.holder_id) AS holder_id, coalesce(o.benefit_month, a.benefit_month) AS benefit_month, o.programme,
                  o.amount_satang, a.amount_satang AS booked_satang, o.payable
             FROM (SELECT * FROM obligation WHERE programme LIKE 'TOP_UP_2561#%') AS o
             FULL JOIN (SELECT *, 'TOP_UP_2561#' || adjustment_no AS programme FROM adjustment WHERE kind = 'BACK_PAY') AS a
               USING (holder_id, benefit_month, programme)
             LEFT JOIN entitlement e USING (holder_id)
            WHERE o.amount_satang IS DISTINCT FROM a.amount_satang
               OR o.payable IS DISTINCT FROM (benefit_month = ANY (e.payable)
                                              AND NOT EXISTS (SELECT FROM adjustment c WHERE c.kind = 'CANCEL' AND c.holder_id = a.holder_id
                                                                 AND c.benefit_month = a.benefit_month AND c.about_no = a.adjustment_no))""",
    ),
    Invariant(
        "recovered_of_what_was_paid",
        "Of a payment no more is to be got back than was paid and did not lapse, and nothing of one that is not settled.",
        f"""SELECT disbursement_id, d.state, d.amount_satang, part.satang AS part_satang, noted.satang AS noted_satang
             FROM disbursement d
             JOIN (SELECT disbursement_id, sum(CASE kind WHEN 'RECOVERY' THEN amount_satang WHEN 'LIFT' THEN -amount_satang ELSE 0 END) AS satang
                     FROM adjustment WHERE disbursement_id IS NOT NULL GROUP BY 1) AS part USING (disbursement_id)
             LEFT JOIN (SELECT disbursement_id, sum(CASE kind WHEN 'NOTED' THEN amount_satang ELSE -amount_satang END) AS satang
                          FROM recovery GROUP BY 1) AS noted USING (disbursement_id)
             LEFT JOIN ({LAPSED}) AS gone USING (disbursement_id)
            WHERE part.satang < 0
               OR part.satang + coalesce(noted.satang, 0) > CASE d.state WHEN 'SETTLED' THEN d.amount_satang - coalesce(gone.satang, 0) ELSE 0 END""",
    ),
    Invariant(
        "adjustments_were_approved",
        "No month is adjusted but by a proposal that another person approved; only what came back lifts itself.",
        """SELECT a.holder_id, a.benefit_month, a.adjustment_no, a.kind, p.status, p.proposed_by, p.decided_by
             FROM adjustment a LEFT JOIN approval p ON p.id = a.proposal_id
            WHERE NOT (a.kind = 'LIFT' AND a.proposal_id IS NULL) AND (p.status, p.decided_by = p.proposed_by) IS DISTINCT FROM ('APPROVED', false)""",
    ),
    Invariant(
        "months_inside",
        "An allowance pays only months from its first to its last, and none after the month of a death, merge or stop.",
        """SELECT e.holder_id, m.month, e.first_month, e.last_month, e.stop_month
             FROM entitlement e CROSS JOIN LATERAL unnest(e.payable) AS m (month)
            WHERE m.month NOT BETWEEN e.first_month AND e.last_month OR m.month >= e.stop_month
               OR (e.deceased_on IS NOT NULL AND m.month > date_trunc('month', e.deceased_on))
               OR (e.merged_on IS NOT NULL AND m.month > date_trunc('month', e.merged_on))""",
    ),
    Invariant(
        "four_eyes",
        "Nobody approves what they proposed, and nothing is released without an approval.",
        """SELECT run_id, proposed_by, approved_by, status FROM run
            WHERE approved_by = proposed_by OR second_approved_by IN (proposed_by, approved_by)
               OR (released_at IS NOT NULL AND (approved_by IS NULL OR approvals_needed = 2 AND second_approved_by IS NULL))
           UNION ALL
           SELECT hold_id, placed_by, lifted_by, cause FROM hold WHERE lifted_by = placed_by
           UNION ALL
           SELECT resolution_id, proposed_by, decided_by, status FROM resolution WHERE status = 'APPROVED' AND decided_by = proposed_by
           UNION ALL
           SELECT batch_id, sent_by, decided_by, status FROM disbursement_batch WHERE status IN ('APPROVED', 'REFUSED') AND decided_by = sent_by""",
    ),
    Invariant(
        "closed_runs_balance",
        "A closed run: eligible = paid + failed + held + returned, to the person and the satang.",
        """SELECT r.run_id, r.lines, r.amount_satang, a.lines AS answered, a.satang AS answered_satang
             FROM run r LEFT JOIN LATERAL (
                  SELECT count(*) AS lines, coalesce(sum(amount_satang), 0) AS satang FROM disbursement d
                   WHERE d.run_id = r.run_id AND d.state IN ('SETTLED', 'FAILED', 'HELD', 'RETURNED')) AS a ON true
            WHERE r.status = 'CLOSED' AND (r.lines, r.amount_satang) IS DISTINCT FROM (a.lines, a.satang::bigint)""",
    ),
    Invariant(
        "answers_are_attempts",
        "An attempt is settled, failed or returned because a bank said so, or two persons found out.",
        """SELECT d.disbursement_id, d.state FROM disbursement d
            WHERE d.state IN ('SETTLED', 'FAILED', 'RETURNED')
              AND NOT EXISTS (SELECT FROM bank_result b WHERE b.disbursement_id = d.disbursement_id AND b.disposition = 'APPLIED'
                                 AND b.outcomes LIKE '%' || d.state)
              AND NOT EXISTS (SELECT FROM resolution r WHERE r.disbursement_id = d.disbursement_id AND r.status = 'APPROVED')""",
    ),
    Invariant(
        "holds_hold",
        "Nobody is paid by a run that was released while they were on hold.",
        """SELECT d.disbursement_id, h.hold_id FROM hold h JOIN disbursement d USING (holder_id) JOIN run r USING (run_id)
            WHERE d.state NOT IN ('HELD', 'CANCELLED') AND h.placed_at < r.released_at AND (h.lifted_at IS NULL OR h.lifted_at > r.released_at)""",
    ),
    Invariant(
        "preview_is_the_list",
        "What is shown before the approval adds up to the list that is approved.",
        """SELECT r.run_id, r.lines, r.amount_satang, t.lines AS shown, t.satang AS shown_satang
             FROM run r LEFT JOIN LATERAL (
                  SELECT coalesce(sum(lines), 0)::bigint AS lines, coalesce(sum(amount_satang), 0)::bigint AS satang
                    FROM run_total t WHERE t.run_id = r.run_id) AS t ON true
            WHERE r.cut_off_at IS NOT NULL AND (r.lines, r.amount_satang) IS DISTINCT FROM (t.lines, t.satang)""",
    ),
    Invariant(
        "recalled_was_instructed",
        "What is asked back of a bank is a payment that it was told to make.",
        """SELECT p.disbursement_id, p.bank, d.bank AS told, d.state FROM recalled_payment p JOIN disbursement d USING (disbursement_id)
             JOIN run r USING (run_id)
            WHERE p.bank IS DISTINCT FROM d.bank OR r.released_at IS NULL OR d.state IN ('HELD', 'CANCELLED')""",
    ),
    Invariant(
        "lines_add_up_to_ledger",
        "The lines, which are the persons' own books, add up to the ledger by run, bank, tier and month: out at banks, settled, failed and returned.",
        f"""SELECT * FROM (
                SELECT run_id, d.bank, d.tier, d.benefit_month, d.state, count(*) AS lines, sum(d.amount_satang) AS satang
                  FROM disbursement d JOIN run r USING (run_id) WHERE r.released_at IS NOT NULL AND d.state IN ('OPEN', 'SETTLED', 'FAILED', 'RETURNED')
                 GROUP BY 1, 2, 3, 4, 5) AS l
             FULL JOIN (
                SELECT run_id, bank, tier, benefit_month, s.state, sum(payments * s.sign) AS booked, sum(amount_satang * s.sign) AS booked_satang
                  FROM ledger_entry e
                  JOIN (VALUES {_SIGNS}) AS s (outcome, at_release, state, sign)
                    ON s.outcome = e.outcome AND s.at_release IS NOT DISTINCT FROM CASE e.outcome WHEN 'INSTRUCTED' THEN e.batch_id = e.run_id END
                 GROUP BY 1, 2, 3, 4, 5 HAVING sum(payments * s.sign) <> 0 OR sum(amount_satang * s.sign) <> 0) AS b
             USING (run_id, bank, tier, benefit_month, state)
            WHERE (l.lines, l.satang) IS DISTINCT FROM (b.booked, b.booked_satang)""",
    ),
    Invariant(
        "entries_have_their_accounts",
        "Every entry of the ledger debits and credits the accounts of its outcome.",
        f"""SELECT e.number, e.outcome, e.debit, e.credit
              FROM ledger_entry e LEFT JOIN (VALUES {_ACCOUNTS}) AS a (outcome, debit, credit) USING (outcome)
             WHERE (e.debit, e.credit) IS DISTINCT FROM (a.debit, a.credit)""",
    ),
    Invariant(
        "listed_is_eligible",
        "What was due when a run was drawn up has its line, each and no other; but for a cancelled run, which pays nobody.",
        """SELECT r.run_id, e.lines AS eligible, e.amount_satang AS eligible_satang, l.lines, l.satang
             FROM run r LEFT JOIN run_eligible e USING (run_id)
             LEFT JOIN LATERAL (SELECT count(*) AS lines, coalesce(sum(amount_satang), 0)::bigint AS satang FROM disbursement d WHERE d.run_id = r.run_id) AS l ON true
            WHERE r.status NOT IN ('PREPARING', 'CANCELLED') AND (e.lines, e.amount_satang) IS DISTINCT FROM (l.lines, l.satang)""",
    ),
    Invariant(
        "closed_days_hold",
        "Closed days of the ledger are as they were closed, each chained to the one before.",
        BROKEN,
    ),
    Invariant(
        "instructions_are_told",
        "What is instructed is among what its bank can read, once, in numbers without a gap.",
        """SELECT chunk.run_id, chunk.bank, chunk.chunk_no, count(b.number)
             FROM (SELECT DISTINCT d.run_id, d.bank, d.chunk_no FROM disbursement d JOIN run r USING (run_id)
                    WHERE r.released_at IS NOT NULL AND d.state <> 'HELD') AS chunk
             LEFT JOIN bank_message b ON b.bank = chunk.bank AND b.expander = 'instructions'
                   AND b.chunk @> jsonb_build_object('run_id', chunk.run_id, 'chunk_no', chunk.chunk_no)
            GROUP BY 1, 2, 3 HAVING count(b.number) <> 1
           UNION ALL
           SELECT NULL, bank, NULL, max(number) FROM bank_message GROUP BY bank HAVING max(number) <> count(*)""",
    ),
    Invariant(
        "bank_files_lines",
        "Every line of a bank's file became an answer that is kept, came by that bank, or was refused where all can see it; nothing of a file stays after it is read.",
        """SELECT f.file_id, f.lines, f.refused, f.skipped, a.lines AS answers, a.lost, x.lines AS refusals, x.alone
             FROM bank_file f
            CROSS JOIN LATERAL (SELECT count(*) AS lines, count(*) FILTER (WHERE b.via IS DISTINCT FROM f.bank) AS lost
                                  FROM bank_file_answer t LEFT JOIN bank_result b USING (result_id) WHERE t.file_id = f.file_id) AS a
            CROSS JOIN LATERAL (SELECT count(DISTINCT r.entry) AS lines, count(DISTINCT r.entry) FILTER (WHERE t.entry IS NULL) AS alone
                                  FROM bank_file_refusal r LEFT JOIN bank_file_answer t USING (file_id, entry) WHERE r.file_id = f.file_id) AS x
            WHERE a.lost > 0 OR f.refused <> x.lines OR f.lines - f.skipped <> a.lines + x.alone
               OR (f.status <> 'RECEIVED' AND EXISTS (SELECT FROM bank_file_part p WHERE p.file_id = f.file_id))""",
    ),
    Invariant(
        "bank_files_fetched",
        "What a bank fetched as a file was released to it, and no more than that.",
        """SELECT w.run_id, w.bank, w.file_no, w.payments, w.amount_satang, s.payments AS released, s.satang
             FROM bank_file_fetch w
            CROSS JOIN LATERAL (SELECT count(*) AS payments, sum(d.amount_satang) AS satang FROM disbursement d JOIN run r USING (run_id)
                                 WHERE d.run_id = w.run_id AND d.bank = w.bank AND d.chunk_no = w.file_no - 1 AND d.state <> 'HELD'
                                   AND r.released_at IS NOT NULL) AS s
            WHERE w.payments > s.payments OR w.amount_satang > coalesce(s.satang, 0)""",
    ),
    Invariant(
        "envelopes_are_their_entries",
        "Ceiling, committed and spent of an envelope are what its entries add up to, and never more than the ceiling.",
        f"""SELECT e.envelope_id, e.ceiling_satang, e.committed_satang, e.spent_satang, n.ceiling, n.committed, n.spent
             FROM envelope e LEFT JOIN LATERAL (
                  SELECT coalesce(sum(n.satang * f.ceiling), 0) AS ceiling, coalesce(sum(n.satang * f.committed), 0) AS committed,
                         coalesce(sum(n.satang * f.spent), 0) AS spent
                    FROM envelope_entry n JOIN (VALUES {effects_sql()}) AS f (kind, ceiling, committed, spent) USING (kind)
                   WHERE n.envelope_id = e.envelope_id) AS n ON true
            WHERE (e.ceiling_satang, e.committed_satang, e.spent_satang) IS DISTINCT FROM (n.ceiling, n.committed, n.spent)
               OR e.committed_satang + e.spent_satang > e.ceiling_satang""",
    ),
    Invariant(
        "envelopes_are_their_commitments",
        "What an envelope has committed and spent is what the commitments of it say.",
        """SELECT e.envelope_id, e.committed_satang, e.spent_satang, sum(c.committed_satang) AS held, sum(c.spent_satang) AS paid
             FROM envelope e LEFT JOIN commitment c USING (envelope_id) GROUP BY 1
           HAVING e.committed_satang <> coalesce(sum(c.committed_satang), 0) OR e.spent_satang <> coalesce(sum(c.spent_satang), 0)""",
    ),
    Invariant(
        "commitments_are_lines",
        "A run holds of a source's month what its open lines need from its approval on, and spent what is settled and did not lapse; a batch holds what no run took over.",
        f"""SELECT cause_id, source, month, held.committed_satang, held.spent_satang, lines.open, lines.settled
             FROM (SELECT c.cause_id, e.source, e.month, c.committed_satang, c.spent_satang FROM commitment c JOIN envelope e USING (envelope_id)) AS held
             FULL JOIN (SELECT d.run_id AS cause_id, p.source, d.benefit_month AS month,
                               sum(d.amount_satang) FILTER (WHERE d.state = 'OPEN') AS open,
                               sum(d.amount_satang - coalesce(gone.satang, 0)) FILTER (WHERE d.state = 'SETTLED') AS settled
                          FROM disbursement d JOIN programme p ON p.programme = split_part(d.programme, '#', 1) JOIN run r USING (run_id)
                          LEFT JOIN ({LAPSED}) AS gone USING (disbursement_id)
                         WHERE r.status = 'APPROVED' OR r.released_at IS NOT NULL GROUP BY 1, 2, 3
                        UNION ALL
                        SELECT l.batch_id, p.source, l.benefit_month, sum(l.amount_satang) FILTER (WHERE l.holds_money), NULL
                          FROM batch_line l JOIN programme p USING (programme) GROUP BY 1, 2, 3) AS lines USING (cause_id, source, month)
            WHERE coalesce(held.committed_satang, 0) <> coalesce(lines.open, 0) OR coalesce(held.spent_satang, 0) <> coalesce(lines.settled, 0)""",
    ),
    *WALLETS,
]
