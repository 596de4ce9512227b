"""What banks told of wages, and all that a deduction is reckoned from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.plan.domain import Employment, WageDisposition, WageTold
from services.plan.repository.rows import columns_of, insert
from services.plan.rules.deduction import CardWage, Consent, Employed, TrainingCost
from shared.card_holders import persons_among
from shared.contracts.common import Bank
from shared.db import ReadTx, Tx


@dataclass(frozen=True, slots=True)
class WageRow:
    """A row of `wage_told`."""

    wage_id: UUID
    via: Bank
    bank: Bank
    bank_reference: str
    employment_id: UUID
    tax_id: str
    wage_month: str
    amount_satang: int
    paid_on: Any
    corrects: str | None
    disposition: WageDisposition
    received_at: datetime


@dataclass(frozen=True, slots=True)
class WageMonth:
    """Whether a bank's words that stand say that a month was paid; `version` grows with each word that the bank told."""

    employment_id: UUID
    wage_month: str
    version: int
    paid: bool


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A row of `deduction_statement`."""

    statement_id: UUID
    period_id: UUID
    version: int
    tax_id: str
    basis: str
    certificate: Mapping[str, Any]
    items: Sequence[Mapping[str, Any]]
    signed: str
    reference: str
    issued_by: str
    issued_at: datetime
    reason: str


async def one_at_a_time(tx: Tx, via: Bank) -> None:
    """Wait for other transactions that take in what this bank told: of two words of one reference the first counts."""
    await tx.execute("SELECT pg_advisory_xact_lock(hashtext($1))", f"wages.{via}")


async def known(tx: ReadTx, wage_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the words that were told before."""
    rows = await tx.fetch("SELECT wage_id FROM wage_told WHERE wage_id = ANY($1::uuid[])", list(wage_ids))
    return {row["wage_id"] for row in rows}


async def taken_references(tx: ReadTx, via: Bank, references: Iterable[str]) -> set[str]:
    """Those of the bank's references under which a wage was taken in."""
    rows = await tx.fetch(
        "SELECT bank_reference FROM wage_told WHERE via = $1 AND disposition = 'TAKEN' AND bank_reference = ANY($2::text[])",
        *(via, list(references)),
    )
    return {row["bank_reference"] for row in rows}


async def append(tx: Tx, judged: Sequence[tuple[WageTold, WageDisposition]], at: datetime) -> None:
    """Keep the words with what became of them."""
    names = set(columns_of(WageRow))
    rows = [
        WageRow(**{name: getattr(told, name) for name in columns_of(WageTold) if name in names}, disposition=disposition, received_at=at)
        for told, disposition in judged
    ]
    await insert(tx, "wage_told", rows)


async def months_told(tx: ReadTx, via: Bank, wage_ids: Sequence[UUID]) -> list[WageMonth]:
    """The months of these words, which were taken in, and of the words that they correct, as the bank's words stand now."""
    rows = await tx.fetch(
        """WITH new AS (SELECT employment_id, wage_month, corrects FROM wage_told WHERE wage_id = ANY($2::uuid[])),
                months AS (SELECT employment_id, wage_month FROM new
                            UNION SELECT w.employment_id, w.wage_month FROM new JOIN wage_told w ON w.via = $1 AND w.bank_reference = new.corrects
                                                                                               AND w.disposition = 'TAKEN')
           SELECT m.employment_id, m.wage_month, (SELECT max(number) FROM wage_told WHERE wage_id = ANY($2::uuid[])) AS version,
                  EXISTS (SELECT FROM wage_told w WHERE w.employment_id = m.employment_id AND w.wage_month = m.wage_month AND w.via = $1
                             AND w.disposition = 'TAKEN' AND w.amount_satang > 0
                             AND NOT EXISTS (SELECT FROM wage_told c WHERE c.via = $1 AND c.corrects = w.bank_reference AND c.disposition = 'TAKEN')
                         ) AS paid
             FROM months m ORDER BY 1, 2""",
        *(via, list(wage_ids)),
    )
    return [WageMonth(**row) for row in rows]


async def add_statement(tx: Tx, statement: StatementRow) -> None:
    """Keep what was certified."""
    await insert(tx, "deduction_statement", [statement])


async def newest_statement(tx: ReadTx, period_id: UUID) -> tuple[int, str] | None:
    """Version and basis of what was certified last of the period."""
    row = await tx.fetchrow("SELECT version, basis FROM deduction_statement WHERE period_id = $1 ORDER BY version DESC LIMIT 1", period_id)
    return None if row is None else (row["version"], row["basis"])


