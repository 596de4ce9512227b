"""Code lists: their first versions, and replacing one, which one person proposes and another approves."""

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import yaml

from services.plan.domain import Because
from services.plan.domain.code_lists import Code, CodeList, Retired
from services.plan.repository import code_lists
from shared import approvals
from shared.approvals import Draft, Proposal
from shared.auth import Reach
from shared.bus import outbox
from shared.clock import on_day
from shared.contracts import Event
from shared.contracts.plan import CodeListChanged, ListedCode, RetiredCode
from shared.db import Tx
from shared.errors import FieldProblem, Invalid, NotFound, PreconditionFailed

KIND: Final = "plan.code-list"
SEED_REFERENCE: Final = "[R]"

_SEED: Final = Path(__file__).parent.parent / "seed" / "code_lists"


@dataclass(frozen=True, slots=True)
class Replacement:
    """A list as it is to be from a day on: all its codes, and what became of those that it no longer has."""

    name: str
    label: str
    valid_from: date
    source: str
    approval_reference: str
    codes: tuple[Code, ...]
    retired: tuple[Retired, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a second person decides, on the version of the proposal that they read."""

    approved: bool
    reason: str
    expected_version: int


async def seed(tx: Tx, because: Because) -> None:
    """Add the first version of each list that is missing. Several processes may do it at once."""
    for first in seed_lists():
        await code_lists.hold(tx, first.name)
        if first.name not in await code_lists.names(tx):
            await _add(tx, first, because)


@cache
def seed_lists() -> tuple[CodeList, ...]:
    """The starter lists (seed/code_lists)."""
    about = yaml.safe_load((_SEED / "lists.yaml").read_text(encoding="utf-8"))
    return tuple(CodeList(name, 1, **words, approval_reference=SEED_REFERENCE, codes=tuple(_codes(name))) for name, words in about.items())


def _codes(name: str) -> Iterator[Code]:
    with (_SEED / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            hours = row.get("hours")
            yield Code(row["code"], row["title_th"], row["title_en"], int(hours) if hours else None)


async def propose(tx: Tx, asked: Replacement, because: Because) -> UUID:
    """Put a replacement before another person; returns the proposal's id. Raises NotFound for an unknown list, Invalid with all that is wrong."""
    present = await code_lists.newest(tx, asked.name)
    if present is None:
        raise NotFound
    _check(asked, present, on_day(because.at))
    draft = Draft(KIND, _as_json(asked), asked.label, asked.approval_reference)
    return (await approvals.propose(tx, draft, by=because.who, at=because.at)).id


async def decide(tx: Tx, proposal_id: UUID, decision: Decision, because: Because) -> None:
    """Make the next version, or leave the list. What the list has become since the proposal is checked again.

    Raises NotFound, PreconditionFailed, AlreadyDecided, DeciderIsProposer, Invalid.
    """
    proposal = await approvals.lock(tx, proposal_id, [KIND], Reach.country())
    if proposal.version != decision.expected_version:
        raise PreconditionFailed(version=proposal.version)
    await approvals.decide(tx, proposal, approved=decision.approved, by=because.who, at=because.at, reason=decision.reason)
    if decision.approved:
        await _replace(tx, replacement_of(proposal), on_day(proposal.proposed_at), because)


async def withdraw(tx: Tx, proposal_id: UUID, reason: str, because: Because) -> None:
    """Take one's own proposal back. Raises NotFound, AlreadyDecided, NotYourProposal."""
    proposal = await approvals.lock(tx, proposal_id, [KIND], Reach.country())
    await approvals.withdraw(tx, proposal, by=because.who, at=because.at, reason=reason)


def replacement_of(proposal: Proposal) -> Replacement:
    """What was proposed."""
    content = proposal.parameters
    codes = tuple(Code(**code) for code in content["codes"])
    retired = tuple(Retired(one["code"], tuple(one["becomes"])) for one in content["retired"])
    return Replacement(**{**content, "valid_from": date.fromisoformat(content["valid_from"]), "codes": codes, "retired": retired})


async def _replace(tx: Tx, asked: Replacement, proposed_on: date, because: Because) -> None:
    await code_lists.hold(tx, asked.name)
    present = await code_lists.newest(tx, asked.name)
    if present is None:
        raise NotFound
    _check(asked, present, proposed_on)
    await _add(tx, CodeList(version=present.version + 1, **{name: getattr(asked, name) for name in Replacement.__slots__}), because)


async def _add(tx: Tx, new: CodeList, because: Because) -> None:
    await code_lists.add(tx, new, because)
    data = CodeListChanged(
        name=new.name,
        version=new.version,
        label=new.label,
        valid_from=new.valid_from,
        codes=tuple(ListedCode(**asdict(code)) for code in new.codes),
        retired=tuple(RetiredCode(**asdict(one)) for one in new.retired),
        approval_reference=new.approval_reference,
    )
    await outbox.add_many(tx, [Event.of(data, subject=f"{new.name}-{new.version}", time=because.at, identity=(new.version,))])


def _as_json(asked: Replacement) -> dict[str, Any]:
    return {**asdict(asked), "valid_from": asked.valid_from.isoformat()}


def _check(asked: Replacement, present: CodeList, earliest: date) -> None:
    """Raises Invalid with every fault: its first day, codes given twice, codes that vanish without a word, and words about codes that do not vanish."""
    problems = [*_faults_of_day(asked, present, earliest), *_faults_of_codes(asked), *_faults_of_retired(asked, present)]
    if problems:
        raise Invalid.of(*problems)


def _faults_of_day(asked: Replacement, present: CodeList, earliest: date) -> Iterator[FieldProblem]:
    first = max(earliest, present.valid_from)
    if not (asked.valid_from >= earliest and asked.valid_from > present.valid_from):
        yield FieldProblem(
            "valid_from",
            "date_range",
            "must not be past, and come after the first day of the version before",
            "ต้องไม่ใช่วันที่ผ่านมาแล้ว และอยู่หลังวันเริ่มใช้ของรุ่นก่อน",
            f"{first}..",
        )


def _faults_of_codes(asked: Replacement) -> Iterator[FieldProblem]:
    for code, count in Counter(one.code for one in asked.codes).items():
        if count > 1:
            yield FieldProblem("codes", "code_twice", f"have {code} twice", f"มีรหัส {code} ซ้ำ", "each once")


def _faults_of_retired(asked: Replacement, present: CodeList) -> Iterator[FieldProblem]:
    new = {one.code for one in asked.codes}
    vanish = {one.code for one in present.codes} - new
    told = Counter(one.code for one in asked.retired)
    for code in sorted(vanish - told.keys()):
        yield FieldProblem(
            "retired",
            "code_vanishes",
            f"must say what becomes of {code}, which is not among the codes any more",
            f"ต้องระบุว่ารหัส {code} ที่ถูกตัดออกเปลี่ยนเป็นรหัสใด",
            f'{{"code": "{code}", "becomes": [… or empty]}}',
        )
    for number, one in enumerate(asked.retired):
        if one.code not in vanish or told[one.code] > 1:
            yield FieldProblem(
                f"retired.{number}.code",
                "code_stays",
                f"{one.code} is no code that vanishes, or is told twice",
                f"รหัส {one.code} ไม่ได้ถูกตัดออก หรือระบุซ้ำ",
                " | ".join(sorted(vanish)) or "none",
            )
        for successor in one.becomes:
            if successor not in new:
                yield FieldProblem(
                    f"retired.{number}.becomes",
                    "unknown_code",
                    f"{successor} is not a code of the new version",
                    f"{successor} ไม่ใช่รหัสในรุ่นใหม่",
                    "a code of `codes`",
                )
