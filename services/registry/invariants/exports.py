"""What leaves the registry."""

from typing import Final

from shared.invariants import Invariant

EXPORTS: Final = [
    Invariant(
        "who-asks-for-an-export-does-not-approve-it",
        "What leaves the registry has been looked at by two persons, and so has the key that it is encrypted to.",
        """SELECT export_id AS id, asked_by AS who FROM export WHERE decided_by = asked_by
            UNION ALL SELECT recipient_id, registered_by FROM export_recipient WHERE decided_by = registered_by""",
    ),
    Invariant(
        "a-confirmed-list-is-the-one-that-was-sent",
        "A receipt counts only with the count and the hash of the file.",
        """SELECT e.export_id, e.rows, e.plain_sha256 FROM export e
            WHERE e.confirmed_at IS NOT NULL
              AND NOT EXISTS (SELECT FROM export_receipt r
                               WHERE r.export_id = e.export_id AND r.matched AND (r.rows, r.plain_sha256) = (e.rows, e.plain_sha256))""",
    ),
]
