"""What the reader reads can be written as CoNLL-U and is the same when it is parsed: `label` writes it so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scenograph.readers import conllu
from scenograph.readers.graph_reader import BUNDLED
from scenograph.readers.parser import Parser

TEXTS = Path(__file__).parents[2] / "bench" / "everyday"
_DENIED = "She no longer works here. Peter does not smoke any more. No one waited any longer."


@pytest.fixture(scope="module")
def parser() -> Parser:
    return Parser.open(BUNDLED)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_tree_is_written_and_parsed_again(parser: Parser, language: str) -> None:
    text = " ".join(path.read_text(encoding="utf-8") for path in sorted(TEXTS.glob(f"{language}-*.md")))
    lines = [line for line in text.splitlines() if not line.startswith(("?", "#"))]
    plain = " ".join(" ".join(lines).split())
    sentences = re.split(r"(?<=[.!?]) ", f"{plain} {_DENIED}" if language == "en" else plain)
    read = [it.sentence for it in parser.parse(sentences, language)]
    assert len(read) > 50
    written = "".join(map(conllu.format, read))
    assert [it.words for it in conllu.parse(written.split("\n"))] == [it.words for it in read]
