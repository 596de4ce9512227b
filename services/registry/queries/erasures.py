"""Proposals to erase persons."""

from typing import Any
from uuid import UUID

from services.registry.commands.erasures import KIND
from shared import approvals
from shared.approvals import ApprovalStatus, Proposal
from shared.auth import Reach
from shared.db import ReadTx
from shared.http.paging import Page


async def one(tx: ReadTx, proposal_id: UUID, reach: Reach) -> dict[str, Any]:
    """A proposal. Raises NotFound."""
    return _view(await approvals.one(tx, proposal_id, [KIND], reach))


async def page(tx: ReadTx, reach: Reach, status: ApprovalStatus | None, asked: Page) -> dict[str, Any]:
    """A page of proposals within the reach, nearly by age."""
    after = asked.after(UUID)
    rows = await approvals.page(tx, [KIND], reach, status=status, after=None if after is None else after[0], limit=asked.limit + 1)
    shown, cursor = asked.cut(rows, lambda proposal: (proposal.id,))
    return {"items": [_view(proposal) for proposal in shown], "next_cursor": cursor}


def _view(proposal: Proposal) -> dict[str, Any]:
    return {
        "erasure_id": proposal.id,
        "holder_id": proposal.subject,
        "district": proposal.district,
        "legal_ground": proposal.parameters["legal_ground"],
        "payments_ended": proposal.parameters["payments_ended"],
        "reference": proposal.evidence,
        **proposal.standing(),
    }
