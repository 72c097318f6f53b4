"""
What a lexicon makes of scenes that people wrote: bytes, tokens, speed; against zstd with a trained
dictionary.

    python bench/lexicon.py [--data ../shared/data] [--repeat N]

A lexicon is learned from each train split and measured on the dev split, which it has not seen. Every scene
is first taken there and back: compress, encode, decode, expand. The contestant stores each scene's text as
a zstd frame of its own (level 19, no magic number and no header field that can be left out) with a 112 KB
dictionary trained on the same split; of three texts, notation, linear form and triples, the one that takes
it fewest bytes is counted. Whole stores hold train and dev: ours with lexicon, symbols, statistics, index
and checks; zstd's with its dictionary and without an index. One thread, processor time, medians. Needs: pip
install 'scenograph[bench]'.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import zstandard

from scenograph.core import Archive, Lexicon, Scene, linearise, write_archive
from scenograph.core.lexicon.length import length
from scenograph.corpus import load
from scenograph.domains import load_domain
from scenograph.surfaces.triples import to_triples
from scenograph.vocabulary import Vocabulary, standard_atoms, train_base
from scenograph.vocabulary.atoms import Atom

DICTIONARY = 112 * 1024
ROW = "{:<46}{:>12}{:>12}{:>9}  {}"


def seconds(repeat: int, job: Callable[[], object]) -> float:
    """Return the median processor time of *job*."""
    times: list[float] = []
    for _ in range(repeat):
        began = time.process_time()
        job()
        times.append(time.process_time() - began)
    return median(times)


def fresh(scenes: Sequence[Scene]) -> list[Scene]:
    """Return equal scenes that have computed nothing yet."""
    return [Scene.build(scene.concepts, scene.links) for scene in scenes]


class Zstd:
    """Texts as zstd frames with a dictionary trained on some of them."""

    def __init__(self, texts: list[bytes]) -> None:
        self.dictionary = zstandard.train_dictionary(DICTIONARY, texts, level=19)
        parameters = zstandard.ZstdCompressionParameters.from_level(
            19,
            format=zstandard.FORMAT_ZSTD1_MAGICLESS,
            write_content_size=False,
            write_checksum=False,
            write_dict_id=False,
        )
        self.compressor = zstandard.ZstdCompressor(dict_data=self.dictionary, compression_params=parameters)

    def size(self, texts: list[bytes]) -> int:
        """Return the bytes of all frames of *texts*."""
        return sum(len(self.compressor.compress(text)) for text in texts)


def contestant(train: list[Scene], dev: list[Scene]) -> tuple[int, int, str]:
    """Return zstd's bytes for dev, and for a store of both with the dictionary, and of which text."""
    found: list[tuple[int, int, str]] = []
    spellings: dict[str, Callable[[Scene], str]] = {
        "notation": lambda scene: scene.format(indent=None),
        "linear form": linearise,
        "triples": lambda scene: "\n".join("|".join(triple) for triple in to_triples(scene)),
    }
    for name, spell in spellings.items():
        texts = [[spell(scene).encode() for scene in scenes] for scenes in (train, dev)]
        zstd = Zstd(texts[0])
        ours = zstd.size(texts[1])
        found.append((ours, zstd.size(texts[0]) + ours + len(zstd.dictionary.as_bytes()), name))
    return min(found)


def exact(lexicon: Lexicon, scenes: Sequence[Scene]) -> int:
    """Return how many *scenes* do not come back from compress, encode, decode, expand."""
    return sum(lexicon.expand(lexicon.decode(lexicon.encode(lexicon.compress(s)))) != s for s in scenes)


def tokens(lexicon: Lexicon, train: list[Scene], dev: list[Scene]) -> tuple[int, int]:
    """Return the tokens of dev's linear forms without and with hyperlexemes as single tokens."""
    base = train_base([linearise(scene) for scene in train[::3]], size=4000)
    roles = sorted({link.role for scene in train for link in scene.links})
    atoms = [*standard_atoms(load_domain(), roles), *(Atom(name, " lexeme") for name in lexicon)]
    vocabulary = Vocabulary.over(base, list({atom.text: atom for atom in atoms}.values()))
    plain = sum(len(vocabulary.encode_scene(linearise(scene))) for scene in dev)
    packed = sum(len(vocabulary.encode_scene(linearise(lexicon.compress(scene)))) for scene in dev)
    return plain, packed


def report(name: str, train: list[Scene], dev: list[Scene], others: list[Scene], repeat: int) -> None:
    """Measure one corpus and print its rows."""
    began = time.process_time()
    lexicon = Lexicon.learn(train)
    learned = time.process_time() - began
    archetypes = sum(lexeme[0] == "Δ" for lexeme in lexicon)
    every = [*train, *dev, *others]
    print(f"\n{name}: {len(train)} scenes learned from, {len(dev)} unseen")
    print(f"  learned in {learned:.1f} s: {len(lexicon) - archetypes} hyperlexemes, {archetypes} archetypes")
    print(f"  there and back: {exact(lexicon, every)} failures of {len(every)}")
    records = [lexicon.encode(scene) for scene in dev]
    size = sum(map(len, records))
    index = len(dev)  # a byte of size each
    theirs, their_store, spelling = contestant(train, dev)
    store = write_archive([*train, *dev], lexicon)
    archive = Archive(store)
    assert list(archive) == [*train, *dev]
    bare = len(write_archive([], lexicon))
    print(ROW.format("", "ours", "zstd", "ratio", ""))
    print(ROW.format("bytes a record, unseen, with its index", f"{(size + index) / len(dev):.2f}",
                     f"{theirs / len(dev):.2f}", f"{(size + index) / theirs:.3f}", spelling))  # fmt: skip
    crystals = sum(len(lexicon.encode(lexicon.compress(scene))) for scene in dev)
    print(
        ROW.format(
            "  the same of crystals instead of scenes", f"{(crystals + index) / len(dev):.2f}", "", "", ""
        )
    )
    print(ROW.format("bytes of the whole store", len(store), their_store, f"{len(store) / their_store:.3f}",
                     f"of which lexicon {bare}"))  # fmt: skip
    told = [fresh(dev) for _ in range(repeat)]
    one = iter(told)
    encoding = seconds(repeat, lambda: [lexicon.encode(scene) for scene in next(one)])
    decoding = seconds(repeat, lambda: [lexicon.decode(record) for record in records])
    print(f"  encode {len(dev) / encoding:,.0f}/s, decode {len(dev) / decoding:,.0f}/s")
    plain, packed = tokens(lexicon, train, dev)
    print(f"  tokens of the linear form: {plain} without, {packed} with hyperlexemes: {packed / plain:.3f}")
    shorter = sum(length(lexicon.compress(s)) for s in dev) / sum(map(length, dev))
    print(f"  by the length that lexicons are learned by: {shorter:.3f}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the corpora")
    parser.add_argument("--repeat", type=int, default=5, help="rounds of each timing")
    options = parser.parse_args()
    if not (options.data / "webnlg").is_dir():
        sys.exit(f"{options.data}/webnlg is missing: give the folder of the corpora with --data")

    def scenes(path: str) -> list[Scene]:
        return [example.scene for example in load(options.data / path) if example.scene is not None]

    russian = scenes("webnlg/ru/train") + scenes("webnlg/ru/dev")
    report("WebNLG", scenes("webnlg/en/train"), scenes("webnlg/en/dev"), russian, options.repeat)
    prince = "amr/little_prince/{}.amr.txt"
    report("Little Prince", scenes(prince.format("train")), scenes(prince.format("dev")), [], options.repeat)


if __name__ == "__main__":
    main()
