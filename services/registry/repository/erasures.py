"""Taking a person out of the registry's rows, and leaving what figures count."""

import os
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from services.registry.domain import ERASED_NAME
from services.registry.repository.sealed import SALT
from services.registry.rules.consents.catalogue import NOTICES
from shared.db import Tx

_INDEX_BYTES: Final = 32

_BESIDE: Final = (
    # Answers already given hold the masked person; a repeated request of those days is carried out anew, and finds nobody.
    "DELETE FROM idempotency WHERE position(convert_to($1::uuid::text, 'UTF8') IN body) > 0",
    "UPDATE approval SET sealed = NULL, reason = '', evidence = '' WHERE subject = $1 AND kind <> $2",
    "UPDATE change_request SET sealed = NULL, fields = '[]' WHERE holder_id = $1",
    """UPDATE card_holder_fact
          SET prefix = NULL, first_name = NULL, last_name = NULL, birth_date = NULL, birth_precision = NULL, income_2559_satang = NULL, house_no_sealed = NULL,
              moo = NULL, road = NULL, postcode = NULL, private_sealed = NULL, promptpay_sealed = NULL
        WHERE holder_id = $1""",
    "UPDATE card_holder SET promptpay_sealed = NULL WHERE holder_id = $1",
    """UPDATE representative
          SET agent_sealed = CASE WHEN agent_holder_id IS NULL THEN ''::bytea END,
              agent_index = CASE WHEN agent_holder_id IS NULL THEN uuid_send(gen_random_uuid()) END, paper_reference = '', ended_why = NULL
        WHERE holder_id = $1""",
    "UPDATE holder_flag SET reason = '', resolved_why = NULL WHERE holder_id = $1",
    "UPDATE duplicate_pair SET reason = NULL WHERE $1 IN (first_id, second_id)",
)
"""What other tables hold about a person, each with the holder's id and the kind of the proposal that erases. A table that gets a column about
persons gets its statement here."""


async def home_of(tx: Tx, holder_id: UUID) -> str:
    """The home district of a holder who is there."""
    district: str = await tx.fetchval("SELECT home_district FROM card_holder WHERE holder_id = $1", holder_id)
    return district


async def proposed(tx: Tx, holder_id: UUID, kind: str) -> bool:
    """Whether a proposal of this kind about the holder is open."""
    found: bool = await tx.fetchval(
        "SELECT EXISTS (SELECT FROM approval WHERE subject = $1 AND kind = $2 AND status = 'PROPOSED')", holder_id, kind
    )
    return found


async def blank(tx: Tx, holder_id: UUID, version: int, birth: date, at: datetime) -> Any:
    """Take everything personal out of a locked holder's row, give it this version, and destroy the salt; returns bank and version.

    The indexes become random: unique as before, and found by nobody. `birth` stands for the birth date.
    """
    row = await tx.fetchrow(
        f"""UPDATE card_holder
               SET version = $2, erased_at = $3, recorded_at = $3, citizen_index = $4, card_index = $5, content_hash = $6, private_sealed = '',
                   house_no_sealed = NULL, prefix = '', first_name = '{ERASED_NAME}', last_name = '', name_sort_key = '', birth_date = $7,
                   birth_precision = 'YEAR', income_2559_satang = 0, moo = '', road = '', postcode = '', mobile_consent = false, import_line = 0,
                   -- What the file said of messages goes with it; what the person said stays.
                   consents = CASE WHEN EXISTS (SELECT FROM consent c WHERE c.holder_id = $1 AND c.purpose = '{NOTICES}') THEN consents
                                   ELSE array_remove(consents, '{NOTICES}') END
             WHERE holder_id = $1 AND version = $2 - 1
         RETURNING bank, version""",
        *(holder_id, version, at, *(os.urandom(_INDEX_BYTES) for _ in range(3)), birth),
    )
    await tx.execute(f"DELETE FROM {SALT} WHERE holder_id = $1", holder_id)
    return row


async def list_erased(tx: Tx, holder_id: UUID, proposal_id: UUID, ground: str, reference: str, by: str, at: datetime) -> None:
    """Note who was erased, so that no file brings them back."""
    await tx.execute(
        "INSERT INTO erasure (holder_id, proposal_id, legal_ground, reference, decided_by, erased_at) VALUES ($1, $2, $3, $4, $5, $6)",
        *(holder_id, proposal_id, ground, reference, by, at),
    )


async def forget_beside(tx: Tx, holder_id: UUID, kind: str) -> None:
    """Forget the person in the history and in every other table."""
    await tx.execute("SELECT forget_in_history($1)", holder_id)
    for statement in _BESIDE:
        await tx.execute(statement, *([holder_id, kind] if "$2" in statement else [holder_id]))
