"""The notices that we asked for about cases, and what the registry says became of them."""

from collections.abc import Sequence
from datetime import datetime

from shared.contracts.interview import NoticeRequested
from shared.contracts.registry import NoticeStateChanged, NoticeStatus
from shared.db import Tx


async def add_asked(tx: Tx, asked: Sequence[NoticeRequested], at: datetime) -> None:
    """Note what was asked for; the same notice again is one."""
    await tx.execute(
        """INSERT INTO notice (notice_key, holder_id, template, parameters, version, status, changed_at)
           SELECT notice_key, holder_id, template, parameters, 0, $5, $6
             FROM unnest($1::text[], $2::uuid[], $3::text[], $4::jsonb[]) AS new (notice_key, holder_id, template, parameters)
            ORDER BY notice_key
           ON CONFLICT DO NOTHING""",
        [one.notice_key for one in asked],
        [one.holder_id for one in asked],
        [one.template for one in asked],
        [one.parameters for one in asked],
        NoticeStatus.REQUESTED,
        at,
    )


async def keep_states(tx: Tx, told: Sequence[tuple[NoticeStateChanged, datetime]]) -> None:
    """Keep the newest state of each notice that stands here; others, as those about meeting places, are nobody's case."""
    newest = {one.notice_key: (one, at) for one, at in sorted(told, key=lambda pair: pair[0].version)}
    rows = [newest[key] for key in sorted(newest)]
    await tx.execute(
        """UPDATE notice n SET version = new.version, status = new.status, reason = new.reason, changed_at = new.changed_at
             FROM unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::timestamptz[]) AS new (notice_key, version, status, reason, changed_at)
            WHERE n.notice_key = new.notice_key AND new.version > n.version""",
        [one.notice_key for one, _ in rows],
        [one.version for one, _ in rows],
        [one.status.value for one, _ in rows],
        [one.reason for one, _ in rows],
        [at for _, at in rows],
    )
