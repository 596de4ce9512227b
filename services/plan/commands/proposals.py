"""Changes of the catalogue: one person proposes a version of a programme, another approves it with the reference of คอต.

What is proposed is checked twice: when it is proposed, so that nobody has to approve what cannot be kept, and when it is approved, since the
catalogue may have changed meanwhile.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from services.plan import errors
from services.plan.commands.catalogue import publish
from services.plan.commands.reach import require_agency
from services.plan.commands.recommend_again import ask_again
from services.plan.domain import Because, Programme
from services.plan.repository import catalogue
from services.plan.rules.data import Rules, conditions_of, examples_of, merits_of
from services.plan.rules.eligibility import problems_of
from shared import approvals
from shared.approvals import Draft, Proposal
from shared.auth import Reach
from shared.clock import on_day
from shared.contracts.common import Dimension
from shared.db import Tx
from shared.errors import FieldProblem, Invalid, NotFound
from shared.ids import same_id

KIND: Final = "PROGRAMME"
_CERTAIN: Final = "H"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A version that is proposed: of a new programme, or in place of the version `based_on`. `content` is as a request gives it (JSON)."""

    agency: str
    code: str
    dimension: Dimension
    based_on: int | None
    content: Mapping[str, Any]


def subject_of(code: str) -> UUID:
    """What a proposal about the programme is about."""
    return same_id("programme", code)


async def propose(tx: Tx, wanted: Wanted, reason: str, rules: Rules, reach: Reach, because: Because) -> Proposal:
    """Put a version before others. Raises NotFound for another agency's, ProgrammeExists, ProgrammeMovedOn, Invalid."""
    require_agency(reach, wanted.agency)
    if not await catalogue.has_agency(tx, wanted.agency):
        raise Invalid.field("agency", "unknown_agency", "is not a known agency", "ไม่ใช่หน่วยงานที่รู้จัก", "GET /v1/agencies")
    _version(wanted, await catalogue.newest(tx, wanted.code), rules, approval_reference="", today=on_day(because.at))
    draft = Draft(kind=KIND, subject=subject_of(wanted.code), parameters=asdict(wanted), reason=reason)
    return await approvals.propose(tx, draft, by=because.who, at=because.at)


async def approve(tx: Tx, proposal_id: UUID, approval_reference: str, rules: Rules, reach: Reach, because: Because) -> Programme:
    """Another person writes the version, with the reference; it holds from that day at the earliest, and agreed plans keep theirs.

    Whose plan waits for an agreement is recommended anew where that changes the answer.

    Raises NotFound, AlreadyDecided, DeciderIsProposer, ProgrammeExists, ProgrammeMovedOn, Invalid.
    """
    proposal = await approvals.lock(tx, proposal_id, [KIND], reach)
    await approvals.decide(tx, proposal, approved=True, by=because.who, at=because.at, reason=approval_reference)
    wanted = Wanted(**{**proposal.parameters, "dimension": Dimension(proposal.parameters["dimension"])})
    before = await catalogue.lock_programme(tx, wanted.code)
    version = _version(wanted, before, rules, approval_reference=approval_reference, today=on_day(because.at))
    if before is not None:
        await catalogue.replace_programme(tx, version, because)
    elif not await catalogue.add_programmes(tx, [version], because):
        raise errors.ProgrammeExists(code=version.code)
    await publish(tx, [version], because)
    await ask_again(tx, by=because.who, why=f"{version.code} has version {version.version}")
    return version


async def refuse(tx: Tx, proposal_id: UUID, reason: str, reach: Reach, because: Because) -> Proposal:
    """Another person refuses it; it stays with the reason. Raises NotFound, AlreadyDecided, DeciderIsProposer."""
    proposal = await approvals.lock(tx, proposal_id, [KIND], reach)
    await approvals.decide(tx, proposal, approved=False, by=because.who, at=because.at, reason=reason)
    return await approvals.one(tx, proposal_id, [KIND], reach)


async def withdraw(tx: Tx, proposal_id: UUID, reason: str, reach: Reach, because: Because) -> Proposal:
    """Who proposed it takes it back. Raises NotFound, AlreadyDecided, NotYourProposal."""
    proposal = await approvals.lock(tx, proposal_id, [KIND], reach)
    await approvals.withdraw(tx, proposal, by=because.who, at=because.at, reason=reason)
    return await approvals.one(tx, proposal_id, [KIND], reach)


def _version(wanted: Wanted, before: Programme | None, rules: Rules, *, approval_reference: str, today: date) -> Programme:
    """The version that is wanted after the present one. Raises ProgrammeExists, ProgrammeMovedOn, Invalid."""
    if before is None and wanted.based_on is not None:
        raise NotFound
    if before is not None and wanted.based_on is None:
        raise errors.ProgrammeExists(code=wanted.code)
    if before is not None and wanted.based_on != before.version:
        raise errors.ProgrammeMovedOn(code=wanted.code, based_on=wanted.based_on, present_version=before.version)
    allowed = tuple(outcome.value for outcome in rules.outcomes_of(wanted.dimension))
    programme = _programme(wanted, before, allowed, approval_reference, today)
    problems = [*_problems_of_facts(programme, before, allowed), *problems_of(programme)]
    if problems:
        raise Invalid.of(*problems)
    return programme


def _programme(wanted: Wanted, before: Programme | None, outcomes: tuple[str, ...], approval_reference: str, today: date) -> Programme:
    content = wanted.content
    begins, ends = content.get("valid_from"), content.get("valid_until")
    return Programme(
        code=wanted.code,
        version=1 if before is None else before.version + 1,
        dimension=wanted.dimension,
        name_th=content["name_th"],
        name_en=content["name_en"],
        agency=wanted.agency,
        confidence=_CERTAIN if before is None else before.confidence,
        active=content["active"],
        valid_from=max(today, date.fromisoformat(begins)) if begins else today,
        valid_until=date.fromisoformat(ends) if ends else None,
        gives_th=content["gives_th"],
        gives_en=content["gives_en"],
        papers=tuple(content["papers"]),
        contact=content["contact"],
        outcomes=outcomes if content["outcomes"] is None else tuple(content["outcomes"]),
        conditions=conditions_of(content["conditions"]),
        examples=examples_of(content["examples"]),
        merits=merits_of(content["merits"]),
        source=content["source"],
        approval_reference=approval_reference,
    )


def _problems_of_facts(programme: Programme, before: Programme | None, allowed: tuple[str, ...]) -> Iterator[FieldProblem]:
    if not programme.code.startswith(f"{programme.dimension}-{programme.agency}-"):
        form = f"{programme.dimension}-{programme.agency}-…"
        yield FieldProblem("code", "code_form", "must begin with dimension and agency", "ต้องขึ้นต้นด้วยมิติและหน่วยงาน", form)
    if before is not None and (before.dimension, before.agency) != (programme.dimension, programme.agency):
        kept = f"{before.dimension}, {before.agency}"
        yield FieldProblem("agency", "never_changes", "agency and dimension never change", "เปลี่ยนหน่วยงานหรือมิติไม่ได้", kept)
    if programme.valid_until is not None and programme.valid_until < programme.valid_from:
        yield FieldProblem("valid_until", "before_valid_from", "is before valid_from", "อยู่ก่อนวันเริ่มใช้", f"≥ {programme.valid_from}")
    if not programme.outcomes or not set(programme.outcomes) <= set(allowed):
        yield FieldProblem("outcomes", "outcome", "must be outcomes of the dimension", "ต้องเป็นผลลัพธ์ของมิตินั้น", ", ".join(allowed))
