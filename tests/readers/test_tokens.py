"""Cutting text into words."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenograph.readers.tokens import Tokenizer, train

_LEARNED = [
    ("I don't know, Anna's here.", "I do n't know , Anna 's here ."),
    ("They can't say; we don't care!", "They ca n't say ; we do n't care !"),
    ("She isn't at Tom's (now).", "She is n't at Tom 's ( now ) ."),
    ("You cannot go. It cannot be.", "You can not go . It can not be ."),
]


def _spans(text: str, words: str) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    end = 0
    for word in words.split():
        start = text.index(word, end)
        end = start + len(word)
        found.append((start, end))
    return found


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return train([(text, "en", _spans(text, words)) for text, words in _LEARNED * 5])


@pytest.mark.parametrize(
    ("text", "words"),
    [("We don't sleep.", "We do n't sleep ."), ("I cannot see Tom's car.", "I can not see Tom 's car .")],
)
def test_it_cuts_other_texts_the_same_way(tokenizer: Tokenizer, text: str, words: str) -> None:
    assert [text[start:end] for start, end in tokenizer.words(text, "en")] == words.split()


@pytest.mark.parametrize(
    ("text", "words", "language"),
    [
        ("See www.ulm.de/a_b.html, please.", "See www.ulm.de/a_b.html , please .", "en"),
        ("Write to o.lind@ulm.de (etc.).", "Write to o.lind@ulm.de ( etc. ) .", "en"),
        ("A non-stop train at 9:30.", "A non-stop train at 9:30 .", "en"),
        ("Кто-то едет на северо-запад (в Ригу).", "Кто-то едет на северо-запад ( в Ригу ) .", "ru"),
        ("Ему 5 тыс. рублей, 2,5 км2.", "Ему 5 тыс. рублей , 2,5 км2 .", "ru"),
        ("Штабс-капитана звали в 1990-х.", "Штабс-капитана звали в 1990-х .", "ru"),
    ],
)
def test_what_all_treebanks_agree_on_needs_no_learning(
    tokenizer: Tokenizer, text: str, words: str, language: str
) -> None:
    assert [text[start:end] for start, end in tokenizer.words(text, language)] == words.split()


@given(st.text(max_size=60), st.sampled_from(["en", "ru"]))
def test_words_cover_all_but_the_blanks(tokenizer: Tokenizer, text: str, language: str) -> None:
    spans = tokenizer.words(text, language)
    assert "".join(text[start:end] for start, end in spans) == "".join(text.split())
    assert all(start < end for start, end in spans)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))


def test_the_same_seed_gives_the_same_weights(tokenizer: Tokenizer) -> None:
    again = train([(text, "en", _spans(text, words)) for text, words in _LEARNED * 5])
    assert (again.weights == tokenizer.weights).all()
    assert again.inner == tokenizer.inner


@pytest.mark.parametrize("text", ["1960-х", "рыже-бурый", "лечебно-профилактический"])
def test_a_hyphen_inside_a_russian_word_does_not_end_it(tokenizer: Tokenizer, text: str) -> None:
    assert tokenizer.words(text, "ru") == [(0, len(text))]
