"""The policy files: dated values, each with its legal source beside it. One file a profile."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson
import yaml

from services.payments.rules.parameters import Parameters

FOLDER: Final = Path(__file__).parent / "policy"
PROFILES: Final = ("circular", "amended")


class PolicyFileInvalid(ValueError):
    """A policy file lacks a value, a source, or says something impossible; the message names it."""


@dataclass(frozen=True)
class PolicySet:
    """A profile's parameters as they are published (JSON values, `sources` inside) and the hash of what they say."""

    profile: str
    parameters: dict[str, Any]
    content_hash: str


def load(profile: str, folder: Path = FOLDER) -> PolicySet:
    """Read and check the file of a profile. Raises PolicyFileInvalid, or FileNotFoundError for an unknown one."""
    with (folder / f"{profile}.yaml").open(encoding="utf-8") as file:
        content = yaml.safe_load(file)
    if content.get("profile") != profile:
        raise PolicyFileInvalid(f"{profile}.yaml is of profile {content.get('profile')!r}")
    entries = {name: entry for name, entry in content.items() if name not in {"profile", "title"}}
    sources: dict[str, str] = {}
    parameters = {name: _values(name, entry, sources) for name, entry in entries.items()}
    parameters["sources"] = sources
    try:
        Parameters.of(parameters)
    except ValueError as error:
        raise PolicyFileInvalid(f"{profile}.yaml: {error}") from error
    return PolicySet(profile, parameters, hash_of(parameters))


def _values(name: str, entry: Mapping[str, Any], sources: dict[str, str]) -> Any:
    """The value of an entry, or of each entry inside; its source goes into `sources` under the dotted name."""
    if not isinstance(entry, Mapping):
        raise PolicyFileInvalid(f"{name} has no source beside its value")
    if "value" not in entry:
        return {inner: _values(f"{name}.{inner}", one, sources) for inner, one in entry.items()}
    if not str(entry.get("reference") or "").strip():
        raise PolicyFileInvalid(f"{name} has no legal source")
    sources[name] = str(entry["reference"])
    return entry["value"]


def hash_of(parameters: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of what the parameters say."""
    return hashlib.sha256(orjson.dumps(parameters, option=orjson.OPT_SORT_KEYS)).hexdigest()
