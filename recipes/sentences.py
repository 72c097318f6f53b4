"""
Sentences that nobody has labelled, for a teacher to read and a smaller reader to learn from.

    python recipes/sentences.py --wordnet FOLDER --out en.txt
    python recipes/reader.py label --run TEACHER --carrier FOLDER --texts en.txt --language en --out en.conllu

They are the examples of how words are used in WordNet 3.0 (Princeton University; free for any purpose if its
notice is kept): 42,000 short texts by people, whole sentences and parts of such, written small and without
a full stop. Every second one gets a capital and a full stop, as in other texts. FOLDER has WordNet's files
`data.noun`, `data.verb`, `data.adj` and `data.adv`; Debian's package wordnet-base puts them into
/usr/share/wordnet.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

_EXAMPLE = re.compile(r'"([^"]+)"')
_LETTERS = re.compile(r"[^\W\d_]")


def examples(wordnet: Path) -> Iterator[str]:
    """Yield the examples of each entry; its gloss stands after a bar, each example in quotation marks."""
    for part in ("noun", "verb", "adj", "adv"):
        for line in (wordnet / f"data.{part}").read_text(encoding="latin-1").splitlines():
            _, bar, gloss = line.partition("| ")
            if bar:
                yield from (" ".join(example.split()).strip(" ;,-") for example in _EXAMPLE.findall(gloss))


def _punctuated(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(tuple('.!?')) else '.'}"


def main() -> None:
    """Write the examples that have three words or more, each once, a line each."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--wordnet", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    found = dict.fromkeys(
        text
        for text in examples(options.wordnet)
        if text.count(" ") >= 2 and len(_LETTERS.findall(text)) > 0.6 * len(text)
    )
    texts = [_punctuated(text) if n % 2 else text for n, text in enumerate(found)]
    options.out.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    print(f"{len(found)} sentences, {sum(text.count(' ') + 1 for text in found)} words")


if __name__ == "__main__":
    main()
