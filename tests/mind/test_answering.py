"""Answers to questions that were read well, in part, and not at all; the readings are made by hand."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from scenograph.answers import marked
from scenograph.core.scene import Scene
from scenograph.memory import Memory
from scenograph.mind import Mind
from scenograph.mind.answering import answer_open
from scenograph.mind.config import MindConfig
from scenograph.mind.workspace import Workspace
from scenograph.readers.reading import LinkReading, Reading
from scenograph.readers.score import triple

TEXT = "Maria works in Berlin."
ASKED = '(w / work :agent (e / entity :name "Maria") :place ?where :for (y / year) :tense present)'


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    works = '(w / work :agent (e / entity :name "Maria") :in (e2 / entity :name "Berlin") :for (y / year) {})'
    with Memory.open(tmp_path) as memory:
        memory.remember(Scene.parse(works.format(":tense present")), text=TEXT)
        yield memory


def reading(unsure: Collection[str] = (), *, is_read: bool = True) -> Reading:
    """Return a reading of a question whose links in some roles are unsure."""
    draft = Scene.parse(ASKED)
    links = tuple(
        LinkReading(*triple(draft, *link), 0.3 if link.role in unsure else 0.9, link.role not in unsure)
        for link in draft.links
    )
    root = LinkReading("", ":root", "work", 0.9, is_read)
    sure = draft.without_links([link for link in draft.links if link.role in unsure])
    return Reading("Where?", sure if is_read else None, 0.8, "en", draft, "graph", (root, *links))


@pytest.mark.parametrize(
    ("unsure", "text"),
    [
        ((), "In Berlin."),
        ((":for",), "In Berlin."),  # the answer does not depend on it
        ((":place",), "Probably in Berlin."),
        ((":agent",), "Probably in Berlin."),
    ],
)
def test_what_the_reader_was_unsure_of_in_a_question_makes_its_answer_unsure(
    memory: Memory, unsure: Collection[str], text: str
) -> None:
    answer = answer_open("Where does Maria work?", reading(unsure), memory, (), "en")
    assert answer.text == text
    assert answer.findings[0].is_unsure == text.startswith("Probably")


def test_a_question_that_was_not_read_is_answered_with_probably_if_memory_has_what_it_asks(
    memory: Memory,
) -> None:
    answer = answer_open("Where does Maria work?", reading(is_read=False), memory, (), "en")
    assert answer.text == "Probably in Berlin."
    assert answer.findings[0].is_unsure


def test_a_question_that_was_not_read_and_finds_nothing_shows_what_memory_holds(memory: Memory) -> None:
    asked = reading(is_read=False)
    draft = Scene.parse(ASKED.replace("work :agent", "swim :agent"))
    answer = answer_open("Where does Maria swim?", replace(asked, draft=draft), memory, (), "en")
    assert (answer.text, answer.findings, answer.scene) == ("I could not read this question.", (), None)
    assert [it.text for it in answer.passages] == [TEXT]


@pytest.mark.parametrize(
    ("text", "question", "shown"),
    [
        ("Our deploy failed because the database was full.", "Why did our deploy fail?",
         "Our deploy failed because the [database was full]."),
        ("Anna sells soup, bread and old lamps.", "What does Anna sell?",
         "Anna sells [soup, bread and old lamps]."),
        ("Maria works at Siemens in Berlin.", "Where does Maria work?",
         "Maria works at [Siemens] in [Berlin]."),
        ("The guests will stay for three weeks.", "How long will the guests stay?",
         "The guests will stay for [three weeks]."),
        ("Отчёт надо сдать, потому что директор уезжает в отпуск.", "Почему надо сдать отчёт?",
         "Отчёт надо сдать, потому что [директор уезжает в отпуск]."),
    ],
)  # fmt: skip
def test_the_words_of_one_answer_are_marked_together(
    tmp_path: Path, text: str, question: str, shown: str
) -> None:
    """Two answers, Siemens and Berlin, have marks of their own."""
    with Mind.open(Workspace.create(tmp_path / "mind", MindConfig()).folder) as mind:
        mind.remember(text)
        [mark] = mind.ask(question).marks
        assert marked(mark.text, mark.spans) == shown
