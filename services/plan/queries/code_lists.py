"""Code lists as they are shown."""

from collections.abc import Mapping
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from services.plan.commands.code_lists import KIND, replacement_of
from services.plan.domain.code_lists import CodeList, translated
from services.plan.repository import code_lists
from shared import approvals
from shared.approvals import ApprovalStatus, Proposal
from shared.auth import Reach
from shared.dated import holding
from shared.db import ReadTx
from shared.errors import Invalid, NotFound
from shared.http.paging import Page

_SHORT = ("name", "label", "valid_from", "source", "approval_reference")


async def versions(tx: ReadTx, today: date) -> dict[str, Any]:
    """Every version of every list, in short."""
    found = await code_lists.in_short(tx)
    in_force = {
        name: holding(list(of_list), lambda one: one["valid_from"], today)["version"]
        for name, of_list in groupby(found, lambda one: one["name"])
    }
    return {"items": [{**one, "in_force": one["version"] == in_force[one["name"]]} for one in found]}


async def one(tx: ReadTx, name: str, version: int) -> CodeList:
    """A version whole. Raises NotFound."""
    found = await code_lists.one(tx, name, version)
    if found is None:
        raise NotFound
    return found


async def translation(tx: ReadTx, name: str, code: str, version: int, to_version: int | None) -> dict[str, Any]:
    """What a code is called in a later version. Raises NotFound for an unknown code, Invalid for a version that is not later."""
    first, *later = await _since(tx, name, version)
    if code not in {one.code for one in first.codes}:
        raise NotFound
    newest = version + len(later)
    wanted = newest if to_version is None else to_version
    if not version <= wanted <= newest:
        raise Invalid.field("to_version", "out_of_range", "is not a later version", "ไม่ใช่รุ่นที่ใหม่กว่า", f"{version}..{newest}")
    becomes = translated(code, later[: wanted - version])
    return {"name": name, "code": code, "from_version": version, "to_version": wanted, "becomes": becomes}


async def _since(tx: ReadTx, name: str, version: int) -> list[CodeList]:
    """The version and all later ones. Raises NotFound."""
    found = await code_lists.versions(tx, name, version - 1)
    if not found or found[0].version != version:
        raise NotFound
    return found


async def proposals(tx: ReadTx, status: ApprovalStatus | None, asked: Page) -> dict[str, Any]:
    """A page of proposed replacements, nearly by age."""
    after = asked.after(UUID)
    rows = await approvals.page(
        tx, [KIND], Reach.country(), status=status, after=None if after is None else after[0], limit=asked.limit + 1
    )
    shown, cursor = asked.cut(rows, lambda proposal: (proposal.id,))
    present = {name: await _codes(tx, name) for name in {replacement_of(one).name for one in shown}}
    return {"items": [_proposal(one, present) for one in shown], "next_cursor": cursor}


async def proposal(tx: ReadTx, proposal_id: UUID) -> dict[str, Any]:
    """A proposed replacement. Raises NotFound."""
    found = await approvals.one(tx, proposal_id, [KIND], Reach.country())
    name = replacement_of(found).name
    return _proposal(found, {name: await _codes(tx, name)})


async def _codes(tx: ReadTx, name: str) -> set[str]:
    """The codes of the newest version."""
    newest = await code_lists.newest(tx, name)
    return {one.code for one in newest.codes} if newest else set()


def _proposal(proposal: Proposal, present: Mapping[str, set[str]]) -> dict[str, Any]:
    asked = replacement_of(proposal)
    return {
        "proposal_id": proposal.id,
        **_short(asked),
        "added": sorted({one.code for one in asked.codes} - present[asked.name]),
        "retired": asked.retired,
        **proposal.standing(),
    }


def _short(listed: Any) -> dict[str, Any]:
    return {**{name: getattr(listed, name) for name in _SHORT}, "codes_count": len(listed.codes)}
