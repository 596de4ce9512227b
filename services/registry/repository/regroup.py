"""A new policy put to all holders, a slice at a time."""

from datetime import datetime
from typing import Final
from uuid import UUID

from services.registry.domain import HOLDERS_A_CHUNK, GroupPolicy
from services.registry.repository.groups_sql import groups_sql
from services.registry.repository.history import STATE
from shared.db import Tx

_REGROUP: Final = """
WITH computed AS (
    SELECT holder_id, {groups} FROM card_holder WHERE holder_id > $1 AND holder_id <= $2 AND erased_at IS NULL
), changing AS (
    SELECT c.*, h.tier AS old_tier, h.age AS old_age, h.visit_group AS old_visit_group
      FROM card_holder h JOIN computed c USING (holder_id)
     WHERE (h.tier, h.age::int, h.visit_group) IS DISTINCT FROM (c.tier, c.age, c.visit_group)
     ORDER BY h.holder_id FOR UPDATE OF h
), updated AS (
    UPDATE card_holder h
       SET version = h.version + 1, tier = b.tier, age = b.age, visit_group = b.visit_group, policy_version = $3, recorded_at = $4
      FROM changing b WHERE h.holder_id = b.holder_id
    RETURNING h.*, array_remove(ARRAY[CASE WHEN b.old_tier <> b.tier THEN 'tier' END, CASE WHEN b.old_age <> b.age THEN 'age' END,
                                      CASE WHEN b.old_visit_group <> b.visit_group THEN 'visit_group' END], NULL) AS changed
)
INSERT INTO card_holder_history (holder_id, version, what, changed, who, why, recorded_at, change_id, chunk_no, {state})
SELECT holder_id, version, 'REGROUPED', changed, $5, $6, $4, $7, $8 + (row_number() OVER (ORDER BY holder_id) - 1) / {chunk}, {state}
  FROM updated
"""


async def slice_end(tx: Tx, after: UUID, persons_max: int) -> UUID | None:
    """The last id of the next slice of up to so many persons; None when there is nobody after the id named."""
    end: UUID | None = await tx.fetchval(
        "SELECT max(holder_id::text)::uuid FROM (SELECT holder_id FROM card_holder WHERE holder_id > $1 ORDER BY holder_id LIMIT $2) AS slice",
        after,
        persons_max,
    )
    return end


async def regroup_slice(
    tx: Tx, policy: GroupPolicy, ids: tuple[UUID, UUID], *, who: str, why: str, at: datetime, change_id: UUID, first_chunk_no: int
) -> int:
    """Put the policy to the holders after ids[0] up to ids[1]; returns how many changed. Their chunks count from `first_chunk_no`."""
    groups, args = groups_sql(policy, 9)
    statement = _REGROUP.format(groups=groups, chunk=HOLDERS_A_CHUNK, state=STATE)
    return await tx.execute(statement, *ids, policy.version, at, who, why, change_id, first_chunk_no, *args)
