"""
RDF: scenes as Turtle, TriG, N-Triples, N-Quads or JSON-LD, and the RDF of others as scenes.

    (b / build :agent (p / person :name "Oleg") :time 1931)

    _:n0 a concept:build ; scene:root true ; role:agent _:n1 ; role:time 1931 .
    _:n1 a concept:person ; role:name "Oleg" .

Nodes are blank nodes, so that equal scenes are isomorphic graphs; concepts and roles are IRIs, in which all
but letters, digits and `_ . -` is percent-encoded. The root is marked. Strings are `xsd:string`, numbers
in their shortest form `xsd:integer` and `xsd:decimal`, all other symbols and unknowns (`"?who"`) have
the type `scene:symbol`. RDF is a set and cannot say a thing twice: a link that a scene holds several times
is one triple, with a statement about it (`rdf:Statement`) that says how many `scene:times`.

Laws: `parse_rdf(format_rdf(scenes, syntax), syntax) == scenes` for all scenes, in their order, in each
syntax.

RDF in which no root is marked is somebody else's. It gives a scene for each connected part: a resource is a
node named after the last part of its IRI, or the whole where two would share that; a blank node is named
after its class. Properties are roles, classes are constants. Namespaces, datatypes and tags of languages are
not stored.

The library is pyoxigraph: docs/decisions/013-rdf.md says why.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeGuard
from urllib.parse import quote_from_bytes, unquote_to_bytes

from scenograph.core import Link, Scene
from scenograph.core.links import is_literal, quote, unquote
from scenograph.errors import MissingExtraError, SceneError, SurfaceError
from scenograph.surfaces.contexts import inline_contexts
from scenograph.surfaces.triples import parts_of, role_of, roots_of

if TYPE_CHECKING:
    from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

SYNTAXES = {
    "turtle": "TURTLE",
    "trig": "TRIG",
    "ntriples": "N_TRIPLES",
    "nquads": "N_QUADS",
    "jsonld": "JSON_LD",
}
"""The syntaxes, with pyoxigraph's names for them."""

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"
CONCEPT = "urn:scenograph:concept:"
ROLE = "urn:scenograph:role:"
SCENE = "urn:scenograph:scene:"

_INTEGER = re.compile(r"-?[1-9][0-9]*|0")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_DECIMAL = re.compile(r"-?(?:[1-9][0-9]*|0)\.[0-9]*[1-9]")


def format_rdf(scenes: Iterable[Scene], syntax: str) -> str:
    """
    Return *scenes* as one document; undone by `parse_rdf`.

    Args:
        syntax: one of `SYNTAXES`
    Raises:
        SurfaceError: if a scene holds half of a surrogate pair, which is no character
        MissingExtraError: if pyoxigraph is not installed
    """
    ox = library()
    triples = [triple for number, scene in enumerate(scenes) for triple in triples_of(scene, number)]
    prefixes = {"concept": CONCEPT, "role": ROLE, "scene": SCENE, "rdf": RDF}
    text: str = ox.serialize(triples, format=_format(syntax), prefixes=prefixes).decode()
    # The library lists prefixes in another order in each process.
    head = re.match(r"(?:@prefix [^\n]*\n)*", text)
    assert head is not None, "a pattern that may be empty matches"
    return "".join(sorted(head[0].splitlines(keepends=True))) + text[head.end() :]


def parse_rdf(
    text: str, syntax: str, base: str | None = None, contexts: Mapping[str, Path] | None = None
) -> list[Scene]:
    """
    Return the scenes of the document *text*: ours exactly, undoing `format_rdf`, or those of other RDF.

    Each named graph has scenes of its own; they follow those of the default graph. Nothing is fetched.

    Args:
        text: the document
        syntax: one of `SYNTAXES`
        base: the address of the document, which relative addresses in it are relative to
        contexts: files of JSON-LD contexts by their addresses; schema.org's is known
    Raises:
        SurfaceError: if *text* is malformed, with line and column where the syntax knows them; if it has
            relative addresses and no *base*, or a context that is not known; if it marks roots but describes
            no scenes; or if it holds triples about triples
        MissingExtraError: if pyoxigraph is not installed
    """
    ox = library()
    quads = _quads_of(text, syntax, base, contexts or {})
    graphs: dict[Any, list[Triple]] = {ox.DefaultGraph(): []}
    for quad in quads:
        graphs.setdefault(quad.graph_name, []).append(quad.triple)
    names = _names(term for quad in quads for term in (quad.subject, quad.object) if _is_name(term))
    roles = _names([quad.predicate for quad in quads])
    scenes: list[Scene] = []
    try:
        for triples in graphs.values():
            if any(triple.predicate.value == f"{SCENE}root" for triple in triples):
                scenes += scenes_of(triples, syntax)
            else:
                scenes += _theirs(triples, names, roles)
    except SceneError as error:
        raise SurfaceError(f"{syntax}: this describes no scene: {error}") from error
    return scenes


