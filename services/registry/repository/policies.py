"""The copy of the policy sets."""

from datetime import date
from typing import Any

from services.registry.domain import GroupPolicy
from shared.db import ReadTx, Tx


async def newest(tx: ReadTx) -> GroupPolicy | None:
    """The policy that holds, or None before the first has arrived."""
    row = await tx.fetchrow("SELECT version, parameters FROM policy ORDER BY version DESC LIMIT 1")
    return None if row is None else GroupPolicy.of(row["version"], row["parameters"])


async def add(tx: Tx, version: int, profile: str, published_on: date, parameters: dict[str, Any]) -> bool:
    """Keep a policy set; False when that version is here already."""
    added = await tx.execute(
        "INSERT INTO policy (version, profile, published_on, parameters) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        version,
        profile,
        published_on,
        parameters,
    )
    return bool(added)


async def by_version(tx: ReadTx, version: int) -> GroupPolicy:
    """The policy of a version that a person was put into groups by."""
    return GroupPolicy.of(version, await tx.fetchval("SELECT parameters FROM policy WHERE version = $1", version))
