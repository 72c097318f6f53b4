"""
Shell lines of documents, run in one process: `scenograph` commands joined by `|`, `>` and `&&`, and `cat`.

What takes long or never ends (`train`, `demo`, `serve` …) is parsed, so that its options and their values are
known to be right, and not run.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import typer.main
from typer.testing import CliRunner

from scenograph.cli import app

FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Shown(NamedTuple):
    """
    A command that a document shows.

    Attributes:
        line: the command, without its remark
        remark: what stands behind `#`
        output: what the document shows that it prints; empty if it shows nothing
    """

    line: str
    remark: str
    output: str


class Done(NamedTuple):
    """What a line printed on both streams, and the exit code of its last command."""

    stdout: str
    stderr: str
    code: int


def shown_commands(page: str) -> Iterator[Shown]:
    """Yield the commands of a page: lines after `$` with their output, and blocks of `scenograph` lines."""
    for kind, block in FENCED.findall(page):
        lines = [] if kind else block.splitlines()
        if not any(line.startswith("$ ") for line in lines):
            yield from (Shown(*_split(line), "") for line in lines if line.startswith("scenograph "))
            continue
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            first, _, rest = part.partition("\n")
            yield Shown(*_split(first), rest.partition("\n\n")[0].strip("\n"))


def _split(line: str) -> tuple[str, str]:
    command, _, remark = re.sub(r"\s+# ", "\0", line, count=1).partition("\0")
    return command.strip(), remark.strip()


def run(line: str, parse_only: Sequence[str] = ()) -> Done:
    """
    Run *line* in the present folder; a failed command ends it.

    Args:
        line: a line of commands
        parse_only: commands, by their first words, that are parsed and not run
    """
    tokens = shlex.shlex(line, posix=True, punctuation_chars="|>&")
    tokens.whitespace_split, tokens.commenters = True, ""
    words: list[str] = []
    piped, errors = "", ""
    for token in [*tokens, "&&"]:
        if token not in ("|", "&&"):
            words.append(token)
            continue
        target = None
        if ">" in words:
            words, (_, target) = words[:-2], words[-2:]
        done = _command(words, piped, parse_only)
        piped, errors, words = done.stdout, errors + done.stderr, []
        if target is not None:
            Path(target).write_text(done.stdout, encoding="utf-8")
            piped = ""
        if done.code:
            return Done(piped, errors, done.code)
    return Done(piped, errors, 0)


def _command(words: Sequence[str], piped: str, parse_only: Sequence[str]) -> Done:
    program, *arguments = words
    if program == "cat":
        return Done("".join(Path(name).read_text(encoding="utf-8") for name in arguments), "", 0)
    assert program == "scenograph", words
    if any(" ".join(arguments).startswith(command) for command in parse_only):
        return check(arguments)
    result = CliRunner().invoke(app, arguments, input=piped or None, catch_exceptions=False)
    return Done(result.stdout, result.stderr, result.exit_code)


def check(arguments: Sequence[str]) -> Done:
    """Parse the *arguments* of a command without running it."""
    command: Any = typer.main.get_command(app)
    rest = list(arguments)
    try:
        while hasattr(command, "commands"):
            name, *rest = rest
            command = command.commands[name]
        command.make_context(arguments[0], rest, help_option_names=["-h", "--help"]).close()
    except KeyError as error:
        return Done("", f"no such command: {error}", 2)
    except Exception as error:
        if not hasattr(error, "exit_code"):  # unlike what typer says of a wrong call
            raise
        return Done("", str(error), error.exit_code)
    return Done("", "", 0)