def _quads_of(text: str, syntax: str, base: str | None, contexts: Mapping[str, Path]) -> list[Quad]:
    ox = library()
    if syntax == "jsonld":
        _check_depth(text)
        text = inline_contexts(text, base, contexts)
    # JSON-LD drops what is relative to nothing, so a base that stands for none shows what is.
    has_base = syntax in ("turtle", "trig", "jsonld")
    options = {"base_iri": base or f"{_NO_BASE}//none/"} if has_base else {}
    try:
        quads = list(ox.parse(text.encode(), format=_format(syntax), **options))
    except (SyntaxError, ValueError) as error:
        raise SurfaceError(f"{syntax}: {error}") from error
    for quad in quads:
        for term in (*quad.triple, quad.graph_name):
            if isinstance(term, ox.Triple):
                raise SurfaceError(f"{syntax}: triples about triples are not read: {quad.triple}")
            address = term.datatype if isinstance(term, ox.Literal) else term
            if _is_name(address) and address.value.startswith(_NO_BASE):
                relative = address.value.removeprefix(f"{_NO_BASE}//none/")
                raise SurfaceError(
                    f"{syntax}: the address {relative!r} is relative; say to what: --base URL, "
                    "the address of the document"
                )
    return quads


_NO_BASE = "urn-scenograph-no-base:"


def _is_name(term: Any) -> TypeGuard[NamedNode]:
    return isinstance(term, library().NamedNode)


def _check_depth(text: str) -> None:
    """Refuse JSON that nests so deep that the library would overflow its stack."""
    depth = 0
    for mark in re.findall(r"[\[{}\]]", re.sub(r'"(?:[^"\\]|\\.)*+"', "", text)):
        depth += 1 if mark in "[{" else -1
        if depth > _DEEPEST:
            raise SurfaceError(
                f"jsonld: this nests deeper than {_DEEPEST} levels; write it as Turtle or N-Triples"
            )


_DEEPEST = 200


def library() -> Any:
    """Return pyoxigraph, or raise `MissingExtraError`."""
    try:
        import pyoxigraph
    except ImportError as error:
        raise MissingExtraError("pyoxigraph", "rdf", error) from error
    return pyoxigraph


def _format(syntax: str) -> Any:
    return getattr(library().RdfFormat, SYNTAXES[syntax])


# --- writing -----------------------------------------------------------------------------------------------


def triples_of(scene: Scene, number: int) -> Iterator[Triple]:
    """Yield the triples of *scene*, the *number*-th of its document."""
    ox = library()
    scene = scene.canonical()
    type_ = ox.NamedNode(f"{RDF}type")
    try:
        nodes = [ox.BlankNode(f"s{number}n{node}") for node in range(len(scene.concepts))]
        links: dict[int, Counter[tuple[NamedNode, BlankNode | Literal]]] = {}
        for source, role, target in scene.links:
            end = nodes[target] if isinstance(target, int) else _literal(target)
            links.setdefault(source, Counter())[ox.NamedNode(ROLE + _encode(role[1:])), end] += 1
        for node, concept in enumerate(scene.concepts):
            yield ox.Triple(nodes[node], type_, ox.NamedNode(CONCEPT + _encode(concept)))
            if node == 0:
                yield ox.Triple(nodes[node], ox.NamedNode(f"{SCENE}root"), ox.Literal(True))
            for role, end in links.get(node, ()):
                yield ox.Triple(nodes[node], role, end)
        repeated = [(node, *link) for node, counts in links.items() for link, n in counts.items() if n > 1]
        for index, (node, role, end) in enumerate(repeated):
            statement = ox.BlankNode(f"s{number}t{index}")
            yield ox.Triple(statement, type_, ox.NamedNode(f"{RDF}Statement"))
            for name, value in (("subject", nodes[node]), ("predicate", role), ("object", end)):
                yield ox.Triple(statement, ox.NamedNode(RDF + name), value)
            yield ox.Triple(statement, ox.NamedNode(f"{SCENE}times"), ox.Literal(links[node][role, end]))
    except ValueError as error:
        raise SurfaceError("RDF is Unicode text: half of a surrogate pair is no character") from error


