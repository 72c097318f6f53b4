"""Plain text: one sentence or paragraph a line, with no scene."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from scenograph.corpus.example import Example, language_of
from scenograph.corpus.files import read_text


def load(path: Path, source: str) -> Iterator[Example]:
    """
    Yield one example without a scene per line of *path*; blank lines are passed over.

    Args:
        path: a UTF-8 file
        source: how the examples name the file; the line's number is appended
    Raises:
        CorpusError: if the file is empty or is no text
    """
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        text = line.strip()
        if text:
            yield Example(None, (text,), language_of(text), f"{source}:{number}")
