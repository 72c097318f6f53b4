"""
RDF as others publish it, or as this package writes it: Turtle, N-Triples, JSON-LD.

Files hold scenes without texts: `scenograph.surfaces.rdf` says how statements become scenes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from scenograph.corpus.example import UNDETERMINED, Example
from scenograph.corpus.files import read_text
from scenograph.errors import CorpusError, SurfaceError
from scenograph.surfaces.rdf import parse_rdf

_SYNTAXES = {".ttl": "turtle", ".nt": "ntriples", ".jsonld": "jsonld"}


def read(path: Path, source: str) -> Iterator[Example]:
    """
    Yield one example without a text for each scene of the RDF file *path*.

    Args:
        path: a UTF-8 file; its extension says its syntax
        source: how the examples name the file; the scene's number is appended
    Raises:
        CorpusError: if the file is malformed or says nothing
        MissingExtraError: if pyoxigraph is not installed
    """
    try:
        scenes = parse_rdf(read_text(path), _SYNTAXES[path.suffix.lower()])
    except SurfaceError as error:
        raise CorpusError(f"{path}: {error}") from error
    if not scenes:
        raise CorpusError(f"{path}: there is no triple in this file")
    for number, scene in enumerate(scenes, start=1):
        yield Example(scene, (), UNDETERMINED, f"{source}#{number}")