def _literal(constant: str) -> Literal:
    ox = library()
    if _INTEGER.fullmatch(constant):
        return ox.Literal(constant, datatype=ox.NamedNode(f"{XSD}integer"))
    if _DECIMAL.fullmatch(constant):
        return ox.Literal(constant, datatype=ox.NamedNode(f"{XSD}decimal"))
    text = unquote(constant)
    if constant[0] == '"' and constant == quote(text):
        return ox.Literal(text)
    return ox.Literal(constant, datatype=ox.NamedNode(f"{SCENE}symbol"))


def _encode(name: str) -> str:
    return re.sub(r"[^\w.-]", lambda match: quote_from_bytes(match[0].encode(), safe=""), name)


# --- reading our own ---------------------------------------------------------------------------------------


def scenes_of(triples: Sequence[Triple], syntax: str) -> list[Scene]:
    """
    Undo `triples_of`, for the triples of any number of scenes.

    Raises:
        SurfaceError: beginning with *syntax*, if they are no such triples
        SceneError: if they describe a scene that cannot be
    """
    statements, triples = _statements(triples)
    numbers: dict[Any, int] = {}
    concepts: dict[int, str] = {}
    roots: list[int] = []
    links: list[Link] = []
    for subject, predicate, target in triples:
        node = numbers.setdefault(subject, len(numbers))
        if predicate.value == f"{RDF}type":
            if node in concepts or not target.value.startswith(CONCEPT):
                raise SurfaceError(f"{syntax}: expected one type of {subject} that begins with {CONCEPT}")
            concepts[node] = _decode(target.value, CONCEPT)
        elif predicate.value == f"{SCENE}root":
            roots.append(node)
        elif predicate.value.startswith(ROLE):
            is_constant = isinstance(target, library().Literal)
            end = _constant(target) if is_constant else numbers.setdefault(target, len(numbers))
            link = Link(node, f":{_decode(predicate.value, ROLE)}", end)
            links += [link] * statements.pop((subject, predicate, target), 1)
        else:
            raise SurfaceError(f"{syntax}: {predicate} is no property of a scene; roles begin with {ROLE}")
    if statements:
        raise SurfaceError(f"{syntax}: a statement counts a triple that is not there")
    for resource, node in numbers.items():
        if node not in concepts:
            raise SurfaceError(f"{syntax}: {resource} has no concept: no type that begins with {CONCEPT}")
    return _scenes([concepts[node] for node in range(len(numbers))], links, roots)


def _statements(triples: Sequence[Triple]) -> tuple[dict[Any, int], list[Triple]]:
    """Return how often triples count that statements are about, and the triples that are no part of one."""
    counting = (triple.subject for triple in triples if triple.predicate.value == f"{SCENE}times")
    fields: dict[Any, dict[str, Any]] = {subject: {} for subject in counting}
    rest: list[Triple] = []
    for triple in triples:
        if triple.subject in fields:
            fields[triple.subject][triple.predicate.value] = triple.object
        else:
            rest.append(triple)
    counts: dict[Any, int] = {}
    for subject, parts in fields.items():
        try:
            key = (parts[f"{RDF}subject"], parts[f"{RDF}predicate"], parts[f"{RDF}object"])
            counts[key] = int(parts[f"{SCENE}times"].value)
        except (KeyError, ValueError) as error:
            raise SurfaceError(f"RDF: the statement {subject} lacks a part or counts in no number") from error
        if not 1 <= counts[key] <= _MOST:
            raise SurfaceError(
                f"RDF: the statement {subject} counts {counts[key]} times; expected 1 to {_MOST}"
            )
    return counts, rest


