"""A Hypothesis strategy for trees of Universal Dependencies, shared by the tests of open text."""

from __future__ import annotations

from functools import cache

from hypothesis import strategies as st

from scenograph.readers.sentence import Sentence, Word

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


# Made once: a strategy is checked when it is first drawn from, which takes longer than to draw.
_relations, _kinds, _feats = map(st.sampled_from, (_RELATIONS, _KINDS, _FEATS))
_lemmas = st.sampled_from(_LEMMAS) | st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=4)
_misc = st.sampled_from(["_", "_", "Roleset=x.01", "Args={}:ARG0"])
_integers, _orders = cache(st.integers), cache(lambda count: st.permutations(range(1, count + 1)))


@st.composite
def trees(draw: st.DrawFn) -> Sentence:
    """Any tree, with labels that mean something to the converter in places where they mean nothing."""
    count = draw(_integers(1, 9))
    order = draw(_orders(count))
    heads = {
        number: order[draw(_integers(0, place - 1))] if place else 0 for place, number in enumerate(order)
    }
    words: list[Word] = []
    start = 0
    for number in range(1, count + 1):
        lemma, kind, feats, relation, misc = (draw(it) for it in (_lemmas, _kinds, _feats, _relations, _misc))
        if "{}" in misc:
            misc = misc.format(draw(_integers(1, count + 2)))
        end = start + len(lemma)
        words.append(
            Word(number, lemma, lemma, kind, "_", feats, heads[number], relation, "_", misc, start, end)
        )
        start = end + 1
    return Sentence(tuple(words), " ".join(word.form for word in words))
