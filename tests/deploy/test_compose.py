"""docker-compose.yml, the Dockerfile and the realm, as far as they can be proved without a Docker engine.

data/compose-spec.json is the schema of the Compose Specification (compose-go 2.4.9, Apache-2.0; licence and notice beside it).
"""

import importlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml
from jsonschema import Draft7Validator

from deploy.databases import SERVICES, dsn_settings, passwords_from, roles
from deploy.keycloak import realm
from deploy.local.roles import ROLES

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((Path(__file__).parent / "data" / "compose-spec.json").read_text())
SECRET_NAME = re.compile(r"PASSWORD|SECRET|_KEYS?$|TOKEN$")
FROM_ENV = re.compile(r"\$\{([A-Z_]+):\?\}")


@pytest.fixture(scope="module")
def compose() -> dict:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def secret_literals(compose: dict) -> list[str]:
    """Where a secret, or the password in an address, is anything but `${NAME:?}`."""
    found = []
    for service, content in compose["services"].items():
        for name, value in (content.get("environment") or {}).items():
            parts = urlsplit(FROM_ENV.sub("FROM-ENV", str(value)))
            literal_password = parts.password not in {None, "FROM-ENV"}
            if literal_password or (SECRET_NAME.search(name) and not FROM_ENV.fullmatch(str(value))):
                found.append(f"{service}.{name}")
    return found


def test_the_file_follows_the_compose_specification(compose: dict):
    assert [error.message for error in Draft7Validator(SCHEMA).iter_errors(compose)] == []


def test_the_schema_finds_a_mistake(compose: dict):
    wrong = compose | {"services": compose["services"] | {"plan": compose["services"]["plan"] | {"comand": ["x"]}}}
    assert [error.message for error in Draft7Validator(SCHEMA).iter_errors(wrong)] != []


def test_no_secret_is_in_the_file(compose: dict):
    assert secret_literals(compose) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KC_BOOTSTRAP_ADMIN_PASSWORD", "admin"),
        ("SUKJAI_LOOKUP_KEY", "${SUKJAI_LOOKUP_KEY:-k1:AAAA}"),
        ("PLAN_DATABASE_DSN", "postgresql://a:b@c/d"),
    ],
)
def test_a_planted_secret_is_found(name: str, value: str):
    assert secret_literals({"services": {"x": {"environment": {name: value}}}}) == [f"x.{name}"]


def test_the_example_of_env_names_every_variable_and_gives_no_value():
    wanted = set(FROM_ENV.findall((ROOT / "docker-compose.yml").read_text()))
    lines = [line for line in (ROOT / "deploy" / "env.example").read_text().splitlines() if line and not line.startswith("#")]
    assert {line.partition("=")[0]: line.partition("=")[2] for line in lines} == dict.fromkeys(wanted, "")


def test_every_port_is_published_on_this_machine_only(compose: dict):
    ports = [port for content in compose["services"].values() for port in content.get("ports", [])]
    assert ports
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_runs_alone_without_rights_after_the_set_up(compose: dict, service: str):
    content = compose["services"][service]
    assert content["command"] == ["python", "-m", f"services.{service}"]
    assert (content["read_only"], content["cap_drop"], content["security_opt"]) == (True, ["ALL"], ["no-new-privileges:true"])
    assert content["depends_on"] == {"setup": {"condition": "service_completed_successfully"}}


