"""Commands that use a mind: read, speak, ask, recall."""

from __future__ import annotations

import json as json_module
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scenograph.cli import inputs, output
from scenograph.cli.commands import example
from scenograph.cli.times import time_of, times
from scenograph.errors import CorpusError

if TYPE_CHECKING:
    from scenograph.answers.answer import Answer
    from scenograph.answers.passages import Passage
    from scenograph.core import Scene
    from scenograph.documents import Markup
    from scenograph.memory import Crystal, Filter, Hit
    from scenograph.mind import Mind
    from scenograph.readers.reading import Reading

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
Documents = Annotated[
    list[Path] | None,
    typer.Option(
        "--file",
        "-f",
        exists=True,
        help="Take this file too, or all documents in this folder.",
        show_default=False,
    ),
]
Language = Annotated[
    str | None, typer.Option("--language", "-l", help="en or ru; guessed from the script where not given.")
]
Style = Annotated[
    str,
    typer.Option(
        "--style", "-s", help="plain, poet, logician, bodily, philosopher, or one that the mind was taught."
    ),
]

OverCarrier = Annotated[
    str | None,
    typer.Option(
        "--carrier", "-c", help="A carrier of the mind, by name; the first if not given.", show_default=False
    ),
]

InNamespace = Annotated[
    str,
    typer.Option(
        "--namespace",
        "-n",
        help="Whose memory: user, user/agent or user/agent/session; the mind's own if not given.",
        show_default=False,
    ),
]

Filtered = Annotated[
    list[str] | None,
    typer.Option(
        "--filter",
        metavar="FILTER",
        help="Only these: tag=work, source=, language=, concept=, or JSON as /recall takes it.",
        show_default=False,
    ),
]
Expired = Annotated[bool, typer.Option("--expired", help="Also what has expired.")]

UNREAD = 1
"""Exit code where a text was not read, a question not answered, or a cue found nothing."""


@example("scenograph read demo-mind 'Our deploy failed because the database was full.' --why")
def read(
    mind: MindPath,
    text: Texts = None,
    file: Documents = None,
    language: Language = None,
    why: Annotated[bool, typer.Option("--why", "-w", help="Say how probable each link is.")] = False,
    carrier: OverCarrier = None,
    namespace: InNamespace = "",
    json: Json = False,
) -> None:
    """
    Read texts into scenes. What cannot be read is named on stderr, and the exit code is 1.

    Each argument and each line of stdin is one text, and becomes one scene. A file, or each document in a
    folder, is read sentence by sentence; Markdown, HTML and e-mail are recognised. Notation, emoji, formulas
    and drawings that were made here say their scenes exactly. What other pictures show, the model under
    [vision] in mind.toml says.
    """
    unread = 0
    with open_mind(mind, carrier=carrier, namespace=namespace) as it:
        for reading, more in _readings(it, text, file, language):
            if json:
                output.record(reading, **more)
            elif reading.scene is not None:
                output.data(str(reading.scene))
            if reading.scene is None:
                unread += 1
                output.warn(f"not read: {reading.text}\n  {why_unread(reading)}")
            elif not json:
                for line in _left_out(reading):
                    output.note(line)
            if why and not json:
                output.data("\n".join(_reading_in_words(reading)))
    if unread:
        raise typer.Exit(UNREAD)


def _readings(
    mind: Mind, texts: list[str] | None, files: list[Path] | None, language: str | None
) -> Iterator[tuple[Reading, dict[str, Any]]]:
    """Yield the reading of each text, and of each sentence of each file with its place."""
    if texts or not files:
        for reading in mind.read_many(inputs.texts(texts or [], []), language=language):
            yield reading, {}
    for name, document, markup in documents(files, mind, language):
        for read in mind.read_document(document, markup=markup, language=language, workers=workers()):
            more = {"file": name, "sentence": read.sentence, "speech": read.speech}
            reading = read.reading
            yield replace(reading, scene=read.scene), more


def workers() -> int:
    """Return how many processes may read a long file."""
    from scenograph.readers.pool import workers as processes  # not loaded for short texts

    return processes()


def documents(
    files: list[Path] | None, mind: Mind, language: str | None
) -> Iterator[tuple[str, str, Markup]]:
    """
    Yield the name, the text and the markup of each file; the text of a picture is what *mind* sees.

    What was found in a folder and is no text, or empty, is passed over with a warning.
    """
    from scenograph.documents import markup_of

    for file, is_found in inputs.found(files or ()):
        if (picture := inputs.picture(file)) is not None:
            yield str(file), mind.describe(picture, language or "en"), "plain"
            continue
        try:
            [(name, text)] = inputs.documents([], [file])
        except CorpusError as error:
            if not is_found:
                raise
            output.warn(f"passed over: {error}")
            continue
        yield name, text, markup_of(name, text)


