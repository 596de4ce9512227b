"""`make chaos SEEDS=n [FIRST=k]`: histories of many seeds, with kills of payments, its relay, Kafka and PostgreSQL; those that failed once come first."""

import logging
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from shared.clock import monotonic
from shared.service import run_fast
from tests.chaos.history import EVERYTHING, history
from tests.chaos.house import House, house
from tests.chaos.planted import MISTAKES
from tests.chaos.play import Play
from tests.chaos.seeds import keep, kept

MONTHS = 2
TAIL_CHARACTERS = 3000


async def run(seeds: Sequence[tuple[int, int]], folder: Path, sabotage: Sequence[str], mistake: str) -> int:
    """Play the seeds, each with its months; returns how many failed. With a planted mistake the first that finds it is the last."""
    failed: list[int] = []
    began, steps = monotonic(), 0
    async with house(folder) as one:
        one.mistake = mistake
        for seed, months in seeds:
            play = Play(one, history(seed, months, sabotage))
            steps_of, error = await _played(one, play)
            steps += steps_of
            if error:
                failed.append(seed)
            if error and mistake:
                typer.echo(f"{mistake} was found by seed {seed}, step {steps_of}:\n{error}")
                break
            if error:
                keep(seed, months)
                one.keep_log(f"seed-{seed}")
                typer.echo(f"{play.history}\n{error}\nkept; again: make chaos FIRST={seed} SEEDS=1")
        typer.echo(f"{len(seeds)} seeds, {steps} steps, {monotonic() - began:.0f} s, kills {dict(one.kills)}, failed {failed}")
    return len(failed)


async def _played(one: House, play: Play) -> tuple[int, str]:
    """How many steps went well, and what went wrong."""
    before, since, error = Counter(one.kills), monotonic(), ""
    try:
        await play.play()
    except Exception:  # noqa: BLE001  # whatever happens is told, and the next seed is played
        error = traceback.format_exc()[-TAIL_CHARACTERS:]
    said = "FAILED" if error else "agrees"
    typer.echo(f"seed {play.history.seed} {said}: {play.steps} steps, {monotonic() - since:.0f} s, kills {dict(one.kills - before)}")
    return play.steps, error


def main(
    first: Annotated[int, typer.Option(help="The first seed; only with it those that failed once do not come before.")] = 0,
    seeds: Annotated[int, typer.Option(help="How many.")] = 10,
    months: Annotated[int, typer.Option(help="How many months a history has.")] = MONTHS,
    kills: Annotated[bool, typer.Option(help="SIGKILL what is in the way.")] = True,
    mistake: Annotated[str, typer.Option(help=f"One of {', '.join(MISTAKES)}, planted into payments.")] = "",
    folder: Annotated[Path | None, typer.Option(help="Where servers live.")] = None,
) -> None:
    """Play histories of many seeds."""
    logging.disable(logging.CRITICAL)  # clients tell at length of a broker that is away
    new = [(seed, dict(kept()).get(seed, months)) for seed in range(first or 1, (first or 1) + seeds)]
    with tempfile.TemporaryDirectory(prefix="chaos-") as temporary:
        wanted = new if first else [*kept(), *new]
        failed = run_fast(run(wanted, folder or Path(temporary), EVERYTHING if kills else (), mistake))
    sys.exit(min(failed, 1))


if __name__ == "__main__":
    typer.run(main)
