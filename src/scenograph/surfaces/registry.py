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

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
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
        write: scenes and a language to one text; only `plain` and `sentence` heed the language
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


def _call(module: str, function: str) -> Callable[..., Any]:
    """A function of a surface's module, which is imported when it is first needed."""
    return getattr(import_module(f"scenograph.surfaces.{module}"), function)


def _by_line(name: str, about: str, *, in_languages: bool = False) -> Surface:
    """A surface that says each scene on one line, by the functions of the module of its name."""
    return _by_piece(name, about, _lines, "\n", in_languages)


def _by_block(name: str, about: str) -> Surface:
    """A surface that says each scene on several lines, with blank ones between scenes."""
    return _by_piece(name, about, _blocks, "\n\n")


Pieces: TypeAlias = Callable[[str], Iterator[tuple[int, str]]]


def _by_piece(name: str, about: str, pieces: Pieces, between: str, in_languages: bool = False) -> Surface:
    def write(scenes: Sequence[Scene], language: str) -> str:
        options = [language] if in_languages else []
        return between.join(_call(name, f"format_{name}")(scene, *options) for scene in scenes)

    def read(text: str, language: str) -> list[Scene]:
        options = [language] if in_languages else []
        scenes: list[Scene] = []
        for number, piece in pieces(text):
            try:
                scenes.append(_call(name, f"parse_{name}")(piece, *options))
            except SurfaceError as error:
                raise SurfaceError(f"line {number}: {error}") from error
        return scenes

    return Surface(name, about, write, read)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of *text* that are not blank, each with its number."""
    # Only line feeds end lines: other characters of that kind may stand in a scene's strings.
    return ((number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip())


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    """Yield the blocks of lines between blank ones, each with the number of its first line."""
    block: list[str] = []
    for number, line in enumerate([*text.split("\n"), ""], start=1):
        if line.strip():
            block.append(line)
        elif block:
            yield number - len(block), "\n".join(block)
            block = []


def _document(name: str, about: str, module: str, *arguments: str) -> Surface:
    """A surface that says all scenes in one document, by the functions of *module*."""

    def write(scenes: Sequence[Scene], language: str) -> str:
        return _call(module, f"format_{module}")(scenes, *arguments)

    def read(text: str, language: str, **options: Any) -> list[Scene]:
        return _call(module, f"parse_{module}")(text, *arguments, **options)

    return Surface(name, about, write, read)


def _write_penman(scenes: Sequence[Scene], language: str) -> str:
    return "\n\n".join(map(str, scenes))


def _read_penman(text: str, language: str) -> list[Scene]:
    return [scene for scene, _ in _call("penman", "parse_penman")(text)]


def _write_sentences(scenes: Sequence[Scene], language: str) -> str:
    say = import_module("scenograph.realiser").say
    return "\n".join(say(scene, language) for scene in scenes)


def _write_svg(scenes: Sequence[Scene], language: str) -> str:
    if len(scenes) != 1:
        raise SurfaceError(
            f"svg: a drawing holds one scene, not {len(scenes)}; scenograph draw --out takes many"
        )
    return _call("drawing", "draw")(scenes[0])


def _read_svg(text: str, language: str) -> list[Scene]:
    return _call("drawing", "parse_drawing")(text)


_ALL = (
    Surface("penman", "the notation, as in AMR banks", _write_penman, _read_penman),
    _by_line("plain", "plain English or Russian; the world's scenes", in_languages=True),
    Surface("sentence", "a sentence of English or Russian; open scenes", _write_sentences),
    _by_line("emoji", "signs; the world's concepts and roles"),
    _by_line("formula", "a term of logic"),
    _by_line("logic", "first-order logic in Unicode"),
    _by_line("tptp", "first-order logic for provers"),
    _by_block("prolog", "facts"),
    _by_line("latex", "arithmetic and equations"),
    _by_block("triples", "subject | predicate | object"),
    _document("turtle", "RDF", "rdf", "turtle"),
    _document("trig", "RDF with named graphs", "rdf", "trig"),
    _document("ntriples", "RDF, a triple a line", "rdf", "ntriples"),
    _document("nquads", "RDF with named graphs, a quad a line", "rdf", "nquads"),
    _document("jsonld", "RDF in JSON", "rdf", "jsonld"),
    _document("graphml", "for graph tools", "graphml"),
    Surface("svg", "a drawing", _write_svg, _read_svg),
)

SURFACES: Mapping[str, Surface] = MappingProxyType({surface.name: surface for surface in _ALL})
"""Every surface by its name."""
