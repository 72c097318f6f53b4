"""
Corpora: pairs of scenes and texts to learn from.

:func:`load` reads files of several formats, :func:`add` and :func:`iterate` keep them in a mind's folder.
"""

from scenograph.corpus.example import Example, language_of
from scenograph.corpus.load import load
from scenograph.corpus.store import Source, add, iterate, sources

__all__ = ["Example", "Source", "add", "iterate", "language_of", "load", "sources"]
