"""Commands that carry a memory elsewhere and back: `memory export`, `memory import`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Literal

import typer

from scenograph.cli import inputs, output
from scenograph.cli.commands import example
from scenograph.cli.memory import open_memory
from scenograph.cli.talk import InNamespace, Json, MindPath

if TYPE_CHECKING:
    from scenograph.cli.progress import Shown
    from scenograph.memory import Memory, Note

Format = Literal["jsonl", "rdf"]


@example("scenograph memory export demo-mind memory.jsonl")
def export(
    mind: MindPath,
    file: Annotated[
        Path | None, typer.Argument(dir_okay=False, help="Where to; stdout if not given.", show_default=False)
    ] = None,
    as_: Annotated[Format, typer.Option("--format", help="JSON lines, or RDF (N-Quads).")] = "jsonl",
    namespace: InNamespace = "",
) -> None:
    """Write memory as JSON lines or RDF. Any memory can import them."""
    from scenograph.files import writing

    with open_memory(mind, namespace) as memory:
        if file is None:
            count = _export(memory, sys.stdout, as_)
        else:
            with writing(file) as opened:
                count = _export(memory, opened, as_)
    output.note(f"{output.count(count, 'record')} exported")


def _export(memory: Memory, file: IO[str], as_: Format) -> int:
    return memory.export_to(file) if as_ == "jsonl" else memory.export_rdf(file)


@example("scenograph memory import demo-mind memory.jsonl data/webnlg/en/train")
def import_(
    mind: MindPath,
    sources: Annotated[
        list[Path],
        typer.Argument(
            metavar="FROM...",
            exists=True,
            help="Exports, minds, or corpora with scenes: WebNLG, AMR, JSONL, RDF.",
            show_default=False,
        ),
    ],
    source: Annotated[
        str | None, typer.Option(help="Where the scenes of corpora come from; their files if not given.")
    ] = None,
    base: inputs.Base = None,
    context: inputs.Contexts = None,
    namespace: InNamespace = "",
    json: Json = False,
) -> None:
    """
    Add an export, another mind, or a corpus.

    An export or a mind is added wholly or not at all, a corpus batch by batch.
    """
    from scenograph.cli.progress import shown

    with open_memory(mind, namespace, writes=True) as memory, shown() as bars:
        for path in sources:
            before = len(memory)
            bars.start(path.name)
            _add(memory, path, partial(_notes, path, source, base, inputs.contexts(context)), bars)
            new = len(memory) - before
            bars.finish(output.count(new, "new crystal"))
            if json:
                output.record({"from": str(path), "new": new})


def _add(memory: Memory, path: Path, notes_of: Callable[[], Iterator[Note]], bars: Shown) -> None:
    """Add what *path* holds: the folder of a memory or mind, an export (by its first bytes), or a corpus."""
    for folder in (path, path / "memory"):
        if (folder / "memory.db").is_file():
            memory.merge(folder)
            return
    begins = ""
    if path.is_file():
        with path.open("rb") as opened:
            begins = opened.readline(4096).decode("utf-8", "replace")
    if begins.startswith(('{"scenograph":"memory"', '{"digest":"', '{"unread":{')):
        with path.open(encoding="utf-8", newline="\n") as lines:
            memory.import_from(lines)
    elif begins.startswith("<urn:scenograph:memory:"):
        with path.open(encoding="utf-8", newline="\n") as lines:
            memory.import_rdf(lines)
    else:
        seen = 0

        def progress(notes: int, new: int) -> None:
            nonlocal seen
            bars.advance(notes - seen, f"{notes:,} scenes, {new:,} new")
            seen = notes

        memory.ingest(notes_of(), progress=progress)


def _notes(path: Path, source: str | None, base: str | None, contexts: dict[str, Path]) -> Iterator[Note]:
    from scenograph.corpus import load
    from scenograph.memory import Note

    for it in load(path, base=base, contexts=contexts):
        if it.scene is not None:
            text = it.texts[0] if it.texts else None
            yield Note(it.scene, text, it.language, source or it.source)
