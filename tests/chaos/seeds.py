"""Seeds that failed once."""

from pathlib import Path

KEPT = Path(__file__).with_name("seeds.txt")


def kept() -> list[tuple[int, int]]:
    """Each with the months of its history, in the order in which they failed."""
    lines = [line.split() for line in KEPT.read_text().splitlines() if line and not line.startswith("#")]
    return [(int(seed), int(months)) for seed, months, *_ in lines]


def keep(seed: int, months: int) -> None:
    """Note one that failed."""
    if (seed, months) not in kept():
        with KEPT.open("a") as file:
            file.write(f"{seed} {months}\n")
