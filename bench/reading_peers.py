"""
Reading beside peers: the bundled reader, parsers that people use, patterns, and a reader that generates.

    OMP_NUM_THREADS=1 python bench/reading_peers.py [UD] [--limit N] [--weights FILE] [--lora FILE ...]

All read the same plain sentences of the dev treebanks in one process, one treebank after the other. Trees go
through the same converter. Printed are, against the scenes of the gold trees,

    links       F1 of all links, the root counted as one, as `bench/reading.py` has it; P and R beside it
    of trees    the same where no side has PropBank's roles: parsers of UD know none; gold (EWT, ATIS) and our
                own reader (English) are converted without them
    core        F1 of who does what to whom, against gold with PropBank's roles
    sent/s      sentences a second of processor time on one thread, conversion included

Contestants:

    Scenograph  the reader that ships with the package, or the one of --weights. English: trained on the train
                parts of EWT, GUM and ATIS, so these sets are of its kind. Russian: the shipped one has seen
                GSD, so give a fold that has not; where it has, its line is left out
    spaCy       en_core_web_sm 3.8: English, trained on OntoNotes (news, talk, web), its trees turned into
                UD's by `clear_trees`
    Natasha     slovnet with navec: Russian, trained on news
    patterns    open information extraction after ReVerb: `openie`. It says neither a root nor what describes
                a noun, so that its recall is low by its nature; look at its precision and at `core`
    chain       each word hangs on the one before it: what the converter gives for nothing
    LoRA        what `bench/reading_lora.py` wrote down (`--lora`), on the sentences that it read

No package on PyPI with a UD parser for English and its weights was found that still runs (en-ud-model is made
for spaCy 2); Stanza, Trankit and UDPipe load theirs from a hub at run time. Peers come
with the extra `peers`; a missing one is named and left out.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from openie import extracted
from peer_parsers import MissingPeerError, Natasha, SpaCy
from reading import chained, unseen

from scenograph.core import Scene
from scenograph.readers import conllu
from scenograph.readers.convert import convert
from scenograph.readers.graph_reader import BUNDLED
from scenograph.readers.parser import Parser
from scenograph.readers.score import CORE_ROLES, Score, Triple, core_triples, link_triples
from scenograph.readers.sentence import Sentence

SETS = ("en_ewt", "en_gum", "en_atis", "ru_gsd")
UD = Path(__file__).parents[2] / "shared" / "data" / "ud"
HEADER = f"  {'':<12} {'links':>6} {'P':>6} {'R':>6}   {'of trees':>8} {'core':>6} {'sent/s':>8}"
Triples: TypeAlias = "Counter[Triple]"


class Read:
    """What one contestant read: for each sentence its links, its links without PropBank, and its core."""

    def __init__(
        self, links: list[Triples], of_trees: list[Triples], core: list[Triples], seconds: float
    ) -> None:
        self.links, self.of_trees, self.core, self.seconds = links, of_trees, core, seconds


def without_roles(sentence: Sentence) -> Sentence:
    """Return *sentence* without PropBank's roles."""
    return Sentence(tuple(word._replace(misc="_") for word in sentence.words), sentence.text)


def of_scenes(scenes: Sequence[Scene], plain: Sequence[Scene], seconds: float) -> Read:
    """Return what *scenes*, and *plain*, the same without PropBank's roles, say."""
    return Read(
        [link_triples(scene) for scene in scenes],
        [link_triples(scene) for scene in plain],
        [core_triples(scene) for scene in scenes],
        seconds,
    )


def of_trees(parse: Callable[[], Sequence[Sentence]]) -> Read:
    """Run a parser, convert its trees, and return what they say."""
    began = time.process_time()
    trees = parse()
    scenes = [convert(tree).scene for tree in trees]
    seconds = time.process_time() - began
    return of_scenes(scenes, [convert(without_roles(tree)).scene for tree in trees], seconds)


def of_patterns(texts: Sequence[str], language: str) -> Read:
    """Run the patterns."""
    began = time.process_time()
    found = [extracted(text, language) for text in texts]
    seconds = time.process_time() - began
    return Read(found, found, [core_of(links) for links in found], seconds)


