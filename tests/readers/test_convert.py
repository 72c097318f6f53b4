"""The converter's laws: any tree gives one valid scene that names every word of content."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenograph.core import Scene
from scenograph.errors import CorpusError
from scenograph.readers.conllu import Sentence, Word
from scenograph.readers.convert import convert

_RELATIONS = [
    "acl",
    "acl:relcl",
    "advcl",
    "advcl:relcl",
    "advmod",
    "amod",
    "appos",
    "aux",
    "aux:pass",
    "case",
    "cc",
    "ccomp",
    "compound",
    "compound:prt",
    "conj",
    "cop",
    "csubj",
    "csubj:pass",
    "dep",
    "det",
    "det:predet",
    "discourse",
    "dislocated",
    "expl",
    "fixed",
    "flat",
    "flat:name",
    "goeswith",
    "iobj",
    "list",
    "mark",
    "nmod",
    "nmod:poss",
    "nmod:desc",
    "nmod:tmod",
    "nsubj",
    "nsubj:pass",
    "nsubj:outer",
    "nummod",
    "nummod:gov",
    "obj",
    "obl",
    "obl:agent",
    "obl:tmod",
    "orphan",
    "parataxis",
    "punct",
    "reparandum",
    "vocative",
    "xcomp",
    "nonsense",
]
_KINDS = [
    "ADJ",
    "ADP",
    "ADV",
    "AUX",
    "CCONJ",
    "DET",
    "INTJ",
    "NOUN",
    "NUM",
    "PART",
    "PRON",
    "PROPN",
    "PUNCT",
    "SCONJ",
    "SYM",
    "VERB",
    "X",
    "odd",
]
_LEMMAS = [
    "be",
    "have",
    "will",
    "not",
    "who",
    "what",
    "which",
    "where",
    "when",
    "that",
    "because",
    "if",
    "in",
    "of",
    "to",
    "than",
    "and",
    "or",
    "but",
    "I",
    "we",
    "my",
    "his",
    "свой",
    "мой",
    "быть",
    "не",
    "ли",
    "который",
    "кто",
    "где",
    "у",
    "в",
    "на",
    "бы",
    "что",
    "чтобы",
    "Anna",
    "Berlin",
    "March",
    "1912",
    "23",
    "6",
    "pm",
    "18:30",
    "two",
    "hundred",
    "say",
    "сказать",
    "give",
    "sleep",
    "год",
    "$",
    "?",
    "?who",
    "⟁7",
    "Δ1",
    "(",
    "a/b",
    "#x",
    '"',
    "op-of",
    "-of",
]
_FEATS = [
    "_",
    "Tense=Past|VerbForm=Fin",
    "Tense=Pres|VerbForm=Part",
    "VerbForm=Inf",
    "Mood=Imp",
    "Number=Plur",
    "Case=Loc",
    "Case=Gen",
    "Case=Ins",
    "Degree=Cmp",
    "Voice=Pass",
    "PronType=Rel",
    "PronType=Int",
    "Poss=Yes",
    "NumType=Ord",
]
CONTENT = {"NOUN", "PROPN", "VERB", "ADJ", "ADV", "NUM", "INTJ", "SYM", "X"}


@st.composite
def trees(draw: st.DrawFn) -> Sentence:
    """Any tree, with labels that mean something to the converter in places where they mean nothing."""
    count = draw(st.integers(1, 9))
    order = draw(st.permutations(range(1, count + 1)))
    heads = {
        number: draw(st.sampled_from(order[:place])) if place else 0 for place, number in enumerate(order)
    }
    words: list[Word] = []
    start = 0
    for number in range(1, count + 1):
        lemma = draw(
            st.sampled_from(_LEMMAS)
            | st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=4)
        )
        misc = draw(
            st.sampled_from(["_", "_", "Roleset=x.01", f"Args={draw(st.integers(1, count + 2))}:ARG0"])
        )
        words.append(
            Word(
                number,
                lemma,
                lemma,
                draw(st.sampled_from(_KINDS)),
                "_",
                draw(st.sampled_from(_FEATS)),
                heads[number],
                draw(st.sampled_from(_RELATIONS)),
                "_",
                misc,
                start,
                start + len(lemma),
            )
        )
        start += len(lemma) + 1
    return Sentence(tuple(words), " ".join(word.form for word in words))


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
