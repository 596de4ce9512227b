"""Long sets of scopes that roles are made of (roles.py)."""

from typing import Final

CASE_READING: Final = (
    "registry.areas:read",
    "registry.card-holders:read",
    "interview.places:read",
    "interview.cases:read",
    "interview.officers:read",
    "interview.teams:read",
    "interview.intents:read",
    "interview.queues:read",
    "interview.closings:read",
    "interview.visits:read",
    "interview.interviews:read",
    "interview.follow-ups:read",
    "interview.forms:read",
    "plan.programmes:read",
    "plan.plans:read",
    "plan.referrals:read",
    "plan.specialist-reviews:read",
    "plan.waiting-lists:read",
    "plan.seat-allocations:read",
    "payments.entitlements:read",
    "reporting.cases:read",
)
"""Of who looks after cases."""

REGISTRY_KEEPING: Final = (
    "registry.areas:read",
    "registry.imports:read",
    "registry.imports:write",
    "registry.imports:approve",
    "registry.flags:read",
    "registry.flags:write",
    "registry.card-holders:read",
    "registry.card-holders:find",
    "registry.card-holders:search",
    "registry.card-holders:write",
    "registry.duplicates:read",
    "registry.duplicates:write",
    "registry.duplicates:approve",
    "registry.changes:read",
    "registry.changes:approve",
    "registry.personal:read",
    "registry.audit:read",
    "registry.statistics:read",
    "registry.keys:read",
    "registry.keys:write",
    "registry.exports:receive",
    "registry.dci-senders:read",
    "registry.dci-senders:write",
    "registry.notices:read",
)
"""Of who keeps the registry."""
