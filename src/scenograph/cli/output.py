"""
Two streams: data on stdout, everything said to a person on stderr.

What another program may want to read goes through `data` or `record`. Progress, hints and
warnings go through the rest, so that `scenograph read ... > scenes.txt` catches scenes and nothing else.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from typing import Any

from rich.console import Console

screen = Console(stderr=True, highlight=False, soft_wrap=True)
"""Where a person reads."""


class _Warnings(logging.Handler):
    """Shows what the package logs as warnings in our own words."""

    def emit(self, record: logging.LogRecord) -> None:
        warn(record.getMessage())


def configure() -> None:
    """
    Decide what is shown of what libraries say: our warnings, in our words, and nothing of the others.

    Bars and notes of other libraries would run into our own; what they raise is still raised.
    """
    os.environ.setdefault("TQDM_DISABLE", "1")
    ours = logging.getLogger("scenograph")
    if not any(isinstance(handler, _Warnings) for handler in ours.handlers):
        ours.addHandler(_Warnings(logging.WARNING))
        logging.getLogger().addHandler(logging.NullHandler())


def data(text: str) -> None:
    """Print *text* for whoever reads our stdout."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def record(value: Any) -> None:
    """Print *value* as one line of JSON on stdout."""
    data(json.dumps(value, ensure_ascii=False))


def note(message: str) -> None:
    """Tell a person something in passing."""
    screen.print(message, markup=False, style="dim")


def heading(message: str) -> None:
    """Tell a person what comes now."""
    screen.print(message, markup=False, style="bold")


def warn(message: str) -> None:
    """Tell a person of something that went less well than asked."""
    screen.print(f"warning: {message}", markup=False, style="yellow")


def fail(message: str) -> None:
    """Tell a person what went wrong; the caller exits."""
    screen.print(f"error: {message}", markup=False, style="red")


def example(line: str) -> str:
    """The end of a command's help: one line that works, not to be wrapped."""
    return f"\b\nExample:\n  {line}"
