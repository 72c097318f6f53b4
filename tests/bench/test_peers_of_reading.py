"""What stands beside our reader is brought into its best form: trees of CLEAR, and patterns."""

from __future__ import annotations

from collections import Counter
from importlib.util import find_spec

import pytest
from bench.scripts import script
from hypothesis import given
from hypothesis import strategies as st

from scenograph.readers.conllu import check_tree
from scenograph.readers.convert import convert
from scenograph.readers.sentence import Sentence

clear_trees, openie, peer_parsers = script("clear_trees"), script("openie"), script("peer_parsers")

# word, lemma, part of speech, tag, head, relation of CLEAR: as spaCy reads these sentences
ON_THE_TABLE = (
    "The the DET DT 2 det|book book NOUN NN 3 nsubj|is be AUX VBZ 0 ROOT|on on ADP IN 3 prep|"
    "the the DET DT 6 det|table table NOUN NN 4 pobj|. . PUNCT . 3 punct"
)
MILK_TO_CATS = (
    "Ann Ann PROPN NNP 6 nsubj|, , PUNCT , 1 punct|Bo Bo PROPN NNP 1 conj|and and CCONJ CC 3 cc|"
    "Cy Cy PROPN NNP 3 conj|gave give VERB VBD 0 ROOT|milk milk NOUN NN 6 dobj|to to ADP IN 6 dative|"
    "cats cat NOUN NNS 8 pobj|. . PUNCT . 6 punct"
)


def tree(rows: str) -> list[object]:
    """Return the nodes of a sentence written as above."""
    nodes: list[object] = []
    for row in rows.split("|"):
        form, lemma, upos, xpos, head, rel = row.split()
        nodes.append(clear_trees.Node(form, lemma, upos, xpos, {}, int(head) - 1, rel))
    return nodes


def arcs(rows: str) -> set[tuple[str, str, str]]:
    words = clear_trees.ClearTree(tree(rows)).to_universal()
    return {(word.form, word.deprel, words[word.head - 1].form if word.head else "") for word in words}


def test_what_stands_after_be_becomes_the_root() -> None:
    found = arcs(ON_THE_TABLE)
    assert {
        ("table", "root", ""),
        ("is", "cop", "table"),
        ("on", "case", "table"),
        ("book", "nsubj", "table"),
    } <= found


def test_members_hang_on_the_first_and_a_recipient_on_the_verb() -> None:
    found = arcs(MILK_TO_CATS)
    assert {("Bo", "conj", "Ann"), ("Cy", "conj", "Ann"), ("and", "cc", "Cy")} <= found
    assert {("milk", "obj", "gave"), ("cats", "obl", "gave"), ("to", "case", "cats")} <= found


_RELATIONS = sorted(
    {
        "prep",
        "pobj",
        "pcomp",
        "attr",
        "acomp",
        "conj",
        "cc",
        "dobj",
        "nsubj",
        "ccomp",
        "xcomp",
        "advcl",
        "aux",
    }
    | {"det", "compound", "expl", "agent", "dative", "npadvmod", "poss", "nummod", "punct"}
)
_PARTS = ["NOUN", "PROPN", "VERB", "AUX", "ADP", "ADJ", "ADV", "NUM", "PRON", "CCONJ", "PART", "PUNCT"]


@given(st.data())
def test_any_tree_stays_a_tree_of_the_same_words(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 12))
    order = data.draw(st.permutations(range(count)))
    nodes: list[object] = [None] * count
    for rank, place in enumerate(order):
        head = data.draw(st.sampled_from(order[:rank])) if rank else -1
        lemma = data.draw(st.sampled_from(["be", "it", "in", "of", "$", "word"]))
        upos, rel = data.draw(st.sampled_from(_PARTS)), data.draw(st.sampled_from(_RELATIONS))
        nodes[place] = clear_trees.Node(lemma, lemma, upos, "X", {}, head, rel if rank else "ROOT")
    forms = [node.form for node in nodes]  # type: ignore[attr-defined]
    words = clear_trees.ClearTree(nodes).to_universal()
    assert [word.form for word in words] == forms
    check_tree(words)
    assert [word.deprel == "root" for word in words] == [word.head == 0 for word in words]
    assert convert(Sentence(tuple(words), " ".join(forms))).scene.concepts


WORK = {("work", ":agent", "entity"), ("work", ":at", "entity"), ("entity", ":name", '"Siemens"')}
WRITE = {("write", ":object", "book"), ("write", ":agent", "author")}
EAT = {("съесть", ":agent", "собака"), ("съесть", ":in", "двор")}


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("Maria works at Siemens.", "en", WORK),
        ("The book was written by a young author.", "en", WRITE),
        ("Anna likes the red house.", "en", {("like", ":object", "house")}),
        ("Собака съела большую кость во дворе.", "ru", EAT),
    ],
)
def test_patterns_find_who_did_what(text: str, language: str, said: set[tuple[str, str, str]]) -> None:
    found = openie.extracted(text, language)
    assert isinstance(found, Counter)
    assert said <= set(found)


def test_patterns_say_nothing_where_there_is_no_verb() -> None:
    assert not openie.extracted("A red house.", "en")
    assert not openie.extracted("?!", "ru")


@pytest.mark.parametrize(
    ("kind", "text", "root"),
    [("SpaCy", "The book is on the table.", "table"), ("Natasha", "Собака съела кость.", "съела")],
)
def test_a_peer_reads_or_says_how_to_install_it(kind: str, text: str, root: str) -> None:
    if find_spec({"SpaCy": "spacy", "Natasha": "slovnet"}[kind]) is None:
        with pytest.raises(peer_parsers.MissingPeerError, match=r"pip install 'scenograph\[peers\]'"):
            getattr(peer_parsers, kind)()
        return
    peer = getattr(peer_parsers, kind)()
    [sentence] = peer.parse([text])
    assert sentence.text == text
    assert [word.form for word in sentence.words if not word.head] == [root]
    assert all(text[word.start : word.end] == word.form for word in sentence.words)


@given(st.data())
def test_any_heads_become_one_tree(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 10))
    heads = data.draw(st.lists(st.integers(0, count), min_size=count, max_size=count))
    content = data.draw(st.lists(st.booleans(), min_size=count, max_size=count))
    made = peer_parsers.one_tree(heads, content)
    assert made.count(0) == 1
    for number in range(1, count + 1):
        here, steps = number, 0
        while here and steps <= count:
            here, steps = made[here - 1], steps + 1
        assert not here
