"""
Learn what pronouns mean: the weights in `coreference/weights.toml`, from GUM's annotated documents.

    python recipes/coreference.py learn --data UD
    python recipes/coreference.py score --data UD [--read]
    python recipes/coreference.py halves --data UD

GUM marks in the last column which words mean the same thing. Scenes are those of its trees; with `--read`,
those that the reader that ships makes of the plain text. `halves` learns from each half of the train part and
scores the other: by it the lines of confidence were chosen. Half a minute on one core.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from scenograph.core import Scene
from scenograph.coreference.mentions import Mention, mentions
from scenograph.coreference.resolver import Resolver, group_of
from scenograph.coreference.things import Thing
from scenograph.readers import conllu
from scenograph.readers.convert import Converted, convert
from scenograph.readers.graph_reader import BUNDLED
from scenograph.readers.parser import Parser
from scenograph.readers.sentence import Sentence, Word

OUT = Path(__file__).parents[1] / "src" / "scenograph" / "coreference" / "weights.toml"
GROUPS = ("person", "thing", "many")
_PART = re.compile(r"\(([^()]+)|(\d+)\)|\)")


Chains: TypeAlias = dict[int, frozenset[str]]
"""The names of things, by the number of a word or a node: of «Isabel and I», she and both."""


class Document(NamedTuple):
    """The sentences of a document, each with the chains of things that each of its words is the head of."""

    sentences: list[Sentence]
    chains: list[Chains]


def documents(file: Path) -> Iterator[Document]:
    """Yield the documents of a file of GUM."""
    found = Document([], [])
    for sentence in conllu.parse(file.open(encoding="utf-8")):
        if sentence.comment("newdoc id") is not None and found.sentences:
            yield found
            found = Document([], [])
        found.sentences.append(sentence)
        found.chains.append(heads_of(sentence.words))
    yield found


def heads_of(words: Sequence[Word]) -> Chains:
    """Return the chains of each word that is the head of a mention, by its number."""
    open_: list[tuple[str, int]] = []
    heads: Chains = {}
    for word in words:
        marked = next((it[7:] for it in word.misc.split("|") if it.startswith("Entity=")), "")
        fresh: list[tuple[str, int]] = []
        for opening, closing in _PART.findall(marked):
            if opening:
                open_.append((opening.split("-")[0], word.id))
                fresh.append(open_[-1])
                continue
            ended = next(it for it in reversed(open_) if not closing or it[0] == closing)
            open_.remove(ended)
            chain, start = ended
            top = next((it for it in words[start - 1 : word.id] if not start <= it.head <= word.id), None)
            if top is not None:
                heads[top.id] = heads.get(top.id, frozenset()) | {chain}
    return heads


class Case(NamedTuple):
    """A pronoun with what it may mean: features of each thing, and which of them is right; -1: none."""

    group: str
    features: list[dict[str, float]]
    nothing: dict[str, float]
    right: int


def read_documents(given: Sequence[Document], read: bool) -> list[list[tuple[Converted, Chains]]]:
    """Return the scenes of documents, with the chain of each node."""
    if read:
        parser = Parser.open(BUNDLED)
    found = []
    for document in given:
        trees = document.sentences
        chains = document.chains
        if read:
            parsed = [it.sentence for it in parser.parse([it.text for it in trees], "en")]
            chains = [_moved(*it) for it in zip(trees, document.chains, parsed, strict=True)]
            trees = parsed
        scenes = []
        for tree, by_word in zip(trees, chains, strict=True):
            scene = convert(tree)
            nodes = {
                node: frozenset[str]().union(*(by_word.get(word, ()) for word in words))
                for node, words in enumerate(scene.words)
            }
            scenes.append((scene, nodes))
        found.append(scenes)
    return found


def _moved(gold: Sentence, chains: Chains, read: Sentence) -> Chains:
    """Return *chains* by the words of the same sentence as it was read."""
    at = {word.start: word.id for word in read.words}
    return {at[word.start]: chains[word.id] for word in gold.words if word.id in chains and word.start in at}


def pronouns(
    resolver: Resolver, scenes: Sequence[tuple[Converted, Chains]]
) -> Iterator[tuple[Scene, Mention, Callable[[Thing], bool]]]:
    """
    Note what a document mentions, and yield its pronouns as they come.

    Yields:
        The scene, the pronoun, and whether it means a thing: whether a link from it would lead to a node that
        is annotated as the same
    """
    chains_of = {id(converted.scene): nodes for converted, nodes in scenes}
    for converted, _ in scenes:
        scene = converted.scene
        if given := mentions(scene):
            resolver.begin()
        for mention in given:
            if not mention.is_pronoun:
                resolver.note(scene, mention)
                continue

            def means(thing: Thing, scene: Scene = scene, mention: Mention = mention) -> bool:
                sentence, node = thing.noun
                is_here = sentence == resolver.sentence
                said = chains_of[id(scene if is_here else thing.scene)][node if is_here else thing.node]
                return not said.isdisjoint(chains_of[id(scene)][mention.node])

            yield scene, mention, means


def cases(scenes: Sequence[tuple[Converted, Chains]]) -> Iterator[Case]:
    """Yield the pronouns of a document; those before them mean what is annotated."""
    resolver = Resolver({group: {} for group in GROUPS})  # what fits, without weights
    for scene, pronoun, means in pronouns(resolver, scenes):
        fitting = [thing for thing, _ in resolver.ranked(scene, pronoun)]
        right = max((number for number, it in enumerate(fitting) if means(it)), default=-1)
        features = [dict(resolver.features(scene, pronoun, it, fitting)) for it in fitting]
        yield Case(group_of(pronoun), features, dict(resolver.nothing(scene, pronoun, fitting)), right)
        if right >= 0:
            resolver.repeat(fitting[right], pronoun)


def learn(found: Sequence[Case], strength: float = 0.5) -> dict[str, dict[str, float]]:
    """Return the weights of each group that make the right things likeliest, with an L2 penalty."""
    weights = {}
    for group in GROUPS:
        mine = [it for it in found if it.group == group]
        names = sorted({name for it in mine for one in (*it.features, it.nothing) for name in one})
        place = {name: number for number, name in enumerate(names)}
        rows = []
        for it in mine:
            matrix = np.zeros((len(it.features) + 1, len(names)))
            for number, one in enumerate((*it.features, it.nothing)):
                for name, value in one.items():
                    matrix[number, place[name]] = value
            rows.append(matrix)

        right = [it.right for it in mine]
        best = minimize(_loss, np.zeros(len(names)), (rows, right, strength), "L-BFGS-B", jac=True)
        weights[group] = {
            name: round(float(value), 2)
            for name, value in zip(names, best.x, strict=True)
            if abs(value) >= 0.01
        }
        print(group, len(mine), sum(it.right >= 0 for it in mine), f"loss {best.fun / len(mine):.3f}")
    return weights


def _loss(
    vector: NDArray[np.float64], rows: Sequence[NDArray[np.float64]], right: Sequence[int], strength: float
) -> tuple[float, NDArray[np.float64]]:
    """Return how improbable the right choices are, with the slope; -1 is the last row, of nothing."""
    total, slope = 0.0, np.zeros_like(vector)
    for matrix, place in zip(rows, right, strict=True):
        scores = matrix @ vector
        chances = np.exp(scores - scores.max())
        chances /= chances.sum()
        total -= float(np.log(chances[place] + 1e-12))
        chances[place] -= 1
        slope += matrix.T @ chances
    return total + strength * float(vector @ vector), slope + 2 * strength * vector


def score(
    documents_: Sequence[Sequence[tuple[Converted, Chains]]],
    weights: dict[str, dict[str, float]] | None = None,
) -> None:
    """Print how many pronouns are resolved, and how many of these right, by the least probability."""
    said: list[tuple[str, float, bool]] = []
    nearest: list[bool] = []
    count = 0
    for scenes in documents_:
        resolver = Resolver(weights)
        for scene, pronoun, means in pronouns(resolver, scenes):
            count += 1
            if ranked := resolver.ranked(scene, pronoun):
                nearest.append(means(ranked[-1][0]))
            if found := resolver.resolve(scene, pronoun):
                said.append((pronoun.concept, found.probability, means(found.thing)))
    print(f"{count} pronouns, of {len(said)} something fits; the nearest is right {sum(nearest) / count:.3f}")
    for least in (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9):
        given_ = [it for it in said if it[1] >= least]
        right = sum(it[2] for it in given_)
        print(
            f"least {least:.2f}: resolved {len(given_) / count:.3f}, right {right / max(1, len(given_)):.3f}"
        )
    for concept in ("he", "she", "it", "they"):
        mine = [it for it in said if it[0] == concept]
        sure = [it for it in mine if it[1] >= 0.5]
        print(concept, len(mine), f"{sum(it[2] for it in mine) / max(1, len(mine)):.3f}", len(sure),
              f"{sum(it[2] for it in sure) / max(1, len(sure)):.3f}")  # fmt: skip
    edges = np.linspace(0, 1, 11)
    error = 0.0
    for low, high in pairwise(edges):
        bin_ = [it for it in said if low < it[1] <= high]
        if bin_:
            error += abs(sum(it[2] for it in bin_) - sum(it[1] for it in bin_))
    print(f"calibration error {error / len(said):.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["learn", "score", "halves"])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument(
        "--read", action="store_true", help="score scenes that are read, not those of gold trees"
    )
    args = parser.parse_args()
    if args.what == "score":
        score(read_documents(list(documents(args.data / "en_gum" / "dev.conllu")), args.read))
        return
    given = read_documents(list(documents(args.data / "en_gum" / "train.conllu")), False)
    if args.what == "halves":
        for half in (0, 1):
            weights = learn([case for scenes in given[half::2] for case in cases(scenes)])
            score(given[1 - half :: 2], weights)
        return
    weights = learn([case for scenes in given for case in cases(scenes)])
    lines = [
        "# What speaks for a thing that a pronoun may mean. Learned from GUM (CC BY); recipes/coreference.py"
    ]
    for group, mine in weights.items():
        lines += ["", f"[{group}]", *(f'"{name}" = {value}' for name, value in mine.items())]
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
