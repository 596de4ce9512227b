"""Finding pairs of holders who may be one person, and what people decide about them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from services.registry.commands import imports
from services.registry.commands.life_events import Said
from services.registry.commands.merges import propose_merge
from services.registry.errors import PairClaimed, PairDecided
from services.registry.repository import duplicates
from services.registry.repository.duplicates import RULES, Verdict
from shared import jobs
from shared.auth import Reach
from shared.bus import outbox
from shared.contracts import Event
from shared.contracts.registry import DuplicateStatus, DuplicateSuspected
from shared.db import Tx
from shared.errors import Invalid, NotFound, PreconditionFailed

JOB: Final = "registry-find-duplicates"
PAIRS_A_STEP: Final = 1_000


class PairKind(StrEnum):
    """TWO_IDS: two holders who look like one person. OTHER_NAME: a known citizen id to which a later file gave another name."""

    TWO_IDS = "TWO_IDS"
    OTHER_NAME = "OTHER_NAME"


class Decision(StrEnum):
    """What the two are: one person or two."""

    SAME = "SAME"
    DIFFERENT = "DIFFERENT"


@dataclass(frozen=True)
class FindingProgress(jobs.Progress):
    """How far a search for duplicates is: rules done, pairs new or weighed anew, pairs published."""

    rules: int = 0
    found: int = 0
    told: int = 0


async def ask_to_find(tx: Tx, asked_by: str, on: date) -> UUID:
    """Queue the search over the whole country on this business day; returns the job's id."""
    return await jobs.ask(tx, JOB, {"on": on.isoformat()}, asked_by=asked_by)


async def ask_when_due(tx: Tx, on: date, every: timedelta) -> UUID | None:
    """Queue the search if the last one is so long ago, or an import has changed persons since, and none waits or runs; returns its id."""
    stand = await duplicates.searched(tx, JOB, imports.JOB)
    if stand is None or stand.open:
        return None
    due = stand.last_on is None or stand.imported_since or on - stand.last_on >= every
    return await ask_to_find(tx, "timer", on) if due else None


async def find_step(tx: Tx, progress: FindingProgress, at: datetime) -> FindingProgress:
    """The next rule, or when all have run the next pairs to publish; returns the new progress."""
    rules = tuple(RULES)
    if progress.rules < len(rules):
        found = await duplicates.find(tx, rules[progress.rules], at)
        return replace(progress, rules=progress.rules + 1, found=progress.found + found)
    pairs = await duplicates.take_untold(tx, PAIRS_A_STEP)
    await _publish(tx, pairs, at)
    return replace(progress, told=progress.told + len(pairs), done=not pairs)


async def claim(tx: Tx, pair_id: UUID, said: Said, reach: Reach) -> Any:
    """Take an open pair for oneself for a day; the pair after it. Raises NotFound, PairDecided, PairClaimed."""
    pair = await _open(tx, pair_id, said, reach)
    return await duplicates.claim(tx, pair["pair_id"], said.who, said.at)


async def decide(tx: Tx, pair_id: UUID, decision: Decision, keep: UUID | None, said: Said, reach: Reach) -> Any:
    """Say what an open pair is; the pair after it.

    DIFFERENT ends it; SAME proposes a merge into `keep`, which a second person decides (money follows it), and ends a pair of
    one holder, whose name really changed. Raises NotFound, PreconditionFailed, PairDecided, PairClaimed, CannotMerge, or Invalid.
    """
    pair = await _open(tx, pair_id, said, reach)
    status = str(decision)
    if pair["kind"] == PairKind.TWO_IDS and decision is Decision.SAME:
        persons = (pair["first_id"], pair["second_id"])
        if keep not in persons:
            raise Invalid.field("keep", "one_of", "must be one of the two", "ต้องเป็นหนึ่งในสองราย")
        await propose_merge(tx, merged=persons[persons.index(keep) - 1], kept=keep, pair_id=pair_id, said=said)
        status = DuplicateStatus.MERGE_PROPOSED
    return await settle(tx, pair, status, said)


async def settle(tx: Tx, pair: Any, status: str, said: Said) -> Any:
    """Write what a locked pair is, and tell those who pay; the pair after it."""
    after = await duplicates.decide(tx, pair["pair_id"], Verdict(status, said.who, said.at, said.why))
    await _publish(tx, [after], said.at)
    return after


async def _open(tx: Tx, pair_id: UUID, said: Said, reach: Reach) -> Any:
    pair = await duplicates.lock(tx, pair_id, reach)
    if pair is None:
        raise NotFound
    if said.expected_version is not None and pair["version"] != said.expected_version:
        raise PreconditionFailed(version=pair["version"])
    if pair["status"] != DuplicateStatus.OPEN:
        raise PairDecided(status=pair["status"])
    if duplicates.is_claimed_by_another(pair, said.who, said.at):
        raise PairClaimed
    return pair


async def _publish(tx: Tx, pairs: Sequence[Any], at: datetime) -> None:
    """Each of the two is told of the other; a pair of one holder is about no second allowance."""
    events = [
        Event.of(
            DuplicateSuspected(
                holder_id=holder_id,
                other_holder_id=other,
                pair_id=pair["pair_id"],
                version=pair["version"],
                status=DuplicateStatus(pair["status"]),
                score=pair["score"],
                reasons=tuple(pair["reasons"]),
            ),
            subject=holder_id,
            time=at,
            identity=(pair["pair_id"], pair["version"]),
        )
        for pair in pairs
        if pair["kind"] == PairKind.TWO_IDS
        for holder_id, other in ((pair["first_id"], pair["second_id"]), (pair["second_id"], pair["first_id"]))
    ]
    await outbox.add_many(tx, events)
