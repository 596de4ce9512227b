"""Payments that are to be spent in shops: what of each was used, what lapsed, and what banks reported."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from services.payments.domain import OUT_AT_BANKS, AttemptState, Month, Outcome, RunStatus, month_of
from services.payments.repository import ledger
from services.payments.repository.ledger import Posting
from services.payments.repository.results import append_heard
from services.payments.rules.spending import last_month_of_use
from services.payments.rules.use_reports import RIPENS, UseDisposition, UseReport, Wallet
from shared.auth import Reach, reach_sql
from shared.contracts.common import Bank
from shared.db import ReadTx, Tx

USED_SQL: Final = "CASE w.kind WHEN 'USED' THEN w.amount_satang WHEN 'USE_TAKEN_BACK' THEN -w.amount_satang ELSE 0 END"
LAPSED_SQL: Final = "CASE w.kind WHEN 'LAPSED' THEN w.amount_satang WHEN 'LAPSE_TAKEN_BACK' THEN -w.amount_satang ELSE 0 END"
"""What an entry `w` adds to what was used, and to what lapsed."""

_TOLD: Final = sorted({*OUT_AT_BANKS, RunStatus.CLOSED})
_REPORT: Final = (
    "report_id",
    "disposition",
    "batch_id",
    "via",
    "bank",
    "instruction_id",
    "disbursement_id",
    "use_month",
    "used_satang",
    "bank_reference",
    "received_at",
)
_ENTRY: Final = ("disbursement_id", "entry_no", "kind", "holder_id", "use_month", "amount_satang", "batch_id", "entered_at")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a run as a wallet; `entries` is the number of its last entry."""

    disbursement_id: UUID
    holder_id: UUID
    run_id: UUID
    tier: str
    benefit_month: date
    wallet: Wallet
    entries: int


class Entry(NamedTuple):
    """What is used of a line or lapses (satang), and the month that was reported."""

    line: Line
    kind: Outcome
    entry_no: int
    use_month: Month
    satang: int


class Judged(NamedTuple):
    """A report, the line that it is about, if any, and what becomes of it."""

    report: UseReport
    line: Line | None
    disposition: UseDisposition


async def lock(tx: Tx, disbursement_ids: Iterable[UUID], *, ends_with_death: bool) -> dict[UUID, Line]:
    """Lock the lines that banks were told of, and their obligations, always in the same order; by disbursement."""
    rows = await tx.fetch(
        """SELECT d.disbursement_id, d.holder_id, d.run_id, d.tier, d.benefit_month, d.bank, d.amount_satang, d.state,
                  date_trunc('month', r.released_at AT TIME ZONE 'Asia/Bangkok')::date AS first_month, (r.terms ->> 'usable_until')::date AS until, h.deceased_on
             FROM disbursement d
             JOIN obligation o ON o.holder_id = d.holder_id AND o.programme = d.programme AND o.benefit_month = d.benefit_month
             JOIN run r ON r.run_id = d.run_id
             LEFT JOIN holder h ON h.holder_id = d.holder_id
            WHERE d.disbursement_id = ANY($1::uuid[]) AND d.bank IS NOT NULL AND r.status = ANY($2::text[])
            ORDER BY d.holder_id, d.benefit_month, d.attempt_no
              FOR NO KEY UPDATE OF o, d""",
        list(disbursement_ids),
        _TOLD,
    )
    ids = [row["disbursement_id"] for row in rows]
    # Read after the lock: who held it before has committed by now.
    told, sums = await _told(tx, ids), await _sums(tx, ids)
    return {row["disbursement_id"]: _line(row, told[row["disbursement_id"]], sums, ends_with_death=ends_with_death) for row in rows}


async def _told(tx: ReadTx, ids: Sequence[UUID]) -> dict[UUID, dict[Month, int]]:
    told: dict[UUID, dict[Month, int]] = defaultdict(dict)
    for row in await tx.fetch(
        "SELECT disbursement_id, use_month, used_satang FROM use_report WHERE disbursement_id = ANY($1::uuid[]) AND disposition = 'APPLIED'",
        ids,
    ):
        told[row["disbursement_id"]][Month(row["use_month"])] = row["used_satang"]
    return told


async def _sums(tx: ReadTx, ids: Sequence[UUID]) -> dict[UUID, tuple[int, int]]:
    """What lapsed of each line, and the number of its last entry."""
    rows = await tx.fetch(
        f"""SELECT disbursement_id, sum({LAPSED_SQL})::int AS lapsed, max(entry_no)::int AS entries FROM wallet_entry w
             WHERE disbursement_id = ANY($1::uuid[]) GROUP BY 1""",
        ids,
    )
    return {row["disbursement_id"]: (row["lapsed"], row["entries"]) for row in rows}


