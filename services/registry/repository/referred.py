"""The copy of who is referred to which agency, and the contact that the agency may have of them."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from services.registry.repository import holders
from services.registry.repository.sealed import WITH_KEYS
from services.registry.rules.consents.catalogue import SHARE_WITH_AGENCIES
from shared.auth import Level, Reach
from shared.db import ReadTx, Tx

_AGENCIES: Final = frozenset({Level.AGENCY, Level.BANK})


async def keep(tx: Tx, referrals: Mapping[UUID, tuple[UUID, str, bool]]) -> None:
    """Note of each referral the holder, the agency, and whether it is open."""
    rows = sorted((referral_id, *said) for referral_id, said in referrals.items())
    await tx.execute(
        """INSERT INTO referred (referral_id, holder_id, agency, open)
           SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::boolean[])
           ON CONFLICT (referral_id) DO UPDATE SET open = excluded.open""",
        *([list(column) for column in zip(*rows, strict=True)] if rows else [[]] * 4),
    )


async def to_contact(tx: ReadTx, holder_id: UUID, reach: Reach) -> Any | None:
    """The row of the holder; for an agency only of who is referred to it now and consents to share. None for anybody else."""
    if reach.level not in _AGENCIES:
        return await holders.by_id(tx, holder_id, reach)
    return await tx.fetchrow(
        f"""SELECT * FROM {WITH_KEYS} WHERE holder_id = $1 AND erased_at IS NULL AND $3 = ANY (consents)
               AND EXISTS (SELECT FROM referred r WHERE r.holder_id = $1 AND r.agency = $2 AND r.open)""",
        holder_id,
        reach.code,
        SHARE_WITH_AGENCIES,
    )
