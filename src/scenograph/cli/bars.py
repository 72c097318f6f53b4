"""Progress bars for a terminal."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from scenograph.cli import output
from scenograph.cli.progress import Shown


class _Share(ProgressColumn):
    """Per cent done, where the whole is known."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.percentage:3.0f}%" if task.total else "    ", style="progress.percentage")


class Bars(Shown):
    """The same as `Shown`, drawn; a finished bar is replaced by a line that stays."""

    def __init__(self) -> None:
        super().__init__()
        console = Console(stderr=True, highlight=False, soft_wrap=True)
        self._print = console.print
        self._bars = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=28),
            _Share(),
            TimeElapsedColumn(),
            TimeRemainingColumn(compact=True),
            TextColumn("[dim]{task.fields[note]}"),
            console=console,
            transient=True,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        self._bars.start()
        output.above = lambda message: self._print(Text.from_ansi(message))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        output.above = None
        self._bars.stop()

    def start(self, title: str, total: float | None = None) -> None:
        """Show a new bar."""
        self._title, self._note, self._began = title, "", time.perf_counter()
        self._task = self._bars.add_task(f"{title:<11}", total=total, note="")

    def advance(self, amount: float = 1.0, note: str = "") -> None:
        """Move the bar."""
        if self._task is not None:
            self._note = note or self._note
            self._bars.update(self._task, advance=amount, note=self._note)

    def finish(self, summary: str) -> None:
        """Replace the bar by one line that stays."""
        if self._task is not None:
            self._bars.remove_task(self._task)
            self._task = None
        super().finish(summary)

    def line(self, title: str, summary: str, seconds: float | None = None) -> None:
        """Print the line of a finished step."""
        took = f" [dim]({seconds:.1f} s)[/]" if seconds is not None else ""
        self._print(
            Text.from_markup("[green]✓[/] "), Text(f"{title:<11} {summary}"), Text.from_markup(took), sep=""
        )
