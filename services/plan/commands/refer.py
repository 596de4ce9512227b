"""A line of a plan on its way to its agency."""

from uuid import UUID

from services.plan.changes import Changes
from services.plan.domain import Because, Line, Referral, ReferralStatus, referral_id_of
from shared.clock import on_day
from shared.contracts.plan import ReferralCreated


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
