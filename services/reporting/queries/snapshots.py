"""Reading frozen reports, and verifying them: whether they are intact, and whether their figures still agree."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Final
from uuid import UUID

from services.reporting import repository
from services.reporting.domain.snapshots import SNAPSHOT_TYPE, broken_links, differences
from services.reporting.queries.answers import read_report
from services.reporting.queries.reports import REPORTS, ReportName
from services.reporting.queries.view import area_reach, of_area
from services.reporting.repository import StoredSnapshot
from shared.auth import Level, Reach
from shared.db import ReadTx
from shared.errors import NotFound
from shared.signatures import PublicKeys, SignatureBroken

LINKS_AT_ONCE: Final = 500
DIFFERENCES_MAX: Final = 100


@dataclass(frozen=True)
class Verification:
    """Two facts apart: is the stored text what was stored, and would the report say the same today.

    `signature_good` is None for a snapshot from before there were signatures.
    `broken_at` is the first number (seq) at which the chain is broken, up to the snapshot's successor; `changed` are the
    paths of figures that differ now, at most DIFFERENCES_MAX.
    """

    snapshot_id: UUID
    content_intact: bool
    signature_good: bool | None
    chain_intact: bool
    broken_at: int | None
    figures_agree: bool
    changed: Sequence[str]


async def snapshots_page(tx: ReadTx, reach: Reach, before: int, limit: int) -> list[StoredSnapshot]:
    """Snapshots of areas within the caller's, newest first."""
    condition, args = of_area(reach, 3)
    return await repository.snapshots_after(tx, before, limit, condition, args)


async def snapshot(tx: ReadTx, reach: Reach, snapshot_id: UUID) -> StoredSnapshot:
    """One snapshot. Raises NotFound, also for one out of reach."""
    condition, args = of_area(reach, 2)
    found = await repository.snapshot(tx, snapshot_id, condition, args)
    if found is None:
        raise NotFound
    return found


def content_of(stored: StoredSnapshot) -> dict[str, Any]:
    """What was frozen."""
    content: dict[str, Any] = json.loads(stored.content)
    return content


async def verify(tx: ReadTx, reach: Reach, snapshot_id: UUID, keys: PublicKeys) -> Verification:
    """Recompute the hashes of the chain up to the snapshot and the one after it, and read the report again.

    The second reading asks the same of today's facts, on the day of the snapshot for rules that ask for a day.
    """
    stored = await snapshot(tx, reach, snapshot_id)
    broken_at = await _first_broken(tx, stored.seq)
    changed = await figures_that_differ(tx, stored)
    own = (stored.seq, stored.content, stored.content_hash, stored.prev_hash)
    intact = not list(broken_links([own], stored.prev_hash))
    return Verification(snapshot_id, intact, _signed(stored, keys), broken_at is None, broken_at, not changed, changed)


def _signed(stored: StoredSnapshot, keys: PublicKeys) -> bool | None:
    if stored.signature is None:
        return None
    try:
        return keys.verify_detached(stored.signature, stored.content.encode()).get("typ") == SNAPSHOT_TYPE
    except SignatureBroken:
        return False


async def _first_broken(tx: ReadTx, through: int) -> int | None:
    seq, before = 0, ""
    while links := await repository.chain_after(tx, seq, LINKS_AT_ONCE):
        # A snapshot that was taken out shows in the one after it.
        checked = [link for link in links if link.seq <= through] + [link for link in links if link.seq > through][:1]
        for broken in broken_links(((one.seq, one.content, one.content_hash, one.prev_hash) for one in checked), before):
            return broken
        if len(checked) < len(links) or links[-1].seq > through:
            return None
        seq, before = links[-1].seq, links[-1].content_hash
    return None


async def figures_that_differ(tx: ReadTx, stored: StoredSnapshot) -> list[str]:
    """Ask the same of the tables that the transaction sees, on the day of the snapshot; paths of the figures that differ from the frozen ones."""
    content = content_of(stored)
    name = ReportName(stored.report)
    parameters = REPORTS[name].parameters.model_validate(content["parameters"])
    reach = area_reach(stored.area) if stored.officer_id is None else Reach(Level.OFFICER, str(stored.officer_id))
    now = await read_report(tx, name, parameters, reach=reach, as_of=datetime.fromisoformat(content["as_of"]))
    return list(islice(differences(content["figures"], now.content()["figures"], known_then=True), DIFFERENCES_MAX))
