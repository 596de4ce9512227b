"""Employers, who consents to take wages through the card, employments, and what employers told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.plan.domain import AccountingPeriod, Because, Employer, EmployerStatus, Employment, PeriodStatus, Training
from services.plan.repository.rows import columns_of, insert
from shared.db import ReadTx, Tx

_EMPLOYER = ", ".join(columns_of(Employer))
_EMPLOYMENT = ", ".join(columns_of(Employment))
_PERIOD = ", ".join(columns_of(AccountingPeriod))


@dataclass(frozen=True, slots=True)
class WageConsent:
    """A row of `wage_consent`."""

    holder_id: UUID
    version: int
    since: date
    given: bool
    citizen_index: str | None
    card_index: str | None


async def newest_consents(tx: ReadTx, holder_ids: Iterable[UUID]) -> dict[UUID, WageConsent]:
    """Of those who ever consented to take wages through the card what they said last."""
    rows = await tx.fetch(
        f"""SELECT DISTINCT ON (holder_id) {", ".join(columns_of(WageConsent))} FROM wage_consent
             WHERE holder_id = ANY($1::uuid[]) ORDER BY holder_id, version DESC""",
        list(holder_ids),
    )
    return {row["holder_id"]: WageConsent(**row) for row in rows}


async def add_consents(tx: Tx, consents: Sequence[WageConsent]) -> None:
    """Keep what is new."""
    await insert(tx, "wage_consent", consents, then="ON CONFLICT DO NOTHING")


async def holder_of_numbers(tx: ReadTx, citizen_index: str, card_index: str) -> UUID | None:
    """Who holds this card with this citizen id now, lives, and consents to take wages through it."""
    holder_id: UUID | None = await tx.fetchval(
        """SELECT c.holder_id FROM wage_consent c JOIN holder h USING (holder_id)
            WHERE c.citizen_index = $1 AND c.card_index = $2 AND c.given AND h.status = 'ALIVE' AND h.erased_on IS NULL AND h.merged_into IS NULL
              AND NOT EXISTS (SELECT FROM wage_consent later WHERE later.holder_id = c.holder_id AND later.version > c.version)""",
        citizen_index,
        card_index,
    )
    return holder_id


async def cards_of(tx: ReadTx, holder_ids: Iterable[UUID]) -> dict[UUID, set[str]]:
    """The indexes of the cards that the holders had since they consented."""
    rows = await tx.fetch(
        """SELECT holder_id, array_agg(DISTINCT card_index) AS cards FROM wage_consent
            WHERE holder_id = ANY($1::uuid[]) AND card_index IS NOT NULL GROUP BY holder_id""",
        list(holder_ids),
    )
    return {row["holder_id"]: set(row["cards"]) for row in rows}


async def forget(tx: Tx, erased_on: Mapping[UUID, date]) -> list[Employment]:
    """Take out by which numbers erased persons were found; returns their open employments as they end by it.

    Amounts and days of consent stay under an id that leads to nobody: they are evidence of a tax (docs/adr/0006).
    """
    await tx.execute("UPDATE wage_consent SET citizen_index = NULL, card_index = NULL WHERE holder_id = ANY($1::uuid[])", list(erased_on))
    rows = await tx.fetch(
        f"""UPDATE employment SET version = version + 1, ends_on = greatest(starts_on, new.erased_on)
              FROM unnest($1::uuid[], $2::date[]) AS new (holder, erased_on)
             WHERE holder_id = new.holder AND ends_on IS NULL RETURNING {_EMPLOYMENT}""",
        list(erased_on),
        list(erased_on.values()),
    )
    return [Employment(**row) for row in rows]


async def employer(tx: ReadTx, tax_id: str) -> Employer | None:
    """The employer as it is."""
    row = await tx.fetchrow(f"SELECT {_EMPLOYER} FROM employer WHERE tax_id = $1", tax_id)
    return None if row is None else _employer_of(row)


async def lock_employer(tx: Tx, tax_id: str) -> Employer | None:
    """The employer, locked: of one employer one thing is changed at a time."""
    row = await tx.fetchrow(f"SELECT {_EMPLOYER} FROM employer WHERE tax_id = $1 FOR UPDATE", tax_id)
    return None if row is None else _employer_of(row)


async def put_employer(tx: Tx, employer: Employer, because: Because) -> bool:
    """Write the locked employer, or a new one: false where another was faster. With its row of history."""
    names = _EMPLOYER.removeprefix("tax_id, ")
    put = await tx.execute(
        f"""INSERT INTO employer ({_EMPLOYER}) SELECT {_EMPLOYER} FROM jsonb_populate_record(NULL::employer, $1)
            ON CONFLICT (tax_id) DO UPDATE SET ({names}) = (SELECT {names} FROM jsonb_populate_record(NULL::employer, $1))
             WHERE employer.version = excluded.version - 1""",
        employer,
    )
    await remember(tx, employer.tax_id, employer.tax_id, employer.version, employer.status, because)
    return put == 1


async def remember(tx: Tx, tax_id: str, about: UUID | str, version: int, state: str, because: Because) -> None:
    """A row of history."""
    await tx.execute(
        "INSERT INTO employer_history (tax_id, about, version, state, who, at, why) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        *(tax_id, str(about), version, state, because.who, because.at, because.why),
    )


async def employments_of(tx: ReadTx, employment_ids: Iterable[UUID]) -> dict[UUID, Employment]:
    """Those of the employments that there are."""
    rows = await tx.fetch(f"SELECT {_EMPLOYMENT} FROM employment WHERE employment_id = ANY($1::uuid[])", list(employment_ids))
    return {row["employment_id"]: Employment(**row) for row in rows}


async def employments_of_holders(tx: ReadTx, holder_ids: Iterable[UUID]) -> list[Employment]:
    """Every employment of the holders, by whichever employer."""
    rows = await tx.fetch(f"SELECT {_EMPLOYMENT} FROM employment WHERE holder_id = ANY($1::uuid[])", list(holder_ids))
    return [Employment(**row) for row in rows]


async def employments_by(tx: ReadTx, tax_id: str) -> list[Employment]:
    """All employments of one employer."""
    rows = await tx.fetch(f"SELECT {_EMPLOYMENT} FROM employment WHERE tax_id = $1 ORDER BY employment_id", tax_id)
    return [Employment(**row) for row in rows]


async def overlapping_employment(tx: ReadTx, new: Employment, holder_ids: Iterable[UUID]) -> UUID | None:
    """Another employment of these ids of the person by the same employer with a day of the new one."""
    found: UUID | None = await tx.fetchval(
        """SELECT employment_id FROM employment WHERE tax_id = $1 AND holder_id = ANY($2::uuid[]) AND employment_id <> $3
              AND daterange(starts_on, ends_on, '[]') && daterange($4, $5, '[]') LIMIT 1""",
        *(new.tax_id, list(holder_ids), new.employment_id, new.starts_on, new.ends_on),
    )
    return found


async def put_employment(tx: Tx, employment: Employment, because: Because) -> None:
    """Write the employment over its last version, or anew, with its row of history."""
    await tx.execute(
        f"""INSERT INTO employment ({_EMPLOYMENT}) SELECT {_EMPLOYMENT} FROM jsonb_populate_record(NULL::employment, $1)
            ON CONFLICT (employment_id) DO UPDATE SET version = excluded.version, ends_on = excluded.ends_on""",
        employment,
    )
    await remember_employment(tx, employment, because)


async def remember_employment(tx: Tx, employment: Employment, because: Because) -> None:
    """The row of history of an employment that was written."""
    state = "EMPLOYED" if employment.ends_on is None else "ENDED"
    await remember(tx, employment.tax_id, employment.employment_id, employment.version, state, because)


async def period(tx: ReadTx, period_id: UUID) -> AccountingPeriod | None:
    """The accounting period."""
    row = await tx.fetchrow(f"SELECT {_PERIOD} FROM accounting_period WHERE period_id = $1", period_id)
    return None if row is None else _period_of(row)


async def periods_of(tx: ReadTx, tax_id: str, first: date, last: date) -> list[AccountingPeriod]:
    """The employer's periods with one of the days, in their order."""
    rows = await tx.fetch(
        f"SELECT {_PERIOD} FROM accounting_period WHERE tax_id = $1 AND starts_on <= $3 AND ends_on >= $2 ORDER BY starts_on",
        *(tax_id, first, last),
    )
    return [_period_of(row) for row in rows]


