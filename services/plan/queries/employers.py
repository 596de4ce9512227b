"""What is read of employers: themselves, their employments, periods and statements, and the wages that could not be taken in."""

from datetime import date
from typing import Any, Final
from uuid import UUID

from services.plan.repository import employers, wages
from services.plan.rules.deduction import consent_on
from shared.auth import Reach, reach_sql
from shared.db import ReadTx

Row = dict[str, Any]

_STATEMENT: Final = "statement_id, period_id, version, tax_id, basis, certificate, issued_by, issued_at, reason"


def _within(reach: Reach, first_arg: int, *, bank: str | None = None) -> tuple[str, list[Any]]:
    """An employer sees its own, a bank what came by it where that is asked, the country everything, anybody else nothing."""
    return reach_sql(reach, first_arg, home=None, responsible=None, officer=None, bank=bank, employer=None if bank else "tax_id")


async def list_employers(tx: ReadTx, reach: Reach, status: str | None, *, after: str | None, rows_max: int) -> list[Row]:
    """Employers after the one named, by tax id."""
    within, args = _within(reach, 4)
    sql = f"""SELECT * FROM employer WHERE ($1::text IS NULL OR status = $1) AND ($2::text IS NULL OR tax_id > $2) AND {within}
               ORDER BY tax_id LIMIT $3"""
    return await _rows(tx, sql, status, after, rows_max, *args)


async def show_employer(tx: ReadTx, tax_id: str, reach: Reach) -> Row | None:
    """One employer with its history."""
    return await _with_history(tx, "employer", "tax_id", tax_id, reach)


async def list_employments(
    tx: ReadTx, reach: Reach, tax_id: str | None, *, open_only: bool, after: UUID | None, rows_max: int
) -> list[Row]:
    """Employments after the one named, by id."""
    within, args = _within(reach, 5)
    sql = f"""SELECT * FROM employment WHERE ($1::text IS NULL OR tax_id = $1) AND ($2::uuid IS NULL OR employment_id > $2)
                 AND (NOT $3::bool OR ends_on IS NULL) AND {within} ORDER BY employment_id LIMIT $4"""
    return await _rows(tx, sql, tax_id, after, open_only, rows_max, *args)


async def show_employment(tx: ReadTx, employment_id: UUID, reach: Reach, today: date) -> Row | None:
    """One employment with whether the person consents today, what the bank and the employer told, the trainings and the history."""
    row = await _with_history(tx, "employment", "employment_id", employment_id, reach)
    if row is None:
        return None
    [employment] = (await employers.employments_of(tx, [employment_id])).values()
    [told] = await wages.employed(tx, [employment], await _months_told(tx, employment_id))
    return {
        **row,
        "consent": consent_on(today, told.consents),
        "consents": sorted(
            ({"since": one.since, "given": one.given} for ones in told.consents for one in ones), key=lambda one: one["since"]
        ),
        "wages": [
            {"month": one.month, "paid_on": one.paid_on, "amount_satang": one.amount_satang, "reference": one.reference}
            for one in told.wages
        ],
        "declared": [{"month": month, "amount_satang": satang} for month, satang in told.declared],
        "trainings": await _rows(
            tx,
            "SELECT DISTINCT ON (training_id) * FROM training WHERE employment_id = $1 ORDER BY training_id, version DESC",
            employment_id,
        ),
    }


async def list_periods(tx: ReadTx, reach: Reach, tax_id: str | None, *, after: UUID | None, rows_max: int) -> list[Row]:
    """Accounting periods after the one named, by id, each with the version that was certified last."""
    within, args = _within(reach, 4)
    sql = f"""SELECT p.*, (SELECT max(s.version) FROM deduction_statement s WHERE s.period_id = p.period_id) AS certified_version
                FROM accounting_period p
               WHERE ($1::text IS NULL OR tax_id = $1) AND ($2::uuid IS NULL OR period_id > $2) AND {within} ORDER BY period_id LIMIT $3"""
    return await _rows(tx, sql, tax_id, after, rows_max, *args)


async def show_period(tx: ReadTx, period_id: UUID, reach: Reach) -> Row | None:
    """One accounting period with its head counts and history."""
    row = await _with_history(tx, "accounting_period", "period_id", period_id, reach)
    period = await employers.period(tx, period_id)
    if row is None or period is None:
        return None
    counts = await employers.head_counts(tx, period.tax_id, period.months)
    certified = await wages.newest_statement(tx, period_id)
    return {**row, "head_counts": counts, "certified_version": None if certified is None else certified[0]}


async def list_statements(
    tx: ReadTx, reach: Reach, tax_id: str | None, period_id: UUID | None, *, after: UUID | None, rows_max: int
) -> list[Row]:
    """Statements after the one named, by id."""
    within, args = _within(reach, 5)
    sql = f"""SELECT {_STATEMENT} FROM deduction_statement
               WHERE ($1::text IS NULL OR tax_id = $1) AND ($2::uuid IS NULL OR period_id = $2) AND ($3::uuid IS NULL OR statement_id > $3)
                 AND {within} ORDER BY statement_id LIMIT $4"""
    return await _rows(tx, sql, tax_id, period_id, after, rows_max, *args)


async def show_statement(tx: ReadTx, statement_id: UUID, reach: Reach) -> Row | None:
    """One statement with all that it adds up from, its signed forms, and the newest version of its period."""
    within, args = _within(reach, 2)
    row = await tx.fetchrow(
        f"""SELECT s.*, (SELECT max(version) FROM deduction_statement n WHERE n.period_id = s.period_id) AS newest_version
              FROM deduction_statement s WHERE statement_id = $1 AND {within}""",
        *(statement_id, *args),
    )
    return None if row is None else dict(row)


async def list_wage_exceptions(tx: ReadTx, reach: Reach, *, after: int | None, rows_max: int) -> list[Row]:
    """Words of banks that were not taken in, in the order in which they came. A bank sees what came by it."""
    within, args = _within(reach, 3, bank="via")
    sql = f"""SELECT * FROM wage_told WHERE disposition <> 'TAKEN' AND ($1::bigint IS NULL OR number > $1) AND {within}
               ORDER BY number LIMIT $2"""
    return await _rows(tx, sql, after, rows_max, *args)


async def _with_history(tx: ReadTx, table: str, key: str, value: Any, reach: Reach) -> Row | None:
    within, args = _within(reach, 2)
    row = await tx.fetchrow(f"SELECT * FROM {table} WHERE {key} = $1 AND {within}", value, *args)
    if row is None:
        return None
    history = "SELECT version, state, who, at, why FROM employer_history WHERE about = $1 ORDER BY number"
    return {**row, "history": await _rows(tx, history, str(value))}


async def _months_told(tx: ReadTx, employment_id: UUID) -> list[str]:
    rows = await tx.fetch(
        """SELECT wage_month AS month FROM wage_told WHERE employment_id = $1 AND disposition = 'TAKEN'
           UNION SELECT month FROM wage_declared WHERE employment_id = $1""",
        employment_id,
    )
    return [row["month"] for row in rows]


async def _rows(tx: ReadTx, sql: str, *args: Any) -> list[Row]:
    return [dict(row) for row in await tx.fetch(sql, *args)]
