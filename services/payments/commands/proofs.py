"""The proof of a run: what it says is signed, and holds the root of a tree over all its lines."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson

from services.payments.domain import OUT_AT_BANKS, Month, RunStatus, month_text
from services.payments.errors import RunNotInState
from services.payments.repository import conservation, proofs, runs
from services.payments.repository.proofs import Proof, Tree
from services.payments.repository.runs import Run
from services.payments.rules.conservation import Hop
from shared import jobs
from shared.db import Database, Tx
from shared.errors import NotFound
from shared.signatures import SigningKeys

PROOF_JOB: Final = "prove_run"
TYPE: Final = "run-proof"
"""The `typ` of the signed statement: nothing else that the key signs passes for one."""


async def ask_proof(tx: Tx, run_id: UUID, who: str) -> Run:
    """Queue the making of a proof of the run as it is. Raises RunNotInState before its release, NotFound."""
    run = await runs.lock(tx, run_id)
    if run is None:
        raise NotFound
    if run.status not in {*OUT_AT_BANKS, RunStatus.CLOSED}:
        raise RunNotInState(f"The run is {run.status}", f"รอบจ่ายอยู่ในสถานะ {run.status}", run_id=run_id, run_status=run.status)
    await jobs.ask(tx, PROOF_JOB, {"run_id": str(run_id)}, asked_by=who)
    return run


async def prove_run(database: Database, run_id: UUID, keys: SigningKeys, at: datetime) -> Proof:
    """Make a proof of the run as it is, of one snapshot; where no line moved since the newest, that is the one. Raises NotFound."""
    async with database.exclusively(f"payments.run_proof.{run_id}", wait=True):
        return await _prove(database, run_id, keys, at)


async def prove_closed_runs(database: Database, keys: SigningKeys, at: datetime) -> None:
    """Make the proofs of closed runs that have none, or of which lines moved since."""
    async with database.reading() as tx:
        waiting = await proofs.behind(tx)
    for run_id in waiting:
        await prove_run(database, run_id, keys, at)


async def _prove(database: Database, run_id: UUID, keys: SigningKeys, at: datetime) -> Proof:
    async with database.reading() as tx:
        run = await runs.show(tx, run_id)
        if run is None:
            raise NotFound
        newest, through = await proofs.newest(tx, run_id), await proofs.last_entry(tx, run_id)
        if newest is not None and newest.through_entry == through:
            return newest
        tree = await proofs.tree_of(tx, run_id)
        said = _statement(run, tree, await conservation.hops_of(tx, run), at)
        said["version"] = 1 if newest is None else newest.version + 1
        said["lines_by_group"] = await conservation.groups(tx, run_id)
        said["ledger"] = await conservation.entries(tx, run_id)
    text = orjson.dumps(said, default=str)
    proof = Proof(run_id, said["version"], tree.lines, tree.root, through, text.decode(), keys.sign(text, {"typ": TYPE}), at)
    async with database.transaction() as writing:
        await proofs.insert(writing, proof, tree)
    return proof


def _statement(run: Run, tree: Tree, hops: Sequence[Hop], at: datetime) -> dict[str, Any]:
    return {
        "run_id": str(run.run_id),
        "month": month_text(Month(run.month)),
        "benefit": run.benefit,
        "status": run.status,
        "list_hash": run.list_hash,
        "proposed_by": run.proposed_by,
        "approved_by": run.approved_by,
        "released_at": run.released_at,
        "closed_at": run.closed_at,
        "made_at": at,
        "tree": {"form": "RFC 9162 section 2.1.1", "hash": "SHA-256", "size": tree.lines, "root": tree.root.hex()},
        "hops": [
            {
                "hop": hop.name,
                "balanced": hop.balanced,
                "comes_in": {hop.comes_in[0]: hop.comes_in[1]._asdict()},
                "goes_out": {name: amount._asdict() for name, amount in hop.goes_out.items()},
            }
            for hop in hops
        ],
    }