async def put_period(tx: Tx, period: AccountingPeriod, because: Because) -> None:
    """Write the period over its last version, or anew, with its row of history."""
    await tx.execute(
        f"""INSERT INTO accounting_period ({_PERIOD}) SELECT {_PERIOD} FROM jsonb_populate_record(NULL::accounting_period, $1)
            ON CONFLICT (period_id) DO UPDATE SET version = excluded.version, status = excluded.status""",
        period,
    )
    await remember(tx, period.tax_id, period.period_id, period.version, period.status, because)


async def tell_head_count(tx: Tx, tax_id: str, month: str, employees: int, because: Because) -> None:
    """The next version of how many are employed at the end of the month."""
    await tx.execute(
        """INSERT INTO head_count (tax_id, month, version, employees, who, at, why)
           SELECT $1, $2, coalesce(max(version), 0) + 1, $3, $4, $5, $6 FROM head_count WHERE tax_id = $1 AND month = $2""",
        *(tax_id, month, employees, because.who, because.at, because.why),
    )


async def head_counts(tx: ReadTx, tax_id: str, months: Sequence[str]) -> dict[str, int]:
    """The newest head counts of the months that have one."""
    rows = await tx.fetch(
        "SELECT DISTINCT ON (month) month, employees FROM head_count WHERE tax_id = $1 AND month = ANY($2::text[]) ORDER BY month, version DESC",
        *(tax_id, list(months)),
    )
    return {row["month"]: row["employees"] for row in rows}


