"""The command `remember`: texts, documents, chats and scenes into memory."""

from __future__ import annotations

import json as json_module
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scenograph.cli import inputs, output
from scenograph.cli.commands import example
from scenograph.cli.talk import (
    UNREAD,
    Files,
    InNamespace,
    Json,
    Language,
    MindPath,
    Texts,
    documents,
    open_mind,
    why_unread,
    workers,
)
from scenograph.cli.times import time_of

if TYPE_CHECKING:
    from scenograph.memory import Labels
    from scenograph.mind.reading import Remembered


@example("scenograph remember demo-mind 'I moved to Lisbon in May.' --speaker Anna --date 2025-06-01")
def remember(
    mind: MindPath,
    text: Texts = None,
    file: Files = None,
    source: Annotated[
        str | None, typer.Option(help="Where the texts come from; of a file, its name if not given.")
    ] = None,
    speaker: Annotated[str | None, typer.Option(help="Who says it: “I” and “my” mean this person.")] = None,
    hearer: Annotated[
        str | None, typer.Option(help="Who is spoken to: “you” and “your” mean this person.")
    ] = None,
    date: Annotated[
        datetime | None,
        typer.Option(parser=time_of, metavar="DATE", help="When it was said: 2025-06-01."),
    ] = None,
    tag: Annotated[
        list[str] | None, typer.Option("--tag", help="A tag, to filter by; may be repeated.")
    ] = None,
    metadata: Annotated[
        list[str] | None,
        typer.Option("--metadata", metavar="KEY=VALUE", help="Likewise; a value may be JSON: priority=3."),
    ] = None,
    expires: Annotated[
        datetime | None,
        typer.Option(parser=time_of, metavar="DATE", help="From then on it is hidden.", show_default=False),
    ] = None,
    language: Language = None,
    scenes: Annotated[
        bool, typer.Option("--scenes", help="The input is scenes in notation, not texts.")
    ] = False,
    namespace: InNamespace = "",
    json: Json = False,
) -> None:
    """
    Store texts or scenes in memory. Prints the crystal of each; what was printed is safe on the disk.

    Texts are stored sentence by sentence. Those of a file know their place in it; Markdown, HTML and e-mail
    are recognised, and chats: lines such as "Anna: I moved to Lisbon.", or JSON with "speaker" and "text".
    Drawings and pictures are read as by the command read.
    """
    labels = _labels(tag, metadata, expires)
    if scenes:
        with open_mind(mind, writes=True, namespace=namespace) as it:
            for scene in inputs.scenes(text or [], file or []):
                crystal = it.remember(scene, source, speaker=speaker, hearer=hearer, date=date, labels=labels)
                output.show({"input": str(scene), "crystal": crystal}, str(crystal), json)
        return
    unread = 0
    given = inputs.texts(text or [], []) if text or not file else []
    with open_mind(mind, writes=True, namespace=namespace) as it:
        for one in given:
            stored = it.remember_document(
                one,
                source,
                markup="plain",
                language=language,
                speaker=speaker,
                hearer=hearer,
                date=date,
                labels=labels,
            )
            unread += _show_stored(stored, json)
        for name, document, markup in documents(file, it, language):
            stored = it.remember_document(
                document,
                source or name,
                markup=markup,
                language=language,
                workers=workers(),
                speaker=speaker,
                hearer=hearer,
                date=date,
                labels=labels,
            )
            unread += _show_stored(_with_progress(stored, name, len(document)), json)
        if left := it.memory.stats().unmeasured:
            texts_ = output.count(left, "text")
            output.note(f"{texts_} not measured yet: scenograph memory measure {mind}")
    if unread:
        raise typer.Exit(UNREAD)


def _labels(tags: list[str] | None, metadata: list[str] | None, expires: datetime | None) -> Labels:
    from scenograph.memory import Labels

    found: dict[str, Any] = {}
    for text in metadata or []:
        key, equals, value = text.partition("=")
        if not equals:
            raise typer.BadParameter(f"{text!r} has no value; write KEY=VALUE")
        try:
            found[key] = json_module.loads(value)
        except ValueError:
            found[key] = value
    return Labels(tuple(tags or ()), found, expires)


def _show_stored(stored: Iterable[Remembered], json: bool) -> int:
    """Print the crystal of each sentence; return how many could not be read."""
    unread = 0
    for sentence, reading, crystal in stored:
        is_unread = reading.scene is None
        unread += is_unread
        if json:
            output.record({"sentence": sentence, "crystal": crystal, "is_read": not is_unread})
        else:
            output.data(str(crystal))
        if is_unread:
            output.warn(f"stored as text, because it was not read: {sentence.text}\n  {why_unread(reading)}")
    return unread


def _with_progress(stored: Iterable[Remembered], name: str, length: int) -> Iterator[Remembered]:
    """Show how far a document is, in characters."""
    from scenograph.cli.progress import shown

    count = done = 0
    with shown() as bars:
        bars.start(name, length)
        for one in stored:
            count += 1
            bars.advance(one.sentence.end - done)
            done = one.sentence.end
            yield one
        bars.finish(output.count(count, "sentence"))
