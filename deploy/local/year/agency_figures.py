"""What agencies made of the year: referrals by state, declines and what came of them, waiting lists, what is overdue, outcomes, decisions and appeals."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from deploy.local.year.agencies import NEXT_ATTEMPT, NOBODY, Agencies
from deploy.local.year.country import Country
from deploy.local.year.failures import Failures
from deploy.local.year.office import Office

Counts = Mapping[str, Mapping[str, int]]
STATES: Final = ("CREATED", "RECEIVED", "WAIT_LISTED", "ACCEPTED", "DECLINED", "STARTED", "CLOSED")
STILL: Final = "STILL"
LEVELS: Final = (NOBODY, "DISTRICT", "PROVINCE", "MINISTRY", STILL)
AFTER_A_DECLINE: Final = ("SENT_ELSEWHERE", "GIVEN_UP", "CLOSED", "WAITS")
BACK_PAID: Final = "2018-09"
"""The month that was missed by who was right in October."""


@dataclass(frozen=True)
class AgencyFigures:
    """Counts of referrals and persons.

    Referrals by agency and state; declined ones by reason and what came then; wait-listed ones by what came then; steps that were overdue by
    agency and the highest level that heard of it, and those that still are; outcomes by programme; reports that were refused by why. Persons:
    decisions by kind, appeals by end.
    """

    states: Counts
    declines: Counts
    wait_listed: Mapping[str, int]
    overdue: Counts
    outcomes: Counts
    refused: Mapping[str, int]
    decisions: Mapping[str, int]
    appeals: Mapping[str, int]

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return asdict(self)


async def collect_agencies(office: Office, country: Country, agencies: Agencies, failures: Failures) -> AgencyFigures:
    """Count what the year left behind, and what the agencies say that they were refused."""
    rows = await country.pages("moi-country", "/plan/v1/referrals")
    still = [row for row in await country.pages("moi-country", "/plan/v1/referrals/overdue") if row["waits_for"] != NEXT_ATTEMPT]
    of_line = {(row["plan_id"], row["line_no"], row["attempt"]): row for row in rows}
    declined = [row for row in rows if row["decline_reason"]]
    return AgencyFigures(
        states=_count((row["agency"], row["status"]) for row in rows),
        declines=_count((row["decline_reason"], _after_a_decline(row, of_line)) for row in declined),
        wait_listed=dict(Counter(_after_waiting(row) for row in rows if row["wait_listed_on"])),
        overdue=_count([*agencies.risen.values(), *((row["agency"], STILL) for row in still)]),
        outcomes=_count((row["programme_code"], row["outcome"]) for row in rows if row["outcome"]),
        refused=(await agencies.summary())["all"]["refused"],
        decisions=dict(failures.decided),
        appeals={
            "received": len(failures.appeals),
            "granted": len(failures.granted),
            "back_paid": sum([await _is_back_paid(office, holder_id) for holder_id in failures.granted]),
        },
    )


def _count(pairs: Iterable[tuple[str, str]]) -> Counts:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for one, other in pairs:
        found[one][other] += 1
    return {one: dict(found[one]) for one in sorted(found)}


def _after_a_decline(row: Mapping[str, Any], of_line: Mapping[tuple[str, int, int], Any]) -> str:
    if (row["plan_id"], row["line_no"], row["attempt"] + 1) in of_line:
        return "SENT_ELSEWHERE"
    if row["closed_reason"] == "NOT_PLACED":
        return "GIVEN_UP"
    return "CLOSED" if row["status"] == "CLOSED" else "WAITS"


def _after_waiting(row: Mapping[str, Any]) -> str:
    if row["accepted_on"]:
        return "GOT_A_PLACE"
    return "WAITS" if row["status"] == "WAIT_LISTED" else row["status"]


async def _is_back_paid(office: Office, holder_id: str) -> bool:
    [entitlement] = (await office.get("moi-country", "/payments/v1/entitlements", holder_id=holder_id))["items"]
    paid = await office.get("moi-country", f"/payments/v1/entitlements/{entitlement['entitlement_id']}/payments")
    return any(one["month"] == BACK_PAID and one["state"] == "SETTLED" for one in paid["obligations"])


def show_agencies(figures: AgencyFigures, console: Console) -> None:
    """Tables, Thai first."""
    console.print(_table("หน่วยงาน · referrals by agency", figures.states, STATES))
    console.print(_table("ไม่รับ แล้วอย่างไร · declined, and then", figures.declines, AFTER_A_DECLINE))
    console.print(_table("เกินกำหนดในปี ใครทราบ และยังค้าง · overdue in the year, who heard of it, and what still is", figures.overdue, LEVELS))
    outcomes = Table(title="ผลการพัฒนา · outcomes by programme")
    outcomes.add_column("โครงการ · programme")
    outcomes.add_column("")
    for programme, codes in figures.outcomes.items():
        outcomes.add_row(programme, ", ".join(f"{code} {count:,}" for code, count in sorted(codes.items())))
    console.print(outcomes)
    for what, counts in (
        ("บัญชีรอของหน่วยงาน · wait-listed", figures.wait_listed),
        ("รายงานที่ไม่รับ · reports refused", figures.refused),
        ("มติผู้ไม่พัฒนาตน · decisions", figures.decisions),
        ("อุทธรณ์ · appeals", figures.appeals),
    ):
        console.print(f"{what}: " + ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items())), highlight=False)


def _table(title: str, counts: Counts, columns: tuple[str, ...]) -> Table:
    table = Table(title=title)
    table.add_column("")
    for name in columns:
        table.add_column(name, justify="right")
    for one, by in counts.items():
        table.add_row(one, *(f"{by[name]:,}" if by.get(name) else "" for name in columns))
    return table
