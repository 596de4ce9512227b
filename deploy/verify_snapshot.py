"""For whoever holds a frozen report and wants to be sure of it, without the service: `python -m deploy.verify_snapshot FILE --jwks keys.json`.

FILE is the answer of reporting's `GET /v1/snapshots/{id}`, the keys that of `/.well-known/jwks.json`. With `--previous` (the snapshot before it in
the chain) and `--replaces` (the edition before it), files of the same kind, its links to them are looked at too. Nothing of the service is needed,
and no network. Prints one JSON line: what it is, and what is wrong. Ends with 1 when something is.
"""

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from shared.signatures import PublicKeys, SignatureBroken

TYPE: Final = "report-snapshot"
_SAID: Final = ("snapshot_id", "report", "area", "as_of", "edition", "content_hash")


def wrong_with(told: dict[str, Any], keys: PublicKeys) -> Iterator[str]:
    """What of the snapshot does not hold by itself."""
    text = told["canonical"].encode()
    inside = json.loads(text)
    if hashlib.sha256(text).hexdigest() != told["content_hash"]:
        yield "the hash is not that of the text"
    if inside != told["content"]:
        yield "the content is not that of the text"
    if inside["prev_hash"] != told["prev_hash"]:
        yield "the hash of the snapshot before is not the one in the text"
    if any(inside.get(name) != told[name] for name in ("report", "area", "edition")):
        yield "report, area or edition are not those of the text"
    try:
        if keys.verify_detached(told["signature"] or "", text).get("typ") != TYPE:
            yield "the signature is over something of another type"
    except SignatureBroken as error:
        yield str(error)


def wrong_between(told: dict[str, Any], previous: dict[str, Any] | None, replaces: dict[str, Any] | None) -> Iterator[str]:
    """Which links do not hold."""
    if previous is not None and _hash(previous) != told["prev_hash"]:
        yield "it does not follow that snapshot"
    if replaces is not None:
        named = (json.loads(told["canonical"]).get("replaces") or {}).get("content_hash")
        if named != _hash(replaces):
            yield "it does not replace that edition"


def _hash(told: dict[str, Any]) -> str:
    """That of the text itself, whatever the file says of it."""
    return hashlib.sha256(told["canonical"].encode()).hexdigest()


def main(
    file: Annotated[Path, typer.Argument(help="The snapshot, as reporting gave it.")],
    jwks: Annotated[Path, typer.Option(help="Reporting's public keys, as GET /.well-known/jwks.json gave them.")],
    previous: Annotated[Path | None, typer.Option(help="The snapshot before it in the chain.")] = None,
    replaces: Annotated[Path | None, typer.Option(help="The edition before it.")] = None,
) -> None:
    """Verify."""
    try:
        told = _read(file)
        before, edition = (None if one is None else _read(one) for one in (previous, replaces))
        wrong = [*wrong_with(told, PublicKeys.of(_read(jwks))), *wrong_between(told, before, edition)]
        said = {name: told[name] for name in _SAID}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        sys.exit(f"{type(error).__name__}: {error}")
    typer.echo(json.dumps({**said, "wrong": wrong}, ensure_ascii=False))
    raise SystemExit(1 if wrong else 0)


def _read(file: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return told


if __name__ == "__main__":
    typer.run(main)
