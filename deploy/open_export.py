"""For recipients: open a list, look whether it is whole and ours, and print what to confirm receipt with.

`python -m deploy.open_export <file> --key age-key.txt --jwks signing-keys.json` with the manifest beside the file (`<file>.manifest.json`, as
`GET /v1/exports/{id}/manifest` gave it). Prints one JSON line: rows and SHA-256 of the content, and what does not fit. Ends with 1 when
something does not. Without --out the content is counted and thrown away.
"""

import json
import sys
from pathlib import Path
from typing import Annotated, Any, BinaryIO, Final

import typer

from shared.sealed_files import NotOpened, SealedFile, open_sealed
from shared.signatures import PublicKeys, SignatureBroken

CSV: Final = "CSV"


class Rows:
    """Counts the rows of what comes in pieces: lines, but not the line ends within quotes of CSV; its header is none."""

    def __init__(self, file_format: str, out: BinaryIO | None) -> None:
        """`out` gets the content too."""
        self._csv = file_format == CSV
        self._out = out
        self._quoted = False
        self._lines = 0

    @property
    def count(self) -> int:
        """Rows so far."""
        return max(self._lines - 1, 0) if self._csv else self._lines

    def take(self, piece: bytes) -> None:
        """The next piece."""
        if self._csv:
            for number, part in enumerate(piece.split(b'"')):
                self._quoted ^= number > 0
                self._lines += 0 if self._quoted else part.count(b"\n")
        else:
            self._lines += piece.count(b"\n")
        if self._out is not None:
            self._out.write(piece)


def wrong_with(manifest: dict[str, Any], opened: SealedFile, rows: int) -> list[str]:
    """The names of the manifest's members that are not as found."""
    found = {
        "rows": rows,
        "plain_sha256": opened.plain_sha256,
        "plain_bytes": opened.plain_bytes,
        "file_sha256": opened.file_sha256,
        "file_bytes": opened.file_bytes,
    }
    return [name for name, value in found.items() if manifest.get(name) != value]


def main(
    file: Annotated[Path, typer.Argument(help="The encrypted file.")],
    key: Annotated[Path, typer.Option(help="The age key file of your office.")],
    jwks: Annotated[Path, typer.Option(help="The registry's public keys, as GET /.well-known/jwks.json gave them.")],
    manifest: Annotated[Path | None, typer.Option(help="The signed manifest; by default <file>.manifest.json.")] = None,
    out: Annotated[Path | None, typer.Option(help="Where the content goes; must not exist yet.")] = None,
) -> None:
    """Open, verify, count."""
    try:
        signed = json.loads((manifest or file.with_name(f"{file.name}.manifest.json")).read_text(encoding="utf-8"))
        PublicKeys.of(json.loads(jwks.read_text(encoding="utf-8"))).verify_detached(signed["signature"], signed["manifest"].encode())
        told = json.loads(signed["manifest"])
        opened, rows = _open(file, key.read_text(encoding="utf-8"), told["format"], out)
    except (NotOpened, SignatureBroken, OSError, ValueError, KeyError) as error:
        sys.exit(f"{type(error).__name__}: {error}")
    wrong = wrong_with(told, opened, rows)
    if wrong and out is not None:
        out.unlink()
    said = {"export_id": told["export_id"], "rows": rows, "plain_sha256": opened.plain_sha256, "signature": "good", "wrong": wrong}
    typer.echo(json.dumps(said))
    raise SystemExit(1 if wrong else 0)


def _open(file: Path, key: str, file_format: str, out: Path | None) -> tuple[SealedFile, int]:
    if out is None:
        rows = Rows(file_format, None)
        return open_sealed(file, key, rows.take), rows.count
    with out.open("xb") as content:
        out.chmod(0o600)
        rows = Rows(file_format, content)
        try:
            return open_sealed(file, key, rows.take), rows.count
        except BaseException:
            out.unlink()
            raise


if __name__ == "__main__":
    typer.run(main)
