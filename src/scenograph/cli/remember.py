"""The command `remember`: texts, documents, chats and scenes into memory."""

from __future__ import annotations

import json as json_module
import shlex
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scenograph.cli import inputs, output
from scenograph.cli.commands import example
from scenograph.cli.talk import (
    Documents,
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
    from scenograph.memory import Labels, Memory
    from scenograph.mind.reading import Remembered

MOST_NAMED = 10
"""Sentences of a document that were not read, of which each is named."""

_KINDS = {
    "label": ("label", "labels"),
    "signature": ("signature", "signatures"),
    "table": ("row of a table", "rows of tables"),
    "code": ("piece of code", "pieces of code"),
    "address": ("address", "addresses"),
    "marks": ("line without letters", "lines without letters"),
}
"""What pieces of a document are called that are no sentences: one, and several."""


@example("scenograph remember demo-mind 'I moved to Lisbon in May.' --speaker Anna --date 2025-06-01")
def remember(
    mind: MindPath,
    text: Texts = None,
    file: Documents = None,
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
    The header of an e-mail says who writes it, to whom and when. Drawings and pictures are read as by the
    command read. What is no sentence, such as a table, is stored as
    text. What is stored already is not stored twice; of a file that has changed, what it said before stays
    until `forget --source FILE`.
    """
    labels = _labels(tag, metadata, expires)
    if scenes:
        with open_mind(mind, writes=True, namespace=namespace) as it:
            for scene in inputs.scenes(text or [], file or []):
                crystal = it.remember(scene, source, speaker=speaker, hearer=hearer, date=date, labels=labels)
                output.show({"input": str(scene), "crystal": crystal}, str(crystal), json)
        return
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
            _show_stored(stored, json)
        for name, document, markup in documents(file, it, language):
            named = source or name
            stored = it.remember_document(
                document,
                named,
                markup=markup,
                language=language,
                workers=workers(),
                speaker=speaker,
                hearer=hearer,
                date=date,
                labels=labels,
            )
            try:
                _show_document(stored, name, len(document), json)
            except KeyboardInterrupt:
                _say_stopped(it.memory, mind, named)
                raise
        if left := it.memory.stats().unmeasured:
            texts_ = output.count(left, "text")
            output.note(f"retention of {texts_} not measured yet: scenograph memory measure {mind}")


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


def _show_stored(stored: Iterable[Remembered], json: bool) -> None:
    """Print the crystal of each sentence, and say which could not be read."""
    for one in stored:
        _show_crystal(one, json)
        if one.reading.scene is None:
            _say_unread(one)


def _show_crystal(stored: Remembered, json: bool) -> None:
    """Print the crystal of a sentence."""
    crystal = stored.crystal
    is_read = stored.reading.scene is not None
    shown = {"sentence": stored.sentence, "crystal": crystal, "is_read": is_read}
    output.show(shown, str(crystal), json)


def _say_unread(stored: Remembered) -> None:
    output.warn(
        f"stored as text, because it was not read: {stored.sentence.text}\n  {why_unread(stored.reading)}"
    )


def _say_stopped(memory: Memory, mind: Path, source: str) -> None:
    """Say what is stored of *source*, and how to remove it."""
    for it in memory.sources():
        if it.source == source:
            output.say("")
            output.note(
                f"{output.count(it.crystals, 'crystal')} of {source} are stored; to remove them: "
                f"scenograph forget {mind} --source {shlex.quote(source)}"
            )


def _show_document(stored: Iterable[Remembered], name: str, length: int, json: bool) -> None:
    """
    Print the crystals of a document: on a terminal in one line, else each on its own.

    At most `MOST_NAMED` sentences that were not read are named; of tables, code and the like only how many.
    """
    from scenograph.cli.progress import shown

    in_one_line = sys.stdout.isatty() and not json
    crystals: list[int] = []
    others: Counter[str] = Counter()
    done = unread = 0
    with shown() as bars:
        bars.start(name, length)
        for one in stored:
            crystals.append(one.crystal)
            bars.advance(one.sentence.end - done)
            done = one.sentence.end
            if not in_one_line:
                _show_crystal(one, json)
            if not one.sentence.is_readable:
                others[one.sentence.kind] += 1
            elif one.reading.scene is None:
                unread += 1
                if unread <= MOST_NAMED:
                    _say_unread(one)
        found = f", crystals {ranges(crystals)}" if in_one_line else ""
        bars.finish(f"{output.count(len(crystals) - others.total(), 'sentence')}{found}")
    if unread > MOST_NAMED:
        output.warn(f"{unread - MOST_NAMED:,} more sentences of {name} were stored as text, not read")
    if others:
        output.note(f"  also stored as text: {', '.join(_kinds(others))}")


def _kinds(found: Counter[str]) -> Iterator[str]:
    """Say how many pieces of a document there were of each kind that is no sentence."""
    for kind, number in found.most_common():
        one, several = _KINDS[kind]
        yield f"{number:,} {one if number == 1 else several}"


def ranges(numbers: Iterable[int]) -> str:
    """
    Return *numbers* in ascending order, neighbours as one range.

    Example:
        >>> ranges([3, 4, 5, 9, 4])
        '3–5, 9'
    """
    ends: list[list[int]] = []
    for number in sorted(set(numbers)):
        if ends and number == ends[-1][1] + 1:
            ends[-1][1] = number
        else:
            ends.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in ends)
