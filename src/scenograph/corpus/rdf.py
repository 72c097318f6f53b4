"""
RDF as others publish it, or as this package writes it: Turtle, TriG, N-Triples, N-Quads, JSON-LD.

Files hold scenes without texts: `scenograph.surfaces.rdf` says how statements become scenes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from scenograph.corpus.example import UNDETERMINED, Example
from scenograph.corpus.files import read_text
from scenograph.errors import CorpusError, SurfaceError
from scenograph.surfaces.rdf import parse_rdf

SYNTAXES = {".ttl": "turtle", ".trig": "trig", ".nt": "ntriples", ".nq": "nquads", ".jsonld": "jsonld"}


def load(
    path: Path, source: str, base: str | None = None, contexts: Mapping[str, Path] | None = None
) -> Iterator[Example]:
    """
    Yield one example without a text for each scene of the RDF file *path*.

    Args:
        path: a UTF-8 file; its extension says its syntax
        source: how the examples name the file; the scene's number is appended
        base, contexts: as for `scenograph.surfaces.rdf.parse_rdf`
    Raises:
        CorpusError: if the file is malformed or says nothing
        MissingExtraError: if pyoxigraph is not installed
    """
    try:
        scenes = parse_rdf(read_text(path), SYNTAXES[path.suffix.lower()], base, contexts)
    except SurfaceError as error:
        raise CorpusError(f"{path}: {error}") from error
    if not scenes:
        raise CorpusError(f"{path}: there is no triple in this file")
    for number, scene in enumerate(scenes, start=1):
        yield Example(scene, (), UNDETERMINED, f"{source}#{number}")