def _line(row: Any, told: dict[Month, int], sums: dict[UUID, tuple[int, int]], *, ends_with_death: bool) -> Line:
    lapsed, entries = sums.get(row["disbursement_id"], (0, 0))
    until: date | None = row["until"]
    last = None if until is None else last_month_of_use(until, deceased_on=row["deceased_on"], ends_with_death=ends_with_death)
    wallet = Wallet(
        Bank(row["bank"]), row["amount_satang"], AttemptState(row["state"]), Month(row["first_month"]), until, last, told, lapsed
    )
    return Line(row["disbursement_id"], row["holder_id"], row["run_id"], row["tier"], row["benefit_month"], wallet, entries)


async def known(tx: ReadTx, report_ids: Iterable[UUID]) -> dict[UUID, list[UseDisposition]]:
    """What became of those of the reports that came before, the last at the end."""
    rows = await tx.fetch("SELECT report_id, disposition FROM use_report WHERE report_id = ANY($1::uuid[]) ORDER BY seq", list(report_ids))
    found: dict[UUID, list[UseDisposition]] = defaultdict(list)
    for row in rows:
        found[row["report_id"]].append(UseDisposition(row["disposition"]))
    return found


async def append(tx: Tx, batch_id: UUID, judged: Sequence[Judged], at: datetime) -> None:
    """Append the reports with what became of them."""
    held, loose = ([_row(batch_id, one, at) for one in judged if (one.line is not None) is instructed] for instructed in (True, False))
    await append_heard(tx, "use_report", _REPORT, held, loose)


def _row(batch_id: UUID, judged: Judged, at: datetime) -> tuple[Any, ...]:
    report, line, disposition = judged
    return (
        report.report_id,
        disposition,
        batch_id,
        report.via,
        report.bank,
        report.instruction_id,
        line and line.disbursement_id,
        report.month,
        report.used_satang,
        report.bank_reference,
        at,
    )


async def enter(tx: Tx, batch_id: UUID, entries: Sequence[Entry], at: datetime) -> None:
    """Append entries of locked lines, and let ledger and envelopes follow; of what lapses nothing is to be got back any more."""
    await tx.copy_in(
        "wallet_entry",
        _ENTRY,
        [
            (one.line.disbursement_id, one.entry_no, one.kind, one.line.holder_id, one.use_month, one.satang, batch_id, at)
            for one in entries
        ],
    )
    lapsed = [one for one in entries if one.kind is Outcome.LAPSED]
    lifted = await _lift_claims(tx, lapsed, at) + await _lift_parts(tx, lapsed, at) if lapsed else []
    await ledger.post(tx, batch_id, [*_summed(entries), *ledger.summed(lifted, Outcome.OVERPAYMENT_LIFTED)], at)


def _summed(entries: Iterable[Entry]) -> list[Posting]:
    sums: dict[tuple[UUID, Outcome, str, str, date], list[int]] = defaultdict(lambda: [0, 0])
    for one in entries:
        entry = sums[one.line.run_id, one.kind, one.line.wallet.bank, one.line.tier, one.line.benefit_month]
        entry[0] += 1
        entry[1] += one.satang
    return [Posting(*key, *counted) for key, counted in sums.items()]


async def _lift_claims(tx: Tx, lapsed: Sequence[Entry], at: datetime) -> list[Any]:
    """Of a payment that is to be got back as a whole only what was used still is: the claim is lifted, and noted anew for the rest."""
    return await tx.fetch(
        """WITH owed AS (
               SELECT r.disbursement_id, r.entry_no, r.holder_id, r.benefit_month, r.amount_satang, r.reason, least(r.amount_satang, l.satang) AS satang
                 FROM unnest($1::uuid[], $2::int[]) AS l (disbursement_id, satang)
                CROSS JOIN LATERAL (SELECT * FROM recovery x WHERE x.disbursement_id = l.disbursement_id ORDER BY entry_no DESC LIMIT 1) AS r
                WHERE r.kind = 'NOTED'
           ), noted AS (
               INSERT INTO recovery (disbursement_id, entry_no, kind, holder_id, benefit_month, amount_satang, reason, noted_at)
               SELECT disbursement_id, entry_no + 1, 'LIFTED', holder_id, benefit_month, amount_satang, 'LAPSED', $3::timestamptz FROM owed
               UNION ALL
               SELECT disbursement_id, entry_no + 2, 'NOTED', holder_id, benefit_month, amount_satang - satang, reason, $3 FROM owed
                WHERE amount_satang > satang
           )
           SELECT d.run_id, d.bank, d.tier, d.benefit_month, owed.satang AS amount_satang FROM owed JOIN disbursement d USING (disbursement_id)""",
        [one.line.disbursement_id for one in lapsed],
        [one.satang for one in lapsed],
        at,
    )


