"""
Two streams: data for programs on stdout, words for a person on stderr.

So `scenograph read ... > scenes.txt` writes scenes to the file and nothing else.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable
from typing import Any

import typer

above: Callable[[str], None] | None = None
"""Prints above the progress bars while they are drawn."""


class _Warnings(logging.Handler):
    """Shows what the package logs as warnings in our own words."""

    def emit(self, record: logging.LogRecord) -> None:
        warn(record.getMessage())


def configure() -> None:
    """
    Show the warnings of this package, and no bars or notes of other libraries.

    Those would run into our own. What other libraries raise is still raised.
    """
    os.environ.setdefault("TQDM_DISABLE", "1")
    ours = logging.getLogger("scenograph")
    if not any(isinstance(handler, _Warnings) for handler in ours.handlers):
        ours.addHandler(_Warnings(logging.WARNING))
        logging.getLogger().addHandler(logging.NullHandler())


def data(text: str) -> None:
    """Print *text* to stdout: it is what the command was asked for."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def record(value: Any, **more: Any) -> None:
    """Print *value* as one line of JSON on stdout, after *more* fields that say which input it belongs to."""
    from scenograph.results import record as as_json

    plain = as_json(value)
    data(json.dumps({**more, **plain} if more else plain, ensure_ascii=False))


def show(value: Any, text: str, json: bool, **more: Any) -> None:
    """Print *value* as `record` does if *json*, else *text*."""
    if json:
        record(value, **more)
    else:
        data(text)


def say(message: str, **style: Any) -> None:
    """Say something to a person, on stderr; *style* as for `typer.style`."""
    styled = typer.style(message, **style) if style and not os.environ.get("NO_COLOR") else message
    if above is None:
        typer.echo(styled, err=True)
    else:
        above(styled)


def note(message: str) -> None:
    """Say something in passing."""
    say(message, dim=True)


def heading(message: str) -> None:
    """Say what comes now."""
    say(message, bold=True)


def warn(message: str) -> None:
    """Say that something went less well than asked."""
    say(f"warning: {message}", fg="yellow")


def fail(message: str) -> None:
    """Say what went wrong; the caller exits."""
    say(f"error: {message}", fg="red")


def count(number: int, noun: str) -> str:
    """*number* of what *noun* names: `1 crystal`, `2,000 crystals`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
