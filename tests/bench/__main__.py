"""How fast it is, beside what the bare machinery takes: `python -m tests.bench --scale 100 --goal P2`.

Prints JSON lines (tests/bench/lines.py) on standard output and what it is doing on standard error. Every baseline is
measured in the same run, on the same servers.
"""

import asyncio
import logging
import signal
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import structlog
import typer

from shared.service import run_fast
from tests.bench.lines import Line, Stopwatch, tell
from tests.bench.run import GOALS, lines


def main(
    scale: Annotated[int, typer.Option(min=1, help="How many real persons one person stands for.")] = 100,
    goal: Annotated[str | None, typer.Option(help=f"One of {', '.join(GOALS)}; by default all.")] = None,
) -> None:
    """Measure the goals, and print a line for each figure."""
    if goal is not None and goal not in GOALS:
        raise typer.BadParameter(f"one of {', '.join(GOALS)}", param_hint="--goal")

    # Standard output is for lines.
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING), logger_factory=structlog.PrintLoggerFactory(sys.stderr)
    )

    async def run() -> None:
        task = asyncio.current_task()
        if task is not None:
            # Asked to end, it ends its servers before.
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        with tempfile.TemporaryDirectory(prefix="sukjai-bench-") as folder:
            line: Line
            async for line in lines(scale, [goal] if goal else list(GOALS), Path(folder)):
                line.show()

    watch = Stopwatch()
    run_fast(run())
    tell(f"done in {watch.seconds:.0f} s")


typer.run(main)
