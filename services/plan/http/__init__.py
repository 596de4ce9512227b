"""Plan's HTTP face, by noun."""

from typing import Final

from services.plan.http import code_lists, offerings, plans, programmes, proposals, referral_care, referrals, specialists, waiting

ROUTERS: Final = (
    programmes.router,
    proposals.router,
    offerings.router,
    code_lists.router,
    plans.router,
    specialists.router,
    waiting.router,
    referral_care.router,
    referrals.router,
)
"""In the order of the page."""
