"""
All surfaces by name, for commands and programs that choose one at run time.

    >>> from scenograph.core import Scene
    >>> SURFACES["formula"].say(Scene.parse("(n / not :op1 (s / sleep))"))
    '¬sleep'

A surface writes scenes as one text and, unless it goes one way only, reads them back:
`surface.read(surface.write(scenes, language), language) == scenes`. One that cannot express a scene raises
`scenograph.errors.SurfaceError`; what it writes is exact. Surfaces are loaded when they are used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from types import MappingProxyType
from typing import Any, TypeAlias, final

from scenograph.core import Scene
from scenograph.errors import SurfaceError

Writer: TypeAlias = Callable[[Sequence[Scene], str], str]
ParseFunction: TypeAlias = Callable[..., list[Scene]]


@final
@dataclass(frozen=True, slots=True)
class Surface:
    """
    A way to write scenes.

    Attributes:
        name: what commands call it
        about: what it is, in a few words
        write: scenes and a language to one text; only `plain` heeds the language
        read: a text and its language to scenes, undoing `write`; None if there is no way back. RDF takes the
            options `base` and `contexts` of `scenograph.surfaces.rdf.parse_rdf` too
    """

    name: str
    about: str
    write: Writer
    read: ParseFunction | None = None

    def say(self, scene: Scene, language: str = "en") -> str:
        """
        Return one *scene* on this surface.

        Raises:
            SurfaceError: if it cannot express the scene
        """
        return self.write([scene], language).removesuffix("\n")


# --- files of many scenes ----------------------------------------------------------------------------------


def _write_each(module: str, name: str, between: str, scenes: Sequence[Scene], language: str) -> str:
    """Write each scene by a function of its own."""
    write: Callable[[Scene], str] = getattr(import_module(f"scenograph.surfaces.{module}"), name)
    return between.join(write(scene) for scene in scenes)


def _read_each(module: str, name: str, is_block: bool, text: str, language: str) -> list[Scene]:
    """Read each line, or each block of lines between blank ones, by a function of its own."""
    read: Callable[[str], Scene] = getattr(import_module(f"scenograph.surfaces.{module}"), name)
    return _read_pieces(read, text, is_block)


def _read_pieces(read: Callable[[str], Scene], text: str, is_block: bool = False) -> list[Scene]:
    scenes: list[Scene] = []
    for number, piece in _pieces(text, is_block):
        try:
            scenes.append(read(piece))
        except SurfaceError as error:
            raise SurfaceError(f"line {number}: {error}") from error
    return scenes


def _pieces(text: str, is_block: bool) -> Iterable[tuple[int, str]]:
    """Yield the lines or blocks of *text* that are not blank, each with the number of its first line."""
    block: list[str] = []
    # Only line feeds end lines: other characters of that kind may stand in a scene's strings.
    for number, line in enumerate([*text.split("\n"), ""], start=1):
        if line.strip() and is_block:
            block.append(line)
        elif line.strip():
            yield number, line
        elif block:
            yield number - len(block), "\n".join(block)
            block = []


def _by_line(name: str, about: str) -> Surface:
    """A surface that says each scene on one line, by the functions of the module of its name."""
    return _by_piece(name, about, "\n", is_block=False)


def _by_block(name: str, about: str) -> Surface:
    """A surface that says each scene on several lines, with blank ones between scenes."""
    return _by_piece(name, about, "\n\n", is_block=True)


def _by_piece(name: str, about: str, between: str, *, is_block: bool) -> Surface:
    write = partial(_write_each, name, f"format_{name}", between)
    return Surface(name, about, write, partial(_read_each, name, f"parse_{name}", is_block))


# --- surfaces of their own kind ----------------------------------------------------------------------------


def _write_penman(scenes: Sequence[Scene], language: str) -> str:
    return "\n\n".join(map(str, scenes))


def _read_penman(text: str, language: str) -> list[Scene]:
    from scenograph.surfaces.penman import parse_penman

    return [scene for scene, _ in parse_penman(text)]


def _write_plain(scenes: Sequence[Scene], language: str) -> str:
    from scenograph.surfaces.plain import format_plain

    return "\n".join(format_plain(scene, language) for scene in scenes)


def _read_plain(text: str, language: str) -> list[Scene]:
    from scenograph.surfaces.plain import parse_plain

    return _read_pieces(lambda line: parse_plain(line.strip(), language), text)


def _write_rdf(syntax: str, scenes: Sequence[Scene], language: str) -> str:
    from scenograph.surfaces.rdf import format_rdf

    return format_rdf(scenes, syntax)


def _read_rdf(syntax: str, text: str, language: str, **options: Any) -> list[Scene]:
    from scenograph.surfaces.rdf import parse_rdf

    return parse_rdf(text, syntax, **options)


def _rdf(syntax: str, about: str) -> Surface:
    return Surface(syntax, about, partial(_write_rdf, syntax), partial(_read_rdf, syntax))


def _write_graphml(scenes: Sequence[Scene], language: str) -> str:
    from scenograph.surfaces.graphml import format_graphml

    return format_graphml(scenes)


def _read_graphml(text: str, language: str) -> list[Scene]:
    from scenograph.surfaces.graphml import parse_graphml

    return parse_graphml(text)


def _write_svg(scenes: Sequence[Scene], language: str) -> str:
    from scenograph.surfaces.drawing import draw

    if len(scenes) != 1:
        raise SurfaceError(
            f"svg: a drawing holds one scene, not {len(scenes)}; scenograph draw --out takes many"
        )
    return draw(scenes[0])


_ALL = (
    Surface("penman", "the notation, as in AMR banks", _write_penman, _read_penman),
    Surface("plain", "plain English or Russian; the world's scenes", _write_plain, _read_plain),
    _by_line("emoji", "signs; the world's concepts and roles"),
    _by_line("formula", "a term of logic"),
    _by_line("logic", "first-order logic in Unicode"),
    _by_line("tptp", "first-order logic for provers"),
    _by_block("prolog", "facts"),
    _by_line("latex", "arithmetic and equations"),
    _by_block("triples", "subject | predicate | object"),
    _rdf("turtle", "RDF"),
    _rdf("trig", "RDF with named graphs"),
    _rdf("ntriples", "RDF, a triple a line"),
    _rdf("nquads", "RDF with named graphs, a quad a line"),
    _rdf("jsonld", "RDF in JSON"),
    Surface("graphml", "for graph tools", _write_graphml, _read_graphml),
    Surface("svg", "a drawing", _write_svg),
)

SURFACES: Mapping[str, Surface] = MappingProxyType({surface.name: surface for surface in _ALL})
"""Every surface by its name."""
