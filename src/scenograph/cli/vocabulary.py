"""Commands about the vocabulary of a mind: vocabulary show, vocabulary export."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scenograph.cli import output
from scenograph.cli.commands import example
from scenograph.cli.tables import aligned
from scenograph.cli.talk import Json, MindPath


@example("scenograph vocabulary show demo-mind")
def show(
    mind: MindPath,
    all_: Annotated[bool, typer.Option("--all", help="Also atoms that the corpus does not use.")] = False,
    json: Json = False,
) -> None:
    """Show atoms, and how many tokens each spares."""
    from scenograph.mind.steps.vocabulary import atom_uses
    from scenograph.mind.workspace import Workspace

    vocabulary, uses = atom_uses(Workspace(mind))
    rows = [
        {
            "atom": use.atom.text,
            "id": vocabulary.id(use.atom.text),
            "gloss": use.atom.gloss.strip(),
            "uses": use.uses,
            "spared": use.spared,
        }
        for use in uses
        if all_ or use.uses
    ]
    if json:
        for row in rows:
            output.record(row)
        return
    aligned(
        ("atom", "id", "starts from", "uses", "spares"),
        [(str(r["atom"]), str(r["id"]), str(r["gloss"]), f"{r['uses']:,}", f"{r['spared']:,}") for r in rows],
        numbers=("id", "uses", "spares"),
    )
    learned = len(vocabulary.rows or ())
    how = (
        f"{learned} rows have learned from the spelt form"
        if learned
        else "rows start at the mean of their words"
    )
    output.note(f"{vocabulary.size:,} tokens, {len(vocabulary.atoms)} of them atoms; {how}")


@example("scenograph vocabulary export my-mind pack")
def export(
    mind: MindPath,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The new folder.", show_default=False)],
    json: Json = False,
) -> None:
    """Write the vocabulary for transformers and PEFT."""
    from scenograph.mind.adapters.exchange import export_vocabulary
    from scenograph.mind.workspace import Workspace

    export_vocabulary(Workspace(mind), folder)
    output.show({"path": folder}, str(folder), json)
