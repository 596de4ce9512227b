"""The quality report of an import: asked for, counted, stored."""

import asyncio
import secrets
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from services.registry.commands.imports import JOB, ImportProgress
from services.registry.domain import FileKind
from services.registry.errors import ImportNotDone
from services.registry.repository import reports
from services.registry.vault import Vault
from shared import audit, jobs
from shared.audit import Caller, Entry
from shared.crypto import BlindIndex
from shared.db import ReadTx, Tx
from shared.thai.areas import districts, postcodes, subdistricts_of

REPORT_JOB: Final = "registry-import-quality"
PERSONS_A_SLICE: Final = 8_000
_FILLED: Final = ("prefix", "last_name", "house_no", "moo", "road", "mobile_consent")


async def ask_report(tx: Tx, import_id: UUID, *, asked_by: str) -> UUID:
    """Queue the report of an import that is done; returns the job's id. Raises NotFound, ImportNotDone."""
    state = await jobs.state(tx, import_id, JOB)
    if state.status != "DONE" or not ImportProgress.of(state.result or {}).completed:
        raise ImportNotDone(status=state.status)
    parameters = {
        "import_id": str(import_id),
        "everybody": state.parameters.get("kind") in {None, FileKind.FULL} and not state.parameters.get("delta"),
    }
    return await jobs.ask(tx, REPORT_JOB, parameters, asked_by=asked_by)


async def counted(tx: ReadTx, import_id: UUID, *, everybody: bool) -> dict[str, Any]:
    """What the columns tell that are not sealed."""
    row = await reports.figures(tx, import_id, everybody=everybody)
    wrong = await reports.postcodes_that_do_not_fit(tx, import_id, _pairs(), everybody=everybody)
    cells = await reports.bands(tx, import_id, everybody=everybody)
    return {
        "persons": row["persons"],
        "filled": {name: row[name] for name in _FILLED},
        "birth_precision": {"DAY": row["day_known"], "MONTH": row["month_known"], "YEAR": row["year_known"]},
        "ages": [
            {"from": low, "to": high, "persons": sum(cell["persons"] for cell in cells if cell["age_band"] == number)}
            for number, (low, high) in enumerate(reports.AGE_BANDS)
        ],
        "incomes_baht": [
            {"from": low, "to": high, "persons": sum(cell["persons"] for cell in cells if cell["income_band"] == number)}
            for number, (low, high) in enumerate(reports.INCOME_BANDS_BAHT)
        ],
        "doubtful_births": {
            "first_of_january": row["first_of_january"],
            "over_110": row["over_110"],
            "under_18": row["under_18"],
            "first_of_january_districts": [dict(one) for one in await reports.first_of_january(tx, import_id, everybody=everybody)],
        },
        "postcodes_that_do_not_fit": {
            "persons": wrong[0]["persons_all"] if wrong else 0,
            "most_frequent": [{name: one[name] for name in ("subdistrict", "postcode", "persons")} for one in wrong],
        },
    }


async def opened(tx: Tx, import_id: UUID, vault: Vault, *, everybody: bool) -> dict[str, Any]:
    """What is told of phones and accounts, which are sealed: opened one by one, kept only as hashes under a key that nobody keeps."""
    key = BlindIndex(secrets.token_bytes(32))
    await reports.begin_phones(tx)
    phones = accounts = 0
    after = UUID(int=0)
    while rows := await reports.sealed_slice(tx, import_id, after, PERSONS_A_SLICE, everybody=everybody):
        marks, with_account = await asyncio.to_thread(_marks, rows, vault, key)
        await reports.add_phones(tx, marks)
        phones, accounts, after = phones + len(marks), accounts + with_account, rows[-1]["holder_id"]
    return {
        "filled": {"phone": phones, "account_no": accounts},
        "repeated_phones": {
            "by_persons": [dict(one) for one in await reports.repeated_phones(tx)],
            "most_repeated": [
                {"persons": one["persons"], "holder_ids": [str(holder) for holder in one["holder_ids"]]}
                for one in await reports.most_repeated_phones(tx)
            ],
        },
    }


async def note_opening(tx: Tx, import_id: UUID, asked_by: str) -> None:
    """Put on record that phones and accounts were opened to be counted."""
    caller = Caller(asked_by, "COUNTRY", str(import_id), "quality report")
    await audit.append(tx, caller, [Entry("MEASURE", None, ("phone", "account_no"), detail=f"import {import_id}")])


def _marks(rows: Sequence[Any], vault: Vault, key: BlindIndex) -> tuple[list[tuple[bytes, UUID]], int]:
    private = [(vault.private(row), row["holder_id"]) for row in rows]
    marks = [(key.digest(one.phone.encode())[:16], holder_id) for one, holder_id in private if one.phone]
    return marks, sum(1 for one, _ in private if one.account_no)


def _pairs() -> tuple[list[str], list[str]]:
    pairs = [(code, postcode) for district in districts() for code in subdistricts_of(district) for postcode in postcodes(code)]
    return [code for code, _ in pairs], [postcode for _, postcode in pairs]
