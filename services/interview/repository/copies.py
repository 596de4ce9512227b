"""Copies of what payments and plan publish. A newer version replaces; an older one changes nothing."""

from collections.abc import Iterable, Sequence

from shared.contracts.payments import EntitlementFact, EntitlementStopped, PolicyPublished
from shared.contracts.plan import (
    PlanAssigned,
    ProgrammeChanged,
    RecommendationPrepared,
    ReferralAccepted,
    ReferralCreated,
    ReferralOutcomeRecorded,
)
from shared.db import Tx


async def keep_policies(tx: Tx, policies: Iterable[PolicyPublished]) -> None:
    """Store policies; a version once published never changes."""
    await tx.executemany(
        "INSERT INTO policy (version, profile, published_on, parameters) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        [(policy.version, policy.profile, policy.published_on, policy.parameters) for policy in policies],
    )


async def keep_programmes(tx: Tx, programmes: Iterable[ProgrammeChanged]) -> None:
    """Store the catalogue's programmes."""
    await tx.executemany(
        """INSERT INTO programme (code, version, dimension, name_th, name_en, agency, active, valid_from, valid_until)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
           ON CONFLICT (code) DO UPDATE SET version = excluded.version, dimension = excluded.dimension, name_th = excluded.name_th,
                  name_en = excluded.name_en, agency = excluded.agency, active = excluded.active, valid_from = excluded.valid_from,
                  valid_until = excluded.valid_until
            WHERE excluded.version > programme.version""",
        [
            (one.code, one.version, one.dimension, one.name_th, one.name_en, one.agency, one.active, one.valid_from, one.valid_until)
            for one in programmes
        ],
    )


def offered_sql(day: str) -> str:
    """Whether a programme takes people in on the day (a placeholder). Until a version to come begins, the one before it stands, which did."""
    return f"(coalesce(valid_from > {day}, false) OR active AND coalesce(valid_until >= {day}, true))"


async def keep_entitlements(tx: Tx, facts: Sequence[EntitlementFact]) -> None:
    """Store the state of allowances. A stop's month and reason go when a later fact has none."""
    await tx.executemany(
        """INSERT INTO entitlement (holder_id, version, status, monthly_satang, first_month, last_month, stop_month, stop_reason)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
           ON CONFLICT (holder_id) DO UPDATE SET version = excluded.version, status = excluded.status, monthly_satang = excluded.monthly_satang,
                  first_month = excluded.first_month, last_month = excluded.last_month, stop_month = excluded.stop_month, stop_reason = excluded.stop_reason
            WHERE excluded.version > entitlement.version""",
        [
            (fact.holder_id, fact.version, fact.status, fact.monthly_satang, fact.first_month, fact.last_month, *_stop(fact))
            for fact in sorted(facts, key=lambda fact: fact.holder_id)
        ],
    )


def _stop(fact: EntitlementFact) -> tuple[str | None, str | None]:
    if not isinstance(fact, EntitlementStopped):
        return None, None
    return fact.stop_month, "MERGED" if fact.merged_into else fact.reason


async def keep_recommendations(tx: Tx, facts: Iterable[RecommendationPrepared]) -> None:
    """Store the newest recommendation of each person."""
    await tx.executemany(
        """INSERT INTO recommendation (holder_id, version, interview_id, programmes) VALUES ($1, $2, $3, $4)
           ON CONFLICT (holder_id) DO UPDATE SET version = excluded.version, interview_id = excluded.interview_id, programmes = excluded.programmes
            WHERE excluded.version > recommendation.version""",
        [(fact.holder_id, fact.version, fact.interview_id, [line.model_dump(mode="json") for line in fact.programmes]) for fact in facts],
    )


async def keep_plans(tx: Tx, facts: Iterable[PlanAssigned]) -> None:
    """Store the newest agreed plan of each person."""
    await tx.executemany(
        """INSERT INTO agreed_plan (holder_id, version, plan_id, agreed_on, lines) VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (holder_id) DO UPDATE SET version = excluded.version, plan_id = excluded.plan_id, agreed_on = excluded.agreed_on, lines = excluded.lines
            WHERE excluded.version > agreed_plan.version""",
        [
            (fact.holder_id, fact.version, fact.plan_id, fact.agreed_on, [line.model_dump(mode="json") for line in fact.lines])
            for fact in facts
        ],
    )


async def keep_referrals(tx: Tx, facts: Iterable[ReferralCreated]) -> None:
    """Store new referrals."""
    await tx.executemany(
        """INSERT INTO referral (referral_id, holder_id, line_no, programme_code, agency, referred_on, final) VALUES ($1, $2, $3, $4, $5, $6, false)
           ON CONFLICT DO NOTHING""",
        [(fact.referral_id, fact.holder_id, fact.line_no, fact.programme_code, fact.agency, fact.referred_on) for fact in facts],
    )


async def accept_referrals(tx: Tx, facts: Iterable[ReferralAccepted]) -> None:
    """Note the acceptance of referrals; one topic and key keep it behind the referral itself."""
    await tx.executemany(
        "UPDATE referral SET accepted_on = $2 WHERE referral_id = $1", [(fact.referral_id, fact.accepted_on) for fact in facts]
    )


async def keep_outcomes(tx: Tx, facts: Iterable[ReferralOutcomeRecorded]) -> None:
    """Note what became of referrals; a final outcome stays."""
    await tx.executemany(
        "UPDATE referral SET outcome = $2, final = $3, outcome_on = $4 WHERE referral_id = $1 AND NOT final",
        [(fact.referral_id, fact.outcome, fact.final, fact.recorded_on) for fact in facts],
    )
