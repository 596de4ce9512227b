"""Freezing a report: figures and position of one moment, signed, and chained to the snapshot before."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.reporting import repository
from services.reporting.commands.counting import all_counted
from services.reporting.domain.parameters import Parameters
from services.reporting.domain.snapshots import SNAPSHOT_TYPE, canonical, hash_of, series_of
from services.reporting.errors import EditionTaken
from services.reporting.queries.answers import read_report
from services.reporting.queries.late_facts import late_facts
from services.reporting.queries.positions import position
from services.reporting.queries.reports import ReportName
from services.reporting.queries.view import View
from services.reporting.repository import StoredSnapshot
from services.reporting.rules.editions import explained
from shared.auth import Reach
from shared.bus import outbox
from shared.clock import on_day
from shared.contracts import Event
from shared.contracts.reporting import ReportPublished
from shared.db import Database, ReadTx, Tx
from shared.ids import new_id
from shared.signatures import SigningKeys


@dataclass(frozen=True)
class Occasion:
    """What a report is frozen for: a meeting by its name, or a report that is due. The same report for the same occasion has editions; for none it has one.

    `officer` is whose cases the figures are of, with the district of the team.
    """

    meeting: str | None = None
    due_id: UUID | None = None
    officer: tuple[UUID, str] | None = None


@dataclass(frozen=True)
class Frozen:
    """A report as it was read, before it is chained; `after` is the edition that it was compared with."""

    content: dict[str, Any]
    series: str | None
    edition: int
    after: UUID | None
    officer_id: UUID | None


@asynccontextmanager
async def settled(db: Database) -> AsyncIterator[ReadTx]:
    """One snapshot of the database in which the figures are those of its position: what was taken in by then is in them, and nothing else.

    The one way by which figures are read that are frozen, or compared with frozen ones.
    """
    async with all_counted(db) as tx:
        yield tx


async def read_to_freeze(
    tx: ReadTx, name: ReportName, parameters: Parameters, *, reach: Reach, as_of: datetime, behind: int | None, occasion: Occasion
) -> Frozen:
    """Read figures, position and the edition before on one snapshot of the database. Raises as `read_report`."""
    answer = await read_report(tx, name, parameters, reach=reach, as_of=as_of)
    content = {**answer.content(), "events_behind": behind, "meeting": occasion.meeting, "position": (await position(tx)).told()}
    officer_id = None
    if occasion.officer is not None:
        officer_id, content["area"] = occasion.officer
        content["officer_id"] = str(officer_id)
    if occasion.due_id is not None:
        content["due_id"] = str(occasion.due_id)
    series = _series(content)
    before = None if series is None else await repository.newest_edition(tx, series)
    edition = 1 if before is None else before.edition + 1
    content["edition"] = edition
    if before is not None:
        then = json.loads(before.content)
        view = View(reach, answer.area, on_day(as_of), answer.policy)
        late = await late_facts(tx, view, datetime.fromisoformat(then["as_of"]))
        content["replaces"] = {"snapshot_id": str(before.snapshot_id), "content_hash": before.content_hash}
        content |= explained(name, edition, then["figures"], content["figures"], late)
    return Frozen(content, series, edition, None if before is None else before.snapshot_id, officer_id)


async def publish_snapshot(tx: Tx, frozen: Frozen, signing: SigningKeys, *, taken_by: str, now: datetime) -> StoredSnapshot:
    """Put the frozen report behind the last snapshot, and tell that it was published.

    Raises EditionTaken where another edition was frozen since this one was read: it must be read again.
    """
    prev_hash = await repository.lock_chain(tx)
    if frozen.series is not None:
        newest = await repository.newest_edition(tx, frozen.series)
        if (None if newest is None else newest.snapshot_id) != frozen.after:
            raise EditionTaken
    content = {**frozen.content, "prev_hash": prev_hash}
    text = canonical(content)
    row = {
        "snapshot_id": new_id(),
        "report": content["report"],
        "area": content["area"],
        "as_of": datetime.fromisoformat(content["as_of"]),
        "content": text,
        "content_hash": hash_of(text),
        "prev_hash": prev_hash,
        "taken_by": taken_by,
        "signature": signing.sign_detached(text.encode(), {"typ": SNAPSHOT_TYPE}),
        "series": frozen.series,
        "edition": frozen.edition,
        "officer_id": frozen.officer_id,
    }
    stored = await repository.add_snapshot(tx, row)
    # What one officer tells the head of the team is no report of an area.
    if stored.officer_id is None:
        told = ReportPublished(
            snapshot_id=stored.snapshot_id,
            name=stored.report,
            area=stored.area,
            as_of=row["as_of"],
            content_hash=stored.content_hash,
            edition=stored.edition,
            replaces=frozen.after,
            meeting=content["meeting"],
        )
        await outbox.add_many(tx, [Event.of(told, subject=stored.snapshot_id, time=now)])
    return stored


def _series(content: Mapping[str, Any]) -> str | None:
    """Which series of editions the content belongs to; None where it was frozen for no occasion."""
    if content.get("due_id"):
        return series_of(due_id=content["due_id"])
    if content["meeting"] is None:
        return None
    return series_of(**{name: content[name] for name in ("report", "area", "parameters", "meeting")})
