"""Commands that use a mind: read, speak, ask, remember, recall."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scenograph.cli import inputs, output
from scenograph.cli.commands import example
from scenograph.cli.times import times

if TYPE_CHECKING:
    from scenograph.answers.passages import Passage
    from scenograph.memory import Hit
    from scenograph.mind import Mind

MindPath = Annotated[Path, typer.Argument(metavar="MIND", help="The mind's folder.", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line, for programs.")]
Texts = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="TEXT", help="Texts; '-' or none at all: one a line from stdin.", show_default=False
    ),
]
Scenes = Annotated[
    list[str] | None,
    typer.Argument(metavar="SCENE", help="Scenes in notation; '-' or none: from stdin.", show_default=False),
]
Files = Annotated[
    list[Path] | None,
    typer.Option("--file", "-f", exists=True, dir_okay=False, help="Take the input from this file too."),
]
Language = Annotated[
    str | None, typer.Option("--language", "-l", help="en or ru; guessed from the script where not given.")
]
Style = Annotated[str, typer.Option("--style", "-s", help="plain, poet, logician, bodily or philosopher.")]

DATES = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]
"""How a time is given on the command line."""

UNREAD = 1
"""Exit code where a text was not read, a question not answered, or a cue found nothing."""


@example("scenograph read demo-mind 'Marta believed that Oleg built the old bridge.'")
def read(
    mind: MindPath, text: Texts = None, file: Files = None, language: Language = None, json: Json = False
) -> None:
    """Read texts into scenes. A text that cannot be read is named on stderr, and the exit code is 1."""
    texts = inputs.texts(text or [], file or [])
    unread = 0
    with open_mind(mind) as it:
        for reading in it.read_many(texts, language=language):
            if json:
                output.record(reading)
            elif reading.scene is not None:
                output.data(str(reading.scene))
            if reading.scene is None:
                unread += 1
                output.warn(f"not read (confidence {reading.confidence:.2f}): {reading.text}")
    if unread:
        raise typer.Exit(UNREAD)


@example("scenograph read demo-mind 'Oleg slept.' | scenograph speak demo-mind -s poet -l ru")
def speak(
    mind: MindPath,
    scene: Scenes = None,
    file: Files = None,
    style: Style = "plain",
    language: Annotated[str, typer.Option("--language", "-l", help="en or ru.")] = "en",
    surface: Annotated[
        str, typer.Option(help="text, or an exact one; scenograph convert --list shows all.")
    ] = "text",
    guard: Annotated[
        bool, typer.Option(help="Replace speech that loses part of the scene by the exact plain surface.")
    ] = True,
    json: Json = False,
) -> None:
    """Speak scenes as text. What was lost on the way is said on stderr."""
    scenes = inputs.scenes(scene or [], file or [])
    with open_mind(mind) as it:
        for spoken in it.speak_many(scenes, style=style, language=language, surface=surface, guard=guard):
            output.show(spoken, spoken.text, json)
            if json:
                continue
            if spoken.fallback:
                output.note(
                    "  given in notation: there are no words here for part of the scene"
                    if spoken.surface == "penman"
                    else f"  spoken by the exact {spoken.surface} surface: the {spoken.style} style did not "
                    "say it faithfully"
                )
            elif spoken.retention < 1:
                output.warn(f"retention {spoken.retention:.2f}")


@example("scenograph ask demo-mind 'Who built the old bridge?'")
def ask(
    mind: MindPath,
    question: Texts = None,
    file: Files = None,
    style: Style = "plain",
    language: Language = None,
    json: Json = False,
) -> None:
    """Answer questions from memory. Under each answer stand the crystals that it rests on."""
    from scenograph.results import in_words

    questions = inputs.texts(question or [], file or [])
    unanswered = 0
    with open_mind(mind) as opened:
        for text in questions:
            answer = opened.ask(text, style=style, language=language)
            unanswered += not answer.crystals
            if answer.scene is None:
                output.warn(f"not read (confidence {answer.confidence:.2f}): {text}")
            lines = [answer.text]
            lines += [f"  quoted from memory, not concluded: {_quoted(it)}" for it in answer.passages]
            lines += [f"  rests on crystal {it.id}: {in_words(it)}" for it in answer.evidence]
            output.show(answer, "\n".join(lines), json, question=text)
    if unanswered:
        raise typer.Exit(UNREAD)


def _quoted(passage: Passage) -> str:
    """Quote what memory holds about a question, with its number, where it comes from, and if it is unread."""
    origin = f"  [{passage.source}]" if passage.source else ""
    number = f", crystal {passage.crystal}" if passage.crystal else ""
    return f"“{passage.text}”{origin}{number}{', unread' if passage.unread else ''}"


@example("scenograph remember demo-mind 'Oleg built the old bridge.' --source letters")
def remember(
    mind: MindPath,
    text: Texts = None,
    file: Files = None,
    source: Annotated[
        str | None, typer.Option(help="Where the texts come from; stored with each of them.")
    ] = None,
    language: Language = None,
    scenes: Annotated[
        bool, typer.Option("--scenes", help="The input is scenes in notation, not texts.")
    ] = False,
    json: Json = False,
) -> None:
    """Store texts or scenes in memory. Prints the crystal of each; what was printed is safe on the disk."""
    unread = 0
    with open_mind(mind, writes=True) as it:
        for item in (inputs.scenes if scenes else inputs.texts)(text or [], file or []):
            crystal = it.remember(item, source=source, language=language)
            if crystal is None:
                unread += 1
                output.warn(f"stored as text, because it could not be read into a scene: {item}")
            elif not json:
                output.data(str(crystal))
            if json:
                output.record({"input": str(item), "crystal": crystal})
    if unread:
        raise typer.Exit(UNREAD)


@example("scenograph recall demo-mind 'the bridge that Oleg built' -k 3 --why")
def recall(
    mind: MindPath,
    cue: Texts = None,
    file: Files = None,
    k: Annotated[int, typer.Option("-k", min=1, help="How many scenes.")] = 10,
    scenes: Annotated[
        bool, typer.Option("--scenes", help="The cue is a scene in notation, not a text.")
    ] = False,
    at: Annotated[
        datetime | None, typer.Option(formats=DATES, help="Only what is true then.", show_default=False)
    ] = None,
    known: Annotated[
        datetime | None, typer.Option(formats=DATES, help="As it was known then.", show_default=False)
    ] = None,
    why: Annotated[bool, typer.Option("--why", "-w", help="Say what each resonance is made of.")] = False,
    json: Json = False,
) -> None:
    """Find what memory holds about a text, a name or a scene. Exit code 1 if nothing is found."""
    from scenograph.results import in_words

    missed = False
    with open_mind(mind) as it:
        for item in (inputs.scenes if scenes else inputs.texts)(cue or [], file or []):
            hits = it.recall(item, k=k, at=at, known=known)
            if not hits:
                missed = True
                output.note(f"nothing in memory answers this better than chance: {item}")
            for hit in hits:
                lines = [
                    f"{hit.resonance:.3f}  crystal {hit.id}: {in_words(hit)}",
                    *(_reasons(hit) if why else ()),
                ]
                output.show(hit, "\n       ".join(lines), json, cue=str(item))
    if missed:
        raise typer.Exit(UNREAD)


def _reasons(hit: Hit) -> Iterator[str]:
    """Say what a resonance is made of, by which crystals it was reached, and when it is true."""
    yield " · ".join(f"{name} {value:.2f}" for name, value in hit.parts.items() if value)
    if hit.chain:
        hops = (f"({hop.through}) crystal {hop.crystal}" for hop in hit.chain)
        yield "together: " + " – ".join(hops).replace("(None) ", "")
    yield from times(hit.learned, hit.validity)


def open_mind(path: Path, *, writes: bool = False) -> Mind:
    """
    Open the mind at *path*. For a command that *writes* nothing, its memory may be one that nobody can write.

    Where the memory can be written, it is opened so: what is derived from it is then kept up to date.
    """
    from scenograph.mind import Mind

    memory = path / "memory"
    can_write = all(os.access(it, os.W_OK) for it in (memory, memory / "memory.db") if it.exists())
    return Mind.open(path, read_only=not (writes or can_write))
