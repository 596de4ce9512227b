"""What registry tells: who holds a card, and which imports ended."""

from collections.abc import Sequence

from services.reporting import repository
from services.reporting.commands.facts import columns, facts
from services.reporting.rules.published import published
from shared.clock import on_day
from shared.contracts import Event
from shared.contracts.registry import CardholderDeceased, CardholderErased, CardholderMoved, HolderState, RegistryImportCompleted
from shared.db import Tx


async def record_holders(tx: Tx, events: Sequence[Event]) -> None:
    """Keep the newest state of each holder; of moves, deaths and erasures the day too."""
    told = [holder for _, holder in facts(events, HolderState)]
    await repository.keep(tx, repository.PERSON_STATE, [_state(holder) for holder in told])
    moves = [{"holder_id": one.holder_id, "moved_on": one.moved_on} for one in told if isinstance(one, CardholderMoved)]
    await repository.keep(tx, repository.PERSON_MOVE, moves)
    deaths = [{"holder_id": one.holder_id, "deceased_on": one.deceased_on} for one in told if isinstance(one, CardholderDeceased)]
    await repository.keep(tx, repository.PERSON_DEATH, deaths)
    erasures = [{"holder_id": one.holder_id, "erased_on": one.erased_on} for one in told if isinstance(one, CardholderErased)]
    if erasures:
        await repository.keep(tx, repository.PERSON_ERASURE, erasures)
        await repository.leave_bands_of_erased(tx, [one.holder_id for one in told], published().income_limits_baht)


def _state(holder: HolderState) -> dict[str, object]:
    names = ("holder_id", "tier", "age", "visit_group", "subdistrict", "bank", "status", "recorded_on", "merged_into")
    return {"holder_version": holder.version, **columns(holder, *names)}


async def record_imports(tx: Tx, events: Sequence[Event]) -> None:
    """Keep the counts of each import that ended."""
    counts = ("import_id", "lines", "registered", "updated", "unchanged", "rejected")
    rows = [{"completed_on": on_day(event.time), **columns(ended, *counts)} for event, ended in facts(events, RegistryImportCompleted)]
    await repository.keep(tx, repository.REGISTRY_IMPORT, rows)
