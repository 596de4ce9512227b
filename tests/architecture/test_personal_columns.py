"""docs/adr/0006 lists every personal column; the tables are held to it."""

import importlib
from pathlib import Path

import pytest
from sqlmodel import SQLModel

ADR = Path(__file__).parents[2] / "docs/adr/0006-personal-columns.md"
SERVICES = ("registry", "interview", "plan", "payments", "reporting")
WORDS = frozenset(
    [
        "name",
        "prefix",
        "citizen",
        "card",
        "phone",
        "account",
        "birth",
        "address",
        "house",
        "moo",
        "road",
        "postcode",
        "health",
        "debt",
        "debts",
        "sealed",
        "occupation",
        "income",
        "people",
        "answers",
        "form",
        "note",
        "evidence",
    ]
)

Column = tuple[str, str, str]


def listed() -> list[Column]:
    rows = [
        [cell.strip() for cell in line.strip("|\n").split("|")]
        for line in ADR.read_text(encoding="utf-8").splitlines()
        if line.startswith("|")
    ]
    return [(row[0], row[1], row[2]) for row in rows if row[0] in SERVICES]


def columns_of(service: str) -> set[Column]:
    """Every column of the service's tables, whatever metadata they hang on."""
    tables = importlib.import_module(f"services.{service}.tables")
    models = [
        model for model in vars(tables).values() if isinstance(model, type) and issubclass(model, SQLModel) and hasattr(model, "__table__")
    ]
    return {(service, model.__table__.name, column.name) for model in models for column in model.__table__.columns}


def looks_personal(column: str) -> bool:
    return not WORDS.isdisjoint(column.split("_"))


@pytest.mark.parametrize("service", SERVICES)
def test_every_column_that_looks_personal_is_listed_and_every_listed_one_exists(service: str):
    columns = columns_of(service)
    assert columns
    wanted = {one for one in columns if looks_personal(one[2])}
    known = {one for one in listed() if one[0] == service}
    assert sorted(wanted - known) == [], "list it in docs/adr/0006-personal-columns.md, with how it is protected"
    assert sorted(known - columns) == [], "listed, and not in the tables"


def test_no_column_is_listed_twice_and_each_has_its_protection():
    assert len(listed()) == len(set(listed()))
    rows = [
        line for line in ADR.read_text(encoding="utf-8").splitlines() if line.startswith(tuple(f"| {service} |" for service in SERVICES))
    ]
    assert all(cell.strip() for row in rows for cell in row.strip("|").split("|"))


@pytest.mark.parametrize(
    "column", ["first_name", "citizen_index", "people_sealed", "house_no_sealed", "birth_date", "debts_sealed", "yearly_income_baht"]
)
def test_such_names_look_personal(column: str):
    assert looks_personal(column)


@pytest.mark.parametrize("column", ["holder_id", "programme", "renamed_on", "discarded", "months", "version"])
def test_such_names_do_not(column: str):
    assert not looks_personal(column)


def test_migrations_name_no_personal_column_that_the_tables_do_not():
    """A table that only a migration makes would escape the list."""
    for service in SERVICES:
        known = {column for _, _, column in columns_of(service)}
        for path in (ADR.parents[2] / "services" / service / "migrations" / "versions").glob("*.py"):
            for line in path.read_text(encoding="utf-8").splitlines():
                words = line.split()
                if (
                    line.startswith("    ")
                    and len(words) > 1
                    and words[0].isidentifier()
                    and words[1].rstrip(",") in {"text", "bytea", "jsonb", "date"}
                ):
                    assert not looks_personal(words[0]) or words[0] in known, f"{service}: {words[0]} in {path.name}"
