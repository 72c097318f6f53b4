"""
Triples: the sets of WebNLG, RDF and knowledge graphs, as scenes and back.

Entities are nodes, properties are roles, and an entity named twice is one node:

    Alan_Bean | birthDate | "1932-03-15"
    Alan_Bean | mission | Apollo_12
    Apollo_12 | operator | NASA

    (a / Alan_Bean :birthDate "1932-03-15" :mission (a2 / Apollo_12 :operator (n / NASA)))

* An entity's text is its node's concept, quoted where it is no plain word: `"101_Helena"`.
* A number or a quoted string that is never a subject is a constant.
* A property's text is its role; characters that a role cannot hold are percent-encoded.
* The root is the entity that is no object and has the most triples. A set that falls apart into several
  scenes gets a collecting root `field`, with a `:scene` link to the root of each.

Other scenes (AMR, the world's: two nodes may share a concept) have no such triples. They are described node
by node instead, as RDF does it: `_:0 rdf:type believe`, `_:0 agent _:1`.

Laws: `from_triples(to_triples(scene)) == scene` for every scene; `to_triples(from_triples(triples))`
holds the same triples, as often each, for all triples; the scene does not depend on their order;
`parse_triples(format_triples(scene)) == scene` for every scene that has triples.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial
from typing import NamedTuple
from urllib.parse import unquote as percent_decode

from scenograph.core import Link, Scene
from scenograph.core.links import is_literal, quote, unquote
from scenograph.errors import SceneError, SurfaceError

FIELD = "field"
"""Concept of the collecting root; an entity of this name is quoted."""
MEMBER = ":scene"
TYPE = "rdf:type"

_LEXEME = re.compile(r"Δ\d+")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_NOT_IN_ROLE = re.compile(r"[^\w.-]|-(?=of\Z)")
_NO_NAME = ":%"  # the role of the empty property; a percent sign of its own is encoded, so nothing else is
_BLANK = re.compile(r"_:([0-9]{1,9})")


class Triple(NamedTuple):
    """One statement: three texts, exactly as the data has them."""

    subject: str
    predicate: str
    object: str


def from_triples(triples: Iterable[Triple | tuple[str, str, str]]) -> Scene:
    """
    Return the scene that *triples* (a multiset: repetitions count) describe; undoes `to_triples`.

    Example:
        >>> from_triples([("Oleg", "built", "Bridge"), ("Oleg", "age", "41")]).format(indent=None)
        '(o / Oleg :built (b / Bridge) :age 41)'
    """
    statements = [Triple(*triple) for triple in triples]
    scene = _assemble(statements)
    if scene is not None and Counter(to_triples(scene)) == Counter(statements):
        return scene
    return _join(statements)


def to_triples(scene: Scene) -> list[Triple]:
    """
    Return the triples that say *scene*; undoes `from_triples`.

    Example:
        >>> to_triples(Scene.parse("(o / Oleg :built (b / Bridge))"))
        [Triple(subject='Oleg', predicate='built', object='Bridge')]
        >>> to_triples(Scene.parse("(b / bridge)"))
        [Triple(subject='_:0', predicate='rdf:type', object='bridge')]
    """
    triples = _read_off(scene)
    return triples if from_triples(triples) == scene else _describe(scene)


_SPELT = {"\\": "\\\\", "|": "\\|", "\n": "\\n", "\r": "\\r"}
_MEANT = {"n": "\n", "r": "\r"}


def format_triples(scene: Scene) -> str:
    """
    Return the triples of *scene*, one `subject | predicate | object` a line; undone by
    `parse_triples`.

    A bar, a backslash and the end of a line within a text are escaped with a backslash.

    Raises:
        SurfaceError: if *scene* is the empty field, which has no triples
    """
    triples = to_triples(scene)
    if not triples:
        raise SurfaceError("triples: the empty field has no triples that could be written")
    spell = partial(re.sub, r"[\\|\n\r]", lambda match: _SPELT[match[0]])
    return "\n".join(" | ".join(map(spell, triple)) for triple in triples)


def parse_triples(text: str) -> Scene:
    """
    Return the scene that the triples of *text*, one a line, describe; undoes `format_triples`.

    Raises:
        SurfaceError: if a line has not three parts, naming it
    """
    triples: list[Triple] = []
    # A bar that belongs to a text has a backslash before it, and so no blank.
    for line in filter(str.strip, text.split("\n")):
        parts = [
            re.sub(r"\\(.)", lambda match: _MEANT.get(match[1], match[1]), part) for part in line.split(" | ")
        ]
        if len(parts) != 3:
            raise SurfaceError(f"triples: expected 'subject | predicate | object', found {line[:60]!r}")
        triples.append(Triple(*parts))
    return from_triples(triples)


def _join(triples: Sequence[Triple]) -> Scene:
    """Draw the graph of *triples*: each entity one node, each triple one link."""
    subjects = {triple.subject for triple in triples}
    nodes: dict[str, int] = {}
    links: list[Link] = []
    for subject, predicate, object_ in triples:
        source = nodes.setdefault(subject, len(nodes))
        constant = object_ not in subjects and _is_constant(object_)
        target = object_ if constant else nodes.setdefault(object_, len(nodes))
        links.append(Link(source, role_of(predicate), target))
    concepts = [_concept(entity) for entity in nodes]
    roots = roots_of(concepts, links)
    if len(roots) == 1:
        return Scene.build(concepts, links, root=roots[0])
    field = len(concepts)
    members = [Link(field, MEMBER, root) for root in roots]
    return Scene.build([*concepts, FIELD], [*members, *links], root=field)


def _read_off(scene: Scene) -> list[Triple]:
    """Read each link as a triple of the entities it joins; meaningful only for what `_join` drew."""
    entities = [unquote(concept) for concept in scene.concepts]
    return [
        Triple(entities[source], _predicate(role), target if isinstance(target, str) else entities[target])
        for source, role, target in scene.links
        if scene.concepts[source] != FIELD
    ]


def parts_of(nodes: int, links: Iterable[Link]) -> list[int]:
    """Return for each of the *nodes* one node that stands for its connected part."""
    part = list(range(nodes))

    def find(node: int) -> int:
        while part[node] != node:
            part[node] = node = part[part[node]]
        return node

    for source, _, target in links:
        if isinstance(target, int):
            part[find(source)] = find(target)
    return [find(node) for node in range(nodes)]


def roots_of(concepts: Sequence[str], links: Sequence[Link]) -> list[int]:
    """Return one root per connected part: no object if possible, then with most links, then first by name."""
    outgoing = Counter(link.source for link in links)
    objects = {link.target for link in links if link.target != link.source}
    part = parts_of(len(concepts), links)
    best: dict[int, int] = {}
    for node in sorted(range(len(concepts)), key=lambda n: (n in objects, -outgoing[n], concepts[n])):
        best.setdefault(part[node], node)
    return list(best.values())


def _concept(entity: str) -> str:
    plain = is_literal(entity) and entity[0].isalpha() and entity != FIELD and not _LEXEME.fullmatch(entity)
    return entity if plain else quote(entity)


def _is_constant(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None or (is_literal(text) and text == quote(unquote(text)))


def role_of(predicate: str) -> str:
    """Return the role that the property *predicate* is."""
    encoded = _NOT_IN_ROLE.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), predicate)
    return f":{encoded}" if encoded else _NO_NAME


def _predicate(role: str) -> str:
    return "" if role == _NO_NAME else percent_decode(role[1:])


def _describe(scene: Scene) -> list[Triple]:
    """Say each node's concept and each link, with nodes numbered in canonical order, the root first."""
    scene = scene.canonical()
    triples = [Triple(f"_:{node}", TYPE, concept) for node, concept in enumerate(scene.concepts)]
    for source, role, target in scene.links:
        triples.append(Triple(f"_:{source}", role[1:], target if isinstance(target, str) else f"_:{target}"))
    return triples


def _assemble(triples: Sequence[Triple]) -> Scene | None:
    """Undo `_describe`; None if *triples* are clearly something else."""
    concepts: dict[int, str] = {}
    links: list[Link] = []
    for subject, predicate, object_ in triples:
        node = _BLANK.fullmatch(subject)
        if node is None:
            return None
        if predicate == TYPE:
            concepts[int(node[1])] = object_
        else:
            target = _BLANK.fullmatch(object_)
            links.append(Link(int(node[1]), f":{predicate}", int(target[1]) if target else object_))
    try:
        return Scene.build([concepts[node] for node in range(len(concepts))], links)
    except (KeyError, SceneError):
        return None
