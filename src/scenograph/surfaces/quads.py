"""
Quads: scenes as named graphs in one N-Quads document, with what is said about each.

    <urn:example:1> <http://www.w3.org/ns/prov#generatedAtTime> "2026-01-31T12:00:00Z"^^<…dateTime> .
    _:s0n0 <…type> <urn:scenograph:concept:build> <urn:example:1> .
    …

A scene is a graph as `scenograph.surfaces.rdf` draws it, named by an IRI; statements about that name, and
about names that begin with it and `#`, stand before it in the default graph. Documents may be larger than
memory: they are written and read one named scene after another, so all quads of one must stand together.

Law: `list(parse_quads(StringIO("".join(format_quads(some))))) == some`, for all *some* whose names differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import IO, Any, NamedTuple

from scenograph.core import Scene
from scenograph.errors import SceneError, SurfaceError
from scenograph.surfaces.rdf import XSD, library, scenes_of, triples_of


class Iri(NamedTuple):
    """The name of a thing or of a property."""

    value: str


class Literal(NamedTuple):
    """A value: its text, and the IRI of its type, by default a string."""

    text: str
    datatype: str = f"{XSD}string"


class Statement(NamedTuple):
    """Something said: about what, which property, which value."""

    subject: str
    property: str
    value: Iri | Literal


class Named(NamedTuple):
    """
    A scene with a name and what is said about it.

    Attributes:
        name: an IRI
        about: statements, each once, about *name* or names that begin with it and `#`
        scene: the scene; None where only statements have that name
    """

    name: str
    about: tuple[Statement, ...]
    scene: Scene | None = None


def format_quads(some: Iterable[Named]) -> Iterator[str]:
    """
    Yield the N-Quads of each of *some*; undone by `parse_quads`.

    Raises:
        SurfaceError: if a name is no IRI, or a text holds half of a surrogate pair
        MissingExtraError: if pyoxigraph is not installed
    """
    ox = library()
    for number, named in enumerate(some):
        try:
            graph = ox.NamedNode(named.name)
            quads = [
                ox.Quad(ox.NamedNode(subject), ox.NamedNode(of), _term(value), ox.DefaultGraph())
                for subject, of, value in named.about
            ]
            if named.scene is not None:
                quads += [ox.Quad(*triple, graph) for triple in triples_of(named.scene, number)]
        except ValueError as error:
            raise SurfaceError(f"N-Quads: {named.name}: {error}") from error
        yield ox.serialize(quads, format=ox.RdfFormat.N_QUADS).decode()


def _term(value: Iri | Literal) -> Any:
    named = library().NamedNode
    if isinstance(value, Iri):
        return named(value.value)
    return library().Literal(value.text, datatype=named(value.datatype))


def parse_quads(file: IO[str]) -> Iterator[Named]:
    """
    Yield the named scenes of an N-Quads document in its order, undoing `format_quads`.

    Raises:
        SurfaceError: if it is malformed, with line and column, or a graph is no scene of ours; it names the
            graph
        MissingExtraError: if pyoxigraph is not installed
    """
    ox = library()
    try:
        for name, quads in groupby(ox.parse(file, format=ox.RdfFormat.N_QUADS), _name):
            about: list[Statement] = []
            triples: list[Any] = []
            for quad in quads:
                if quad.graph_name == ox.DefaultGraph():
                    about.append(Statement(quad.subject.value, quad.predicate.value, _value(quad.object)))
                else:
                    triples.append(quad.triple)
            yield Named(name, tuple(about), _scene(name, triples) if triples else None)
    except (SyntaxError, ValueError) as error:
        raise SurfaceError(f"N-Quads: {error}") from error


def _name(quad: Any) -> str:
    """The name of the scene that *quad* belongs to."""
    ox = library()
    owner = quad.subject if quad.graph_name == ox.DefaultGraph() else quad.graph_name
    if not isinstance(owner, ox.NamedNode):
        raise SurfaceError(f"N-Quads: {quad} belongs to no named graph, and says nothing about one")
    return owner.value if owner == quad.graph_name else owner.value.partition("#")[0]


def _value(term: Any) -> Iri | Literal:
    ox = library()
    if isinstance(term, ox.NamedNode):
        return Iri(term.value)
    if isinstance(term, ox.Literal):
        return Literal(term.value, term.datatype.value)
    raise SurfaceError(f"N-Quads: {term} is no name and no value; statements about graphs have one of these")


def _scene(name: str, triples: list[Any]) -> Scene:
    for triple in triples:
        if any(isinstance(term, library().Triple) for term in triple):
            raise SurfaceError(f"N-Quads: {name}: triples about triples are not read: {triple}")
    try:
        scenes = scenes_of(triples, f"N-Quads: {name}")
    except SceneError as error:
        raise SurfaceError(f"N-Quads: {name} describes no scene: {error}") from error
    if len(scenes) != 1:
        raise SurfaceError(f"N-Quads: {name} holds {len(scenes)} scenes; expected one in each graph")
    return scenes[0]
