"""What moves in an envelope, and what it does to ceiling, committed and spent."""

from enum import StrEnum
from typing import Final, NamedTuple

from services.payments.domain import Outcome


class EntryKind(StrEnum):
    """Why an envelope changed. FREED: promised and not needed after all; RETURNED: spent, and back; LAPSED: paid, and not used by the person."""

    OPENED = "OPENED"
    RAISED = "RAISED"
    TRANSFERRED_IN = "TRANSFERRED_IN"
    TRANSFERRED_OUT = "TRANSFERRED_OUT"
    COMMITTED = "COMMITTED"
    FREED = "FREED"
    SPENT = "SPENT"
    RETURNED = "RETURNED"
    LAPSED = "LAPSED"
    LAPSE_TAKEN_BACK = "LAPSE_TAKEN_BACK"


class Effect(NamedTuple):
    """By how often its satang each of an envelope's three sums changes."""

    ceiling: int = 0
    committed: int = 0
    spent: int = 0


EFFECTS: Final[dict[EntryKind, Effect]] = {
    EntryKind.OPENED: Effect(ceiling=1),
    EntryKind.RAISED: Effect(ceiling=1),
    EntryKind.TRANSFERRED_IN: Effect(ceiling=1),
    EntryKind.TRANSFERRED_OUT: Effect(ceiling=-1),
    EntryKind.COMMITTED: Effect(committed=1),
    EntryKind.FREED: Effect(committed=-1),
    EntryKind.SPENT: Effect(committed=-1, spent=1),
    EntryKind.RETURNED: Effect(spent=-1),
    EntryKind.LAPSED: Effect(spent=-1),
    EntryKind.LAPSE_TAKEN_BACK: Effect(spent=1),
}


def effects_sql() -> str:
    """The same as rows of SQL: kind, ceiling, committed, spent."""
    return ", ".join(f"('{kind}', {', '.join(map(str, effect))})" for kind, effect in EFFECTS.items())


OF_OUTCOMES: Final[dict[Outcome, EntryKind]] = {
    Outcome.SETTLED: EntryKind.SPENT,
    Outcome.FAILED: EntryKind.FREED,
    Outcome.RETURNED: EntryKind.RETURNED,
    Outcome.LAPSED: EntryKind.LAPSED,
    Outcome.LAPSE_TAKEN_BACK: EntryKind.LAPSE_TAKEN_BACK,
}
"""What follows from an entry of the ledger. An instruction moves nothing: its money was committed when its run was approved."""