async def _lift_parts(tx: Tx, lapsed: Sequence[Entry], at: datetime) -> list[Any]:
    """The same of payments of which a part is to be got back."""
    return await tx.fetch(
        """WITH parts AS (
               SELECT a.holder_id, a.benefit_month, l.disbursement_id,
                      least(l.satang, sum(CASE a.kind WHEN 'RECOVERY' THEN a.amount_satang WHEN 'LIFT' THEN -a.amount_satang ELSE 0 END))::int AS satang
                 FROM unnest($1::uuid[], $2::int[]) AS l (disbursement_id, satang) JOIN adjustment a USING (disbursement_id)
                GROUP BY a.holder_id, a.benefit_month, l.disbursement_id, l.satang
           ), lifted AS (
               INSERT INTO adjustment (holder_id, benefit_month, adjustment_no, kind, amount_satang, cause, disbursement_id, booked_by, booked_at)
               SELECT p.holder_id, p.benefit_month,
                      (SELECT max(a.adjustment_no) FROM adjustment a WHERE a.holder_id = p.holder_id AND a.benefit_month = p.benefit_month)
                      + row_number() OVER (PARTITION BY p.holder_id, p.benefit_month ORDER BY p.disbursement_id),
                      'LIFT', p.satang, 'LAPSED', p.disbursement_id, 'payments', $3
                 FROM parts p WHERE p.satang > 0
               RETURNING disbursement_id, amount_satang
           )
           SELECT d.run_id, d.bank, d.tier, d.benefit_month, lifted.amount_satang FROM lifted JOIN disbursement d USING (disbursement_id)""",
        [one.line.disbursement_id for one in lapsed],
        [one.satang for one in lapsed],
        at,
    )


