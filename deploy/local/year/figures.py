"""What the year came to: the table that an official would want, and whether every invariant of every service holds."""

from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from deploy.local.year.agency_figures import AgencyFigures, collect_agencies, show_agencies
from deploy.local.year.country import Country
from deploy.local.year.office import SERVICES, Office
from deploy.local.year.play import Year
from shared.money import in_baht


@dataclass(frozen=True)
class Figures:
    """The year's report, what agencies made of it, the payments, and the broken invariants by service."""

    scale: int
    year: list[dict[str, Any]]
    agencies: AgencyFigures
    paid: list[dict[str, Any]]
    broken: dict[str, list[str]]
    trouble: dict[str, dict[str, int]]
    seconds: float
    calls: int
    outcomes: tuple[tuple[str, str], ...] = ()

    @property
    def holds(self) -> bool:
        """Every invariant holds, nothing waits for a neighbour, nothing is among the dead letters."""
        return not self.broken and not self.trouble

    def as_json(self) -> dict[str, Any]:
        """One flat object for machines."""
        return {
            "scale": self.scale,
            "figures": {one["figure"]: one["persons"] for one in self.year},
            "agencies": self.agencies.as_json(),
            "paid_persons": {f"{row['month']}/{row['tier']}": row["persons_settled"] for row in self.paid},
            "paid_satang": sum(row["settled_satang"] for row in self.paid),
            "invariants_hold": self.holds,
            "broken": self.broken,
            "trouble": self.trouble,
            "seconds": self.seconds,
            "calls": self.calls,
        }


async def collect(year: Year, country: Country, *, seconds: float) -> Figures:
    """Ask reporting for the year, plan for its referrals, and each service for its invariants."""
    office, calls = year.office, year.office.calls
    report = (await office.get("moi-country", "/reporting/v1/reports/year", scale=year.scale))["figures"]
    broken: dict[str, list[str]] = {}
    for service in SERVICES:
        answer = await office.get("operator", f"/{service}/v1/operations/invariants")
        if answer["violations"]:
            broken[service] = [f"{one['name']}: {one['rows']} rows, first {one['examples'][:1]}" for one in answer["violations"]]
    trouble = {
        name: {kind: state[kind] for kind in ("parked", "dead_letters") if state[kind]}
        for name, state in (await office.readiness()).items()
        if state["parked"] or state["dead_letters"]
    }
    agencies = await collect_agencies(office, country, year.agencies, year.failures)
    outcomes = await _outcomes(office)
    return Figures(year.scale, report["figures"], agencies, report["paid"], broken, trouble, seconds, calls, outcomes)


async def _outcomes(office: Office) -> tuple[tuple[str, str], ...]:
    """What was later known of those who were referred, in Thai and English: one sentence of each report that has one to show."""
    found = []
    for name in ("programme-outcomes", "outcome-bands", "job-survival"):
        rows = (await office.get("moi-country", f"/reporting/v1/reports/{name}"))["figures"]["rows"]
        shown = max((row for row in rows if row["words_en"]), key=lambda row: row.get("persons") or row.get("jobs") or 0, default=None)
        if shown is not None:
            found.append((shown["words_th"][-1], shown["words_en"][-1]))
    return tuple(found)


def show(figures: Figures, console: Console) -> None:
    """The table, Thai first."""
    table = Table(title=f"ปี 2561 · the year 2561 (1 : {figures.scale:,})", show_lines=False)
    for name, side in (("", "left"), ("คน · persons", "right"), ("ประกาศ ÷ scale", "right"), ("ต่าง · difference", "right"), ("", "left")):
        table.add_column(name, justify="right" if side == "right" else "left")
    for one in figures.year:
        beside = one.get("comparison") or {}
        scaled = beside.get("published_scaled")
        difference = "" if scaled is None else f"{one['persons'] - scaled:+,.0f}"
        table.add_row(
            f"{one['label_th']} · {one['label_en']}",
            f"{one['persons']:,}",
            "" if scaled is None else f"{scaled:,.1f}",
            difference,
            beside.get("mark", ""),
        )
    console.print(table)
    show_agencies(figures.agencies, console)
    paid = Table(title="จ่ายแล้ว · paid")
    for name in ("เดือน · month", "tier", "คน · persons", "บาท · baht", "ไม่สำเร็จ · failed"):
        paid.add_column(name, justify="right")
    for row in figures.paid:
        paid.add_row(row["month"], row["tier"], f"{row['persons_settled']:,}", in_baht(row["settled_satang"]), f"{row['persons_failed']:,}")
    console.print(paid)
    for th, en in figures.outcomes:
        console.print(f"{th}\n  {en}", markup=False)
    for service, lines in figures.broken.items():
        for line in lines:
            console.print(f"BROKEN {service}: {line}", style="red", markup=False)
    for service, waiting in figures.trouble.items():
        console.print(f"WAITING {service}: {waiting}", style="red", markup=False)
    if figures.holds:
        console.print(f"ทุกกฎเป็นจริง · every invariant holds ({figures.calls:,} HTTP calls, {figures.seconds:.0f} s)", style="green")
