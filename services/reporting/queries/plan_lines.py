"""How each line of a plan stands with its agency."""

from typing import Final

LAST_REFERRALS: Final = """
    SELECT DISTINCT ON (plan_id, line_no) plan_id, line_no, programme, agency, outcome,
           CASE WHEN outcome_final THEN 'FINISHED' WHEN closed_reason IS NOT NULL THEN 'CLOSED' WHEN outcome IS NOT NULL THEN 'REPORTED'
                WHEN started_on IS NOT NULL THEN 'STARTED' WHEN declined_on IS NOT NULL THEN 'DECLINED'
                WHEN accepted_on IS NOT NULL THEN 'ACCEPTED' WHEN wait_listed_on IS NOT NULL THEN 'WAIT_LISTED'
                WHEN received_on IS NOT NULL THEN 'RECEIVED' ELSE 'REFERRED' END AS state,
           outcome_final IS NOT TRUE AND closed_reason IS NULL
           AND EXISTS (SELECT FROM referral_alarm a WHERE a.referral_id = referral.referral_id AND a.level <> 'REMINDER'
                          AND a.raised_on > greatest(referred_on, received_on, wait_listed_on, accepted_on, declined_on, started_on, outcome_on)
               ) AS overdue
      FROM referral ORDER BY plan_id, line_no, attempt DESC NULLS LAST, referral_id DESC"""
"""The last attempt at each line, with its state, and whether a step rose as overdue that was not taken since."""
