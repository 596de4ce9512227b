"""The project's own files, as they are checked in or would be."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = ("services", "shared", "deploy")


@pytest.fixture(scope="session")
def tracked() -> list[Path]:
    """Every file that is checked in or waits to be, without those that git ignores."""
    told = subprocess.run(["git", "ls-files", "-coz", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True)
    return [ROOT / name for name in told.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


@pytest.fixture(scope="session")
def python_files(tracked) -> list[Path]:
    """Those in Python."""
    return [path for path in tracked if path.suffix == ".py"]
