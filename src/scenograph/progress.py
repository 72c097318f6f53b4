"""How a long step tells what it is doing; the library only calls, the command line draws."""

from __future__ import annotations

from typing import Protocol, runtime_checkable


@runtime_checkable
class Progress(Protocol):
    """A listener for the progress of one step after another."""

    def start(self, title: str, total: float | None = None) -> None:
        """A stretch of work begins; *total* units of it, if known."""
        ...

    def advance(self, amount: float = 1.0, note: str = "") -> None:
        """*amount* units are done; *note* is a word on how it goes, such as the loss."""
        ...

    def finish(self, summary: str) -> None:
        """The stretch has ended; *summary* is one line on what came of it."""
        ...


class Silent:
    """A listener that says nothing."""

    def start(self, title: str, total: float | None = None) -> None:
        """Ignore the start."""

    def advance(self, amount: float = 1.0, note: str = "") -> None:
        """Ignore the advance."""

    def finish(self, summary: str) -> None:
        """Ignore the end."""
