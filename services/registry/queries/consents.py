"""What people consent to, as callers see it."""

from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from services.registry.domain import HolderFilter
from services.registry.repository import consents, holders
from services.registry.rules.consents.catalogue import NOTICES, catalogue
from services.registry.rules.consents.receipt import receipt_of
from shared.audit import Caller, Entry, append
from shared.auth import Reach
from shared.db import ReadTx, Tx
from shared.errors import NotFound
from shared.http.paging import Page
from shared.signatures import SigningKeys


async def standing(tx: ReadTx, holder_id: UUID, reach: Reach) -> dict[str, Any]:
    """For each purpose whether the person consents now, and by which statement. Raises NotFound."""
    holder = await _holder(tx, holder_id, reach)
    newest = await consents.newest_of_holder(tx, holder_id)
    return {
        "holder_id": holder_id,
        "version": holder["version"],
        "purposes": [_standing(purpose.name, newest.get(purpose.name), holder) for purpose in catalogue().purposes],
    }


def _standing(purpose: str, statement: Any | None, holder: Any) -> dict[str, Any]:
    if statement is not None:
        return {"purpose": purpose, "given": statement["decision"] == "GIVEN", "source": "STATEMENT", "statement": dict(statement)}
    by_file = purpose == NOTICES and holder["mobile_consent"]
    return {"purpose": purpose, "given": by_file, "source": "REGISTRY_FILE" if purpose == NOTICES else "NONE", "statement": None}


async def page(tx: ReadTx, holder_id: UUID, reach: Reach, asked: Page) -> dict[str, Any]:
    """A page of the person's statements, the newest first. Raises NotFound."""
    await _holder(tx, holder_id, reach)
    after = asked.after(datetime, UUID)
    rows = await consents.of_holder(tx, holder_id, None if after is None else (after[0], after[1]), asked.limit + 1)
    shown, cursor = asked.cut(rows, lambda row: (row["counts_at"], row["consent_id"]))
    return {"items": [dict(row) for row in shown], "next_cursor": cursor}


async def receipt(
    tx: Tx, holder_id: UUID, consent_id: UUID, *, caller: Caller, reach: Reach, signing: SigningKeys
) -> dict[str, Any] | None:
    """The receipt of a statement and the same signed; None when there is none within reach, which is audited too."""
    within = await holders.by_id(tx, holder_id, reach) is not None
    row = await consents.one(tx, holder_id, consent_id) if within else None
    if row is None:
        await append(tx, caller, [Entry("READ", None, detail=f"consent {consent_id} of card holder {holder_id}")])
        return None
    await append(tx, caller, [Entry("READ", holder_id, ("consent_receipt",), detail=f"consent {consent_id}")])
    told = receipt_of(row, catalogue())
    return {"receipt": told, "jws": signing.sign(orjson.dumps(told, option=orjson.OPT_SORT_KEYS))}


async def counts(tx: ReadTx, wanted: HolderFilter, reach: Reach) -> dict[str, Any]:
    """How many are wanted within the reach, and how many of them consent to each purpose."""
    persons, by_purpose = await consents.counts(tx, wanted, reach, [purpose.name for purpose in catalogue().purposes])
    return {"persons": persons, "items": [{"purpose": purpose, "consenting": count} for purpose, count in by_purpose.items()]}


async def _holder(tx: ReadTx, holder_id: UUID, reach: Reach) -> Any:
    row = await holders.by_id(tx, holder_id, reach)
    if row is None:
        raise NotFound
    return row
