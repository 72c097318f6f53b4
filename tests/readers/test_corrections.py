"""Corrections keep a tree a tree, whatever a parser has found."""

from __future__ import annotations

import pytest

from scenograph.readers.conllu import check_tree
from scenograph.readers.corrections import correct
from scenograph.readers.sentence import Word

CIRCLES = [
    # the verb hangs on the amount of time that would hang on it
    [
        Word(1, "год", "год", "NOUN", deprel="root"),
        Word(2, "назад", "назад", "ADV", head=3, deprel="advmod"),
        Word(3, "уехал", "уехать", "VERB", head=1, deprel="acl"),
    ],
    [
        Word(1, "sits", "sit", "VERB", deprel="root"),
        Word(2, "next", "next", "ADV", head=4, deprel="advmod"),
        Word(3, "to", "to", "ADP", head=2, deprel="case"),
        Word(4, "Anna", "Anna", "PROPN", head=1, deprel="obl"),
    ],
]


@pytest.mark.parametrize("words", CIRCLES)
def test_a_correction_makes_no_circle(words: list[Word]) -> None:
    check_tree(words)
    correct(words)
    check_tree(words)
