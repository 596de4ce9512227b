"""Plans, recommendations, referrals: locked reads, and writes of a whole set of changes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from services.plan.changes import Changes
from services.plan.domain import Interview, Plan, PlanStatus, Referral, ReferralStatus
from services.plan.repository.rows import columns_of, insert, update_versions
from shared.auth import Reach, reach_sql
from shared.contracts.common import Approach, Dimension
from shared.contracts.interview import AssessmentRecorded, FollowUpRecorded
from shared.contracts.plan import DeclineReason, OtherChoice, Outcome
from shared.db import ReadTx, Tx
from shared.errors import Conflict

_PLAN: Final = ", ".join(columns_of(Plan))
_REFERRAL: Final = ", ".join(columns_of(Referral))
_INTERVIEW: Final = ", ".join(columns_of(Interview))


@dataclass(frozen=True, slots=True)
class SealedAssessment:
    """A row of `assessment`; `sealed` opens with the holder's context only."""

    holder_id: UUID
    interview_id: UUID
    revision: int
    sealed: str


def plan_of(row: Mapping[str, Any]) -> Plan:
    """A plan from its row."""
    other_choice = row["other_choice"]
    return Plan(
        **{
            **row,
            "status": PlanStatus(row["status"]),
            "recommended": tuple(row["recommended"]),
            "other_choice": None if other_choice is None else OtherChoice(other_choice),
        }
    )


def referral_of(row: Mapping[str, Any]) -> Referral:
    """A referral from its row."""
    return Referral(
        **{
            **row,
            "status": ReferralStatus(row["status"]),
            "dimension": Dimension(row["dimension"]),
            "decline_reason": None if row["decline_reason"] is None else DeclineReason(row["decline_reason"]),
            "outcome": None if row["outcome"] is None else Outcome(row["outcome"]),
        }
    )


async def lock_plans_of_holders(tx: Tx, holder_ids: Iterable[UUID]) -> list[Plan]:
    """The holders' plans, locked in one order so that two batches never wait for each other."""
    rows = await tx.fetch(f"SELECT {_PLAN} FROM plan WHERE holder_id = ANY($1::uuid[]) ORDER BY plan_id FOR UPDATE", list(holder_ids))
    return [plan_of(row) for row in rows]


async def lock_plans(tx: Tx, plan_ids: Iterable[UUID]) -> list[Plan]:
    """The plans, locked in one order."""
    rows = await tx.fetch(f"SELECT {_PLAN} FROM plan WHERE plan_id = ANY($1::uuid[]) ORDER BY plan_id FOR UPDATE", list(plan_ids))
    return [plan_of(row) for row in rows]


async def statuses(tx: ReadTx, holder_ids: Iterable[UUID]) -> list[PlanStatus]:
    """How the plans of the holders stand."""
    rows = await tx.fetch("SELECT status FROM plan WHERE holder_id = ANY($1::uuid[])", list(holder_ids))
    return [PlanStatus(row["status"]) for row in rows]


async def running_in(tx: ReadTx, province: str) -> list[UUID]:
    """The plans of the province that are under way, by id."""
    rows = await tx.fetch(
        """SELECT plan_id FROM plan WHERE status IN ('REFERRED', 'IN_DEVELOPMENT') AND responsible_district BETWEEN $1 AND $1 || '99'
            ORDER BY plan_id""",
        province,
    )
    return [row["plan_id"] for row in rows]


async def statuses_before(
    tx: ReadTx, plan_ids: Iterable[UUID], ended_as: PlanStatus, among: Iterable[PlanStatus] = PlanStatus
) -> dict[UUID, PlanStatus]:
    """How each of the plans stood before it last ended so, of those that came to this end from a state `among` these."""
    rows = await tx.fetch(
        """SELECT DISTINCT ON (plan_id) plan_id, from_status FROM plan_history
            WHERE plan_id = ANY($1::uuid[]) AND to_status = $2 AND from_status = ANY($3::text[]) ORDER BY plan_id, number DESC""",
        list(plan_ids),
        ended_as,
        list(among),
    )
    return {row["plan_id"]: PlanStatus(row["from_status"]) for row in rows}


async def forget_assessments(tx: Tx, holder_ids: Iterable[UUID]) -> None:
    """Forget what was told sealed of erased persons."""
    await tx.execute("DELETE FROM assessment WHERE holder_id = ANY($1::uuid[])", list(holder_ids))


