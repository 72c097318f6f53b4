"""
An answer never says a part of a sentence as if it were the whole.

The sentences are read by the reader that ships. Where it leaves a word out as unsure, the answer has it.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenograph.answers.answer import Answer
from scenograph.answers.own_words import SentenceRead
from scenograph.memory import Memory
from scenograph.mind.answering import answer_open
from scenograph.morphology.lemmas import lemma, stems
from scenograph.readers.graph_reader import bundled
from scenograph.readers.unsure import kept

ROWS = """
The doctor told Greta to drink less coffee. | What did the doctor tell Greta to do? | less
Anna sold almost all the old chairs from the cellar. | What did Anna sell? | almost all
Tom hardly touched the soup his aunt had cooked. | What did Tom touch? | hardly
The nurse gave Peter only half of the red pills. | What did the nurse give Peter? | only half
We never eat meat on Fridays. | What do we eat on Fridays? | -
We never eat meat on Fridays. | Do we eat meat on Fridays? | no
The company hardly made any profit last year. | Did the company make any profit last year? | hardly
Only Karim passed the driving exam. | Who passed the exam? | only
The council approved a law about pensions for miners. | What did the council approve? | pensions
Maybe Boris will repair the old tractor tomorrow. | What will Boris repair? | maybe
Unless the bridge freezes, the bus will go to Ulm. | Where will the bus go? | unless
If it rains, the match will be moved. | Will the match be moved? | if
If it rains, the match will be moved. | What will happen if it rains? | moved
Nina bought no pears at the market. | What did Nina buy? | no pears
Врач посоветовал пить меньше кофе. | Что посоветовал врач? | меньше
Врач посоветовал Игорю есть меньше соли. | Что врач посоветовал Игорю? | меньше
Президент подписал закон о пенсиях шахтёров. | Что подписал президент? | пенсиях шахтёров
Мы почти закончили ремонт на кухне. | Что мы закончили? | почти
Мы почти закончили ремонт на кухне. | Мы закончили ремонт? | почти
Анна едва заметила трещину в стене. | Что заметила Анна? | едва
Олег принёс только половину старых досок. | Что принёс Олег? | только половину
Отец никогда не пьёт чай без сахара. | Отец пьёт чай? | -
Возможно, Борис починит трактор соседа завтра. | Что починит Борис? | возможно
Если река замёрзнет, паром отменят. | Что отменят? | если
Если пойдёт дождь, матч отменят. | Отменят ли матч? | если
Олег чуть не опоздал на поезд. | Олег опоздал на поезд? | нет
Мария продала почти все книги из подвала. | Что продала Мария? | почти все
""".strip().splitlines()


def _answer(folder: Path, text: str, question: str) -> Answer:
    [said, asked] = bundled().read_many([text, question], said_in(text))
    scene = kept(said)
    assert scene is not None
    with Memory.open(folder) as memory:
        memory.remember(scene, text=text)
        return answer_open(question, asked, memory, (), said_in(text), graph=bundled)


def said_in(text: str) -> str:
    return "en" if text.isascii() else "ru"


@pytest.mark.parametrize("row", ROWS)
def test_what_turns_a_sentence_is_in_its_answer(tmp_path: Path, row: str) -> None:
    text, question, wanted = row.split(" | ")
    answer = _answer(tmp_path, text, question)
    if wanted == "-":
        assert not answer.findings
        assert [passage.text for passage in answer.passages] == [text]
    else:
        assert wanted in answer.text.lower()
        assert not answer.text.startswith(("Yes", "Да"))


def _forms(text: str) -> list[str]:
    words = "".join(letter if letter.isalnum() else " " for letter in text.lower()).split()
    return [" ".join(stems(lemma(word))) for word in words]


_SILENT = set(_forms("a an the of to at in on for by my his her its their и с в на о"))


@pytest.mark.parametrize("row", ROWS)
def test_an_answer_drops_no_word_of_its_own_span(tmp_path: Path, row: str) -> None:
    """Each word of the text between the first and the last word of an answer is in it, or a function word."""
    text, question, _ = row.split(" | ")
    answer = _answer(tmp_path, text, question)
    if not answer.findings:
        return
    said, whole = _forms(answer.text), _forms(text)
    places = [place for place, form in enumerate(whole) if form in said and form not in _SILENT]
    assert places
    assert set(whole[min(places) : max(places) + 1]) <= {*said, *_SILENT}


TEXTS = [row.split(" | ")[0] for row in ROWS]


@given(st.sampled_from(TEXTS), st.data())
def test_a_phrase_grows_only_by_what_was_left_out(text: str, data: st.DataObject) -> None:
    """The span holds all of the phrase, ends in words, and is given only if it holds a word left out."""
    [found] = bundled().find_many([text])
    read = SentenceRead.of(text, found)
    spans = data.draw(st.lists(st.sampled_from(found.spans), min_size=1, max_size=3))
    span = read.phrase(spans)
    if span is None:
        return
    first, last = span
    assert first <= min(start for start, _ in spans)
    assert last >= max(end for _, end in spans)
    assert any(first <= found.spans[number - 1][0] < last for number in read.left_out)
    assert first in {start for start, _ in found.spans}
    assert last in {end for _, end in found.spans}