def why_unread(reading: Reading) -> str:
    """Say why a text has no scene."""
    return reading.note or f"the confidence of the reading is {reading.confidence:.2f}"


def _left_out(reading: Reading) -> Iterator[str]:
    """Name what a scene lacks: links that are not sure, and sentences that were not read."""
    if reading.unsure:
        yield f"  left out as unsure: {'; '.join(map(str, reading.unsure))}"
    if reading.note:
        yield f"  a sentence was not read: {reading.note}"


def _reading_in_words(reading: Reading) -> Iterator[str]:
    """Say which reader read a text, and how probable each link is."""
    names = {"graph": "the graph head", "generation": "the carrier", "surface": "an exact surface"}
    yield f"  read by {names[reading.reader]}, confidence {reading.confidence:.2f}"
    for link in reading.links:
        yield f"  {link.probability:.2f}  {link}{'' if link.is_sure else '   unsure, left out'}"


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
    carrier: OverCarrier = None,
    json: Json = False,
) -> None:
    """Speak scenes as text. What was lost on the way is said on stderr."""
    scenes = inputs.scenes(scene or [], file or [])
    with open_mind(mind, carrier=carrier) as it:
        said = it.speak_many(scenes, style=style, language=language, surface=surface, guard=guard)
        for given, spoken in zip(scenes, said, strict=True):
            output.show(spoken, spoken.text, json, scene=given.format(indent=None))
            if json:
                continue
            if spoken.note:
                output.note(f"  said plainly: {spoken.note}")
            elif spoken.surface == "outline":
                output.note("  given as an outline: no sentence says all of it")
            elif spoken.fallback:
                output.note(
                    f"  spoken by the exact {spoken.surface} surface: "
                    f"the {spoken.style} style did not say it faithfully"
                )
            if spoken.retention < 1:
                output.warn(f"retention {spoken.retention:.2f}")


@example("scenograph ask demo-mind 'Who built the old bridge?'")
def ask(
    mind: MindPath,
    question: Texts = None,
    file: Files = None,
    style: Style = "plain",
    language: Language = None,
    speaker: Annotated[str | None, typer.Option(help="Who asks: “I” and “my” mean this person.")] = None,
    why: Annotated[
        bool, typer.Option("--why", "-w", help="Say which link of the question each link answers.")
    ] = False,
    inside: Annotated[
        bool,
        typer.Option(
            "--inside",
            help="Think inside the token stream: the model writes commands, and what they find is inserted "
            "into its sequence. With --why the commands are shown.",
        ),
    ] = False,
    carrier: OverCarrier = None,
    among: Filtered = None,
    namespace: InNamespace = "",
    json: Json = False,
) -> None:
    """
    Answer questions from memory. Under each answer stand the crystals that it rests on.

    In their sentences the words that answer are marked.
    """
    from scenograph.answers.marking import marked

    questions = inputs.texts(question or [], file or [])
    wanted = filter_of(among)
    unanswered = 0
    with open_mind(mind, carrier=carrier, namespace=namespace) as opened:
        for number, text in enumerate(questions):
            answer = opened.ask(text, style, language, speaker=speaker, among=wanted, inside=inside)
            unanswered += not answer.crystals
            if answer.scene is None:
                output.warn(f"not read (confidence {answer.confidence:.2f}): {text}")
            # Of several questions each stands above its answer; nobody counts answers.
            lines = [text, answer.text] if len(questions) > 1 else [answer.text]
            if answer.passages:
                lines.append("  quoted from memory, not concluded:")
            lines += [f"    {_quoted(it)}" for it in answer.passages]
            shown = {it.crystal: marked(it.text, it.spans, _signs()) for it in answer.marks}
            lines += [
                f"  rests on crystal {it.id}{_said(it.scene)}: {_shown(it, shown.get(it.id))}"
                for it in answer.evidence
            ]
            if why:
                lines += [f"  {line}" for line in (*_grades(answer), *_carried_out(answer))]
            if answer.thought is not None and answer.thought.note and not json:
                output.note(f"  answered outside the token stream: {answer.thought.note}")
            if number and not json:
                output.data("")
            output.show(answer, "\n".join(lines), json, question=text)
    if unanswered:
        raise typer.Exit(UNREAD)


def _shown(crystal: Crystal, marked: str | None) -> str:
    """Quote what an answer rests on, *marked* or as it stands, with where it comes from."""
    texts = [marked] if marked else list(dict.fromkeys(it.text for it in crystal.sources if it.text))
    said = " / ".join(f"“{text}”" for text in texts) or crystal.scene.format(indent=None)
    return f"{said}{_origin(it.source for it in crystal.sources)}"


