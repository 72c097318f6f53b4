"""Words that are looked up in the files of lemminflect are those of its dictionaries."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lemminflect import Inflections, Lemmatizer
from lemminflect.codecs.InflectionLUCodec import InflectionLUCodec
from lemminflect.codecs.LemmaLUCodec import LemmaLUCodec

from scenograph.morphology import english_words
from scenograph.morphology.english_tables import SortedTable


@pytest.mark.parametrize(
    ("owner", "name", "codec", "file"),
    [
        (Lemmatizer, "lemma_dict", LemmaLUCodec, "lemma_lu_fn"),
        (Inflections, "infl_dict", InflectionLUCodec, "infl_lu_fn"),
    ],
)
def test_every_word_of_a_table_is_found(owner: Any, name: str, codec: Any, file: str) -> None:
    english_words.lemmas("left")  # loads lemminflect
    table: SortedTable = getattr(owner(), name)
    whole: dict[str, Any] = codec.load(getattr(owner(), file))
    assert sorted(table) == sorted(whole)
    for number, (word, found) in enumerate(whole.items()):
        if number % 7 == 0 or "'" in word:
            assert table[word] == found
    for word in ("", "blorp", "zzzz", "ёж", "a,b", "left\nright"):
        assert word not in table
        assert table.get(word, {}) == {}


def parsed(line: str) -> tuple[str, dict[str, Any]]:
    word, kind, form = line.split(",")
    return word, {kind: form}


WORD = st.text(st.sampled_from("abzéж'-"), min_size=1, max_size=3)


@given(st.dictionaries(WORD, st.dictionaries(st.sampled_from("nv"), WORD, min_size=1)), st.booleans(), WORD)
def test_a_table_is_its_lines(
    tmp_path_factory: pytest.TempPathFactory, given: dict[str, dict[str, str]], ends: bool, other: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "table.gz"
    lines = [
        f"{word},{kind},{form}".encode() for word, found in given.items() for kind, form in found.items()
    ]
    text = b"\n".join(sorted(lines, key=lambda line: line.split(b",")[0]))
    path.write_bytes(gzip.compress(text + b"\n" if ends and lines else text))
    table = SortedTable(str(path), parsed, {})
    assert dict(table.items()) == given
    assert (other in table) == (other in given)
