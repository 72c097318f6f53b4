"""A Hypothesis strategy for trees of Universal Dependencies, shared by the tests of open text."""

from __future__ import annotations

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
