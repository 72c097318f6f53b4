"""
Records of scenes whose words the lexicon does not know: bytes and speed, against zstd.

    python bench/unseen.py [--data ../shared/data] [--repeat N]

Two cases. *Little Prince*: a lexicon of WebNLG's train split writes AMR graphs. *Unseen categories*: a
lexicon of WebNLG's train split without five of its categories writes scenes of these. The contestant stores
each scene's text as a zstd frame of its own (level 19, no header field that can be left out) with a
dictionary of 112 KB trained on the scenes that the lexicon was learned from; of three texts the one is
counted that takes it fewest bytes. One thread, processor time, medians. Needs: pip install
'scenograph[bench]'.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from lexicon import contestant, fresh, seconds

from scenograph.core import Lexicon, Scene
from scenograph.corpus import load

HELD_OUT = ("Astronaut", "University", "Monument", "WrittenWork", "Athlete")


def scenes(paths: Sequence[Path]) -> list[Scene]:
    """Return the scenes of all files of *paths*."""
    return [example.scene for path in paths for example in load(path) if example.scene is not None]


def report(name: str, known: list[Scene], unseen: list[Scene], repeat: int) -> None:
    """Measure one case and print its rows."""
    lexicon = Lexicon.learn(known)
    lexicon.encode(unseen[0])  # makes the codebook
    records = [lexicon.encode(scene) for scene in unseen]
    assert [lexicon.decode(record) for record in records] == unseen
    size = sum(map(len, records)) + len(unseen)  # and a byte of index each
    theirs, _, spelling = contestant(known, unseen)
    copies = iter([fresh(unseen) for _ in range(repeat)])
    encoding = seconds(repeat, lambda: [lexicon.encode(scene) for scene in next(copies)])
    decoding = seconds(repeat, lambda: [lexicon.decode(record) for record in records])
    count = len(unseen)
    print(f"{name}: {len(known)} scenes learned from, {count} unseen")
    print(f"  bytes a record, with its index {size / count:.2f}, zstd {theirs / count:.2f} ({spelling})")
    print(f"  encode {count / encoding:,.0f}/s, decode {count / decoding:,.0f}/s")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the corpora")
    parser.add_argument("--repeat", type=int, default=3, help="rounds of each timing")
    options = parser.parse_args()
    files = sorted((options.data / "webnlg/en/train").rglob("*.xml"))
    prince = [options.data / f"amr/little_prince/{part}.amr.txt" for part in ("train", "dev")]
    report("Little Prince", scenes(files), scenes(prince), options.repeat)
    held = [path for path in files if path.stem.removesuffix("_allSolutions") in HELD_OUT]
    report(
        "Unseen categories",
        scenes([path for path in files if path not in held]),
        scenes(held),
        options.repeat,
    )


if __name__ == "__main__":
    main()