async def persons_of(tx: ReadTx, holder_ids: Iterable[UUID]) -> dict[UUID, tuple[UUID, tuple[UUID, ...]]]:
    """For each holder who they are by the registry's merges, and all ids of that person."""
    ids = set(holder_ids)
    several = {member: (one.stays, one.members) for one in await persons_among(tx, ids) for member in one.members}
    return {holder_id: several.get(holder_id, (holder_id, (holder_id,))) for holder_id in ids}


async def employed(tx: ReadTx, employments: Sequence[Employment], months: Sequence[str]) -> list[Employed]:
    """The employments with all that was told of the months."""
    ids = [one.employment_id for one in employments]
    persons = await persons_of(tx, (one.holder_id for one in employments))
    consents = await _consents(tx, {member for _, members in persons.values() for member in members})
    wages = await _wages(tx, ids, months)
    trainings = await _trainings(tx, ids)
    declared = await _declared(tx, ids, months)
    found = []
    for one in employments:
        person, members = persons[one.holder_id]
        said = tuple(consents[member] for member in members if member in consents)
        about = one.employment_id
        found.append(
            Employed(
                employment_id=about,
                person=person,
                starts_on=one.starts_on,
                ends_on=one.ends_on,
                consents=said,
                wages=wages.get(about, ()),
                trainings=trainings.get(about, ()),
                declared=declared.get(about, ()),
            )
        )
    return found


async def _consents(tx: ReadTx, holder_ids: Iterable[UUID]) -> dict[UUID, tuple[Consent, ...]]:
    rows = await tx.fetch(
        "SELECT holder_id, since, version, given FROM wage_consent WHERE holder_id = ANY($1::uuid[]) ORDER BY holder_id, version",
        list(holder_ids),
    )
    return _grouped((row["holder_id"], Consent(row["since"], row["version"], row["given"])) for row in rows)


async def _wages(tx: ReadTx, employment_ids: Sequence[UUID], months: Sequence[str]) -> dict[UUID, tuple[CardWage, ...]]:
    rows = await tx.fetch(
        """SELECT employment_id, via, bank_reference, wage_month, paid_on, amount_satang FROM wage_told w
            WHERE employment_id = ANY($1::uuid[]) AND wage_month = ANY($2::text[]) AND disposition = 'TAKEN' AND amount_satang > 0
              AND NOT EXISTS (SELECT FROM wage_told c WHERE c.via = w.via AND c.corrects = w.bank_reference AND c.disposition = 'TAKEN')
            ORDER BY employment_id, wage_month, paid_on, via, bank_reference""",
        *(list(employment_ids), list(months)),
    )
    return _grouped(
        (row["employment_id"], CardWage(f"{row['via']} {row['bank_reference']}", row["wage_month"], row["paid_on"], row["amount_satang"]))
        for row in rows
    )


async def _trainings(tx: ReadTx, employment_ids: Sequence[UUID]) -> dict[UUID, tuple[TrainingCost, ...]]:
    rows = await tx.fetch(
        """SELECT DISTINCT ON (training_id) employment_id, training_id, paid_on, cost_satang FROM training
            WHERE employment_id = ANY($1::uuid[]) ORDER BY training_id, version DESC""",
        list(employment_ids),
    )
    return _grouped((row["employment_id"], TrainingCost(row["training_id"], row["paid_on"], row["cost_satang"])) for row in rows)


async def _declared(tx: ReadTx, employment_ids: Sequence[UUID], months: Sequence[str]) -> dict[UUID, tuple[tuple[str, int], ...]]:
    rows = await tx.fetch(
        """SELECT DISTINCT ON (employment_id, month) employment_id, month, amount_satang FROM wage_declared
            WHERE employment_id = ANY($1::uuid[]) AND month = ANY($2::text[]) ORDER BY employment_id, month, version DESC""",
        *(list(employment_ids), list(months)),
    )
    return _grouped((row["employment_id"], (row["month"], row["amount_satang"])) for row in rows)


def _grouped(pairs: Iterable[tuple[UUID, Any]]) -> dict[UUID, tuple[Any, ...]]:
    groups: dict[UUID, list[Any]] = {}
    for about, one in pairs:
        groups.setdefault(about, []).append(one)
    return {about: tuple(ones) for about, ones in groups.items()}
