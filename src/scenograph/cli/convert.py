"""The command that translates between surfaces: it needs no mind and no model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from scenograph.cli import inputs, output
from scenograph.cli.commands import example
from scenograph.cli.talk import Files, Json

if TYPE_CHECKING:
    from scenograph.core import Scene

_CONLLU = "conllu"
_TREES = "Universal Dependencies: one word a line, in ten columns"


def _read_conllu(text: str, language: str) -> list[Scene]:
    """Read sentences with trees of Universal Dependencies as open scenes."""
    from scenograph.errors import CorpusError, SurfaceError
    from scenograph.readers.conllu import parse
    from scenograph.readers.convert import convert as converted

    try:
        return [converted(sentence).scene for sentence in parse(text.split("\n"))]
    except CorpusError as error:
        raise SurfaceError(str(error)) from error


@example("scenograph convert '(n / not :op1 (s / sleep))' --to logic")
def convert(
    text: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="TEXT", help="Texts of the one surface; '-' or none: from stdin.", show_default=False
        ),
    ] = None,
    file: Files = None,
    source: Annotated[
        str, typer.Option("--from", help="The surface of the input, or conllu (trees).")
    ] = "penman",
    target: Annotated[str, typer.Option("--to", help="The surface of the output.")] = "penman",
    language: Annotated[str, typer.Option("--language", "-l", help="en or ru, for text.")] = "en",
    base: inputs.Base = None,
    context: inputs.Contexts = None,
    listed: Annotated[bool, typer.Option("--list", help="List all surfaces and exit.")] = False,
    json: Json = False,
) -> None:
    """Translate scenes from one exact surface to another. It needs no mind."""
    from scenograph.domains import load_domain
    from scenograph.errors import SurfaceError
    from scenograph.surfaces.registry import SURFACES

    if listed:
        for surface in SURFACES.values():
            ways = "" if surface.read else " (cannot be read back)"
            row = {"surface": surface.name, "about": surface.about, "read": surface.read is not None}
            output.show({**row, "write": True}, f"{surface.name:10}{surface.about}{ways}", json)
        row = {"surface": _CONLLU, "about": _TREES, "read": True, "write": False}
        output.show(row, f"{_CONLLU:10}{_TREES} (cannot be written)", json)
        return
    for name, known in ((source, [*SURFACES, _CONLLU]), (target, [*SURFACES])):
        if name not in known:
            only = f"{name} is read, and not written" if name == _CONLLU else f"there is no surface {name!r}"
            raise SurfaceError(f"{only}; choose from {', '.join(known)}")
    languages = load_domain().languages
    if language not in languages:
        raise SurfaceError(f"language {language!r} is not spoken here; choose from {', '.join(languages)}")
    read = _read_conllu if source == _CONLLU else SURFACES[source].read
    if read is None:
        raise SurfaceError(f"scenes cannot be read from {source}; it goes one way only")
    options: dict[str, object] = {}
    if base or context:
        from scenograph.surfaces.rdf import SYNTAXES

        if source not in SYNTAXES:
            raise SurfaceError(f"--base and --context are for RDF ({', '.join(SYNTAXES)}), not for {source}")
        options = {"base": base, "contexts": inputs.contexts(context)}
    scenes: list[Scene] = []
    for name, document in inputs.documents(text or [], file or []):
        try:
            scenes += read(document, language, **options)
        except SurfaceError as error:
            raise SurfaceError(f"{name}: {error}") from error
    about = _TREES if source == _CONLLU else SURFACES[source].about
    if not scenes:
        raise SurfaceError(f"there is no scene in this input; expected {source}: {about}")
    if not json:
        output.data(SURFACES[target].write(scenes, language).removesuffix("\n"))
        return
    for scene in scenes:
        said = SURFACES[target].say(scene, language)
        output.record({"scene": scene.format(indent=None), "surface": target, "text": said})