_MOST = 10_000  # times that a link may be repeated; no file of a few bytes shall fill the memory


def _constant(literal: Literal) -> str:
    datatype = literal.datatype.value
    if datatype == f"{XSD}string":
        return quote(literal.value)
    if datatype in (f"{SCENE}symbol", f"{XSD}integer", f"{XSD}decimal") and is_literal(literal.value):
        return literal.value
    raise SurfaceError(f"RDF: {literal} is no constant of a scene: a string, a number or a {SCENE}symbol")


def _decode(iri: str, namespace: str) -> str:
    return unquote_to_bytes(iri.removeprefix(namespace)).decode("utf-8", "replace")


# --- reading what others wrote -----------------------------------------------------------------------------


def _theirs(
    triples: Sequence[Triple], names: Mapping[NamedNode, str], roles: Mapping[NamedNode, str]
) -> list[Scene]:
    """Return a scene for each connected part of *triples*."""
    ox = library()
    subjects = {triple.subject for triple in triples}
    classes: dict[Any, list[Any]] = {}
    resources: dict[Any, None] = {}
    for subject, predicate, target in triples:
        resources[subject] = None
        if predicate.value == f"{RDF}type" and _is_name(target) and target not in subjects:
            classes.setdefault(subject, []).append(target)
        elif not isinstance(target, ox.Literal):
            resources[target] = None
    numbers = {resource: number for number, resource in enumerate(resources)}
    concepts: list[str] = []
    for resource in resources:
        kinds = sorted(names[kind] for kind in classes.get(resource, ()))
        concepts.append(_symbol(names[resource] if resource in names else (kinds or ["thing"])[0]))
    links: list[Link] = []
    for subject, predicate, target in triples:
        if isinstance(target, ox.Literal):
            end: int | str = _value(target)
        elif target in numbers:
            end = numbers[target]
        else:
            end = _symbol(names[target])
            if isinstance(subject, ox.BlankNode) and end == concepts[numbers[subject]]:
                continue  # it is the node's concept already
        links.append(Link(numbers[subject], role_of(roles[predicate]), end))
    return _scenes(concepts, links, roots_of(concepts, links))


def _names(iris: Iterable[NamedNode]) -> dict[NamedNode, str]:
    """Name each IRI after its last part, or by the whole of it where another has the same last part."""
    short = {
        iri: unquote_to_bytes(re.split(r"[/#:]", iri.value)[-1]).decode("utf-8", "replace") for iri in iris
    }
    owners = Counter(short.values())
    return {iri: name if name and owners[name] == 1 else iri.value for iri, name in short.items()}


def _symbol(name: str) -> str:
    """Return *name* as a symbol if it is a word, else quoted, as what looks like a number or a lexeme is."""
    return name if is_literal(name) and name[0].isalpha() and name[0] != "Δ" else quote(name)


def _value(literal: Literal) -> str:
    is_number = literal.datatype.value.startswith(XSD) and literal.datatype.value != f"{XSD}string"
    return literal.value if is_number and _NUMBER.fullmatch(literal.value) else quote(literal.value)


# --- scenes of one graph -----------------------------------------------------------------------------------


def _scenes(concepts: Sequence[str], links: Sequence[Link], roots: Sequence[int]) -> list[Scene]:
    """Return the scene of each connected part, in the order of *roots*; each part has one root."""
    part = parts_of(len(concepts), links)
    nodes: dict[int, list[int]] = {}
    for node in range(len(concepts)):
        nodes.setdefault(part[node], []).append(node)
    inner: dict[int, list[Link]] = {of: [] for of in nodes}
    for link in links:
        inner[part[link.source]].append(link)
    if sorted(part[root] for root in roots) != sorted(nodes):
        raise SurfaceError(f"RDF: expected one {SCENE}root in each connected part")
    scenes: list[Scene] = []
    for root in roots:
        own = nodes[part[root]]
        place = {node: position for position, node in enumerate(own)}
        ties = [
            Link(place[source], role, place[target] if isinstance(target, int) else target)
            for source, role, target in inner[part[root]]
        ]
        scenes.append(Scene.build([concepts[node] for node in own], ties, root=place[root]))
    return scenes
