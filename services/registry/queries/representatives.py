"""Rows of representative as callers see them: an outsider's name plain, their citizen id masked."""

from typing import Any

import orjson

from services.registry.vault import Vault
from shared.thai.citizen_id import masked


def view(row: Any, vault: Vault, *, named: bool) -> dict[str, Any]:
    """One of them. Whoever shows it `named` has put the reading on record; answers that are kept (Idempotency-Key) are without the name."""
    agent = _agent(row, vault)
    return {**dict(row), "agent": agent if named else agent | {"name": None}}


def _agent(row: Any, vault: Vault) -> dict[str, Any]:
    if row["agent_sealed"] is None:
        return {"holder_id": row["agent_holder_id"], "name": None, "citizen_id_masked": None}
    name, citizen_id = orjson.loads(vault.fields.open(row["agent_sealed"], row["representative_id"].bytes))
    return {"holder_id": None, "name": name, "citizen_id_masked": masked(citizen_id)}
