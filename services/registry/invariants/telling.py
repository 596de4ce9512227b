"""What people and other systems are told."""

from typing import Final

from shared.invariants import Invariant

TELLING: Final = [
    Invariant(
        "notices-are-where-their-history-is",
        "Whether a person was told, and why not, must be explained state by state.",
        """SELECT n.notice_id, n.status, n.version FROM notice n LEFT JOIN notice_history h USING (notice_id, version)
            WHERE h.status IS DISTINCT FROM n.status""",
    ),
    Invariant(
        "no-feed-entry-without-its-versions",
        "Readers of the feed would miss what was published.",
        """SELECT f.no, f.seq FROM change_feed f
            WHERE NOT EXISTS (SELECT FROM card_holder_history h WHERE h.holder_id = f.holder_id AND h.version = f.version)
              AND NOT EXISTS (SELECT FROM card_holder_history h WHERE h.change_id = f.change_id AND h.chunk_no = f.chunk_no)""",
    ),
]
