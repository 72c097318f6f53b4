"""Commands that need a lexicon or none, and no mind: compress, expand, diff, apply."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scenograph.cli import inputs, output
from scenograph.cli.commands import example
from scenograph.cli.talk import Files, Json, Scenes

if TYPE_CHECKING:
    from scenograph.core import Scene

LexiconPath = Annotated[
    Path | None,
    typer.Option(
        "--lexicon",
        "-L",
        help="A lexicon.json, or a mind to use the lexicon of; the bundled world's if not given.",
        show_default=False,
    ),
]
Side = Annotated[
    str,
    typer.Argument(metavar="SCENE", help="A file of scenes, '-' for stdin, or a scene.", show_default=False),
]


@example("scenograph compress -f scenes.penman -L lexicon.json --out scenes.scna")
def compress(
    scene: Scenes = None,
    file: Files = None,
    lexicon: LexiconPath = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write an archive of a few bytes a scene instead.")
    ] = None,
    json: Json = False,
) -> None:
    """Write scenes as crystals, shorter by a lexicon. Nothing is lost."""
    from scenograph.cli.lexicons import open_lexicon
    from scenograph.core import write_archive
    from scenograph.core.lexicon.length import length
    from scenograph.files import write_bytes

    scenes = inputs.scenes(scene or [], file or [])
    known = open_lexicon(lexicon)
    if out is not None:
        data = write_archive(scenes, known)
        write_bytes(out, data)
        output.note(f"{len(scenes)} scenes in {len(data):,} bytes, the lexicon included: {out}")
        return
    for one in scenes:
        crystal = known.compress(one)
        if json:
            lengths = {"length": length(crystal), "was": length(one), "bytes": len(known.encode(one))}
            output.record({"crystal": str(crystal), **lengths})
        else:
            output.data(str(crystal))


@example("scenograph expand '(b / ⟁1 :1 (o / old))' -L lexicon.json")
def expand(
    scene: Scenes = None,
    file: Files = None,
    lexicon: LexiconPath = None,
    depth: Annotated[
        int | None, typer.Option(min=0, help="Levels to open; all of them if not given.", show_default=False)
    ] = None,
    json: Json = False,
) -> None:
    """Open crystals into the scenes that they stand for. Archives (--file) bring their own lexicon."""
    from scenograph.cli.lexicons import open_lexicon

    archives, files = inputs.archived(file or [])
    found = [(archive.lexicon, one) for archive in archives for one in archive]
    if scene or files or not archives:
        known = open_lexicon(lexicon)
        found += [(known, one) for one in inputs.scenes(scene or [], files)]
    for known, one in found:
        opened = str(known.expand(one, depth=depth))
        output.show({"scene": opened}, opened, json)


@example("scenograph diff old.penman new.penman > changes.penman")
def diff(old: Side, new: Side) -> None:
    """Write what turns scenes into others. A delta is a scene too, one for each pair."""
    from scenograph.core import diff as difference

    for one, other in _paired(inputs.scenes_of(old), inputs.scenes_of(new)):
        output.data(str(difference(one, other).to_scene()))


@example("scenograph apply changes.penman old.penman")
def apply(
    delta: Annotated[
        str,
        typer.Argument(metavar="DELTA", help="What diff wrote: a file, '-' or a scene.", show_default=False),
    ],
    old: Side,
) -> None:
    """Turn scenes into others by what diff wrote."""
    from scenograph.core import Delta
    from scenograph.core import apply as change

    for edits, one in _paired(inputs.scenes_of(delta), inputs.scenes_of(old)):
        output.data(str(change(Delta.from_scene(edits), one)))


def _paired(ones: list[Scene], others: list[Scene]) -> list[tuple[Scene, Scene]]:
    if len(ones) != len(others):
        raise typer.BadParameter(f"{len(ones)} scenes and {len(others)} make no pairs: give as many of each")
    return list(zip(ones, others, strict=True))
