"""Reading pairs and merge proposals."""

from typing import Any
from uuid import UUID

from services.registry.commands.duplicates import JOB
from services.registry.commands.merges import KINDS
from services.registry.queries.views import masked_view
from services.registry.repository import duplicates
from services.registry.repository.duplicates import PairFilter
from services.registry.vault import Vault
from shared import approvals, jobs
from shared.approvals import ApprovalStatus, Proposal
from shared.audit import Caller, Entry, append
from shared.auth import Reach
from shared.db import ReadTx, Tx
from shared.http.paging import Page, encode_cursor
from shared.jobs import JobState


async def page(tx: ReadTx, wanted: PairFilter, reach: Reach, asked: Page) -> dict[str, Any]:
    """A page of pairs of which one is within the reach, the most alike first."""
    after = asked.after(int, UUID)
    rows = await duplicates.page(tx, wanted, reach, None if after is None else (after[0], after[1]), asked.limit + 1)
    shown, cursor = asked.cut(rows, lambda row: (row["score"], row["pair_id"]))
    return {"items": [dict(row) for row in shown], "next_cursor": cursor}


async def with_people(
    tx: Tx, pair_id: UUID, reach: Reach, *, shown: tuple[str, ...], caller: Caller, vault: Vault
) -> dict[str, Any] | None:
    """The pair with both its people, masked, also the one in another district; an entry of the audit for each. None out of reach."""
    pair = await duplicates.one(tx, pair_id, reach)
    people = [] if pair is None else await duplicates.persons(tx, pair)
    entries = [Entry("READ", row["holder_id"], shown, detail="pair of duplicates") for row in people]
    await append(tx, caller, entries or [Entry("READ", None, detail=f"pair {pair_id}")])
    return None if pair is None else {**dict(pair), "people": [masked_view(row, vault) for row in people]}


async def proposals(tx: ReadTx, reach: Reach, status: ApprovalStatus | None, asked: Page) -> dict[str, Any]:
    """A page of merge proposals within the reach, nearly by age."""
    after = asked.after(UUID)
    rows = await approvals.page(tx, KINDS, reach, status=status, after=None if after is None else after[0], limit=asked.limit + 1)
    cursor = encode_cursor(rows[asked.limit - 1].id) if len(rows) > asked.limit else None
    return {"items": [proposal_view(row) for row in rows[: asked.limit]], "next_cursor": cursor}


async def proposal(tx: ReadTx, proposal_id: UUID, reach: Reach) -> dict[str, Any]:
    """A merge proposal. Raises NotFound."""
    return proposal_view(await approvals.one(tx, proposal_id, KINDS, reach))


async def finding(tx: ReadTx, job_id: UUID) -> JobState:
    """A search for duplicates. Raises NotFound."""
    return await jobs.state(tx, job_id, JOB)


def proposal_view(one: Proposal) -> dict[str, Any]:
    """As callers see it."""
    return {
        "proposal_id": one.id,
        "merged_id": UUID(one.parameters["merged"]),
        "kept_id": UUID(one.parameters["kept"]),
        **{name: getattr(one, name) for name in ("kind", "district", "reason", "evidence")},
        **one.standing(),
    }
