"""Command style add: a style of a mind's own, from pairs or from a description."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from scenograph.cli import output
from scenograph.cli.adapters import bring_up_to_date, check_trained
from scenograph.cli.commands import example
from scenograph.cli.inputs import KeyFrom
from scenograph.cli.talk import Json, MindPath

if TYPE_CHECKING:
    from scenograph.core import Scene
    from scenograph.distilled.candidates import Said
    from scenograph.mind import Mind
    from scenograph.mind.teaching.pairs import Given


class _Order(NamedTuple):
    """What a model is to write; see the options of `add`."""

    name: str
    describe: str
    by: str | None
    model: str
    key_from: str
    lines: Sequence[str]
    scenes: Path | None
    most: int
    tries: int
    minutes: float
    seed: int
    at_once: int


@example('scenograph style add demo-mind captain --describe "an old sea captain" --by qwen.gguf')
def add(
    mind: MindPath,
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="What the style is called.", show_default=False)
    ],
    pairs: Annotated[
        Path | None,
        typer.Argument(
            metavar="PAIRS",
            exists=True,
            dir_okay=False,
            help='JSON lines of {"scene": …, "text": …} or {"plain": …, "text": …}.',
            show_default=False,
        ),
    ] = None,
    describe: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="Instead of PAIRS: who talks so. A model writes the pairs."),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(
            metavar="CARRIER",
            help="The model that writes: a GGUF file, a folder, a hub id, or http://…/v1; the mind's own.",
            show_default=False,
        ),
    ] = None,
    model: Annotated[str, typer.Option(help="Of a server: the name of the model there.")] = "",
    key_from: KeyFrom = "SCENOGRAPH_API_KEY",
    line: Annotated[
        list[str] | None,
        typer.Option(metavar="TEXT", help="Something said in the style; give several, in each language."),
    ] = None,
    scenes: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            exists=True,
            help="Plain sentences to say; what the mind learned from.",
            show_default=False,
        ),
    ] = None,
    most: Annotated[int, typer.Option("--pairs", min=1, help="Texts to keep in each language.")] = 20,
    tries: Annotated[int, typer.Option(min=1, help="Most texts for one scene.")] = 2,
    minutes: Annotated[float, typer.Option(min=0, help="How long the model may write.")] = 30.0,
    seed: Annotated[int, typer.Option(help="Of what the model draws.")] = 0,
    at_once: Annotated[
        int, typer.Option(min=1, help="Texts that a server is asked for at the same time.")
    ] = 8,
    save: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            dir_okay=False,
            show_default=False,
            help="Write the kept pairs here and teach nothing yet: strike what is not right, then add FILE.",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """
    Teach a mind a style of speech, by pairs or by a description. Ten pairs are enough to begin.

    In each line of PAIRS "text" is in the style; "scene" is what it says, or "plain" says the same in plain
    words. With --describe a model writes the texts, and those are kept that are read back as their scene. It
    can be stopped; the same command goes on from there.
    One pair in five is held out, to stop in time and to measure. Only the adapter of the style is trained.
    Adding the style again replaces its pairs.
    """
    from scenograph.files import write_text
    from scenograph.mind import Mind
    from scenograph.mind.adapters.listing import list_adapters
    from scenograph.mind.steps.styles import decoder_of
    from scenograph.mind.teaching.pairs import check_name, format_pairs, read_pairs
    from scenograph.mind.teaching.styles import added_style
    from scenograph.mind.workspace import Workspace

    if (pairs is None) == (describe is None or not describe.strip()):
        raise typer.BadParameter("give either PAIRS, or --describe with who talks so")
    with Mind.open(mind) as it:
        check_trained(it.workspace)
        check_name(name, it.workspace.domain)

        def read(texts: Sequence[str]) -> list[Scene | None]:
            return [reading.scene for reading in it.read_many(texts)]

        if pairs is not None:
            given = read_pairs(pairs, it.workspace.domain, read)
        else:
            order = _Order(
                name, (describe or "").strip(), by, model, key_from, line or (), scenes, most, tries, minutes,
                seed, at_once,
            )  # fmt: skip
            given = _written(it, order)
    for remark in given.remarks:
        output.warn(remark)
    if save is not None:
        write_text(save, format_pairs(name, given.pairs))
        output.show({"style": name, "pairs": len(given.pairs), "path": save}, str(save), json)
        output.note(
            f"next: look at {save}, strike what is not right, then scenograph style add {mind} {name} {save}"
        )
        return
    with added_style(Workspace(mind), name, given.pairs):
        bring_up_to_date(Workspace(mind))
    [info] = [info for info in list_adapters(Workspace(mind)) if info.name == decoder_of(name)]
    said = "-" if info.retention is None else f"{info.retention:.2f}"
    text = (
        f"{info.name}: {output.count(sum(info.examples.values()), 'pair')} learned in {info.steps} steps, "
        f"from a copy of {info.start}; retention on held-out pairs {said}"
    )
    output.show(info, text, json)
    output.note(f"next: scenograph speak {mind} '(…)' --style {name}")


def _written(mind: Mind, order: _Order) -> Given:
    """Let a model write texts, and return the pairs that were kept."""
    import torch

    from scenograph.carriers.chat import open_chat
    from scenograph.cli.progress import shown
    from scenograph.corpus.example import language_of
    from scenograph.distilled.writing import Pen
    from scenograph.mind.teaching.described import (
        check_enough,
        pairs_of,
        read_back,
        refusals,
        sayings,
        summary,
    )
    from scenograph.mind.teaching.pairs import Given
    from scenograph.mind.teaching.styles import candidates_path

    config = mind.workspace.config.carrier
    said = sayings(mind, order.most, order.scenes)
    lines: dict[str, list[str]] = {}
    for it in order.lines:
        lines.setdefault(language_of(it), []).append(it)
    path = candidates_path(mind.workspace, order.name)
    with (
        open_chat(
            order.by or config.base,
            model=order.model,
            key_from=order.key_from,
            threads=torch.get_num_threads(),
            over=None if order.by else config.over,
            at_once=order.at_once,
        ) as chat,
        shown() as bars,
    ):

        def read(text: str, it: Said) -> Scene | None:
            return read_back(mind, text, it)

        pen = Pen(chat, order.describe, read, path, lines, order.seed)
        languages = {it.language for it in said}
        texts = output.count(order.tries, "text")
        output.note(
            f"{output.count(len(said), 'scene')} to say, {texts} for each at most; {chat.name} writes until "
            f"{order.most} are kept in each language"
        )
        if pen.sheet.candidates:
            output.note(f"it goes on from {summary(pen.sheet.candidates)}")
        bars.start("writing", order.most * len(languages))
        bars.advance(len(pen.sheet.kept()))
        for candidate in pen.write(said, most=order.most, tries=order.tries, seconds=60 * order.minutes):
            bars.advance(candidate.verdict == "kept", summary(pen.sheet.candidates))
        bars.finish(summary(pen.sheet.candidates))
        for why in refusals(pen.sheet.candidates):
            output.note(f"  {why}")
        by = chat.name
    check_enough(pen.sheet.candidates, by, path)
    silent = [code for code in mind.domain.languages if not pen.sheet.kept(code)]
    remarks = [
        f"no text in {mind.domain.languages[code].capitalize()} was kept; there the style only guesses"
        for code in silent
    ]
    return Given(pairs_of(pen.sheet.candidates, by), remarks)
