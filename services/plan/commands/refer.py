"""A line of a plan on its way to its agency."""

from uuid import UUID

from services.plan.changes import Changes
from services.plan.domain import Because, Line, PlanStatus, Referral, ReferralStatus, referral_id_of
from shared.clock import on_day
from shared.contracts.plan import ClosingReason, ReferralClosed, ReferralCreated, ReferralReopened


def refer(changes: Changes, holder_id: UUID, line: Line, because: Because) -> None:
    """Put the first attempt at a signed line into the changes and publish it."""
    referral = Referral(
        referral_id=referral_id_of(line.plan_id, line.line_no),
        plan_id=line.plan_id,
        holder_id=holder_id,
        line_no=line.line_no,
        programme_code=line.programme_code,
        programme_version=line.programme_version,
        offering_id=line.offering_id,
        starts_on=line.starts_on,
        dimension=line.dimension,
        agency=line.agency,
        status=ReferralStatus.CREATED,
        version=1,
        referred_on=on_day(because.at),
    )
    put_sent(changes, referral, because)


def put_sent(changes: Changes, referral: Referral, because: Because) -> None:
    """Put a new referral into the changes and publish it."""
    changes.put_referral(referral, because)
    created = ReferralCreated(
        holder_id=referral.holder_id,
        plan_id=referral.plan_id,
        referral_id=referral.referral_id,
        line_no=referral.line_no,
        programme_code=referral.programme_code,
        dimension=referral.dimension,
        agency=referral.agency,
        referred_on=referral.referred_on,
        attempt=referral.attempt,
    )
    changes.publish(created, referral.holder_id, because, referral.referral_id)


def put_closed(changes: Changes, referral: Referral, reason: ClosingReason, because: Because, *, words: str | None = None) -> None:
    """Put the referral, closed without an outcome, into the changes and publish it; nothing for one that is closed."""
    closed = referral.close(reason)
    if closed is not referral:
        changes.put_referral(closed, because, evidence=words)
        publish_closed(changes, closed, reason, because)


def publish_closed(changes: Changes, referral: Referral, reason: ClosingReason, because: Because) -> None:
    """Tell that the agency has nothing more to do."""
    fact = ReferralClosed(
        holder_id=referral.holder_id,
        plan_id=referral.plan_id,
        referral_id=referral.referral_id,
        line_no=referral.line_no,
        programme_code=referral.programme_code,
        agency=referral.agency,
        attempt=referral.attempt,
        reason=reason,
        closed_on=on_day(because.at),
    )
    changes.publish(fact, referral.holder_id, because, referral.referral_id, referral.version)


def put_reopened(changes: Changes, referral: Referral, closed_as: ClosingReason, because: Because) -> None:
    """Put the referral as it was before it was closed for this reason into the changes and publish it; nothing for another."""
    reopened = referral.go_on(closed_as)
    if reopened is referral:
        return
    changes.put_referral(reopened, because)
    plan = changes.plan(referral.plan_id)
    fact = ReferralReopened(
        holder_id=referral.holder_id,
        plan_id=referral.plan_id,
        referral_id=referral.referral_id,
        line_no=referral.line_no,
        agency=referral.agency,
        reopened_on=on_day(because.at),
        in_development=plan is not None and plan.status is PlanStatus.IN_DEVELOPMENT,
    )
    changes.publish(fact, referral.holder_id, because, referral.referral_id, reopened.version)