async def lock_plan_in_reach(tx: Tx, plan_id: UUID, reach: Reach) -> Plan | None:
    """The plan, locked; None when it is not there or out of reach."""
    condition, args = reach_sql(reach, 2)
    row = await tx.fetchrow(f"SELECT {_PLAN} FROM plan WHERE plan_id = $1 AND {condition} FOR UPDATE", plan_id, *args)
    return None if row is None else plan_of(row)


async def plans_of_referrals(tx: ReadTx, referral_ids: Iterable[UUID], reach: Reach) -> dict[UUID, UUID]:
    """The plan of each referral that is there and in reach, by referral."""
    condition, args = referral_reach(reach, 2)
    rows = await tx.fetch(
        f"""SELECT referral.referral_id, referral.plan_id FROM referral JOIN plan USING (plan_id)
             WHERE referral.referral_id = ANY($1::uuid[]) AND {condition}""",
        list(referral_ids),
        *args,
    )
    return {row["referral_id"]: row["plan_id"] for row in rows}


def plan_reach(reach: Reach, first_arg: int, *, agency: str | None = None) -> tuple[str, list[Any]]:
    """The reach over `plan`: districts, province and the account officer; an agency, or a bank as one, where a column says whose the row is."""
    return reach_sql(
        reach,
        first_arg,
        home="plan.home_district",
        responsible="plan.responsible_district",
        officer="plan.officer_id",
        agency=agency,
        bank=agency,
    )


def referral_reach(reach: Reach, first_arg: int) -> tuple[str, list[Any]]:
    """The reach over `referral JOIN plan`: an agency, or a bank as an agency, sees its own; areas and officers see their people's."""
    return plan_reach(reach, first_arg, agency="referral.agency")


async def referrals_of_plans(tx: ReadTx, plan_ids: Iterable[UUID]) -> list[Referral]:
    """All referrals of the plans; the lock of the plan guards them."""
    rows = await tx.fetch(
        f"SELECT {_REFERRAL} FROM referral WHERE plan_id = ANY($1::uuid[]) ORDER BY plan_id, line_no, attempt", list(plan_ids)
    )
    return [referral_of(row) for row in rows]


async def interviews(tx: ReadTx, holder_ids: Iterable[UUID]) -> dict[UUID, Interview]:
    """The latest interviews by holder."""
    rows = await tx.fetch(f"SELECT {_INTERVIEW} FROM interview WHERE holder_id = ANY($1::uuid[])", list(holder_ids))
    return {row["holder_id"]: _interview(row) for row in rows}


def _interview(row: Mapping[str, Any]) -> Interview:
    return Interview(
        **{
            **row,
            "approach": None if row["approach"] is None else Approach(row["approach"]),
            "problems": tuple(Dimension(one) for one in row["problems"]),
            "wishes": tuple(Dimension(one) for one in row["wishes"]),
            "chosen": tuple(row["chosen"]),
        }
    )


async def assessments(tx: ReadTx, holder_ids: Iterable[UUID]) -> dict[UUID, SealedAssessment]:
    """The latest sealed assessments by holder."""
    rows = await tx.fetch(
        "SELECT holder_id, interview_id, revision, sealed FROM assessment WHERE holder_id = ANY($1::uuid[])", list(holder_ids)
    )
    return {row["holder_id"]: SealedAssessment(**row) for row in rows}


async def upsert_assessments(tx: Tx, recorded: Sequence[AssessmentRecorded]) -> set[UUID]:
    """Keep the sealed assessments that are newer than those kept; returns their holders."""
    newest = {one.holder_id: one for one in recorded}
    rows = [SealedAssessment(one.holder_id, one.interview_id, one.revision, one.sealed) for one in newest.values()]
    changed = await tx.fetch(
        """INSERT INTO assessment (holder_id, interview_id, revision, sealed)
           SELECT holder_id, interview_id, revision, sealed FROM jsonb_populate_recordset(NULL::assessment, $1)
           ON CONFLICT (holder_id) DO UPDATE
              SET interview_id = excluded.interview_id, revision = excluded.revision, sealed = excluded.sealed
            WHERE assessment.interview_id <> excluded.interview_id OR excluded.revision > assessment.revision
           RETURNING holder_id""",
        rows,
    )
    return {row["holder_id"] for row in changed}


