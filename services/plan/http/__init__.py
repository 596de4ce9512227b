"""Plan's HTTP face, by noun."""

from typing import Final

from services.plan.http import (
    agency_files,
    bank_wages,
    code_lists,
    connections,
    deductions,
    employers,
    employments,
    offerings,
    packets,
    plans,
    programmes,
    proposals,
    recommendations,
    referral_care,
    referrals,
    specialists,
    waiting,
)

ROUTERS: Final = (
    programmes.router,
    proposals.router,
    offerings.router,
    code_lists.router,
    plans.router,
    recommendations.router,
    specialists.router,
    waiting.router,
    referral_care.router,
    referrals.router,
    packets.router,
    connections.router,
    agency_files.router,
    employers.router,
    employments.router,
    deductions.router,
    bank_wages.router,
)
"""In the order of the page."""
