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

from deploy.local.process import LocalServerError
from shared.clock import monotonic
from shared.service import run_fast
from tests.chaos.history import EVERYTHING, history
from tests.chaos.house import House, house
from tests.chaos.planted import MISTAKES
from tests.chaos.play import Play
from tests.chaos.seeds import keep, kept

MONTHS = 2
TAIL_CHARACTERS = 3000


async def run(seeds: Sequence[tuple[int, int]], folder: Path, sabotage: Sequence[str]) -> int:
    """Play the seeds, each with its months; returns how many failed."""
    failed: list[int] = []
    began, steps = monotonic(), 0
    async with house(folder) as one:
        for seed, months in seeds:
            play = Play(one, history(seed, months, sabotage))
            error = await _played(one, play)
            steps += play.steps
            if error:
                failed.append(seed)
                keep(seed, months)
                one.keep_log(f"seed-{seed}")
                typer.echo(f"{play.history}\n{error}\nkept; again: make chaos FIRST={seed} SEEDS=1")
        typer.echo(f"{len(seeds)} seeds, {steps} steps, {monotonic() - began:.0f} s, kills {dict(one.kills)}, failed {failed}")
    return len(failed)


async def find(mistakes: Sequence[str], seeds: Sequence[tuple[int, int]], folder: Path, sabotage: Sequence[str]) -> int:
    """Plant each of the mistakes and play seeds until one finds it; returns how many were not found."""
    missed = 0
    async with house(folder) as one:
        for one.mistake in mistakes:
            for seed, months in seeds:
                play = Play(one, history(seed, months, sabotage))
                error = await _played(one, play)
                if error:
                    typer.echo(f"{one.mistake} was found by seed {seed} in step {play.steps}: {error[-600:]}")
                    break
            else:
                missed += 1
                typer.echo(f"{one.mistake} was NOT found")
    return missed


async def _played(one: House, play: Play) -> str:
    """What went wrong."""
    before, since, error = Counter(one.kills), monotonic(), ""
    try:
        await play.play()
    except LocalServerError:
        raise  # a server that does not start is nobody's mistake
    except Exception:  # noqa: BLE001  # whatever happens is told, and the next seed is played
        error = traceback.format_exc()[-TAIL_CHARACTERS:]
    said = "FAILED" if error else "agrees"
    typer.echo(f"seed {play.history.seed} {said}: {play.steps} steps, {monotonic() - since:.0f} s, kills {dict(one.kills - before)}")
    return error


def main(
    first: Annotated[int, typer.Option(help="The first seed; only with it those that failed once do not come before.")] = 0,
    seeds: Annotated[int, typer.Option(help="How many.")] = 10,
    months: Annotated[int, typer.Option(help="How many months a history has.")] = MONTHS,
    kills: Annotated[bool, typer.Option(help="SIGKILL what is in the way.")] = True,
    mistake: Annotated[
        str, typer.Option(help=f"`all` or some of {', '.join(MISTAKES)}, by commas: planted into payments, to be found.")
    ] = "",
    folder: Annotated[Path | None, typer.Option(help="Where servers live.")] = None,
) -> None:
    """Play histories of many seeds."""
    logging.disable(logging.CRITICAL)  # clients tell at length of a broker that is away
    new = [(seed, dict(kept()).get(seed, months)) for seed in range(first or 1, (first or 1) + seeds)]
    with tempfile.TemporaryDirectory(prefix="chaos-") as temporary:
        place, sabotage = folder or Path(temporary), EVERYTHING if kills else ()
        if mistake:
            planted = list(MISTAKES) if mistake == "all" else mistake.split(",")
            failed = run_fast(find(planted, new, place, sabotage))
        else:
            failed = run_fast(run(new if first else [*kept(), *new], place, sabotage))
    sys.exit(min(failed, 1))


if __name__ == "__main__":
    typer.run(main)
