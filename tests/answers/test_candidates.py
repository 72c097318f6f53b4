"""What a pronoun may mean, where a question takes the rest for granted."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenograph.core import Scene
from scenograph.coreference import Resolver, linked, parted
from scenograph.memory import Memory
from scenograph.mind.answering import answer_open
from scenograph.readers.graph_reader import bundled
from scenograph.readers.unsure import kept, sure_part, whole
from tests.coreference.test_resolver import speaking

ANSWERED = """
We walked to the old mill. It was built in 1800. | When was the mill built? | Probably in 1800.
The museum is in a barn near the port. It shows old boats. | What does the museum show? | Probably old boats.
The waiter brought a soup. It cost nine euros. | How much did the soup cost? | Probably nine euros.
"""
OPEN = """
The museum shows maps. Anna drew the castle. It was built in 1900. | When was the museum built?
Olga met Vera at the station. She lives in Omsk. | Where does Vera live?
We walked to the old mill. It was built in 1800. | Was the mill built?
We walked to the old mill. It was built in 1800. | When was the bridge built?
The ferry left at noon. It was Monday. | What was the ferry?
"""


def _answer(folder: Path, text: str, question: str) -> str:
    *sentences, asked = bundled().read_many([*text.split(". "), question], "en")
    resolver = Resolver()
    with Memory.open(folder) as memory:
        for reading in sentences:
            scene = kept(reading)
            assert scene is not None
            memory.remember(linked(scene, resolver.read(scene)), text=reading.text)
        return answer_open(question, asked, memory, (), "en", graph=bundled).text


@pytest.mark.parametrize("row", ANSWERED.strip().splitlines())
def test_a_question_says_what_a_pronoun_means(tmp_path: Path, row: str) -> None:
    text, question, wanted = row.split(" | ")
    assert _answer(tmp_path, text, question) == wanted


@pytest.mark.parametrize("row", OPEN.strip().splitlines())
def test_what_is_not_granted_stays_open(tmp_path: Path, row: str) -> None:
    text, question = row.split(" | ")
    assert _answer(tmp_path, text, question) == "I do not know."


@given(st.lists(speaking(), min_size=1, max_size=3))
def test_candidates_are_never_sure_and_can_be_taken_away(scenes: list[Scene]) -> None:
    resolver = Resolver()
    for scene in scenes:
        references = resolver.read(scene)
        made = linked(scene, references)
        plain = linked(scene, references, candidates=False)
        assert sure_part(made) == sure_part(plain)
        said, found = parted(whole(made))
        assert said == whole(plain)
        assert all(said.concepts[node] in ("he", "it", "they", "она") for node in found)
