"""Commands that use a mind: read, speak, ask, remember, recall."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scenograph.cli import output
from scenograph.cli.commands import example
from scenograph.cli.times import times

if TYPE_CHECKING:
    from scenograph.answers.passages import Passage
    from scenograph.bridge import Utterance
    from scenograph.memory.records import Hop
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
    from scenograph.cli import inputs

    texts = inputs.texts(text or [], file or [])
    unread = 0
    with _opened(mind) as it:
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
    from scenograph.cli import inputs

    scenes = inputs.scenes(scene or [], file or [])
    with _opened(mind) as it:
        for spoken in it.speak_many(scenes, style=style, language=language, surface=surface, guard=guard):
            if json:
                output.record(spoken)
                continue
            output.data(spoken.text)
            if spoken.fallback:
                output.note(f"  {_why(spoken)}")
            elif spoken.retention < 1:
                output.warn(f"retention {spoken.retention:.2f}")


def _why(spoken: Utterance) -> str:
    """Say why an exact surface replaced the text of a style."""
    if spoken.surface == "penman":
        return "given in notation: there are no words here for part of the scene"
    return f"spoken by the exact {spoken.surface} surface: the {spoken.style} style did not say it faithfully"


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
    from scenograph.cli import inputs
    from scenograph.results import in_words

    questions = inputs.texts(question or [], file or [])
    unanswered = 0
    with _opened(mind) as it:
        for text in questions:
            answer = it.ask(text, style=style, language=language)
            unanswered += not answer.crystals
            if answer.scene is None:
                output.warn(f"not read (confidence {answer.confidence:.2f}): {text}")
            if json:
                output.record(answer, question=text)
                continue
            output.data(answer.text)
            for passage in answer.passages:
                output.data(f"  quoted from memory, not concluded: {_quoted(passage)}")
            for crystal in answer.evidence:
                output.data(f"  rests on crystal {crystal.id}: {in_words(crystal)}")
    if unanswered:
        raise typer.Exit(UNREAD)


def _quoted(passage: Passage) -> str:
    """Quote what memory holds about a question, with its number and where it comes from."""
    origin = f"  [{passage.source}]" if passage.source else ""
    return f"“{passage.text}”{origin}" + (f", crystal {passage.crystal}" if passage.crystal else "")


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
    from scenograph.cli import inputs

    unread = 0
    with _opened(mind) as it:
        given = inputs.scenes(text or [], file or []) if scenes else inputs.texts(text or [], file or [])
        for item in given:
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
    """Find what memory holds about a text, a name, a scene or a part of one. Nothing found is exit code 1."""
    from scenograph.cli import inputs
    from scenograph.results import in_words

    missed = False
    with _opened(mind) as it:
        for item in inputs.scenes(cue or [], file or []) if scenes else inputs.texts(cue or [], file or []):
            hits = it.recall(item, k=k, at=at, known=known)
            if not hits:
                missed = True
                output.note(f"nothing in memory answers this better than chance: {item}")
            for hit in hits:
                if json:
                    output.record(hit, cue=str(item))
                    continue
                output.data(f"{hit.resonance:.3f}  crystal {hit.id}: {in_words(hit)}")
                if why:
                    parts = " · ".join(f"{name} {value:.2f}" for name, value in hit.parts.items() if value)
                    output.data(f"       {parts}")
                    if hit.chain:
                        output.data(f"       {_chain(hit.chain)}")
                    for line in times(hit.learned, hit.validity):
                        output.data(f"       {line}")
    if missed:
        raise typer.Exit(UNREAD)


def _chain(hops: Sequence[Hop]) -> str:
    """Say by what crystals, together with others, answer a cue."""
    counts = (
        f"crystal {it.crystal}" if it.through is None else f"({it.through}) crystal {it.crystal}"
        for it in hops
    )
    return "together: " + " – ".join(counts)


@contextlib.contextmanager
def _opened(path: Path) -> Generator[Mind]:
    from scenograph.mind import Mind

    mind = Mind.open(path)
    try:
        yield mind
    finally:
        mind.close()