def _origin(sources: Iterable[str | None]) -> str:
    """Name the documents that something comes from."""
    names = ", ".join(dict.fromkeys(filter(None, sources)))
    return f"  [{names}]" if names else ""


def _said(scene: Scene) -> str:
    """Return who said a sentence and when, in brackets; empty if memory knows neither."""
    from scenograph.dialogue import speech_of

    speech = speech_of(scene)
    moment = speech.date.replace("T", " ")
    return f" ({', '.join(filter(None, (speech.speaker, moment)))})" if speech.speaker or moment else ""


def _signs() -> tuple[str, str]:
    """Return what stands before and after marked words: codes of a terminal, or brackets."""
    return ("\x1b[1m", "\x1b[22m") if sys.stdout.isatty() and not os.environ.get("NO_COLOR") else ("[", "]")


def _grades(answer: Answer) -> Iterator[str]:
    """Say how each answer that was found was matched with the question."""
    for finding in answer.findings[:5]:
        yield f"grade {finding.grade:.2f}, crystal {', '.join(map(str, finding.crystals))}"
        for part in finding.parts:
            yield f"  {part.grade:.2f}  {part.asked} ← {part.said or 'not said'}"


def _carried_out(answer: Answer) -> Iterator[str]:
    """Say which commands were written inside the token stream, what came back, and how long it took."""
    thought = answer.thought
    if thought is None:
        return
    for it in thought.commands:
        found = it.text or "; ".join(scene.format(indent=None) for scene in it.found) or "nothing"
        yield f"{1000 * it.seconds:4.0f} ms  {it.given.format(indent=None)} {it.command} → {found}"
    yield (
        f"one sequence of {thought.written} written and {thought.inserted} inserted tokens, "
        f"{thought.passes} passes through the model"
    )


def _quoted(passage: Passage) -> str:
    """Quote what memory holds about a question, with its number, where it comes from, and if it is unread."""
    number = f", crystal {passage.crystal}" if passage.crystal else ""
    by = f"{passage.said_by}: " if passage.said_by else ""
    return f"{by}“{passage.text}”{_origin([passage.source])}{number}{', unread' if passage.unread else ''}"


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
        datetime | None,
        typer.Option(parser=time_of, metavar="DATE", help="Only what is true then.", show_default=False),
    ] = None,
    known: Annotated[
        datetime | None,
        typer.Option(parser=time_of, metavar="DATE", help="As it was known then.", show_default=False),
    ] = None,
    among: Filtered = None,
    least: Annotated[float, typer.Option(min=0, max=1, help="The least resonance.")] = 0.0,
    skip: Annotated[int, typer.Option(min=0, help="How many of the best to leave out.")] = 0,
    expired: Expired = False,
    why: Annotated[bool, typer.Option("--why", "-w", help="Say what each resonance is made of.")] = False,
    namespace: InNamespace = "",
    json: Json = False,
) -> None:
    """Find what memory holds about a text, a name or a scene. Exit code 1 if nothing is found."""
    from scenograph.results import in_words

    missed = False
    wanted = filter_of(among)
    with open_mind(mind, namespace=namespace) as it:
        cues: list[Scene | str] = [*(inputs.scenes if scenes else inputs.texts)(cue or [], file or [])]
        found = it.memory.recall_many(
            cues, k, at=at, known=known, among=wanted, least=least, skip=skip, expired=expired
        )
        for item, hits in zip(cues, found, strict=True):
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


def filter_of(given: list[str] | None) -> Filter | None:
    """Return the filter that the options *given* are together, None if there are none."""
    from scenograph.memory import Filter

    parts: list[Filter] = []
    for text in given or []:
        key, equals, value = text.partition("=")
        try:
            is_short = bool(equals) and key.isidentifier()
            parts.append(Filter.of({key: value} if is_short else json_module.loads(text)))
        except (ValueError, RecursionError) as error:
            raise typer.BadParameter(f"{text!r} is no filter; write tag=work, or JSON ({error})") from error
    return None if not parts else parts[0] if len(parts) == 1 else Filter(and_=tuple(parts))


def open_mind(path: Path, *, writes: bool = False, carrier: str | None = None, namespace: str = "") -> Mind:
    """
    Open the mind at *path*, over *carrier*, with the memory of *namespace*.

    If the command *writes* nothing, the memory may be write-protected.

    Where the memory can be written, it is opened so: what is derived from it is then kept up to date.
    """
    from scenograph.mind import Mind
    from scenograph.mind.namespace import Namespace
    from scenograph.mind.namespaces import FOLDER

    memory = path / FOLDER / Namespace.parse(namespace).path if namespace else path / "memory"
    can_write = all(os.access(it, os.W_OK) for it in (memory, memory / "memory.db") if it.exists())
    read_only = not (writes or can_write)
    return Mind.open(path, read_only=read_only, carrier=carrier, namespace=namespace)
