"""
Say the scenes of treebanks and read the text back: how much of each scene comes home.

    python bench/spoken.py --data ../shared/data/ud --weights reader.npz
    python bench/spoken.py --data ../shared/data/ud --weights reader.npz --worst 20

Each sentence of the dev sets is converted from its gold tree. Its scene is said and the parser reads the
text: the plain wording, and the wording that was chosen because it is read best. Beside them stands what the
parser makes of the sentence as it was written: that is what it loses itself. Then: how many were said, how
many texts were read for each, and milliseconds of a scene, with all reading.
A scene that cannot be said counts as read without a link. A set that the parser was trained on says nothing
and is left out: Russian needs the weights of a fold (`recipes/reader.py train --without ru_gsd`).
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from reading import unseen

from scenograph.core import Scene
from scenograph.readers.conllu import parse
from scenograph.readers.convert import convert
from scenograph.readers.parser import Parser
from scenograph.readers.score import Score, link_score
from scenograph.realiser import MOST, choose

_SETS = ("en_ewt", "ru_gsd")
_LENGTHS = ((1, 5), (6, 10), (11, 15))


def _read(parser: Parser, language: str, texts: Sequence[str]) -> list[Scene]:
    return [convert(parsed.sentence).scene for parsed in parser.parse(texts, language)]


def main() -> None:
    """Print a table by language and length."""
    options = argparse.ArgumentParser(description=__doc__.strip().partition("\n")[0])
    options.add_argument("--data", type=Path, required=True, help="the folder of treebanks")
    options.add_argument("--weights", type=Path, required=True, help="the weights of the parser")
    options.add_argument("--carrier", help="the carrier that the parser was trained over, if any")
    options.add_argument("--limit", type=int, default=0, help="sentences per language; 0: all")
    options.add_argument("--longest", type=int, default=15, help="words of the longest sentence")
    options.add_argument("--worst", type=int, default=0, help="how many of the worst to show per language")
    options.add_argument("--most", type=int, default=MOST, help="how many texts are read for one scene")
    given = options.parse_args()
    carrier = None
    if given.carrier:
        from scenograph.carriers import load_carrier

        carrier = load_carrier(given.carrier)
    parser = Parser.open(given.weights, carrier)
    print(
        f"{'':14}{'sentences':>10}{'plain':>8}{'chosen':>8}{'original':>10}{'said':>8}{'texts':>7}{'ms':>7}"
    )
    fair = unseen(given.weights)
    for name in _SETS:
        if name not in fair:
            print(f"{name} is left out: these weights were trained on it, or in another language")
            continue
        language, path = name[:2], f"{name}/dev.conllu"
        sentences = [
            sentence
            for sentence in parse((given.data / path).read_text(encoding="utf-8").split("\n"))
            if len(sentence.words) <= given.longest
        ]
        sentences = sentences[: given.limit or None]
        scenes = [convert(sentence).scene for sentence in sentences]
        start = time.process_time()
        found = choose(scenes, language, partial(_read, parser, language), most=given.most)
        milliseconds = 1000 * (time.process_time() - start) / max(1, len(scenes))
        original = _read(parser, language, [sentence.text for sentence in sentences])
        unsaid = [link_score([(scene, None)]) for scene in scenes]
        plain = [it.plain if it else lost for it, lost in zip(found, unsaid, strict=True)]
        chosen = [it.score if it else lost for it, lost in zip(found, unsaid, strict=True)]
        rows = [*_LENGTHS, (1, given.longest)]
        for low, high in rows:
            here = [n for n, sentence in enumerate(sentences) if low <= len(sentence.words) <= high]
            scores = [sum((each[n] for n in here), Score()).f1 for each in (plain, chosen)]
            scores.append(link_score((scenes[n], original[n]) for n in here).f1)
            texts = sum(it.readings for n in here if (it := found[n])) / max(1, len(here))
            print(
                f"{language} {low:>2}-{high:<8}{len(here):>10}"
                + "".join(f"{score:>{8 + 2 * (column == 2)}.3f}" for column, score in enumerate(scores))
                + f"{sum(found[n] is not None for n in here):>8}{texts:>7.1f}"
                + (f"{milliseconds:>7.1f}" if (low, high) == rows[-1] else "")
            )
        order = sorted(
            range(len(scenes)), key=lambda n: chosen[n].right + chosen[n].read - 2 * chosen[n].both
        )
        for n in reversed(order[-given.worst :] if given.worst else []):
            said = found[n]
            print(f"\n{chosen[n].f1:.2f}  {sentences[n].text}\n   =  {said.text if said else None}")
            print(f"      {scenes[n].format(indent=None)}")
            print(f"      {said.back.format(indent=None) if said and said.back else None}")


if __name__ == "__main__":
    main()