async def declare_wages(tx: Tx, month: str, amounts: Mapping[UUID, int], because: Because) -> None:
    """The next version of what the employer says that it paid for the month."""
    await tx.execute(
        """INSERT INTO wage_declared (employment_id, month, version, amount_satang, who, at, why)
           SELECT new.id, $1, coalesce((SELECT max(version) FROM wage_declared w WHERE w.employment_id = new.id AND w.month = $1), 0) + 1,
                  new.amount, $4, $5, $6
             FROM unnest($2::uuid[], $3::bigint[]) AS new (id, amount)""",
        *(month, list(amounts), list(amounts.values()), because.who, because.at, because.why),
    )


async def training(tx: ReadTx, training_id: UUID) -> Training | None:
    """The newest version of a training."""
    row = await tx.fetchrow(
        f"SELECT {', '.join(columns_of(Training))} FROM training WHERE training_id = $1 ORDER BY version DESC LIMIT 1", training_id
    )
    return None if row is None else Training(**row)


async def add_training(tx: Tx, training: Training, because: Because) -> None:
    """Write a version of a training."""
    names = ", ".join(columns_of(Training))
    await tx.execute(
        f"INSERT INTO training ({names}, who, at, why) SELECT {names}, $2, $3, $4 FROM jsonb_populate_record(NULL::training, $1)",
        *(asdict(training), because.who, because.at, because.why),
    )


def _employer_of(row: Any) -> Employer:
    return Employer(**{**row, "status": EmployerStatus(row["status"])})


def _period_of(row: Any) -> AccountingPeriod:
    return AccountingPeriod(**{**row, "status": PeriodStatus(row["status"])})
