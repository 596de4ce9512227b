"""Standing invariants: SQL that must return no row. Run after every flow test, on a timer and by operators."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from shared.db import ReadTx

_EXAMPLES_MAX: Final = 10
_COUNT: Final = "rows_of_all"


@dataclass(frozen=True)
class Invariant:
    """`sql` selects what breaks the rule; its rows name ids and the difference. `why` says what it protects."""

    name: str
    why: str
    sql: str


@dataclass(frozen=True)
class Violation:
    """A broken invariant: how many rows, and the first of them."""

    name: str
    why: str
    rows: int
    examples: tuple[dict[str, Any], ...]


async def check(tx: ReadTx, invariants: Sequence[Invariant]) -> list[Violation]:
    """Run each; the broken ones come back."""
    broken = []
    for invariant in invariants:
        # Counted by the database: where a rule is broken for everybody, the rows are millions.
        rows = await tx.fetch(f"SELECT *, count(*) OVER () AS {_COUNT} FROM ({invariant.sql}) AS broken LIMIT {_EXAMPLES_MAX}")
        if rows:
            examples = tuple({name: str(value) for name, value in row.items() if name != _COUNT} for row in rows)
            broken.append(Violation(invariant.name, invariant.why, rows[0][_COUNT], examples))
    return broken
