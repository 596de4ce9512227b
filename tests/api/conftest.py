"""One country for all tests of the HTTP surface: five services, and a small registry file imported so that there is data."""

import asyncio
import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.local.registry_file import write_registry_file
from deploy.local.roles import ROLES
from deploy.local.suite import SERVICES
from shared.auth import Reach
from tests.flows.country import Country, running_country

SCALE = 60_000
NOBODY = "00000000-0000-7000-8000-000000000000"
SOMEWHERE = {"district": "8101", "code": "D2-DSD-NONE", "letter_id": "2561", "tax_id": "0105561000003", "month": "2018-12"}
EVERY_SCOPE = tuple(sorted({scope for role in ROLES.values() for scope in role.scopes}))


@dataclass(frozen=True)
class Operation:
    """One operation of a service's OpenAPI document."""

    service: str
    method: str
    path: str
    entry: dict[str, Any]

    @property
    def name(self) -> str:
        return f"{self.service}.{self.entry['operationId']}"

    @property
    def scope(self) -> str | None:
        """The scope that it asks for; None for what is open."""
        return self.entry.get("x-scope")

    @property
    def scopes(self) -> set[str]:
        """The scope, and those that part of its work needs besides."""
        return {*([self.scope] if self.scope else []), *self.entry.get("x-further-scopes", [])}

    @property
    def bodies(self) -> dict[str, Any]:
        """What it takes, by content type."""
        return self.entry.get("requestBody", {}).get("content", {})

    def address(self, **places: str) -> str:
        """The path below the suite, with every place filled: as given by its name, else with what has the form but is nobody's."""
        path = self.path
        for parameter in self.entry.get("parameters", []):
            if parameter.get("in") == "path":
                name = parameter["name"]
                path = path.replace("{" + name + "}", places.get(name) or SOMEWHERE.get(name, NOBODY))
        return f"/{self.service}{path}"


@dataclass
class Surface:
    """What a caller outside sees."""

    country: Country
    http: httpx.AsyncClient
    documents: dict[str, dict[str, Any]]
    citizen_ids: list[str]

    def operations(self) -> list[Operation]:
        """Every operation of the five services."""
        return [
            Operation(service, method, path, entry)
            for service, document in self.documents.items()
            for path, methods in document["paths"].items()
            for method, entry in methods.items()
        ]

    def token(self, *scopes: str) -> str:
        """A token of the scopes that reaches the whole country."""
        return self.country.suite.issuer.issue("api-test", scopes, Reach.country())


@pytest.fixture(scope="package")
async def surface(tmp_path_factory, postgres, broker):
    """The five services with a small country in them."""
    async with running_country(tmp_path_factory.mktemp("api"), postgres, broker) as country:
        imports = country.suite.folder / "imports"
        await asyncio.to_thread(write_registry_file, imports / "small.csv", SCALE, 1)
        asked = await country.post("registrar", "/registry/v1/imports", {"path": "small.csv"})
        await country.until(
            lambda: country.get("registrar", f"/registry/v1/imports/{asked['import_id']}"),
            lambda state: state["status"] == "DONE",
            "the import",
        )
        await country.drained()
        async with httpx.AsyncClient(base_url=country.suite.address, timeout=30) as http:
            documents = {service: (await http.get(f"/{service}/openapi.json")).json() for service in SERVICES}
            yield Surface(country, http, documents, citizen_ids_in(imports / "small.csv"))
        # Whatever was asked, what was taken has gone its way through all services.
        await country.drained()
        assert await country.broken_invariants() == {}


def citizen_ids_in(file: Path) -> list[str]:
    """Those of the people of a registry file."""
    with file.open(encoding="utf-8", newline="") as lines:
        return [line["citizen_id"] for line in csv.DictReader(lines)]