async def used_or_lapsed(tx: ReadTx, disbursement_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the lines of which something was used or lapsed."""
    rows = await tx.fetch(
        f"""SELECT disbursement_id FROM wallet_entry w WHERE disbursement_id = ANY($1::uuid[])
             GROUP BY 1 HAVING sum({USED_SQL} + {LAPSED_SQL}) > 0""",
        list(disbursement_ids),
    )
    return {row["disbursement_id"] for row in rows}


async def take_back(tx: Tx, disbursement_id: UUID, batch_id: UUID, at: datetime) -> list[Posting]:
    """Take back all that was used of a locked line and lapsed: its payment was none, or came back. Returns what the ledger has to follow by."""
    rows = await tx.fetch(
        f"""WITH sums AS (
                SELECT disbursement_id, max(entry_no) AS entries, max(use_month) AS use_month, holder_id, sum({USED_SQL})::int AS used, sum({LAPSED_SQL})::int AS lapsed
                  FROM wallet_entry w WHERE disbursement_id = $1 GROUP BY disbursement_id, holder_id
            ), back AS (
                INSERT INTO wallet_entry (disbursement_id, entry_no, kind, holder_id, use_month, amount_satang, batch_id, entered_at)
                SELECT disbursement_id, entries + step, kind, holder_id, use_month, satang, $2, $3
                  FROM sums CROSS JOIN LATERAL (VALUES (1, 'USE_TAKEN_BACK', used), (2, 'LAPSE_TAKEN_BACK', lapsed)) AS one (step, kind, satang) WHERE satang > 0
                RETURNING kind, amount_satang
            )
            SELECT d.run_id, kind, d.bank, d.tier, d.benefit_month, back.amount_satang FROM back JOIN disbursement d ON d.disbursement_id = $1""",
        disbursement_id,
        batch_id,
        at,
    )
    return [Posting(run_id, Outcome(kind), bank, tier, month, 1, satang) for run_id, kind, bank, tier, month, satang in map(tuple, rows)]


async def ripe(tx: ReadTx, after: int, limit: int) -> list[tuple[int, UseReport]]:
    """Reports that came before their payment was settled, which it is now, in the order in which they came; each with its number."""
    rows = await tx.fetch(
        """SELECT u.seq, u.report_id, u.via, u.bank, u.instruction_id, u.use_month, u.used_satang, u.bank_reference
             FROM use_report u JOIN disbursement d USING (disbursement_id)
            WHERE u.disposition IN ('WAITING', 'NOT_PAID') AND u.disposition = ANY($1::text[]) AND d.state = 'SETTLED' AND u.seq > $2
              AND NOT EXISTS (SELECT FROM use_report later WHERE later.report_id = u.report_id AND later.seq > u.seq)
            ORDER BY u.seq LIMIT $3""",
        list(RIPENS),
        after,
        limit,
    )
    return [(row["seq"], UseReport(row[1], Bank(row[2]), Bank(row[3]), row[4], Month(row[5]), row[6], row[7])) for row in rows]


async def ended_by_death(tx: ReadTx, limit: int) -> list[UUID]:
    """Payments of e-money of which something is left, though the month in which the person died was reported."""
    rows = await tx.fetch(
        f"""SELECT d.disbursement_id
              FROM holder h JOIN disbursement d USING (holder_id) JOIN run r USING (run_id)
              LEFT JOIN LATERAL (SELECT sum({USED_SQL} + {LAPSED_SQL}) AS satang FROM wallet_entry w WHERE w.disbursement_id = d.disbursement_id) AS gone ON true
             WHERE h.deceased_on IS NOT NULL AND d.state = 'SETTLED' AND r.terms IS NOT NULL AND r.benefit = 'E_MONEY' AND d.amount_satang > coalesce(gone.satang, 0)
               AND EXISTS (SELECT FROM use_report u WHERE u.disbursement_id = d.disbursement_id AND u.disposition = 'APPLIED'
                              AND u.use_month >= date_trunc('month', h.deceased_on))
             LIMIT $1""",
        limit,
    )
    return [row["disbursement_id"] for row in rows]


def lapse_month(line: Line) -> Month:
    """The last month that was reported of a line."""
    return max(line.wallet.told, default=month_of(line.benefit_month))


async def ask(tx: Tx, month: Month, who: str, at: datetime) -> int:
    """Note that banks are asked for the month, for the how-manieth time."""
    await tx.execute("SELECT pg_advisory_xact_lock(hashtext('payments.use-request'))")
    number: int = await tx.fetchval(
        """INSERT INTO use_request (use_month, request_no, asked_by, asked_at)
           SELECT $1, coalesce((SELECT max(request_no) FROM use_request WHERE use_month = $1), 0) + 1, $2, $3 RETURNING request_no""",
        month,
        who,
        at,
    )
    return number


async def exceptions(tx: ReadTx, reach: Reach, after: int | None, limit: int) -> list[Any]:
    """Reports in reach that were not applied as things stand, oldest first: all of them for the country, its own for a bank."""
    condition, args = reach_sql(reach, 3, home=None, responsible=None, officer=None, bank="u.via")
    return await tx.fetch(
        f"""SELECT u.seq, u.report_id, u.via, u.bank, u.instruction_id, u.use_month AS month, u.used_satang, u.bank_reference, u.disposition, u.received_at
              FROM use_report u
             WHERE u.disposition NOT IN ('APPLIED', 'NO_CHANGE') AND u.disposition <> 'WAITING' AND ($1::bigint IS NULL OR u.seq > $1)
               AND NOT EXISTS (SELECT FROM use_report later WHERE later.report_id = u.report_id AND later.seq > u.seq) AND {condition}
             ORDER BY u.seq LIMIT $2""",
        after,
        limit,
        *args,
    )


async def by_month(tx: ReadTx, reach: Reach) -> list[dict[str, Any]]:
    """What was paid to be spent until the end of each month, by bank: used, lapsed, still open, and how many payments their bank did not report on to the end.

    None below the country's reach, but a bank's own.
    """
    condition, args = reach_sql(reach, 1, home=None, responsible=None, officer=None, bank="d.bank")
    rows = await tx.fetch(
        f"""SELECT date_trunc('month', (r.terms ->> 'usable_until')::date)::date AS month, r.benefit, d.bank, count(*) AS payments,
                   sum(d.amount_satang)::bigint AS paid_satang, coalesce(sum(w.used), 0)::bigint AS used_satang, coalesce(sum(w.lapsed), 0)::bigint AS lapsed_satang,
                   (sum(d.amount_satang) - coalesce(sum(w.used + w.lapsed), 0))::bigint AS open_satang,
                   count(*) FILTER (WHERE NOT EXISTS (
                       SELECT FROM use_report u WHERE u.disbursement_id = d.disbursement_id AND u.disposition = 'APPLIED'
                          AND u.use_month >= date_trunc('month', (r.terms ->> 'usable_until')::date))) AS not_reported
              FROM disbursement d JOIN run r USING (run_id)
              LEFT JOIN (SELECT disbursement_id, sum({USED_SQL}) AS used, sum({LAPSED_SQL}) AS lapsed FROM wallet_entry w GROUP BY 1) AS w USING (disbursement_id)
             WHERE r.terms IS NOT NULL AND d.state = 'SETTLED' AND {condition} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3""",
        *args,
    )
    return [dict(row) for row in rows]
