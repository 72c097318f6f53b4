"""
Say the scenes of treebanks and read the text back: how much of each scene comes home.

    python bench/spoken.py --data ../shared/data/ud --weights reader.npz
    python bench/spoken.py --data ../shared/data/ud --weights reader.npz --worst 20

Each sentence of the dev sets is converted from its gold tree. Its scene is said and the parser reads the
text. Beside it stands what the parser makes of the sentence as it was written: that is what it loses itself.
A scene that cannot be said counts as read without a link. A set that the parser was trained on says nothing
and is left out: Russian needs the weights of a fold (`recipes/reader.py train --without ru_gsd`).
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from reading import unseen

from scenograph.core import Scene
from scenograph.errors import SurfaceError
from scenograph.readers.conllu import parse
from scenograph.readers.convert import convert
from scenograph.readers.parser import Parser
from scenograph.readers.score import Score, link_score
from scenograph.realiser import say

_SETS = ("en_ewt", "ru_gsd")
_LENGTHS = ((1, 5), (6, 10), (11, 15))


def _read(parser: Parser, texts: list[str], language: str) -> list[Scene]:
    return [convert(parsed.sentence).scene for parsed in parser.parse(texts, language)]


def main() -> None:
    """Print a table by language and length."""
    options = argparse.ArgumentParser(description=__doc__.strip().partition("\n")[0])
    options.add_argument("--data", type=Path, required=True, help="the folder of treebanks")
    options.add_argument("--weights", type=Path, required=True, help="the weights of the parser")
    options.add_argument("--limit", type=int, default=0, help="sentences per language; 0: all")
    options.add_argument("--longest", type=int, default=15, help="words of the longest sentence")
    options.add_argument("--worst", type=int, default=0, help="how many of the worst to show per language")
    given = options.parse_args()
    parser = Parser.open(given.weights)
    print(f"{'':14}{'sentences':>10}{'said, read':>12}{'original':>10}{'said':>8}{'s':>7}")
    fair = unseen(given.weights)
    for name in _SETS:
        if name not in fair:
            print(f"{name} is left out: these weights were trained on it")
            continue
        language, path = name[:2], f"{name}/dev.conllu"
        sentences = [
            sentence
            for sentence in parse((given.data / path).read_text(encoding="utf-8").split("\n"))
            if len(sentence.words) <= given.longest
        ]
        sentences = sentences[: given.limit or None]
        scenes = [convert(sentence).scene for sentence in sentences]
        start = time.perf_counter()
        texts: list[str] = []
        for scene in scenes:
            try:
                texts.append(say(scene, language))
            except SurfaceError:
                texts.append("")
        seconds = time.perf_counter() - start
        said = iter(_read(parser, [text for text in texts if text], language))
        read = [next(said) if text else None for text in texts]
        original = _read(parser, [sentence.text for sentence in sentences], language)
        rows = [*_LENGTHS, (1, given.longest)]
        for low, high in rows:
            chosen = [n for n, sentence in enumerate(sentences) if low <= len(sentence.words) <= high]
            spoken = link_score((scenes[n], read[n]) for n in chosen)
            written = link_score((scenes[n], original[n]) for n in chosen)
            whole = f"{sum(bool(texts[n]) for n in chosen)}"
            print(
                f"{language} {low:>2}-{high:<8}{len(chosen):>10}{spoken.f1:>12.3f}{written.f1:>10.3f}"
                + f"{whole:>8}"
                + (f"{seconds:>7.1f}" if (low, high) == rows[-1] else "")
            )
        scores: list[Score] = [link_score([pair]) for pair in zip(scenes, read, strict=True)]
        order = sorted(
            range(len(scenes)), key=lambda n: scores[n].right + scores[n].read - 2 * scores[n].both
        )
        for n in reversed(order[-given.worst :] if given.worst else []):
            print(f"\n{scores[n].f1:.2f}  {sentences[n].text}\n   =  {texts[n]}")
            print(f"      {scenes[n].format(indent=None)}")
            print(
                f"      {read[n].format(indent=None) if (scene := read[n]) is not None and scene else None}"
            )


if __name__ == "__main__":
    main()
