"""Words of the dictionary stay whole: treebanks have «moms» for "mom's", and nobody lends "le" and "nt"."""

from __future__ import annotations

import pytest

from scenograph.readers.graph_reader import BUNDLED
from scenograph.readers.parser import Parser


@pytest.fixture(scope="module")
def parser() -> Parser:
    return Parser.open(BUNDLED)


@pytest.mark.parametrize(
    "text",
    [
        "I lent David money .",
        "The drivers met two plumbers .",
        "Use another font size .",
        "A dent and a mint .",
        "They work overtime .",
    ],
)
def test_a_word_of_the_dictionary_is_not_cut(parser: Parser, text: str) -> None:
    assert [text[start:end] for start, end in parser.words(text, "en")] == text.split()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("I dont know.", "I do nt know ."),
        ("I don't know.", "I do n't know ."),
        ("I cannot come.", "I can not come ."),
        ("Tom's drivers aren't here.", "Tom 's drivers are n't here ."),
    ],
)
def test_two_words_written_as_one_are_cut(parser: Parser, text: str, words: str) -> None:
    assert [text[start:end] for start, end in parser.words(text, "en")] == words.split()
