"""
The tables of lemminflect, looked up in the file instead of loaded into dictionaries.

Its two tables have 120,000 sorted lines; as dictionaries they take most of a second to build, and one short
sentence needs a dozen words of them. Here a word is found in the unpacked file by bisection, in some 20
microseconds. `use_files` gives lemminflect such tables; what it answers stays the same.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator, Mapping
from typing import Any, final


@final
class SortedTable(Mapping[str, dict[str, Any]]):
    """
    What a file of sorted lines `word,…` says of each word.

    Args:
        path: of the file, packed by gzip
        parsed: returns the word of a line, and what it says
        known: words that the file does not decide
    """

    def __init__(
        self,
        path: str,
        parsed: Callable[[str], tuple[str, dict[str, Any]]],
        known: Mapping[str, dict[str, Any]],
    ) -> None:
        with gzip.open(path, "rb") as file:
            self._lines = b"\n" + file.read()
        self._parsed, self._known = parsed, known

    def __getitem__(self, word: str) -> dict[str, Any]:
        if word in self._known:
            return self._known[word]
        found: dict[str, Any] = {}
        for line in self._of(word.encode()):
            found.update(self._parsed(line.decode())[1])
        if not found:
            raise KeyError(word)
        return found

    def _of(self, word: bytes) -> Iterator[bytes]:
        """Yield the lines of *word*."""
        lines = self._lines
        low, high = 0, len(lines)  # the first line of the word begins behind a line end from low to high
        while low < high:
            middle = (low + high) // 2
            end = lines.find(b"\n", middle)
            if end < 0 or end + 1 >= len(lines) or lines[end + 1 : lines.find(b",", end)] >= word:
                high = middle
            else:
                low = end + 1
        begin = lines.find(b"\n", low) + 1
        while begin and lines.startswith(word + b",", begin):
            end = lines.find(b"\n", begin)
            yield lines[begin : end if end >= 0 else len(lines)]
            begin = end + 1

    def __iter__(self) -> Iterator[str]:
        last = ""
        for line in self._lines.decode().splitlines():
            word = line.partition(",")[0]
            if word and word != last:
                yield word
            last = word
        yield from (word for word in self._known if not any(True for _ in self._of(word.encode())))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def use_files() -> None:
    """Let lemminflect look its words up in its files."""
    from lemminflect import Inflections, Lemmatizer
    from lemminflect.codecs.InflectionLUCodec import InflectionLUCodec
    from lemminflect.codecs.LemmaLUCodec import LemmaLUCodec
    from lemminflect.core.LexicalUtils import categoryToUPos

    def lemmas(line: str) -> tuple[str, dict[str, Any]]:
        word, category, forms = LemmaLUCodec.fromString(line)
        return word, {categoryToUPos(category): forms}

    def forms(line: str) -> tuple[str, dict[str, Any]]:
        word, _, found = InflectionLUCodec.fromString(line)
        return word, found

    lemmatizer: Any = Lemmatizer()
    inflections: Any = Inflections()
    lemmatizer.lemma_dict = SortedTable(lemmatizer.lemma_lu_fn, lemmas, {})
    inflections.infl_dict = SortedTable(inflections.infl_lu_fn, forms, InflectionLUCodec.updateForAuxMod({}))
