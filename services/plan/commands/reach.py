"""Who may: whose programmes a caller may change, and whose case a plan is."""

from services.plan import errors
from services.plan.domain import Plan
from shared.auth import Level, Principal, Reach
from shared.errors import NotFound


def require_agency(reach: Reach, agency: str) -> None:
    """The whole country may change any programme, an agency (or a bank as one) its own. Raises NotFound."""
    if reach.level is Level.COUNTRY or (reach.level in {Level.AGENCY, Level.BANK} and reach.code == agency):
        return
    raise NotFound


def require_own_case(principal: Principal, plan: Plan) -> None:
    """The person's own account officer alone. Raises NotOwnCase."""
    if principal.officer_id is None or principal.officer_id != plan.officer_id:
        raise errors.NotOwnCase
