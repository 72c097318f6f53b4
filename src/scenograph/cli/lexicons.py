"""Commands about lexicons: lexicon learn, lexicon show; and how other commands open one."""

from __future__ import annotations

import json as json_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scenograph.cli import output
from scenograph.cli.commands import example
from scenograph.cli.talk import Json, open_mind
from scenograph.errors import CorpusError

if TYPE_CHECKING:
    from scenograph.core import Lexicon


@example("scenograph lexicon learn data/webnlg/en/train --out lexicon.json")
def learn(
    corpus: Annotated[
        list[Path], typer.Argument(metavar="CORPUS", help="Files or folders with scenes.", show_default=False)
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="The lexicon.json to write.")],
    base: Annotated[
        Path | None,
        typer.Option(help="A lexicon to extend; what it wrote stays readable.", show_default=False),
    ] = None,
    size: Annotated[int, typer.Option(min=0, help="Lexemes at most.")] = 4096,
    least: Annotated[int, typer.Option(min=1, help="How often a pattern must occur.")] = 3,
) -> None:
    """Learn a lexicon from the scenes of corpora."""
    from scenograph.core import Lexicon
    from scenograph.corpus import load
    from scenograph.files import write_json

    scenes = [example.scene for path in corpus for example in load(path) if example.scene is not None]
    if not scenes:
        raise CorpusError(f"{', '.join(map(str, corpus))}: no scene to learn from, only texts")
    known = open_lexicon(base) if base else Lexicon()
    learned = Lexicon.learn(scenes, size=size, least=least, base=known)
    write_json(out, learned.to_json())
    output.note(f"{len(learned) - len(known)} lexemes from {len(scenes)} scenes: {out}")


@example("scenograph lexicon show lexicon.json --limit 20")
def show(
    lexicon: Annotated[
        Path | None,
        typer.Argument(help="A lexicon.json or a mind; none: the bundled world's.", show_default=False),
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Lexemes at most; all if not given.", show_default=False)
    ] = None,
    json: Json = False,
) -> None:
    """List the lexemes of a lexicon with their patterns."""
    known = open_lexicon(lexicon)
    for name, pattern in list(known.items())[:limit]:
        notation = pattern.format(indent=None)
        output.show({"name": name, "pattern": notation}, f"{name}\t{notation}", json)
    archetypes = sum(name.startswith("Δ") for name in known)
    learned = f"statistics of {len(known.generations)} learnings"
    output.note(f"{len(known)} lexemes, {archetypes} of them archetypes; {learned}")


def open_lexicon(path: Path | None) -> Lexicon:
    """
    Return the lexicon in the file *path*, or of the mind *path*, or of the bundled world.

    Raises:
        CorpusError: if *path* is neither
    """
    from scenograph.core import Lexicon
    from scenograph.world import World

    if path is None:
        return World().lexicon
    if path.is_dir():
        with open_mind(path) as mind:
            return mind.lexicon
    try:
        return Lexicon.from_json(json_module.loads(path.read_text(encoding="utf-8")))
    except ValueError as error:
        raise CorpusError(f"{path} is no lexicon in JSON: {error}") from error
