"""
PENMAN files as AMR banks publish them.

The sentence stands in `::snt`; its language may stand in `::lang`, its style in `::style`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from scenograph.corpus.example import UNDETERMINED, Example, language_of
from scenograph.corpus.files import read_text
from scenograph.errors import CorpusError, NotationError
from scenograph.surfaces.penman import parse_penman


def load(path: Path, source: str) -> Iterator[Example]:
    """
    Yield one example per scene of the PENMAN file *path*.

    Args:
        path: a UTF-8 file
        source: how the examples name the file; the scene's `::id` or its number is appended
    Raises:
        CorpusError: if the file holds no scene or a malformed one, with its line and column
    """
    text = read_text(path)
    number = 0
    try:
        for number, (scene, metadata) in enumerate(parse_penman(text), start=1):
            sentence = metadata.get("snt", "").strip()
            language = metadata.get("lang") or language_of(sentence)
            yield Example(
                scene=scene,
                texts=(sentence,) if sentence else (),
                language=language if sentence else UNDETERMINED,
                source=f"{source}#{metadata.get('id') or number}",
                style=metadata.get("style") or "plain",
            )
    except NotationError as error:
        where = f"{path}, line {error.line}, column {error.column}"
        raise CorpusError(f"{where}: {error.message}") from error
    if not number:
        raise CorpusError(f"{path}: there is no scene in this PENMAN file, only comments")
