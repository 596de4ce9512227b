"""Failures of agreements and their amendments.

PreconditionFailed 412
└── PlanChangedSince    If-Match names another version of the plan
"""

from shared.errors import PreconditionFailed


class PlanChangedSince(PreconditionFailed):
    """If-Match names another version; names the present one."""

    slug = "plan-changed-since"
