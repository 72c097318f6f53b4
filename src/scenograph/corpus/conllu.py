"""
CoNLL-U files: treebanks, and what parsers of Universal Dependencies write.

Each sentence becomes an open scene, by `scenograph.readers.convert`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from scenograph.corpus.example import Example, language_of
from scenograph.corpus.files import read_text
from scenograph.errors import CorpusError
from scenograph.readers.conllu import parse
from scenograph.readers.convert import convert


def load(path: Path, source: str) -> Iterator[Example]:
    """
    Yield one example per sentence of the CoNLL-U file *path*.

    Args:
        path: a UTF-8 file
        source: how the examples name the file; the `sent_id` of the sentence or its number is appended
    Raises:
        CorpusError: if the file holds no sentence or a broken one, with its line
    """
    number = 0
    try:
        for number, sentence in enumerate(parse(read_text(path).split("\n")), start=1):
            yield Example(
                scene=convert(sentence).scene,
                texts=(sentence.text,),
                language=sentence.comment("lang") or language_of(sentence.text),
                source=f"{source}#{sentence.sent_id or number}",
            )
    except CorpusError as error:
        raise CorpusError(f"{path}, {error}") from error
    if not number:
        raise CorpusError(f"{path}: there is no sentence in this CoNLL-U file")
