"""Facts that were told after a report was frozen, of days that it is about."""

from datetime import datetime
from typing import Final

from services.reporting.queries.view import View
from shared.clock import on_day
from shared.db import ReadTx

_LATE: Final = """
    SELECT 'wishes' AS kind, holder_id FROM intake WHERE stated_on <= $2 AND received_on > $2
    UNION ALL SELECT 'withdrawals', holder_id FROM withdrawal WHERE withdrawn_on <= $2 AND told_at > $1
    UNION ALL SELECT 'visits', holder_id FROM visit_attempt WHERE visited_on <= $2 AND told_at > $1
    UNION ALL SELECT 'interviews', holder_id FROM interview WHERE interviewed_on <= $2 AND told_at > $1
    UNION ALL SELECT 'follow_ups', holder_id FROM follow_up WHERE contacted_on <= $2 AND told_at > $1
    UNION ALL SELECT 'outcomes', holder_id FROM referral WHERE outcome_on <= $2 AND outcome_at > $1"""


async def late_facts(tx: ReadTx, view: View, since: datetime) -> dict[str, int]:
    """How many facts of the view's cases were told after the moment and are of its day or an earlier one, by kind."""
    where, args = view.where(3, "p.responsible_district")
    rows = await tx.fetch(
        f"SELECT kind, count(*) FROM ({_LATE}) late JOIN person p USING (holder_id) WHERE {where} GROUP BY kind ORDER BY kind",
        since,
        on_day(since),
        *args,
    )
    return {row["kind"]: row["count"] for row in rows}
