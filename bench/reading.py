"""
How well the graph head reads plain text, against the scenes of gold trees, and how fast.

    OMP_NUM_THREADS=1 python bench/reading.py --data ../shared/data/ud [--weights FOLD/reader.npz]

For each dev set: link F1 of all sentences and of short ones, F1 of who does what to whom, the share of
questions whose unknowns stand in their places, sentences a second. Then what probabilities are worth: how
many links are sure and how many of them are right; the calibration error; how many of the surest 60 % are
right. The reader's own judges have seen the dev sets, so these figures are of new ones: each quarter of a
dev set is judged by what the other quarters, and the other dev sets of its language, teach. A dev set that
the reader was trained on says nothing and is left out: the shipped reader was trained on all Russian ones,
so Russian is measured on the weights of a fold (`recipes/reader.py train --without ru_gsd`).

The baseline reads the same trees with each word's head as the word before it, which shows what the converter
gives for nothing.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from scenograph.core import Scene
from scenograph.readers import conllu
from scenograph.readers.calibrate import Sample, held_out
from scenograph.readers.confidence import calibration_error, surest
from scenograph.readers.convert import convert
from scenograph.readers.graph_reader import BUNDLED, GraphReader
from scenograph.readers.parser import Parser
from scenograph.readers.score import core_score, link_score, triple
from scenograph.readers.sentence import Sentence
from scenograph.readers.unsure import LEAST_LINK
from scenograph.readers.weights import load

SETS = ("en_ewt", "en_gum", "en_atis", "ru_gsd", "ru_taiga")


def unseen(weights: Path) -> list[str]:
    """
    Return the sets in a reader's languages whose dev sentences it was not trained on.

    Russian treebanks have no train part.
    """
    trained_on = load(weights).paper["treebanks"]
    languages = {name[:2] for name in trained_on}
    return [
        name for name in SETS if name[:2] in languages and not (name.startswith("ru_") and name in trained_on)
    ]


def unknowns(scene: Scene) -> set[tuple[str, str, str]]:
    """Return the links of *scene* that reach an unknown."""
    return {triple(scene, *link) for link in scene.links if link.target in scene.unknowns}


def chained(sentence: Sentence) -> Sentence:
    """Return the words of *sentence*, each hanging on the one before it."""
    words = tuple(
        word._replace(head=word.id - 1, deprel="dep" if word.id > 1 else "root", misc="_")
        for word in sentence.words
    )
    return Sentence(words, sentence.text)


def measure(reader: GraphReader, name: str, sentences: list[Sentence]) -> None:
    """Print the figures of one dev set."""
    texts = [sentence.text for sentence in sentences]
    reader.read_many(texts[:50], name[:2])
    began, wall = time.process_time(), time.perf_counter()
    found = reader.read_many(texts, name[:2])
    seconds, passed = time.process_time() - began, time.perf_counter() - wall
    gold = [convert(sentence).scene for sentence in sentences]
    pairs = list(zip(gold, [it.draft for it in found], strict=True))
    short = [pair for pair, it in zip(pairs, sentences, strict=True) if len(it.words) <= 10]
    asked = [(unknowns(right), read) for right, read in pairs if unknowns(right)]
    placed = sum(read is not None and unknowns(read) >= wanted for wanted, read in asked)
    baseline = link_score(
        (right, convert(chained(sentence)).scene) for right, sentence in zip(gold, sentences, strict=True)
    )
    print(
        f"{name}: {len(texts)} sentences, links {link_score(pairs).f1:.3f} (chain {baseline.f1:.3f}), "
        f"up to 10 words {link_score(short).f1:.3f}, core roles {core_score(pairs).f1:.3f}, "
        f"unknowns in place {placed / len(asked) if asked else float('nan'):.3f} of {len(asked)}, "
        f"{len(texts) / seconds:.0f} sentences/s of processor time, {len(texts) / passed:.0f}/s on the clock"
    )
    whole = sum(it.scene is not None and it.scene == it.draft for it in found)
    part = sum(it.scene is not None and it.scene != it.draft for it in found)
    print(f"    given whole {whole}, in part {part}, not at all {len(found) - whole - part}")


def believe(samples: dict[str, Sample]) -> None:
    """Print what probabilities are worth, of links whose sentence the judge has not seen."""
    for name, sample in samples.items():
        more = [it for other, it in samples.items() if other != name and other[:2] == name[:2]]
        others = [it for other, it in samples.items() if other[:2] != name[:2]]
        own, is_right = held_out(sample, more=more, others=others), sample.is_right
        is_sure = own >= LEAST_LINK
        print(
            f"{name}: {is_sure.mean():.3f} of the links are sure, "
            f"{is_right[is_sure].mean():.3f} of these right; "
            f"calibration error {calibration_error(own, is_right):.3f}; "
            f"the surest 60 % are {surest(own, is_right):.3f} right"
        )


def main() -> None:
    """Print the figures of each dev set."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--weights", type=Path, default=BUNDLED)
    parser.add_argument("--carrier", help="the carrier that the reader was trained over, if any")
    options = parser.parse_args()
    carrier = None
    if options.carrier:
        from scenograph.carriers import load_carrier

        carrier = load_carrier(options.carrier)
    weights = load(options.weights)
    reader, parser = GraphReader.of(weights, str(options.weights), carrier), Parser.of(weights, carrier)
    samples: dict[str, Sample] = {}
    for name in unseen(options.weights):
        if name[:2] in reader.languages:
            with (options.data / name / "dev.conllu").open(encoding="utf-8") as lines:
                sentences = list(conllu.parse(lines))
            measure(reader, name, sentences)
            samples[name] = Sample.of(parser, sentences, name[:2])
    believe(samples)


if __name__ == "__main__":
    main()
