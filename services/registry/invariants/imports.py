"""What imports leave behind."""

from typing import Final

from shared.invariants import Invariant

IMPORTS: Final = [
    Invariant(
        "every-line-is-accounted-for",
        "No line of a file is lost: rejected + registered + updated + unchanged + removed = lines, and history and rejections agree.",
        """SELECT i.id AS import_id, i.lines, i.registered, i.updated, i.unchanged, i.rejected, v.registered AS in_history, v.updated AS updates_in_history,
                  r.lines AS in_rejections
             FROM (SELECT id, (result->>'lines')::bigint AS lines, (result->>'registered')::bigint AS registered, (result->>'updated')::bigint AS updated,
                          (result->>'unchanged')::bigint AS unchanged, (result->>'rejected')::bigint AS rejected,
                          coalesce((result->>'removed')::bigint, 0) AS removed
                     FROM job WHERE kind = 'registry-import' AND status = 'DONE') AS i
             CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE what = 'REGISTERED') AS registered, count(*) FILTER (WHERE what = 'UPDATED') AS updated
                                   FROM card_holder_history WHERE change_id = i.id) AS v
             CROSS JOIN LATERAL (SELECT count(DISTINCT line) AS lines FROM import_rejection WHERE import_id = i.id) AS r
            WHERE i.lines <> i.registered + i.updated + i.unchanged + i.rejected + i.removed
               OR i.registered <> v.registered OR i.updated <> v.updated OR i.rejected <> r.lines""",
    ),
    Invariant(
        "indexes-wait-for-a-first-load-only",
        "Without them every search reads the whole registry: a first load that has ended has built what it set aside.",
        """SELECT name, definition FROM late_index
            WHERE NOT EXISTS (SELECT FROM job WHERE kind = 'registry-import' AND status IN ('QUEUED', 'RUNNING'))""",
    ),
]
