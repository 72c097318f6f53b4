"""The converter's laws: any tree gives one valid scene that names every word of content."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from tree_strategies import trees

from scenograph.core import Scene
from scenograph.errors import CorpusError
from scenograph.readers.conllu import Sentence, Word
from scenograph.readers.convert import convert

CONTENT = {"NOUN", "PROPN", "VERB", "ADJ", "ADV", "NUM", "INTJ", "SYM", "X"}


@settings(max_examples=400)
@given(trees())
def test_any_tree_gives_one_valid_scene(sentence: Sentence) -> None:
    converted = convert(sentence)
    scene = converted.scene
    assert Scene.parse(str(scene)) == scene
    assert convert(sentence).scene.triples == scene.triples
    assert len(converted.words) == len(scene.concepts)
    assert len(converted.origins) == len(scene.triples)
    numbers = set(range(1, len(sentence.words) + 1))
    for words in (
        *converted.words,
        *(o.words for o in converted.origins),
        *(o.arcs for o in converted.origins),
    ):
        assert numbers.issuperset(words)


@settings(max_examples=400)
@given(trees())
def test_every_word_of_content_is_named(sentence: Sentence) -> None:
    converted = convert(sentence)
    named = {number for words in converted.words for number in words}
    for origin in converted.origins:
        named.update(origin.words)
    assert named >= {word.id for word in sentence.words if word.upos in CONTENT}


def test_words_that_are_no_tree_are_refused() -> None:
    with pytest.raises(CorpusError, match="both roots"):
        convert(Sentence((Word(1, "a", "a", "X"), Word(2, "b", "b", "X")), "a b"))


def test_a_chain_of_ten_thousand_words_is_converted() -> None:
    words = [
        Word(n, "x", "x", "NOUN", "_", "_", n - 1, "nmod" if n > 1 else "root") for n in range(1, 10_001)
    ]
    assert len(convert(Sentence(tuple(words), "x " * 10_000)).scene.concepts) == 10_000


def test_a_question_word_at_the_top_asks_even_if_a_parser_takes_it_for_a_conjunction() -> None:
    words = [
        Word(1, "Когда", "когда", "SCONJ", head=2, deprel="mark"),
        Word(2, "родился", "родиться", "VERB", feats="Tense=Past|VerbForm=Fin", head=0),
        Word(3, "Лев", "Лев", "PROPN", head=2, deprel="nsubj"),
        Word(4, "?", "?", "PUNCT", head=2, deprel="punct"),
    ]
    asked = convert(Sentence(tuple(words), "Когда родился Лев?")).scene
    assert asked == Scene.parse('(р / родиться :agent (e / entity :name "Лев") :time ?when :tense past)')
