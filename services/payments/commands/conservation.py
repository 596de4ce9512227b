"""No run goes a step further while a hop behind it does not balance."""

from collections.abc import Sequence
from typing import Any

from services.payments.errors import RunNotBalanced
from services.payments.repository import conservation
from services.payments.repository.runs import Run
from services.payments.rules.conservation import Hop
from shared.db import Tx


async def require_conserved(tx: Tx, run: Run, *, persons: bool = False) -> list[Hop]:
    """The hops of the run. Raises RunNotBalanced with those that do not balance, and ids, unless each does."""
    hops = await conservation.hops_of(tx, run, persons=persons)
    broken = [hop for hop in hops if not hop.balanced]
    if broken:
        names = ", ".join(hop.name for hop in broken)
        en, th = f"what went into {names} did not come out of it", f"ยอดเข้าและยอดออกของขั้น {names} ไม่ตรงกัน"
        raise RunNotBalanced(en, th, **await facts_of(tx, run, broken))
    return hops


async def facts_of(tx: Tx, run: Run, broken: Sequence[Hop]) -> dict[str, Any]:
    """What is told of hops that do not balance: sums, groups and ids."""
    return {
        "hops": [
            {"hop": hop.name, hop.comes_in[0]: hop.comes_in[1]._asdict(), **{name: one._asdict() for name, one in hop.goes_out.items()}}
            for hop in broken
        ],
        "differences": [
            {**one.group._asdict(), "state": one.state, "lines": one.lines._asdict(), "ledger": one.ledger._asdict()}
            for hop in broken
            for one in hop.differences
        ],
        "misfits": await conservation.misfits(tx, run),
    }
