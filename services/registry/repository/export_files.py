"""The export folder: whole files that are there, and parts that nobody sees."""

import contextlib
from pathlib import Path
from typing import BinaryIO
from uuid import UUID


def part_path(folder: Path, export_id: UUID, attempt: int) -> Path:
    """Where an attempt writes."""
    return folder / f"{export_id}.{attempt}.part"


def final_path(folder: Path, export_id: UUID) -> Path:
    """Where the whole file lies."""
    return folder / f"{export_id}.age"


def clear_parts(folder: Path, export_id: UUID, attempt: int) -> None:
    """Make the folder where it is not, and remove what attempts before this one left; a later one may be writing. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for earlier in range(1, attempt):
        part_path(folder, export_id, earlier).unlink(missing_ok=True)


def publish(folder: Path, export_id: UUID, attempt: int) -> None:
    """Give the attempt's whole file its name. Raises OSError."""
    part_path(folder, export_id, attempt).replace(final_path(folder, export_id))


def remove(folder: Path, export_id: UUID) -> None:
    """Remove the file and whatever attempts left; who is fetching it gets it to its end."""
    final_path(folder, export_id).unlink(missing_ok=True)
    for part in folder.glob(f"{export_id}.*.part"):
        part.unlink(missing_ok=True)


def ids_in(folder: Path) -> list[UUID]:
    """Whose files and parts are in the folder."""
    found = set()
    for path in folder.glob("*.*"):
        if path.suffix in {".age", ".part"}:
            with contextlib.suppress(ValueError):
                found.add(UUID(path.name.partition(".")[0]))
    return sorted(found)


def opened(folder: Path, export_id: UUID) -> BinaryIO:
    """The whole file, to be read. Raises OSError."""
    return final_path(folder, export_id).open("rb")
