"""The rows that figures are sums of: what each stands for, as the projections tell it now, and from which of them.

A row belongs to one holder. It is made anew when a projection that it is made of changed for that holder.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.reporting.queries.cases import PERSONS
from services.reporting.queries.plan_lines import LAST_REFERRALS
from services.reporting.rules.income_bands import band_sql
from services.reporting.rules.published import NOT_OVER, OVER, published
from shared.contracts.interview import FollowUpRound


@dataclass(frozen=True)
class CountedRows:
    """A table of counted rows.

    `select` makes its columns out of the projections `made_of`, whose rows are of holders, and those that stand `beside` them. `together`
    are columns whose rows are one thing to the sums: where one of them changed, all are counted anew. `of_merged`: who is one person in
    the end is made anew together.
    """

    table: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    made_of: tuple[str, ...]
    select: str
    beside: tuple[str, ...] = ()
    together: tuple[str, ...] = ()
    of_merged: bool = False

    @property
    def all(self) -> str:
        """Every row that was counted, as a table in SQL, with the sign that it counts with."""
        return f"(SELECT *, 1 AS sign FROM {self.table})"

    def now(self, holders: str) -> str:
        """SQL of a table `now_told` of the rows of these holders (an array in SQL): only what is theirs is looked at.

        To come after a WITH that is not RECURSIVE, in which a name inside its own part is still the table's, of whatever schema.
        """
        theirs = [f"{table} AS MATERIALIZED (SELECT * FROM {table} WHERE holder_id = ANY ({holders}))" for table in self.made_of]
        return ", ".join([*theirs, f"now_told AS MATERIALIZED (SELECT {', '.join(self.columns)} FROM ({self.select}) made)"])


_ROUNDS: Final = [(name, name.value.lower()) for name in FollowUpRound]
_ROUND_COLUMNS: Final = [f"{own}_{what}" for _, own in _ROUNDS for what in ("reached", "job", "advice", "overdue")]
_OF_ROUNDS: Final = ", ".join(
    f"""bool_or(reached) FILTER (WHERE round = '{name}') AS {own}_reached, min(job_status) FILTER (WHERE round = '{name}') AS {own}_job,
        min(recommendation) FILTER (WHERE round = '{name}') AS {own}_advice"""
    for name, own in _ROUNDS
)
_OVERDUE_OF_ROUNDS: Final = ", ".join(f"bool_or(round = '{name}') AS {own}_overdue" for name, own in _ROUNDS)
_OVERDUE_COLUMNS: Final = ", ".join(f"coalesce(o.{own}_overdue, false) AS {own}_overdue" for _, own in _ROUNDS)

ENDED: Final = """
    CASE WHEN answer = 'REFUSE' THEN 'refused'
         WHEN answer = 'SUFFICIENT' OR content THEN 'content'
         WHEN answer IS NOT NULL OR stated_on IS NOT NULL THEN 'wished'
         WHEN refused_at_the_door THEN 'refused'
         WHEN status = 'DECEASED' THEN 'deceased'
         WHEN not_found THEN 'not_found'
         ELSE 'none' END"""
"""How a visit ended, in exactly one way; 'none' where it has no result: then it is open, or overdue after its day."""

CASES: Final = CountedRows(
    table="counted_case",
    key=("holder_id",),
    columns=(
        *("holder_id", "stands", "merged_into", "registered", "home_district", "responsible_district", "officer_id"),
        *("tier", "age_group", "status", "visit_group", "moved"),
        *("stated_on", "declared_channel", "declared_district", "place_id", "declared_tier", "approved_late"),
        *("due_by", "visited", "ended", "risen_to", "interviewed", "expected", "planned", "referred", "accepted", "dropped"),
        *("followed", "band_at_interview", "band_now"),
        *_ROUND_COLUMNS,
    ),
    made_of=(
        *("person", "intake", "withdrawal", "decision", "visit_due", "visit_attempt", "visit_overdue", "interview", "plan_decline"),
        *("referral", "follow_up", "follow_up_overdue", "plan_end"),
    ),
    select=f"""
        SELECT c.*, CASE WHEN age <= {published().age_max} THEN '{NOT_OVER}' ELSE '{OVER}' END AS age_group, moved_on IS NOT NULL AS moved,
               {ENDED} AS ended, coalesce(r.risen_to, '{{}}') AS risen_to, interviewed_on IS NOT NULL AS interviewed,
               coalesce(answer = 'DEVELOP' AND status = 'ALIVE' AND NOT withdrawn, false) AS expected, planned_on IS NOT NULL AS planned,
               {band_sql("income_at_interview")} AS band_at_interview, {band_sql("income_now")} AS band_now,
               {", ".join(f"t.{column}" for column in _ROUND_COLUMNS if not column.endswith("overdue"))}, {_OVERDUE_COLUMNS}
          FROM {PERSONS}
          LEFT JOIN (SELECT holder_id, array_agg(level ORDER BY level) AS risen_to FROM visit_overdue GROUP BY holder_id) r USING (holder_id)
          LEFT JOIN (SELECT holder_id, {_OF_ROUNDS}
                       FROM (SELECT DISTINCT ON (holder_id, round) * FROM follow_up
                              ORDER BY holder_id, round, reached DESC, contacted_on DESC, told_at DESC, follow_up_id) last
                      GROUP BY holder_id) t USING (holder_id)
          LEFT JOIN (SELECT holder_id, {_OVERDUE_OF_ROUNDS} FROM follow_up_overdue GROUP BY holder_id) o USING (holder_id)""",
    of_merged=True,
)

PAYMENTS: Final = CountedRows(
    table="counted_payment",
    key=("holder_id", "month", "tier", "district", "bank"),
    columns=("holder_id", "month", "tier", "district", "bank", "asked_satang", "settled_satang", "returned_satang"),
    made_of=("payment",),
    select="""
        SELECT holder_id, month, tier, district, bank, max(amount_satang) AS asked_satang,
               coalesce(sum(amount_satang) FILTER (WHERE outcome = 'SETTLED'), 0)::bigint AS settled_satang,
               coalesce(max(amount_satang) FILTER (WHERE outcome = 'RETURNED'), 0) AS returned_satang
          FROM payment GROUP BY 1, 2, 3, 4, 5""",
    together=("holder_id", "month", "tier"),
)

ALLOWANCES: Final = CountedRows(
    table="counted_allowance",
    key=("entitlement_id",),
    columns=("entitlement_id", "holder_id", "responsible_district", "tier", "status", "stop_reason", "stop_month", "monthly_satang"),
    made_of=("person", "entitlement"),
    select="SELECT e.*, p.responsible_district FROM entitlement e JOIN person p USING (holder_id)",
)

LINES: Final = CountedRows(
    table="counted_line",
    key=("holder_id", "dimension", "programme", "agency", "state", "outcome"),
    columns=("holder_id", "dimension", "programme", "agency", "state", "outcome", "responsible_district", "lines", "overdue"),
    made_of=("person", "plan_line", "referral"),
    beside=("referral_alarm",),
    select=f"""
        SELECT p.holder_id, l.dimension, coalesce(r.programme, l.programme) AS programme, coalesce(r.agency, l.agency) AS agency,
               coalesce(r.state, 'AGREED') AS state, coalesce(r.outcome, '') AS outcome, p.responsible_district,
               count(*)::int AS lines, (count(*) FILTER (WHERE r.overdue))::int AS overdue
          FROM person p
          JOIN plan_line l ON l.plan_id = p.plan_id AND l.version = p.plan_version
          LEFT JOIN ({LAST_REFERRALS}) r ON r.plan_id = l.plan_id AND r.line_no = l.line_no
         GROUP BY 1, 2, 3, 4, 5, 6, 7""",
)

COUNTED: Final[Sequence[CountedRows]] = (CASES, PAYMENTS, ALLOWANCES, LINES)