def _environment(compose: dict, service: str) -> dict[str, str]:
    return {name: FROM_ENV.sub(r"value-of-\1", value) for name, value in compose["services"][service]["environment"].items()}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_finds_its_settings_and_no_owner_password(compose: dict, service: str, monkeypatch: pytest.MonkeyPatch):
    environment = _environment(compose, service)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    settings = importlib.import_module(f"services.{service}.settings").Settings()

    assert settings.database_dsn == f"postgresql://{service}_app:value-of-{service.upper()}_APP_PASSWORD@postgres:5432/sukjai_{service}"
    assert (settings.host, settings.port, settings.environment) == ("0.0.0.0", 8000, "production")
    assert settings.auth_issuer.endswith("/realms/sukjai")
    assert not [name for name in environment if "OWNER" in name or "SUPERUSER" in name]
    # A variable that no setting reads is a misspelt one.
    aliases = {str(choice) for field in type(settings).model_fields.values() for choice in getattr(field.validation_alias, "choices", [])}
    own = {f"{service.upper()}_{name.upper()}" for name in type(settings).model_fields}
    assert set(environment) - aliases - own - {"TMPDIR"} == set()


def test_the_set_up_has_every_dsn_with_its_role(compose: dict):
    environment = _environment(compose, "setup")
    assert passwords_from(environment) == {role: f"value-of-{role.upper()}_PASSWORD" for role in roles()}
    for service in SERVICES:
        assert environment[f"{service.upper()}_DATABASE_DSN"] == _environment(compose, service)[f"{service.upper()}_DATABASE_DSN"]
        assert set(dsn_settings(service)) <= set(environment)


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that the Dockerfile copies, without what its ignore file leaves out."""
    app = tmp_path_factory.mktemp("image")
    last_stage = (ROOT / "deploy" / "Dockerfile").read_text().rpartition("\nFROM ")[2]
    for folder in re.findall(r"^COPY (\w+) \w+$", last_stage, re.MULTILINE):
        shutil.copytree(ROOT / folder, app / folder, ignore=shutil.ignore_patterns("__pycache__"))
    ignored = (ROOT / "deploy" / "Dockerfile.dockerignore").read_text().splitlines()
    assert "deploy/local/*" in ignored
    kept = {line.removeprefix("!") for line in ignored if line.startswith("!deploy/local/")}
    for path in (app / "deploy" / "local").iterdir():
        if str(path.relative_to(app)) not in kept:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    return app


@pytest.mark.parametrize("module", ["deploy.databases", "deploy.topics", "deploy.migrate", "deploy.keycloak"])
def test_the_set_up_runs_with_the_files_of_the_image(image: Path, module: str):
    done = subprocess.run([sys.executable, "-m", module, "--help"], cwd=image, env={}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_development_issuer_is_not_in_the_image(image: Path):
    assert sorted(path.name for path in (image / "deploy" / "local").glob("*.py")) == ["__init__.py", "roles.py", "scopes.py"]


def test_the_image_installs_by_hash_and_does_not_run_as_root():
    dockerfile = (ROOT / "deploy" / "Dockerfile").read_text()
    installs = [line for line in dockerfile.replace("\\\n", "").splitlines() if "pip install" in line or "pip sync" in line]
    assert len(installs) == 2
    assert [line for line in installs if "--require-hashes" not in line] == []
    assert re.findall(r"^USER (.*)$", dockerfile, re.MULTILINE) == ["10001:10001"]
    assert "/healthz" in dockerfile


def test_the_realm_gives_each_role_its_scopes():
    given = {name: {entry["clientScope"] for entry in realm()["scopeMappings"] if name in entry["roles"]} for name in ROLES}
    assert given == {name: set(role.scopes) for name, role in ROLES.items()}
    # A scope without a mapping would be everybody's.
    assert {entry["clientScope"] for entry in realm()["scopeMappings"]} == {entry["name"] for entry in realm()["clientScopes"]} - {"claims"}
    assert realm()["clients"][0]["secret"] == "${KEYCLOAK_CLIENT_SECRET}"


def test_only_administrators_set_what_widens_a_reach():
    provider = realm()["components"]["org.keycloak.userprofile.UserProfileProvider"][0]
    profile = json.loads(provider["config"]["kc.user.profile.config"][0])
    edits = {entry["name"]: entry["permissions"]["edit"] for entry in profile["attributes"]}
    assert {name for name, who in edits.items() if who == ["admin"]} == {"reach_level", "reach_code", "officer_id", "employer", "unit"}
