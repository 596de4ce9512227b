"""Flags of persons whom a file leaves out or wants removed: resolved by staff."""

from datetime import datetime

from services.registry.domain import Resolution
from services.registry.errors import FlagResolved
from services.registry.repository import flags
from shared.auth import Reach
from shared.db import Tx
from shared.errors import NotFound, PreconditionFailed


async def resolve(tx: Tx, flag_id: int, resolution: Resolution, *, reach: Reach, version: int, by: str, at: datetime, why: str) -> None:
    """Write what became of a flag. Raises NotFound outside the reach, FlagResolved, PreconditionFailed."""
    flag = await flags.one(tx, reach, flag_id, lock=True)
    if flag is None:
        raise NotFound
    if flag["resolution"] is not None:
        raise FlagResolved(resolution=flag["resolution"])
    if flag["version"] != version:
        raise PreconditionFailed(version=flag["version"])
    if not await flags.resolve(tx, flag_id, resolution, by=by, at=at, why=why):
        raise FlagResolved
