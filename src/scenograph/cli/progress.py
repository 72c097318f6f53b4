"""Progress bars on stderr; plain lines where stderr is no terminal."""

from __future__ import annotations

import time
from types import TracebackType

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

from scenograph.cli.output import screen


class _Share(ProgressColumn):
    """Per cent done, where the whole is known."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.percentage:3.0f}%" if task.total else "    ", style="progress.percentage")


class Bars:
    """
    A `scenograph.progress.Progress` for a terminal; use it as a context manager.

        with Bars() as bars:
            mind.train(bars)
    """

    def __init__(self) -> None:
        self._bars = Progress(
            SpinnerColumn(finished_text="[green]✓"),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=28),
            _Share(),
            TimeElapsedColumn(),
            TimeRemainingColumn(compact=True),
            TextColumn("[dim]{task.fields[note]}"),
            console=screen,
            transient=True,
        )
        self._task: TaskID | None = None
        self._title = ""
        self._began = 0.0

    def __enter__(self) -> Bars:
        if screen.is_terminal:
            self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def start(self, title: str, total: float | None = None) -> None:
        """Show a new bar."""
        self._title, self._began = title, time.perf_counter()
        self._task = self._bars.add_task(f"{title:<11}", total=total, note="")
        if not screen.is_terminal:
            screen.print(f"  {title} ...", markup=False)

    def advance(self, amount: float = 1.0, note: str = "") -> None:
        """Move the bar."""
        if self._task is not None:
            if note:
                self._bars.update(self._task, advance=amount, note=note)
            else:
                self._bars.advance(self._task, amount)

    def finish(self, summary: str) -> None:
        """Replace the bar by one line that stays."""
        if self._task is not None:
            self._bars.remove_task(self._task)
            self._task = None
        self.line(self._title, summary, time.perf_counter() - self._began)

    def line(self, title: str, summary: str, seconds: float | None = None) -> None:
        """Print the line of a finished step."""
        took = f" [dim]({seconds:.1f} s)[/]" if seconds is not None else ""
        screen.print(
            Text.from_markup("[green]✓[/] "), Text(f"{title:<11} {summary}"), Text.from_markup(took), sep=""
        )
