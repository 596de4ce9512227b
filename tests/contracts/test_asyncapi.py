"""docs/asyncapi.yaml is valid AsyncAPI 3 by the official parser, and says who sends and receives what."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
import yaml

from shared.contracts import EVENT_TYPES
from shared.contracts.generate import ASYNCAPI, ASYNCAPI_BANKS, asyncapi, asyncapi_of_banks

HERE = Path(__file__).parent / "asyncapi"
ROOT = Path(__file__).parents[2]
INSTALL_SECONDS_MAX = 240
VALIDATE_SECONDS_MAX = 120


@pytest.fixture(scope="module")
def packages() -> Path:
    """The folder with the parser's packages as locked, installed once a lock into the cache outside the tree."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI insists on node and npm")
        pytest.skip("no node and npm here")
    locked = [HERE / name for name in ("package.json", "package-lock.json", ".npmrc")]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in locked)).hexdigest()[:16]
    cache = Path(os.environ.get("SUKJAI_CACHE") or Path.home() / ".cache" / "sukjai")
    ready = cache / f"asyncapi-{digest}"
    if not ready.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache, prefix="installing-") as folder:
            for path in locked:
                shutil.copy(path, folder)
            subprocess.run([npm, "ci"], cwd=folder, check=True, timeout=INSTALL_SECONDS_MAX, capture_output=True)
            try:
                Path(folder).rename(ready)
            except OSError:
                if not ready.exists():  # else another run was first
                    raise
            Path(folder).mkdir(exist_ok=True)
    return ready


def validate(packages: Path, document: Path) -> subprocess.CompletedProcess[str]:
    command = [shutil.which("node"), HERE / "validate.mjs", packages, document]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=VALIDATE_SECONDS_MAX)


@pytest.mark.parametrize("document", [ASYNCAPI, ASYNCAPI_BANKS])
def test_the_document_is_valid(packages: Path, document: Path):
    told = validate(packages, ROOT / document)
    assert told.returncode == 0, told.stdout + told.stderr


def test_a_broken_document_is_refused(packages: Path, tmp_path: Path):
    broken = asyncapi()
    operation = next(iter(broken["operations"].values()))
    operation["messages"][0]["$ref"] = "#/channels/nowhere/messages/Nothing"
    (tmp_path / "broken.yaml").write_text(yaml.safe_dump(broken))
    told = validate(packages, tmp_path / "broken.yaml")
    assert told.returncode == 1
    assert "not valid" in told.stdout


def test_every_event_has_a_sender_and_a_receiver_on_a_channel_that_carries_it():
    document = asyncapi()
    done = {
        (operation["action"], message["$ref"].rsplit("/", 1)[-1])
        for operation in document["operations"].values()
        for message in operation["messages"]
    }
    for model in EVENT_TYPES.values():
        assert {("send", model.__name__), ("receive", model.__name__)} <= done
    for operation in document["operations"].values():
        channel = document["channels"][operation["channel"]["$ref"].rsplit("/", 1)[-1]]
        assert {message["$ref"].rsplit("/", 1)[-1] for message in operation["messages"]} <= channel["messages"].keys()


def test_reporting_reads_the_history_and_the_others_the_states():
    operations = asyncapi()["operations"]
    assert "reporting.receive.registry.card-holder-history.v1" in operations
    assert "reporting.receive.registry.card-holders.v1" not in operations
    assert "payments.receive.registry.card-holders.v1" in operations


def test_a_bank_is_told_of_its_own_topics_alone():
    document = asyncapi_of_banks()
    assert set(document["channels"]) == {"payments.instructions.bank.v1", "payments.results.bank.v1", "plan.wages.bank.v1"}
    assert {name.rsplit(".bank.", 1)[0] for name in document["operations"]} == {
        "bank.receive.payments.instructions",
        "bank.send.payments.results",
        "bank.send.plan.wages",
    }
    assert {model.type for model in EVENT_TYPES.values() if "{bank}" in model.topic} == set(document["components"]["messages"])