def core_of(links: Triples) -> Triples:
    """
    Return who does what to whom among *links* of the patterns.

    A name of theirs is two links with nothing between: each name is taken to be the next nameless end.
    """
    names = [end for (source, role, end), count in links.items() if role == ":name" for _ in range(count)]
    ends = iter(names)
    core: Triples = Counter()
    for (source, role, end), count in links.items():
        for _ in range(count):
            said = next(ends, end) if end == "entity" else end
            if role in CORE_ROLES:
                core[source, role, said] += 1
    return core


def score(gold: Sequence[Triples], read: Sequence[Triples]) -> Score:
    """Return the agreement over all sentences."""
    return sum(
        (Score(a.total(), b.total(), (a & b).total()) for a, b in zip(gold, read, strict=True)), Score()
    )


def line(name: str, gold: Read, read: Read) -> None:
    """Print one line of the table."""
    links, trees, core = (
        score(a, b)
        for a, b in ((gold.links, read.links), (gold.of_trees, read.of_trees), (gold.core, read.core))
    )
    speed = f"{len(read.links) / read.seconds:8.0f}" if read.seconds else " " * 8
    print(
        f"  {name:<12} {links.f1:6.3f} {links.precision:6.3f} {links.recall:6.3f}"
        f"   {trees.f1:8.3f} {core.f1:6.3f} {speed}",
        flush=True,
    )


def measure(
    name: str, sentences: Sequence[Sentence], peers: dict[str, SpaCy | Natasha], ours: Parser | None
) -> None:
    """Print the table of one treebank; *ours* is None if it was trained on it."""
    language, texts = name[:2], [sentence.text for sentence in sentences]
    gold = of_trees(lambda: sentences)
    print(f"{name}: {len(texts)} sentences\n{HEADER}", flush=True)
    if ours is not None:
        ours.parse(texts[:20], language)  # what is loaded at the first sentence has been loaded
        line("Scenograph", gold, of_trees(lambda: [it.sentence for it in ours.parse(texts, language)]))
    if language in peers:
        peer = peers[language]
        peer.parse(texts[:20])
        line(peer.name, gold, of_trees(lambda: peer.parse(texts)))
    line("patterns", gold, of_patterns(texts, language))
    line("chain", gold, of_trees(lambda: [chained(sentence) for sentence in sentences]))


def measure_lora(path: Path, folder: Path, ours: Parser) -> None:
    """Print what `bench/reading_lora.py` read, and what our reader does on the same sentences."""
    told = json.loads(path.read_text(encoding="utf-8"))
    known = {it.text: it for it in treebank(folder, told["set"])}
    sentences = [known[one["text"]] for one in told["read"]]
    gold = of_trees(lambda: sentences)
    found = [Scene.parse(one["scene"]) if one["scene"] else None for one in told["read"]]
    links = [link_triples(scene) if scene is not None else Counter[Triple]() for scene in found]
    core = [core_triples(scene) if scene is not None else Counter[Triple]() for scene in found]
    print(f"{told['set']}: {len(sentences)} sentences; {told['about']}")
    print(HEADER)
    texts = [sentence.text for sentence in sentences]
    line("Scenograph", gold, of_trees(lambda: [it.sentence for it in ours.parse(texts, told["set"][:2])]))
    line("LoRA", gold, Read(links, links, core, told["seconds"]))


def treebank(folder: Path, name: str) -> list[Sentence]:
    """Return the dev sentences of a treebank."""
    with (folder / name / "dev.conllu").open(encoding="utf-8") as lines:
        return list(conllu.parse(lines))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("ud", nargs="?", type=Path, default=UD)
    parser.add_argument("--limit", type=int, help="only the first sentences of each treebank")
    parser.add_argument("--weights", type=Path, default=BUNDLED, help="another reader than the shipped one")
    parser.add_argument("--lora", type=Path, nargs="*", default=[], help="files of bench/reading_lora.py")
    options = parser.parse_args()
    peers: dict[str, SpaCy | Natasha] = {}
    for kind in (SpaCy, Natasha):
        try:
            peers[kind.language] = kind()
        except MissingPeerError as missing:
            print(missing)
    ours, fair = Parser.open(options.weights), unseen(options.weights)
    for name in SETS:
        sentences = treebank(options.ud, name)[: options.limit]
        measure(name, sentences, peers, ours if name in fair else None)
    for path in options.lora:
        measure_lora(path, options.ud, ours)


if __name__ == "__main__":
    main()
