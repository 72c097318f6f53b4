"""
The demo: from an empty folder to a mind that reads, remembers, answers and speaks, in one command.

It first remembers a page of ordinary English and Russian text, draws a sentence of it and answers questions
about it: that needs no training. Then it builds the mind that the defaults of `mind.toml` describe, stores
three texts in it and asks three questions about them, each in both languages. What was stored in English is
answered in Russian, and the other way round.
"""

from __future__ import annotations

import time
from importlib import resources
from pathlib import Path
from typing import Final, NamedTuple

from scenograph.answers.marking import marked
from scenograph.cli import output
from scenograph.cli.progress import shown
from scenograph.errors import MindError
from scenograph.evaluate.step import HTML, STEPS
from scenograph.files import write_text
from scenograph.mind import Mind, MindConfig, Workspace
from scenograph.mind.config_file import FILE
from scenograph.mind.steps import run_steps
from scenograph.results import in_words
from scenograph.surfaces.drawing import draw


class DemoCheck(NamedTuple):
    """A text to remember, in one language, and a question about it in both."""

    text: str
    questions: dict[str, str]


SOURCE: Final = "the demo"
PAGE: Final = "page.md"
QUESTIONS: Final = (
    "Where does Maria work?",
    "When was Alan Turing born?",
    "Who built the computer at Bletchley Park?",
    "Когда родился Лев Толстой?",
    "Где открыли новую станцию метро?",
    "Did Maria work in Paris?",
)
"""Questions about the page; nothing on it answers the last one."""
CHECKS: Final = (
    DemoCheck(
        "Oleg built the old bridge in 1931.",
        {"en": "Who built the old bridge in 1931?", "ru": "Кто построил старый мост в 1931 году?"},
    ),
    DemoCheck(
        "Вера спала в лесу.",
        {"en": "Where did Vera sleep?", "ru": "Где спала Вера?"},
    ),
    DemoCheck(
        "Marta believed that Oleg built the old bridge in 1931.",
        {
            "en": "Who believed that Oleg built the old bridge in 1931?",
            "ru": "Кто верил, что Олег построил старый мост в 1931 году?",
        },
    ),
)


def run(folder: Path) -> None:
    """
    Build, measure and question the mind in *folder*; what is up to date is not done again.

    Raises:
        MindError: if a text of the demo could not be read
    """
    began = time.perf_counter()
    is_new = not (folder / FILE).exists()
    workspace = Workspace.create(folder, MindConfig()) if is_new else Workspace(folder)
    output.heading(
        f"{'A new mind' if is_new else 'The mind'} in {folder}/, carrier {workspace.config.carrier.base}"
    )
    with Mind.open(folder) as mind:
        _read_page(mind, folder)
    output.heading("\nNow the mind is trained to read, speak and think in the scenes of a small world:")
    with shown() as bars:
        for status in run_steps(workspace, STEPS, bars):
            if status.state == "up to date":
                bars.line(status.step, f"up to date: {status.summary}")
    with Mind.open(folder) as mind:
        _question(mind)
    output.heading(
        f"\nDone in {time.perf_counter() - began:.0f} s. The report: {(workspace.report / HTML).absolute()}"
    )
    _what_next(folder)


def _read_page(mind: Mind, folder: Path) -> None:
    """Remember a page, draw one of its sentences, and ask about it."""
    text = resources.files("scenograph.cli").joinpath(PAGE).read_text(encoding="utf-8")
    output.heading("\nA page of ordinary text is read and stored, before any training:")
    drawn = folder / "sentence.svg"
    for sentence, reading, crystal in list(mind.remember_document(text, PAGE, markup="markdown")):
        shown_scene = reading.scene.format(indent=None) if reading.scene else f"kept as text: {reading.note}"
        output.say(f"  {crystal:>3}  {sentence.text}\n       {shown_scene}")
        if reading.scene is not None and len(reading.scene.concepts) > 3 and not drawn.exists():
            write_text(drawn, draw(reading.scene, sentence.text))
    output.note(f"  the first of these is drawn in {drawn}")
    output.heading("\nQuestions about it:")
    for question, answer in zip(QUESTIONS, mind.ask_many(QUESTIONS), strict=True):
        output.data(f"  {question}\n    {answer.text}")
        for mark in answer.marks:
            output.data(f"      rests on crystal {mark.crystal}: “{marked(mark.text, mark.spans)}”")
        for passage in answer.passages[:1]:
            output.data(f"      the nearest passage: “{passage.text}”")


def _question(mind: Mind) -> None:
    output.heading("\nThree texts are stored:")
    crystals = mind.remember_many([row.text for row in CHECKS], SOURCE)
    for row, crystal in zip(CHECKS, crystals, strict=True):
        if crystal is None:
            raise MindError(
                f"the demo's mind could not read {row.text!r}; delete its folder and build it again"
            )
        output.say(f"  {row.text}  → crystal {crystal}")
    output.heading("\nThree questions are asked, in both languages:")
    for row in CHECKS:
        for language, question in row.questions.items():
            answer = mind.ask(question, language=language)
            output.data(f"  {question}\n    {answer.text}")
            for crystal in answer.evidence:
                output.data(f"      rests on crystal {crystal.id}: {in_words(crystal)}")


def _what_next(folder: Path) -> None:
    output.note(
        "What to type next:\n"
        f"  scenograph read {folder} 'Our deploy failed because the database was full.' --why\n"
        f"  scenograph remember {folder} -f notes.md\n"
        f"  scenograph ask {folder} 'What did Lena give to Oleg?'\n"
        f"  scenograph serve {folder}\n"
        "(in a new shell, first: source .venv/bin/activate)"
    )
