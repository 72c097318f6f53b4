"""
Round trips: how many scenes come back unchanged through each surface, and how fast.

    python bench/roundtrips.py [DATA] [--world 2000]

DATA is a folder of real corpora (WebNLG XML, PENMAN files); ../shared/data beside the checkout by default.
Prints one line per corpus and surface: scenes, how many came back, scenes per second each way.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from scenograph.core import Scene
from scenograph.core.linear import delinearise, linearise
from scenograph.corpus import load
from scenograph.surfaces.emoji import format_emoji, parse_emoji
from scenograph.surfaces.formula import format_formula, parse_formula
from scenograph.surfaces.graphml import format_graphml, parse_graphml
from scenograph.surfaces.logic import format_logic, parse_logic
from scenograph.surfaces.penman import format_penman, parse_penman
from scenograph.surfaces.plain import format_plain, parse_plain
from scenograph.surfaces.prolog import format_prolog, parse_prolog
from scenograph.surfaces.rdf import SYNTAXES, format_rdf, parse_rdf
from scenograph.surfaces.tptp import format_tptp, parse_tptp
from scenograph.surfaces.triples import from_triples, to_triples
from scenograph.world import World

Surface = tuple[Callable[[Scene], Any], Callable[[Any], Scene]]

SURFACES: dict[str, Surface] = {
    "notation": (str, Scene.parse),
    "penman": (lambda scene: format_penman([scene]), lambda text: next(parse_penman(text)).scene),
    "linear": (linearise, delinearise),
    "triples": (to_triples, from_triples),
    "formula": (format_formula, parse_formula),
    "logic": (format_logic, parse_logic),
    "tptp": (format_tptp, parse_tptp),
    "prolog": (format_prolog, parse_prolog),
    **{
        syntax: (
            lambda scene, syntax=syntax: format_rdf([scene], syntax),
            lambda text, syntax=syntax: parse_rdf(text, syntax)[0],
        )
        for syntax in SYNTAXES
    },
    "graphml": (lambda scene: format_graphml([scene]), lambda text: parse_graphml(text)[0]),
}
OF_THE_WORLD: dict[str, Surface] = {
    "emoji": (format_emoji, parse_emoji),
    "plain en": (lambda scene: format_plain(scene, "en"), lambda text: parse_plain(text, "en")),
    "plain ru": (lambda scene: format_plain(scene, "ru"), lambda text: parse_plain(text, "ru")),
}


def measure(name: str, scenes: Sequence[Scene], surfaces: dict[str, Surface]) -> None:
    """Print how *scenes* fare on each of *surfaces*."""
    for surface, (format_, parse) in surfaces.items():
        begun = time.perf_counter()
        written = [format_(scene) for scene in scenes]
        between = time.perf_counter()
        back = [parse(text) for text in written]
        ended = time.perf_counter()
        exact = sum(a == b for a, b in zip(back, scenes, strict=True))
        there, home = len(scenes) / (between - begun), len(scenes) / (ended - between)
        print(
            f"{name:16} {surface:10} {exact:6} of {len(scenes):6}   {there:8.0f}/s there {home:8.0f}/s back"
        )


def measure_triple_sets(name: str, folder: Path) -> None:
    """Print how many triple sets of the original XML come back from their scenes, as multisets."""
    sets = [
        Counter(tuple((element.text or "").split(" | ")) for element in entry.iter("mtriple"))
        for file in sorted(folder.rglob("*.xml"))
        for entry in ElementTree.parse(file).getroot().iter("entry")
    ]
    begun = time.perf_counter()
    exact = sum(Counter(map(tuple, to_triples(from_triples(s.elements())))) == s for s in sets)  # type: ignore[arg-type]
    seconds = time.perf_counter() - begun
    print(f"{name:17} {'XML sets':10} {exact:6} of {len(sets):6}   {len(sets) / seconds:8.0f}/s both ways")


def main() -> None:
    """Measure every corpus that is there, and the world."""
    here = Path(__file__).resolve()
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, nargs="?", default=here.parents[2] / "shared" / "data")
    parser.add_argument("--world", type=int, default=2000, help="scenes of the world to draw")
    arguments = parser.parse_args()
    for part in ("webnlg/en/train", "webnlg/en/dev", "webnlg/ru/train", "webnlg/ru/dev", "amr/little_prince"):
        folder = arguments.data / part
        if not folder.is_dir():
            print(f"{part:17} is not in {arguments.data}")
            continue
        begun = time.perf_counter()
        examples = list(load(folder))
        seconds = time.perf_counter() - begun
        texts = sum(len(example.texts) for example in examples)
        print(f"{part:17} loaded: {len(examples)} examples, {texts} texts in {seconds:.1f} s")
        if part.startswith("webnlg"):
            measure_triple_sets(part, folder)
        measure(part, [example.scene for example in examples if example.scene is not None], SURFACES)
    scenes = list(World().scenes(arguments.world, seed=0, split="test"))
    measure("world", scenes, SURFACES | OF_THE_WORLD)


if __name__ == "__main__":
    main()
