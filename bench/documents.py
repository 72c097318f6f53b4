"""
How well and how fast documents are split into sentences.

    python bench/documents.py [--data FOLDER] [--megabytes N]

Quality: boundaries of sentences in the treebanks of Universal Dependencies below FOLDER (dev), F1 of the ends
of sentences. A document is what stands between two `# newdoc` comments, ten sentences where there are none,
its sentences joined by one blank. Beside ours: sentencex alone, and a stop before a capital letter.

Speed: the same texts as plain text, Markdown and HTML, in CPU seconds for a megabyte (UTF-8).
"""

from __future__ import annotations

import argparse
import html
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from sentencex.sentencex import get_sentence_boundaries

from scenograph.corpus import language_of
from scenograph.documents import Markup, language, sentences
from scenograph.readers.conllu import parse
from scenograph.readers.sentence import Sentence

_TREEBANKS = ("en_ewt", "en_gum", "ru_gsd", "ru_taiga")
_WITHOUT_DOCUMENTS = 10  # sentences of a document, where a treebank names none
_STOP = re.compile(r"[.!?…]+[\"'»”)]*(?=\s+[A-ZА-ЯЁ\"«“(—])")


def read(path: Path) -> Iterator[Sentence]:
    """Yield the sentences of a treebank."""
    with path.open(encoding="utf-8") as file:
        yield from parse(file)


def documents(path: Path) -> Iterator[list[str]]:
    """Yield the documents of a treebank, each as the texts of its sentences."""
    found: list[str] = []
    is_named = "# newdoc" in path.read_text(encoding="utf-8")
    for sentence in read(path):
        starts = sentence.comment("newdoc id") is not None or sentence.comment("newdoc") is not None
        if found and (starts if is_named else len(found) == _WITHOUT_DOCUMENTS):
            yield found
            found = []
        found.append(" ".join(sentence.text.split()))
    yield found


def ours(text: str) -> set[int]:
    """Return where sentences of *text* end."""
    return {sentence.end for sentence in sentences(text, markup="plain")}


def sentencex(text: str) -> set[int]:
    """Return where sentencex alone ends sentences."""
    found = get_sentence_boundaries(language_of(text).replace("und", "en"), text)
    return {one["start_index"] + len(one["text"].rstrip()) for one in found}


def stops(text: str) -> set[int]:
    """Return the places of stops before a capital letter."""
    return {found.end() for found in _STOP.finditer(text)}


def f1(path: Path, split: Callable[[str], set[int]]) -> float:
    """Return the F1 of the ends of sentences, but for the last one of each document, which all find."""
    right = wanted = given = 0
    for texts in documents(path):
        text = " ".join(texts)
        ends: set[int] = set()
        for sentence in texts[:-1]:
            ends.add(len(sentence) + max(ends, default=-1) + 1)
        found = split(text) - {len(text)}
        right, wanted, given = right + len(ends & found), wanted + len(ends), given + len(found)
    return 2 * right / (wanted + given)


def third(path: Path) -> float:
    """Return the share of sentences of five words or more that are said to be of a third language."""
    texts = [sentence.text for sentence in read(path) if len(sentence.text.split()) >= 5]
    return sum(language(text) not in ("en", "ru") for text in texts) / len(texts)


def speed(text: str, markup: Markup) -> tuple[float, int]:
    """Return CPU seconds for a megabyte, and how many sentences there are."""
    started = time.process_time()
    count = sum(1 for _ in sentences(text, markup=markup))
    return (time.process_time() - started) / (len(text.encode()) / 1e6), count


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path("../shared/data/ud"), help="folder of treebanks")
    parser.add_argument("--megabytes", type=float, default=1.0, help="size of the text that is timed")
    options = parser.parse_args()
    paths = {name: options.data / name / "dev.conllu" for name in _TREEBANKS}
    print("treebank    ours  sentencex  stops  third language")
    for name, path in paths.items():
        scores = [f1(path, split) for split in (ours, sentencex, stops)]
        print(f"{name:10}  {scores[0]:.3f}  {scores[1]:.3f}      {scores[2]:.3f}  {third(path):.2%}")
    whole = [" ".join(texts) for path in paths.values() for texts in documents(path)]
    size = sum(len(text.encode()) + 2 for text in whole)
    whole *= 1 + int(options.megabytes * 1e6 / size)
    cut = "\n\n".join(whole).encode()[: int(options.megabytes * 1e6)].decode(errors="ignore")
    pages = "".join(f"<p>{html.escape(text)}</p>\n" for text in cut.split("\n\n"))
    marked = "".join(f"## Part {n}\n\n{text}\n\n" for n, text in enumerate(cut.split("\n\n")))
    written: dict[Markup, str] = {"plain": cut, "markdown": marked, "html": pages}
    list(sentences("Warm. Up.", language="en"))
    for markup, text in written.items():
        seconds, count = speed(text, markup)
        print(f"{markup}: {seconds:.2f} CPU seconds/MB, {count} sentences")


if __name__ == "__main__":
    main()
