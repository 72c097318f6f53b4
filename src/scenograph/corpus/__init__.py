"""
Corpora: pairs of scenes and texts to learn from.

`load` reads files of several formats, `add` and `iterate` keep them in a mind's folder.
"""

from scenograph.corpus.example import Example, language_of
from scenograph.corpus.load import load
from scenograph.corpus.store import CorpusSource, add, iterate, sources

__all__ = ["CorpusSource", "Example", "add", "iterate", "language_of", "load", "sources"]
