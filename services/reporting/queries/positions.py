"""How far the topics were read into the tables: what a figure stands on, read in the transaction of the figure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Self

from shared.db import ReadTx

COPIES: Final[Mapping[str, tuple[str, str]]] = {
    "officer": ("version", "interview.officers.v1"),
    "place": ("version", "interview.places.v1"),
    "place_day": ("version", "interview.places.v1"),
    "programme": ("version", "plan.programmes.v1"),
    "offering": ("version", "plan.offerings.v1"),
    "unmet_need": ("number", "plan.unmet-needs.v1"),
    "policy": ("version", "payments.policy.v1"),
}
"""Tables that compacted topics fill, with what grows in their rows: such a topic keeps the last state of a key, not that of then."""


@dataclass(frozen=True)
class Position:
    """Which events were in the tables.

    `topics` are the next offsets by topic and partition. `left_out` are messages before them that were not taken in (topic, partition,
    offset). `copies` are rows and the sum of their versions by table, by which it shows when a compacted topic has lost the states of then.
    """

    topics: Mapping[str, Mapping[str, int]]
    left_out: Sequence[tuple[str, int, int]]
    copies: Mapping[str, Sequence[int]]

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> Self | None:
        """That of a frozen content; None where it has none."""
        told = content.get("position")
        return None if told is None else cls(told["topics"], [(one[0], one[1], one[2]) for one in told["left_out"]], told["copies"])

    def told(self) -> dict[str, Any]:
        """As plain JSON values."""
        return asdict(self)

    def lost_since(self, then: "Position") -> list[str]:
        """Topics that no longer gave what the copies of then were made of; this is the position of tables derived up to that one."""
        return sorted({topic for table, (_, topic) in COPIES.items() if self.copies[table] != list(then.copies.get(table, [0, 0]))})


async def position(tx: ReadTx) -> Position:
    """Where the tables that the transaction sees stand."""
    topics: dict[str, dict[str, int]] = defaultdict(dict)
    for row in await tx.fetch("SELECT topic, partition, position FROM consumer_position ORDER BY topic, partition"):
        topics[row["topic"]][str(row["partition"])] = row["position"]
    letters = await tx.fetch(
        "SELECT topic, partition, position FROM dead_letter WHERE replayed_at IS NULL ORDER BY topic, partition, position"
    )
    copies = {
        table: list(await tx.fetchrow(f"SELECT count(*), coalesce(sum({column}), 0)::bigint FROM {table}") or ())
        for table, (column, _) in COPIES.items()
    }
    return Position(dict(topics), [(row["topic"], row["partition"], row["position"]) for row in letters], copies)
