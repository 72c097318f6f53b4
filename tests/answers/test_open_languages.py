"""Questions in one language about what another says: matched by names and a small lexicon, and quoted."""

from __future__ import annotations

import pytest
from open_scenes import asked, cases, scene

from scenograph import realiser
from scenograph.answers import answer_text, translation
from scenograph.memory import Memory

NAMED = """
(w / work :agent @Maria :at @Siemens :tense present)
(р / работать :agent @Иван :in (б / банк) :tense present)
(н / написать :agent @Лев_Толстой :object @Война_и_мир :tense past)
(р / родиться :agent @Лев_Толстой :time 1828 :tense past)
(к / купить :agent @Пётр :object (х / хлеб) :tense past)
(с / столица :subject @Москва :of @Россия :tense present)
    ? ru (в / работать :agent @Мария :place ?where)
    = Siemens
    ? en (w / work :agent @Ivan :place ?where)
    = банк
    ? en (w / write :agent ?who :object @Война_и_мир)
    = Толсто
    ? en (b / bear :object @Leo_Tolstoy :time ?when)
    = 1828
    ? ru (п / покупать :agent @Пётр :object ?what)
    = хлеб
    ? en (c / capital :subject ?what :of @Россия)
    = Москва
"""
QUOTED = """
(w / work :agent @Maria :at @Siemens :tense present)
(р / работать :agent @Анна :in @Google :tense present)
(р / работать :agent @Иван :in (б / банк) :tense present)
(b / bear :object @Leo_Tolstoy :time 1828 :tense past)
    ? ru (р / работать :agent @Мария :place ?where)
    = «at Siemens».
    ? ru (р / работать :agent @Анна :place ?where)
    = В Google.
    ? ru (р / работать :agent ?who :at @Siemens)
    = Maria.
    ? en (w / work :agent @Ivan :place ?where)
    = “в банке”.
    ? ru (w / whether :content (р / работать :agent @Мария))
    = Да: «Maria works at Siemens».
    ? en (x / whether :content (w / work :agent @Ivan))
    = Yes: “Иван работает в банке”.
    ? en (x / whether :content (w / work :agent @Maria))
    = Yes, Maria works at Siemens.
    ? ru (р / родиться :agent @Толстой :time ?when)
    = В 1828 году.
"""
CASES = """
(р / разбить :agent (к / кот) :object (ч / чашка :mod (л / любимый) :poss (я / я)) :tense past)
(в / встретить :agent @Пётр :object @Анна :tense past)
(д / дать :agent @Анна :recipient @Олег :object (л / лодка) :tense past)
(р / руководить :agent @Олег :object (ш / школа) :tense present)
    ? (р / разбить :agent (к / кот) :object ?what :tense past)
    = Мою любимую чашку.
    ? (р / разбить :object ?what :tense past)
    = Моя любимая чашка.
    ? (в / встретить :agent @Пётр :object ?who :tense past)
    = Анну.
    ? (в / встретить :agent ?who :object @Анна :tense past)
    = Пётр.
    ? (д / дать :agent @Анна :recipient ?who :object (л / лодка) :tense past)
    = Олегу.
    ? (р / руководить :agent @Олег :object ?what :tense present)
    = Школой.
"""


@pytest.mark.parametrize(("said", "question", "answer"), cases(NAMED))
def test_questions_cross_languages_by_names_and_a_small_lexicon(
    memory: Memory, said: list[str], question: str, answer: str
) -> None:
    found = asked(memory, question[3:], *said)
    assert answer.lower() in answer_text(found, question[:2], realiser).lower()
    assert 0.5 <= found[0].grade < 1


@pytest.mark.parametrize(("said", "question", "answer"), cases(QUOTED))
def test_what_another_language_says_is_quoted(
    memory: Memory, said: list[str], question: str, answer: str
) -> None:
    assert answer_text(asked(memory, question[3:], *said), question[:2], realiser) == answer


@pytest.mark.parametrize(("said", "question", "answer"), cases(CASES))
def test_a_russian_answer_stands_in_the_case_that_the_question_asks_for(
    memory: Memory, said: list[str], question: str, answer: str
) -> None:
    found = asked(memory, question, *said)
    assert answer_text(found, "ru", realiser, scene(question)) == answer


def test_the_lexicon_has_words_of_both_languages_on_each_line() -> None:
    assert len(translation.lines()) > 250
    for words in translation.lines():
        assert {word.isascii() for word in words} == {True, False}, words
