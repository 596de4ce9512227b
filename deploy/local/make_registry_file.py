"""Make the national registry file: `python -m deploy.local.make_registry_file --scale 1000 --seed 1 --out registry.csv`.

docs/registry-file.md tells what is in it. With `--hostile` and `--faults` a copy with known faults is written beside it.
"""

from pathlib import Path
from typing import Annotated

import typer

from deploy.local.registry_file import write_registry_file
from deploy.local.registry_file.hostile import write_hostile_copy


def main(
    out: Annotated[Path, typer.Option(help="The CSV file to write; one that is there is replaced.")],
    scale: Annotated[int, typer.Option(min=1, help="How many real persons one line stands for; 1 is the whole country.")] = 1000,
    seed: Annotated[int, typer.Option(help="The same seed and scale give the same file.")] = 1,
    hostile: Annotated[Path | None, typer.Option(help="Where to write the copy with known faults.")] = None,
    faults: Annotated[Path | None, typer.Option(help="Where to write the list of the faults, as NDJSON.")] = None,
) -> None:
    """Write a made-up registry file as the Ministry of Finance would send it."""
    if (hostile is None) != (faults is None):
        raise typer.BadParameter("--hostile and --faults belong together")
    totals = write_registry_file(out, scale, seed)
    typer.echo(f"{out}: {totals.persons:,} persons")
    for cell, persons in totals.cells.items():
        age, income = "over 60" if cell.over_60 else "up to 60", "over 30,000" if cell.over_30000 else "up to 30,000"
        typer.echo(f"  {age} years, {income} baht: {persons:,}")
    if hostile and faults:
        typer.echo(f"{hostile}: {len(write_hostile_copy(out, hostile, faults)):,} lines with faults, listed in {faults}")


if __name__ == "__main__":
    typer.run(main)
