"""Policy sets that were published."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from services.payments.domain import Month
from services.payments.rules.parameters import Parameters
from shared.db import ReadTx, Tx

_STORED: Final = "version, profile, parameters, content_hash, published_on, from_month, published_at, proposal_id"


@dataclass(frozen=True)
class StoredPolicy:
    """A published policy set; `published_at` and `proposal_id` of one that two persons published."""

    version: int
    profile: str
    parameters: dict[str, Any]
    content_hash: str
    published_on: date
    from_month: date | None
    published_at: datetime | None = None
    proposal_id: UUID | None = None


@dataclass(frozen=True)
class Policy:
    """A published policy set with its parameters typed; `from_month` is the first month that it governs of allowances that were open."""

    version: int
    profile: str
    parameters: Parameters
    from_month: Month | None = None


async def newest(tx: ReadTx) -> StoredPolicy | None:
    """The policy set in force."""
    row = await tx.fetchrow(f"SELECT {_STORED} FROM policy_version ORDER BY version DESC LIMIT 1")
    return None if row is None else StoredPolicy(**dict(row))


async def one(tx: ReadTx, version: int) -> StoredPolicy | None:
    """A policy set that was published."""
    row = await tx.fetchrow(f"SELECT {_STORED} FROM policy_version WHERE version = $1", version)
    return None if row is None else StoredPolicy(**dict(row))


async def all_stored(tx: ReadTx) -> list[StoredPolicy]:
    """Every policy set that was published, newest first; a handful in the life of a measure."""
    return [StoredPolicy(**dict(row)) for row in await tx.fetch(f"SELECT {_STORED} FROM policy_version ORDER BY version DESC")]


async def by_versions(tx: ReadTx, versions: Iterable[int]) -> dict[int, Policy]:
    """Those of the versions that are stored."""
    rows = await tx.fetch("SELECT version, profile, parameters FROM policy_version WHERE version = ANY($1::int[])", sorted(set(versions)))
    return {row["version"]: Policy(row["version"], row["profile"], Parameters.of(row["parameters"])) for row in rows}


async def every(tx: ReadTx, by: datetime | None = None) -> dict[int, Policy]:
    """All sets by version, oldest first; those that were published by the moment, if one is named."""
    # Of sets from before the moments were kept the day is known.
    rows = await tx.fetch(
        """SELECT version, profile, parameters, from_month FROM policy_version
            WHERE $1::timestamptz IS NULL OR coalesce(published_at, published_on AT TIME ZONE 'Asia/Bangkok') <= $1 ORDER BY version""",
        by,
    )
    return {row["version"]: Policy(row["version"], row["profile"], Parameters.of(row["parameters"]), row["from_month"]) for row in rows}


async def is_known(tx: ReadTx, profile: str, content_hash: str) -> bool:
    """Whether the content was published before under the profile."""
    known: bool = await tx.fetchval(
        "SELECT EXISTS (SELECT FROM policy_version WHERE profile = $1 AND content_hash = $2)", profile, content_hash
    )
    return known


async def lock_publishing(tx: Tx) -> None:
    """Let one transaction at a time decide whether to publish."""
    await tx.fetchval("SELECT pg_advisory_xact_lock(hashtext('payments.policy'))")


async def keep_in_force(tx: Tx) -> None:
    """Keep a further set from being published until the end of the transaction."""
    await tx.fetchval("SELECT pg_advisory_xact_lock_shared(hashtext('payments.policy'))")


async def insert(tx: Tx, policy: StoredPolicy) -> None:
    """Store a policy set."""
    await tx.execute(
        f"INSERT INTO policy_version ({_STORED}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        policy.version,
        policy.profile,
        policy.parameters,
        policy.content_hash,
        policy.published_on,
        policy.from_month,
        policy.published_at,
        policy.proposal_id,
    )
