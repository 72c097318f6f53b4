"""
Prolog: a scene as facts, to be consulted and asked.

    root(n0).
    node(n0, build).            ?- node(Event, build), link(Event, agent, Who), value(Who, name, Name).
    node(n1, person).           Event = n0, Who = n1, Name = "Oleg".
    link(n0, agent, n1).
    value(n1, name, "Oleg").

`node` says a node's concept, `link` joins nodes, `value` gives a node a constant. Facts can neither
deny nor conclude, so connectives are nodes like all others here; `scenograph.surfaces.logic` is the
surface that says what they mean. Strings are strings, numbers that are written in their shortest form are
numbers, and symbols are atoms, unknowns among them: `'?who'`. Nodes are numbered in canonical order, the
root first.

Law: `parse_prolog(format_prolog(scene)) == scene` for every scene; equal scenes have equal facts. Facts are
read in any order, with any atoms for nodes; comments and directives (`:- dynamic ...`) are passed over.
"""

from __future__ import annotations

import re

from scenograph.core import Link, Scene
from scenograph.core.links import quote, unquote
from scenograph.errors import SceneError, SurfaceError
from scenograph.surfaces._scanner import Scanner

HEAD = ":- dynamic root/1, node/2, link/3, value/3.\n"
"""What may stand before the facts of a scene, so that questions about absent kinds of fact fail quietly."""

_ARITIES = {"root": 1, "node": 2, "link": 3, "value": 3}
_PLAIN_ATOM = r"[a-z][A-Za-z0-9_]*"
_NUMBER = r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?"
_ATOM = rf"{_PLAIN_ATOM}|'(?:[^'\\\n]|\\x[0-9a-f]+\\|\\['\\])*'"
_STRING = r'"(?:[^"\\\n]|\\x[0-9a-f]+\\|\\["\\])*"'
_ARGUMENT = rf"\s*({_ATOM}|{_STRING}|{_NUMBER})\s*"
_FACT = re.compile(
    rf"(root|node|link|value)\({_ARGUMENT}(?:,{_ARGUMENT})?(?:,{_ARGUMENT})?\)\s*\.(?=\s|%|\Z)"
)
_PASSED_OVER = re.compile(r"(?:\s|%[^\n]*|:-[^.\n]*\.)*")


def format_prolog(scene: Scene) -> str:
    """Return *scene* as facts, one a line; undone by `parse_prolog`."""
    scene = scene.canonical()
    lines = ["root(n0).", *(f"node(n{node}, {_atom(name)})." for node, name in enumerate(scene.concepts))]
    values: list[str] = []
    for source, role, target in scene.links:
        if isinstance(target, int):
            lines.append(f"link(n{source}, {_atom(role[1:])}, n{target}).")
        else:
            values.append(f"value(n{source}, {_atom(role[1:])}, {_term(target)}).")
    return "\n".join([*lines, *values])


def parse_prolog(text: str) -> Scene:
    """
    Return the scene that the facts of *text* describe; undoes `format_prolog`.

    Raises:
        SurfaceError: if something is no such fact, with its line; or if the facts describe no scene
    """
    nodes: dict[str, int] = {}
    concepts: dict[int, str] = {}
    links: list[Link] = []
    roots: list[int] = []

    def number(argument: str) -> int:
        return nodes.setdefault(argument, len(nodes))

    scanner = Scanner(text, "prolog", _PASSED_OVER)
    while not scanner.ends():
        start, fact = scanner.at, scanner.take(_FACT)
        arguments = [argument for argument in fact.groups()[1:] if argument] if fact else []
        if fact is None or len(arguments) != _ARITIES[fact[1]]:
            scanner.fail("a fact root/1, node/2, link/3 or value/3, as in link(n0, agent, n1).", start)
        node = number(arguments[0])
        if fact[1] == "root":
            roots.append(node)
        elif fact[1] == "node":
            if node in concepts:
                scanner.fail(f"one concept for the node {arguments[0]}", start)
            concepts[node] = _read_atom(arguments[1])
        else:
            end = number(arguments[2]) if fact[1] == "link" else _read_term(arguments[2])
            links.append(Link(node, f":{_read_atom(arguments[1])}", end))
    if len(set(roots)) != 1:
        raise SurfaceError(f"prolog: expected one root, as in root(n0), found {len(set(roots))}")
    if missing := [argument for argument, node in nodes.items() if node not in concepts]:
        raise SurfaceError(f"prolog: no fact node({missing[0]}, ...) says the concept of {missing[0]}")
    try:
        return Scene.build([concepts[node] for node in range(len(nodes))], links, root=roots[0])
    except SceneError as error:
        raise SurfaceError(f"prolog: these facts describe no scene: {error}") from error


def _atom(text: str) -> str:
    return text if re.fullmatch(_PLAIN_ATOM, text) else "'" + _escaped(text, "'") + "'"


def _read_atom(argument: str) -> str:
    return _unescaped(argument[1:-1]) if argument[0] in "'\"" else argument


def _term(literal: str) -> str:
    if re.fullmatch(_NUMBER, literal):
        return literal
    text = unquote(literal)
    if literal[0] == '"' and literal == quote(text):
        return '"' + _escaped(text, '"') + '"'
    return _atom(literal)


def _read_term(argument: str) -> str:
    return quote(_unescaped(argument[1:-1])) if argument[0] == '"' else _read_atom(argument)


def _escaped(text: str, mark: str) -> str:
    """Spell *text* between two *mark*: what is neither a letter nor ASCII by number."""

    def spell(match: re.Match[str]) -> str:
        return f"\\{match[0]}" if match[0] in ("\\", mark) else f"\\x{ord(match[0]):x}\\"

    return re.sub(rf"[\\{mark}]|[^\w -~]", spell, text)


def _unescaped(text: str) -> str:
    return re.sub(
        r"\\(?:x([0-9a-f]+)\\|(.))", lambda match: chr(int(match[1], 16)) if match[1] else match[2], text
    )
