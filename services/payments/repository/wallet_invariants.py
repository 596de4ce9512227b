"""What must always hold about payments that are to be spent in shops: settled = used + lapsed + still open, in lines, ledger and envelopes."""

from typing import Final

from services.payments.repository.wallets import LAPSED_SQL, USED_SQL
from shared.invariants import Invariant

LAPSED: Final = f"""SELECT w.disbursement_id, d.run_id, sum({LAPSED_SQL}) AS satang
                      FROM wallet_entry w JOIN disbursement d USING (disbursement_id) GROUP BY 1, 2"""
"""What lapsed of each line: disbursement_id, run_id, satang."""

WALLETS: Final = [
    Invariant(
        "wallets_add_up",
        "Of a payment no more was used and lapsed than was paid, never less than nothing, and nothing of one that is not settled or has no terms.",
        f"""SELECT w.disbursement_id, d.state, d.amount_satang, w.used, w.lapsed
              FROM (SELECT disbursement_id, sum({USED_SQL}) AS used, sum({LAPSED_SQL}) AS lapsed FROM wallet_entry w GROUP BY 1) AS w
              LEFT JOIN disbursement d USING (disbursement_id) LEFT JOIN run r USING (run_id)
             WHERE w.used < 0 OR w.lapsed < 0 OR d.disbursement_id IS NULL OR r.terms IS NULL
                OR w.used + w.lapsed > CASE d.state WHEN 'SETTLED' THEN d.amount_satang ELSE 0 END""",
    ),
    Invariant(
        "used_is_reported",
        "What was used of a settled payment is what its bank reported, each month once, and nothing lapsed before its last month was reported.",
        f"""SELECT disbursement_id, w.used, w.lapsed, u.used AS reported, u.last_month, d.amount_satang
              FROM (SELECT disbursement_id, sum({USED_SQL}) AS used, sum({LAPSED_SQL}) AS lapsed FROM wallet_entry w GROUP BY 1) AS w
              FULL JOIN (SELECT disbursement_id, sum(used_satang) AS used, max(use_month) AS last_month
                           FROM use_report WHERE disposition = 'APPLIED' GROUP BY 1) AS u USING (disbursement_id)
              JOIN disbursement d USING (disbursement_id) JOIN run r USING (run_id)
             WHERE d.state = 'SETTLED'
               AND (coalesce(w.used, 0) <> coalesce(u.used, 0)
                    OR (coalesce(w.lapsed, 0) > 0 AND u.last_month IS NULL)
                    OR (u.last_month >= date_trunc('month', (r.terms ->> 'usable_until')::date)
                        AND coalesce(w.used, 0) + coalesce(w.lapsed, 0) <> d.amount_satang))""",
    ),
    Invariant(
        "wallets_are_the_ledger",
        "What was used and what lapsed is what the ledger says, by run, bank, tier and month.",
        """SELECT * FROM (
               SELECT d.run_id, d.bank, d.tier, d.benefit_month, w.kind AS outcome, count(*) AS entries, sum(w.amount_satang) AS satang
                 FROM wallet_entry w JOIN disbursement d USING (disbursement_id) GROUP BY 1, 2, 3, 4, 5) AS w
             FULL JOIN (
               SELECT run_id, bank, tier, benefit_month, outcome, sum(payments) AS booked, sum(amount_satang) AS booked_satang
                 FROM ledger_entry WHERE outcome IN ('USED', 'LAPSED', 'USE_TAKEN_BACK', 'LAPSE_TAKEN_BACK') GROUP BY 1, 2, 3, 4, 5) AS b
             USING (run_id, bank, tier, benefit_month, outcome)
            WHERE (w.entries, w.satang) IS DISTINCT FROM (b.booked, b.booked_satang)""",
    ),
]
