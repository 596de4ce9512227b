"""The import contracts hold, and each of them bites: a planted violation breaks that contract and no other."""

import configparser
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")


@dataclass(frozen=True)
class Violation:
    """A line that breaks a contract when it stands at the end of a file."""

    contract: str
    file: str
    line: str


VIOLATIONS = {
    "a service imports another": Violation("independence", "services/registry/errors.py", "import services.plan.errors"),
    "a service imports another from deep inside": Violation(
        "independence", "services/payments/commands/runs.py", "import services.interview.domain"
    ),
    "a repository imports a command": Violation("layers", "services/plan/repository/rows.py", "import services.plan.commands.write"),
    "a repository imports a query": Violation("layers", "services/reporting/repository.py", "import services.reporting.queries.view"),
    "a consumer imports HTTP": Violation("layers", "services/interview/consumers.py", "import services.interview.http.calls"),
    "a room of another name": Violation("layers", "services/registry/helpers.py", ""),
    "a rule reads the database": Violation("pure", "services/payments/rules/amount.py", "import asyncpg"),
    "the domain speaks to the bus": Violation("pure", "services/interview/domain.py", "import shared.bus.outbox"),
    "a rule does so through another module": Violation("pure", "services/reporting/rules/published.py", "import shared.invariants"),
    "shared knows a service": Violation("shared", "shared/planted.py", "import services.plan.errors"),
    "shared knows deploy": Violation("shared", "shared/thai/planted.py", "import deploy.topics"),
    "a service knows how it is deployed": Violation("services", "services/plan/app.py", "import deploy.topics"),
    "the contracts use more than ids, tracing and clock": Violation("contracts", "shared/contracts/common.py", "import shared.money"),
}


def contracts() -> configparser.ConfigParser:
    config = configparser.ConfigParser()
    config.read(ROOT / ".importlinter")
    return config


def name_of(contract: str) -> str:
    return contracts()[f"importlinter:contract:{contract}"]["name"]


def lint(folder: Path) -> tuple[int, set[str]]:
    """Run lint-imports in the folder: its exit code, and the names of the broken contracts."""
    told = subprocess.run(
        [LINT_IMPORTS, "--no-cache"], cwd=folder, check=False, capture_output=True, text=True, env={"COLUMNS": "200", "PATH": ""}
    )
    assert "Contracts: " in told.stdout, told.stdout + told.stderr
    return told.returncode, set(re.findall(r"^(.+) BROKEN$", told.stdout, flags=re.MULTILINE))


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / ".importlinter", folder)
    for name in ("services", "shared", "deploy"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def test_the_house_is_as_drawn():
    assert lint(ROOT) == (0, set())


@pytest.mark.parametrize("what", VIOLATIONS)
def test_a_planted_violation_breaks_its_contract_and_no_other(copy: Path, what: str):
    violation = VIOLATIONS[what]
    file = copy / violation.file
    before = file.read_text(encoding="utf-8") if file.exists() else None
    file.write_text(f"{before or ''}\n{violation.line}\n", encoding="utf-8")
    try:
        code, broken = lint(copy)
    finally:
        if before is None:
            file.unlink()
        else:
            file.write_text(before, encoding="utf-8")
    assert code == 1
    assert broken == {name_of(violation.contract)}


def test_every_contract_has_its_planted_violation():
    declared = {section.removeprefix("importlinter:contract:") for section in contracts().sections() if ":contract:" in section}
    assert {violation.contract for violation in VIOLATIONS.values()} == declared


def test_no_module_of_shared_escapes_the_contract_of_the_published_language():
    forbidden = set(contracts()["importlinter:contract:contracts"]["forbidden_modules"].split())
    there = {
        f"shared.{path.stem}"
        for path in (ROOT / "shared").iterdir()
        if path.stem != "__init__" and path.suffix in {"", ".py"} and path.stem != "__pycache__"
    }
    assert there - forbidden == {"shared.contracts", "shared.ids", "shared.tracing", "shared.clock"}


def test_every_service_is_in_the_contracts():
    there = {f"services.{path.name}" for path in (ROOT / "services").iterdir() if (path / "app.py").exists()}
    assert set(contracts()["importlinter:contract:independence"]["modules"].split()) == there
    assert set(contracts()["importlinter:contract:layers"]["containers"].split()) == there
