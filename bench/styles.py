"""
A style that a mind learns from a few pairs, against the same style learned from everything.

    python bench/styles.py [--mind FOLDER] [--styles poet,herald] [--pairs 10,30,100] [--items N] [--seed N]

Two styles are taken. `poet` is one of the world's: the adapters of the mind are trained without it, but its
carrier, nano, has read such texts. `herald` is new to both: «Hear ye! Oleg slept; so beat the drums.»

Each is taught by `style add` with 10, 30 and 100 pairs, half of them Russian, drawn from the training split.
The full style is a decoder and a reader trained from nothing on all tasks that the world gives the style in
joint training (600 texts to say, 600 to read, and as many texts of the mind's other styles to read).

Measured on scenes of the test split, with names never seen: retention scene → text → scene without the
guard, and the share of texts that are exact texts of the style, which a copy of another style never is.
"""

from __future__ import annotations

import argparse
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from scenograph.adapters import AdapterSet, train_adapters
from scenograph.cli.progress import shown
from scenograph.core import Scene
from scenograph.corpus.tasks import read_task, speak_task
from scenograph.evaluate.step import STEPS
from scenograph.mind.adapters.layers import mind_adapters
from scenograph.mind.carrier import open_carrier
from scenograph.mind.config import MindConfig
from scenograph.mind.sections import AdapterConfig, CorpusConfig, MemoryConfig
from scenograph.mind.steps import run_steps
from scenograph.mind.steps.styles import STEP, decoder_of
from scenograph.mind.teaching.pairs import Pair
from scenograph.mind.teaching.styles import added_style, list_style, styled
from scenograph.mind.teaching.teacher import Teacher
from scenograph.mind.workspace import Workspace
from scenograph.progress import Silent
from scenograph.prompts import READER
from scenograph.world import World
from scenograph.world.description import to_description
from scenograph.world.languages import phrases
from scenograph.world.names import LETTERS
from scenograph.world.realise import Realiser
from scenograph.world.templates import Style, compile_template, load_style

WORLD = World()
OUT = "poet"  # the style of the world that the mind is trained without
HERALD = {
    "en": ("Hear ye! {}; so beat the drums.", "Good people, {}, by the word of the crown."),
    "ru": ("Слушайте все! {}; так бьют барабаны.", "Добрые люди, {}: таково слово короны."),
}


@dataclass(frozen=True)
class Manner:
    """A style to teach: what it is called in the mind, one text of a scene, and all its texts."""

    name: str
    say: Callable[[Scene, str, random.Random], str]
    texts: Callable[[Scene, str], Sequence[str]]


def poet() -> Manner:
    """Return the world's poet under a name that the vocabulary does not know."""
    return Manner(
        "bard",
        lambda scene, language, rng: WORLD.say(scene, OUT, language, rng),
        lambda scene, language: WORLD.texts(scene, OUT, language),
    )


def herald() -> Manner:
    """Return a style that nothing has read before: plain clauses in words of a herald."""
    styles: dict[str, Style] = {}
    for language, frames in HERALD.items():
        plain = load_style("plain", language)
        texts = {
            frame: tuple(
                compile_template(frame, said.replace("{}", template.source))
                for template in rows
                for said in frames
            )
            for frame, rows in plain.clauses.items()
        }
        styles[language] = Style("herald", language, plain.clauses, texts)

    def say(scene: Scene, language: str, rng: random.Random) -> str:
        realiser = Realiser(styles[language], lambda rows: (rng.choice(rows),), phrases(language, LETTERS))
        return next(iter(realiser.texts(to_description(scene))))

    def every(scene: Scene, language: str) -> list[str]:
        realiser = Realiser(styles[language], lambda rows: rows, phrases(language, LETTERS))
        return list(realiser.texts(to_description(scene)))

    return Manner("herald", say, every)


MANNERS = {"poet": poet, "herald": herald}


def draw(manner: Manner, n: int, seed: int, split: str) -> list[Pair]:
    """Draw *n* pairs of different scenes, English and Russian by turns."""
    rng = random.Random(f"styles:{manner.name}:{split}:{seed}")
    pairs: dict[bytes, Pair] = {}
    for scene in WORLD.scenes(20 * n, seed, split):
        language = ("en", "ru")[len(pairs) % 2]
        if scene.digest not in pairs:
            pairs[scene.digest] = Pair(scene, manner.say(scene, language, rng), language, "drawn")
        if len(pairs) == n:
            break
    return list(pairs.values())


def build(folder: Path, seed: int, steps: int) -> Workspace:
    """Make the mind that lacks one style of the world."""
    styles = tuple(style for style in WORLD.styles if style != OUT)
    config = MindConfig(
        seed=seed,
        corpus=CorpusConfig(world=6000, styles=styles),
        adapters=AdapterConfig(steps=steps),
        memory=MemoryConfig(scenes=20),
    )
    workspace = Workspace.create(folder, config)
    with shown() as bars:
        for _ in run_steps(workspace, STEPS, bars, last="adapters"):
            pass
    return workspace


