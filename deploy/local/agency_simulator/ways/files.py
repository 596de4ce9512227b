"""By files, for an agency without a system: it takes the file of its referrals down, fills reports in, and sends a file up. CSV or a workbook."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import zip_longest
from typing import Any, Final

import orjson
from openpyxl import Workbook, load_workbook

from deploy.local.agency_simulator.desk import News
from deploy.local.agency_simulator.fate import Report
from deploy.local.agency_simulator.ways.rest import NEW, UNDER_WAY, OverRest

COLUMNS: Final = ("referral_id", "step", "on", "position", "reason", "outcome", "words", "evidence_kind", "evidence")
FIRST_LINE: Final = 2
"""The heading is line 1."""

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Kind:
    """A kind of file: how it is read and written, its ending and media type."""

    ending: str
    media_type: str
    read: Callable[[bytes], list[Row]]
    write: Callable[[Sequence[Sequence[Any]]], bytes]


def _read_csv(content: bytes) -> list[Row]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def _write_csv(rows: Sequence[Sequence[Any]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def _read_workbook(content: bytes) -> list[Row]:
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    head, *rows = book.worksheets[0].iter_rows(values_only=True)
    # What is empty at the end of a line is not there at all.
    return [{str(name): value for name, value in zip_longest(head, row)} for row in rows]


def _write_workbook(rows: Sequence[Sequence[Any]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("รายงาน")
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


CSV: Final = Kind("csv", "text/csv", _read_csv, _write_csv)
XLSX: Final = Kind("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _read_workbook, _write_workbook)


@dataclass
class Files(OverRest):
    """The way of one agency whose clerk signs in, takes files down and sends files up."""

    kind: Kind
    _looked: bool = field(default=False, init=False)

    async def news(self) -> list[News]:
        """The lines of the file of what nobody has reported on; at the first look also of what is under way."""
        statuses = [NEW] if self._looked else [NEW, *UNDER_WAY]
        content = await self.rest.download(
            f"/plan/v1/agencies/{self.rest.agency}/referrals.{self.kind.ending}", status=statuses, headings="code"
        )
        self._looked = True
        return [News.of(_told(row)) for row in self.kind.read(content)]

    async def report(self, reports: Sequence[Report]) -> list[tuple[Report, str | None]]:
        """All in one file; of each line that was refused the answer says why."""
        lines = [[_cell(report, column) for column in COLUMNS] for report in reports]
        content = self.kind.write([COLUMNS, *lines])
        file = (f"reports.{self.kind.ending}", content, self.kind.media_type)
        path = f"/plan/v1/agencies/{self.rest.agency}/reports"
        answer = await self.rest.post(path, files={"file": file})
        told = await self.rest.download(f"{path}/{answer['file_id']}/refusals.ndjson") if answer["refused"] else b""
        refused = {line["line"] - FIRST_LINE: line["code"] for line in map(orjson.loads, told.splitlines())}
        return [(report, refused.get(number)) for number, report in enumerate(reports)]


def _told(row: Row) -> dict[str, Any]:
    """A line as a row of the list; the dimension is the first word of the programme's code."""
    days = {name: _day(row[name]) for name in ("referred_on", "starts_on")}
    return {**row, **days, "dimension": row["programme_code"].partition("-")[0]}


def _day(value: Any) -> str | None:
    """A workbook knows days, a text file has them in ISO."""
    match value:
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case _:
            return value or None


def _cell(report: Report, column: str) -> Any:
    details = report.said.get("details", {})
    match column:
        case "evidence_kind":
            return details.get("kind", "")
        case "evidence":
            return "; ".join(f"{name}={value}" for name, value in details.items() if name != "kind")
        case _:
            return report.line().get(column, "")
