"""Programmes, and the sources that pay them."""

from dataclasses import dataclass
from typing import Any, Final

from services.payments.rules.benefit import Benefit
from shared.auth import Reach, reach_sql
from shared.db import ReadTx, Tx

_COLUMNS: Final = "programme, source, version, agency, name_th, name_en, benefit, line_satang_max, batch_satang_max"


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme of an agency that sends batches: what its lines may be, and up to what sum a batch needs no second look."""

    programme: str
    source: str
    agency: str
    name_th: str
    name_en: str
    benefit: Benefit
    line_satang_max: int
    batch_satang_max: int
    version: int = 1


async def one(tx: ReadTx, programme: str, reach: Reach) -> Programme | None:
    """The programme of an agency, in reach."""
    found = await page(tx, reach, None, 1, programme)
    return found[0] if found else None


async def page(tx: ReadTx, reach: Reach, after: str | None, limit: int, programme: str | None = None) -> list[Programme]:
    """Programmes of agencies in reach by their code, after the one named."""
    within, args = reach_sql(reach, 4, home=None, responsible=None, officer=None, agency="agency")
    rows = await tx.fetch(
        f"""SELECT {_COLUMNS} FROM programme
             WHERE agency IS NOT NULL AND ($1::text IS NULL OR programme > $1) AND ($2::text IS NULL OR programme = $2) AND {within}
             ORDER BY programme LIMIT $3""",
        after,
        programme,
        limit,
        *args,
    )
    return [_programme(row) for row in rows]


def _programme(row: Any) -> Programme:
    return Programme(**{**dict(row), "benefit": Benefit(row["benefit"])})


async def may_save(tx: ReadTx, one: Programme) -> bool:
    """Whether there is none of the code, or one of the same agency and source."""
    other: bool = await tx.fetchval(
        "SELECT EXISTS (SELECT FROM programme WHERE programme = $1 AND (agency, source) IS DISTINCT FROM ($2, $3))",
        *(one.programme, one.agency, one.source),
    )
    return not other


async def save(tx: Tx, one: Programme) -> bool:
    """Write the programme, or its next terms; False for one of another agency or source, and for that of the allowance."""
    saved = await tx.execute(
        """INSERT INTO programme AS p (programme, source, agency, name_th, name_en, benefit, line_satang_max, batch_satang_max)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
           ON CONFLICT (programme) DO UPDATE
              SET name_th = excluded.name_th, name_en = excluded.name_en, benefit = excluded.benefit, line_satang_max = excluded.line_satang_max,
                  batch_satang_max = excluded.batch_satang_max, version = p.version + 1
            WHERE (p.agency, p.source) = (excluded.agency, excluded.source)""",
        *(one.programme, one.source, one.agency, one.name_th, one.name_en, one.benefit, one.line_satang_max, one.batch_satang_max),
    )
    return bool(saved)
