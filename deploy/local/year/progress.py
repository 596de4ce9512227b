"""What the person before the screen sees: the month, what happens, how far it is."""

from types import TracebackType
from typing import Final, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from shared.clock import monotonic

MONTHS: Final = ("", "ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.")


class Progress:
    """Names the month in the Buddhist year and what is being done in it: bars on a terminal, else a line for each act."""

    def __init__(self, console: Console) -> None:
        """Shown on the console while entered."""
        self._console = console
        self._bars = Bars(
            SpinnerColumn(),
            TextColumn("{task.fields[month]:<12}"),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._began = monotonic()
        self._month = ""
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        """Show."""
        self._bars.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Leave the last state on the screen."""
        self._bars.stop()

    def month(self, number: int) -> None:
        """A month of 2561 begins."""
        self._month = f"{MONTHS[number]} 2561"

    def begin(self, what: str, count: int) -> None:
        """Something begins that takes `count` steps."""
        self._task = self._bars.add_task(what, total=count, month=self._month)
        if not self._console.is_terminal:
            self._console.print(f"{monotonic() - self._began:6.1f} s  {self._month:<12} {what} ({count:,})", highlight=False)

    def step(self, count: int = 1) -> None:
        """So many steps are done."""
        if self._task is not None:
            self._bars.advance(self._task, count)
