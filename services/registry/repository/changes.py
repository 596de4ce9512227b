"""Requests to change a person: written, found within the reach, and their effect on the person's row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from asyncpg import UniqueViolationError

from services.registry.rules.changes import Aspect, ChangeKind
from shared.auth import Reach, reach_sql
from shared.db import ReadTx, Tx

APPLIED: Final = "APPLIED"
"""The status of what was applied at once."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """By what it is shown, the person's consent where one is needed, and why. Nothing of it is personal."""

    document_kind: str
    document_reference: str
    document_on: date | None = None
    reason: str = ""
    consent_reference: str | None = None
    consent_on: date | None = None

    @property
    def words(self) -> str:
        """The document in one line."""
        return f"{self.document_kind} {self.document_reference}".strip()


@dataclass(frozen=True, slots=True)
class Request:
    """What is written of a request; `fields` are rows of name, before and after, empty where the value is personal."""

    id: UUID
    holder_id: UUID
    kind: ChangeKind
    valid_from: date
    evidence: Evidence
    fields: Sequence[Mapping[str, Any]]
    basis: int
    said_by: str
    said_at: datetime
    sealed: bytes | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which requests are asked for; what is None is not asked. `district` is the person's home or responsible one."""

    district: str | None = None
    status: str | None = None
    kind: ChangeKind | None = None
    holder_id: UUID | None = None


async def add(tx: Tx, request: Request) -> None:
    """Write the request."""
    shown = request.evidence
    await tx.execute(
        """INSERT INTO change_request (id, holder_id, kind, valid_from, document_kind, document_reference, document_on, consent_reference, consent_on,
                                       reason, fields, sealed, basis, said_by, said_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)""",
        *(
            request.id,
            request.holder_id,
            request.kind,
            request.valid_from,
            shown.document_kind,
            shown.document_reference,
            shown.document_on,
        ),
        *(shown.consent_reference, shown.consent_on, shown.reason, list(request.fields), request.sealed, request.basis),
        *(request.said_by, request.said_at),
    )


async def open_one(tx: ReadTx, holder_id: UUID, kind: ChangeKind) -> UUID | None:
    """The proposal of this kind about the person that waits for its decision."""
    found: UUID | None = await tx.fetchval(
        "SELECT id FROM approval WHERE subject = $1 AND kind = $2 AND status = 'PROPOSED' LIMIT 1", holder_id, kind
    )
    return found


_ROWS: Final = """SELECT r.*, coalesce(a.status, 'APPLIED') AS status, coalesce(a.version, 1) AS version, a.decided_by, a.decided_at, a.decision_reason,
                         coalesce(a.sealed, r.sealed) AS values_sealed, h.responsible_district AS district
                    FROM change_request r JOIN card_holder h USING (holder_id) LEFT JOIN approval a ON a.id = r.id"""


async def by_id(tx: ReadTx, request_id: UUID, reach: Reach) -> Any | None:
    """The request with its decision, when its person is within the reach now."""
    within, args = _within(reach, 2)
    return await tx.fetchrow(f"{_ROWS} WHERE r.id = $1 AND {within}", request_id, *args)


async def page(tx: ReadTx, wanted: Wanted, reach: Reach, after: UUID | None, limit: int) -> Sequence[Any]:
    """Requests about persons within the reach by id, which is nearly their age, after the one named."""
    within, args = _within(reach, 7)
    return await tx.fetch(
        f"""{_ROWS}
             WHERE ($1::uuid IS NULL OR r.id > $1) AND ($2::text IS NULL OR $2 IN (h.home_district, h.responsible_district))
               AND ($3::text IS NULL OR coalesce(a.status, 'APPLIED') = $3) AND ($4::text IS NULL OR r.kind = $4)
               AND ($5::uuid IS NULL OR r.holder_id = $5) AND {within}
             ORDER BY r.id LIMIT $6""",
        *(after, wanted.district, wanted.status, wanted.kind, wanted.holder_id, limit, *args),
    )


async def apply(tx: Tx, holder_id: UUID, aspect: Aspect, columns: Mapping[str, Any], at: datetime) -> bool:
    """Give a locked holder a version with these values; no file changes the aspect any more. False when the card is another's."""
    sets = "".join(f", {name} = ${place}" for place, name in enumerate(columns, start=4))
    try:
        await tx.execute(
            f"""UPDATE card_holder
                   SET version = version + 1, recorded_at = $2,
                       settled = CASE WHEN $3::text = ANY(settled) THEN settled ELSE array_append(settled, $3::text) END{sets}
                 WHERE holder_id = $1""",
            *(holder_id, at, aspect, *columns.values()),
        )
    except UniqueViolationError:
        return False
    return True


def _within(reach: Reach, first_arg: int) -> tuple[str, list[Any]]:
    return reach_sql(reach, first_arg, home="h.home_district", responsible="h.responsible_district", officer="h.officer_id")
