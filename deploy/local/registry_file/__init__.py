"""The national registry file, made up: as the Ministry of Finance would send it in January 2561."""

from pathlib import Path

from deploy.local.registry_file.cells import Totals, totals_at
from deploy.local.registry_file.layout import COLUMNS
from deploy.local.registry_file.people import blocks_of_lines

__all__ = ["COLUMNS", "Totals", "write_registry_file"]


def write_registry_file(path: Path, scale: int, seed: int) -> Totals:
    """Write a country where one person stands for `scale` real ones; memory stays flat. Returns what the file holds.

    The same scale and seed give the same bytes. Raises ValueError for a scale below 1.
    """
    if scale < 1:
        raise ValueError(f"scale is {scale}: one person stands for at least one")
    totals = totals_at(scale)
    with path.open("wb") as file:
        file.write((",".join(COLUMNS) + "\n").encode())
        for block in blocks_of_lines(totals, seed):
            file.write(block.encode())
    return totals