async def keep_follow_ups(tx: Tx, recorded: Sequence[FollowUpRecorded]) -> None:
    """Keep on each plan what the newest contact with the person told; what it did not tell stays."""
    newest = {one.holder_id: one for one in sorted(recorded, key=lambda one: one.contacted_on) if one.reached}
    rows = list(newest.values())
    await tx.execute(
        """WITH locked AS MATERIALIZED (SELECT plan_id FROM plan WHERE holder_id = ANY($1::uuid[]) ORDER BY plan_id FOR UPDATE)
           UPDATE plan SET followed_up_on = new.contacted_on, follow_up_round = new.round, version = plan.version + 1,
                  job_status = coalesce(new.job_status, plan.job_status),
                  monthly_income_baht = coalesce(new.monthly, plan.monthly_income_baht),
                  yearly_income_baht = coalesce(new.yearly, plan.yearly_income_baht)
             FROM locked, unnest($1::uuid[], $2::date[], $3::text[], $4::text[], $5::bigint[], $6::bigint[])
               AS new (holder_id, contacted_on, round, job_status, monthly, yearly)
            WHERE plan.plan_id = locked.plan_id AND plan.holder_id = new.holder_id
              AND (plan.followed_up_on IS NULL OR plan.followed_up_on <= new.contacted_on)""",
        [one.holder_id for one in rows],
        [one.contacted_on for one in rows],
        [one.round.value for one in rows],
        [one.job_status and one.job_status.value for one in rows],
        [one.monthly_income_baht for one in rows],
        [one.yearly_income_baht for one in rows],
    )


async def evidence_shown(tx: ReadTx, referral_ids: Iterable[UUID]) -> dict[UUID, str | None]:
    """What was shown last of each referral, sealed; None where nothing was. Those of the erased are left out."""
    rows = await tx.fetch(
        """SELECT referral.referral_id, shown.sealed FROM referral JOIN holder USING (holder_id)
             LEFT JOIN LATERAL (SELECT sealed FROM referral_evidence evidence
                                 WHERE evidence.referral_id = referral.referral_id ORDER BY version DESC LIMIT 1) shown ON true
            WHERE referral.referral_id = ANY($1::uuid[]) AND holder.erased_on IS NULL""",
        list(referral_ids),
    )
    return {row["referral_id"]: row["sealed"] for row in rows}


async def save(tx: Tx, changes: Changes) -> None:
    """Write the changes. Raises Conflict when a row is no longer as it was read, which its lock should not let happen."""
    await insert(tx, "plan", [plan for plan_id, plan in changes.plans.items() if plan_id not in changes.was])
    await _replace(tx, "plan", "plan_id", changes.plans, changes.was)
    await insert(tx, "interview", list(changes.interviews.values()), then=_OVER_INTERVIEW)
    await insert(tx, "recommendation", changes.recommendations)
    await insert(tx, "plan_line", changes.lines)
    await insert(tx, "agreement", changes.agreements)
    await insert(tx, "first_analysis", changes.analyses, then="ON CONFLICT DO NOTHING")
    # A declined attempt gives way before the next one of its line is there.
    await _replace(tx, "referral", "referral_id", changes.referrals, changes.was_referrals)
    await insert(tx, "specialist_review", [one for key, one in changes.reviews.items() if key not in changes.was_reviews])
    await _replace(tx, "specialist_review", "review_id", changes.reviews, changes.was_reviews)
    await insert(tx, "referral", [one for key, one in changes.referrals.items() if key not in changes.was_referrals])
    await insert(tx, "plan_history", changes.plan_moves)
    await insert(tx, "referral_history", changes.referral_moves)
    await insert(tx, "referral_evidence", changes.evidence)
    await insert(tx, "specialist_review_history", changes.review_moves)


_OVER_INTERVIEW: Final = "ON CONFLICT (holder_id) DO UPDATE SET " + ", ".join(
    f"{name} = excluded.{name}" for name in columns_of(Interview) if name != "holder_id"
)


async def _replace(tx: Tx, table: str, key: str, now: Mapping[UUID, Any], was: Mapping[UUID, Any]) -> None:
    rows = [one for identifier, one in now.items() if identifier in was]
    written = await update_versions(tx, table, key, rows, {identifier: one.version for identifier, one in was.items()})
    if written != len(rows):
        raise Conflict(table=table, expected=len(rows), written=written)