def measure(teacher: Teacher, manner: Manner, items: Sequence[Pair], style: str) -> tuple[float, float]:
    """Return retention without the guard, and the share of texts that are exact texts of the style."""
    bridge = teacher.bridge()
    kept: list[float] = []
    exact: list[bool] = []
    for language in HERALD:
        scenes = [item.scene for item in items if item.language == language]
        for scene, said in zip(
            scenes, bridge.speak_many(scenes, style=style, language=language, guard=False), strict=True
        ):
            kept.append(said.retention)
            exact.append(said.text in manner.texts(scene, language))
    return fmean(kept), fmean(exact)


def full(workspace: Workspace, manner: Manner, seed: int, steps: int, texts: int) -> Teacher:
    """Train the full style from nothing; the other adapters stay the mind's."""
    list_style(workspace, manner.name, "imported")
    carrier, adapters = mind_adapters(workspace, open_carrier(workspace))
    rng = random.Random(f"full:{seed}")

    def tasks() -> Iterator[object]:
        for pair in draw(manner, texts, seed + 100, "train"):
            yield speak_task(pair.scene, pair.text, language=pair.language, style=manner.name)
        for number, pair in enumerate(draw(manner, texts, seed + 200, "train")):
            yield read_task(pair.text, pair.scene, language=pair.language)
            style = workspace.config.corpus.styles[number % len(workspace.config.corpus.styles)]
            yield read_task(
                WORLD.say(pair.scene, style, pair.language, rng), pair.scene, language=pair.language
            )

    from scenograph.adapters.layers import joined

    with tempfile.TemporaryDirectory() as folder:
        names = [READER, decoder_of(manner.name)]
        train_adapters(
            carrier,
            tasks(),  # pyright: ignore[reportArgumentType]
            adapters=names,
            folder=folder,
            rank=workspace.config.adapters.rank,
            steps=steps,
            seed=seed,
        )
        trained = AdapterSet.load(folder, carrier)
    return Teacher(carrier, joined(adapters, trained), styled(workspace), seed)


def taught(workspace: Workspace, manner: Manner, pairs: Sequence[Pair]) -> Teacher:
    """Teach the style as `style add` does."""
    with added_style(workspace, manner.name, pairs):
        for _ in run_steps(workspace, [STEP], Silent()):
            pass
    carrier, adapters = mind_adapters(workspace, open_carrier(workspace))
    return Teacher(carrier, adapters, styled(workspace), workspace.config.seed)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--mind", type=Path, help="a mind trained without the poet; else one is made")
    parser.add_argument("--styles", default="poet,herald", help="poet, herald or both")
    parser.add_argument("--pairs", default="10,30,100", help="numbers of pairs")
    parser.add_argument("--items", type=int, default=60, help="scenes that are said (60)")
    parser.add_argument("--steps", type=int, default=80, help="steps of the mind and of the full style (80)")
    parser.add_argument("--full", type=int, default=600, help="texts of the full style (600)")
    parser.add_argument("--seed", type=int, default=1, help="draws everything (1)")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        mind = asked.mind or build(Path(scratch) / "mind", asked.seed, asked.steps).folder
        print(f"{asked.items} scenes of the test split, seed {asked.seed}", flush=True)
        print(f"{'style':8}{'learned from':>16}{'retention':>11}{'of full':>9}{'in style':>10}{'seconds':>9}")
        for name in asked.styles.split(","):
            manner = MANNERS[name]()
            items = draw(manner, asked.items, asked.seed + 7, "test")
            began = time.perf_counter()
            copy = Workspace(shutil.copytree(mind, Path(scratch) / f"{name}-full"))
            learned = full(copy, manner, asked.seed, asked.steps, asked.full)
            whole, exact = measure(learned, manner, items, manner.name)
            row(name, "everything", whole, whole, exact, began)
            for n in map(int, asked.pairs.split(",")):
                began = time.perf_counter()
                copy = Workspace(shutil.copytree(mind, Path(scratch) / f"{name}-{n}"))
                pairs = draw(manner, n, asked.seed, "train")
                kept, exact = measure(taught(copy, manner, pairs), manner, items, manner.name)
                row(name, f"{n} pairs", kept, whole, exact, began)


def row(style: str, source: str, kept: float, whole: float, exact: float, began: float) -> None:
    """Print one line."""
    seconds = time.perf_counter() - began
    print(f"{style:8}{source:>16}{kept:11.3f}{kept / whole:9.3f}{exact:10.3f}{seconds:9.0f}", flush=True)


if __name__ == "__main__":
    main()
