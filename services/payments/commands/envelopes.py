"""Money is promised out of an envelope before it is spent, and never more than there is."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from services.payments.domain import PROGRAMME, Month, month_text
from services.payments.errors import EnvelopeShort
from services.payments.repository import batches, envelopes, runs
from services.payments.repository.envelopes import Entry, Envelope, Purse
from services.payments.repository.ledger import Posting
from services.payments.rules.funds import EntryKind
from shared.db import Tx
from shared.money import in_baht


async def commit(tx: Tx, cause_id: UUID, needs: Mapping[Purse, int], at: datetime) -> None:
    """Promise what the cause needs (satang) out of each envelope, or nothing. Raises EnvelopeShort."""
    found = await locked(tx, needs)
    await envelopes.enter(
        tx, [Entry(found[purse].envelope_id, EntryKind.COMMITTED, satang, cause_id) for purse, satang in needs.items()], at
    )


async def locked(tx: Tx, needs: Mapping[Purse, int]) -> dict[Purse, Envelope]:
    """The envelopes, locked, each with as much free as is needed. Raises EnvelopeShort."""
    found = await envelopes.of(tx, needs, lock=True)
    short = [_short(purse, needs[purse], found.get(purse)) for purse in sorted(needs, key=_order)]
    lacking = [one for one in short if one["lacking_satang"] > 0 or one["envelope_id"] is None]
    if lacking:
        first = lacking[0]
        free, needed = in_baht(first["free_satang"]), in_baht(first["needed_satang"])
        raise EnvelopeShort(
            f"{first['source']} {first['month']}: {free} baht free, {needed} needed",
            f"{first['source']} {first['month']}: คงเหลือ {free} บาท ต้องใช้ {needed} บาท",
            envelopes=lacking,
        )
    return found


def _order(purse: Purse) -> tuple[Month, str]:
    return purse.month, purse.source


def _short(purse: Purse, needed: int, envelope: Envelope | None) -> dict[str, Any]:
    free = envelope.free_satang if envelope else 0
    return {
        "source": purse.source,
        "month": month_text(purse.month),
        "envelope_id": envelope and envelope.envelope_id,
        "free_satang": free,
        "needed_satang": needed,
        "lacking_satang": max(needed - free, 0),
    }


async def commit_run(tx: Tx, run_id: UUID, at: datetime) -> None:
    """Promise what the open lines of the run need; what a batch holds for them becomes the run's. Raises EnvelopeShort."""
    if await runs.programme_of(tx, run_id) != PROGRAMME:
        await envelopes.free_parts(tx, await batches.hand_over(tx, run_id), at)
    await commit(tx, run_id, await envelopes.needs_of_run(tx, run_id), at)


async def commit_again(tx: Tx, posting: Posting, at: datetime) -> None:
    """Promise again what a payment of a run needs that had been freed. Raises EnvelopeShort."""
    source = await envelopes.source_of_run(tx, posting.run_id, Month(posting.benefit_month))
    await commit(tx, posting.run_id, {Purse(source, Month(posting.benefit_month)): posting.amount_satang}, at)


async def keep_instructed(tx: Tx, run_id: UUID, instructed: Iterable[Posting], at: datetime) -> None:
    """Free what was committed for lines that are held now; what is instructed stays committed until banks answer."""
    keep: dict[Month, int] = defaultdict(int)
    for one in instructed:
        keep[Month(one.benefit_month)] += one.amount_satang
    await envelopes.free(tx, run_id, at, keep)


async def free(tx: Tx, cause_id: UUID, at: datetime) -> None:
    """Free all that is committed for the cause."""
    await envelopes.free(tx, cause_id, at, {})
