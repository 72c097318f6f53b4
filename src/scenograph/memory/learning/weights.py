"""
Learning how to weigh the parts of resonance, from cues that a memory makes of its own crystals.

A crystal is drawn, a cue is made of it, and recall collects the crystals that compete with it. The crystal
should rank above each of them. So the weights are a logistic regression on the differences of their parts, in
which no weight is negative (R. Herbrich et al., "Support vector learning for ordinal regression", 1999;
T. Joachims, "Optimizing search engines using clickthrough data", 2002). Crystals that have all of a cue rank
above the others whatever the weights are, so only crystals of one kind are compared.

How well sizes fit is learned first: how often the right crystal has so many links for each link of the cue,
compared with its competitors.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenograph.core.scene import Scene
from scenograph.memory.learning.cues import (
    chain_cue,
    damaged,
    links_dropped,
    objects_hidden,
    some_words,
    subjects_hidden,
)
from scenograph.memory.recall.recall import SceneRecall
from scenograph.memory.recall.resonance import BUCKETS, SCENE_PARTS, TEXT_PARTS, Profile, Weights, buckets
from scenograph.memory.recall.searched import Searched
from scenograph.memory.recall.text import TextRecall
from scenograph.memory.symbols import name_of, symbols_of

_COMPETITORS = 64  # crystals compared with the one that a cue was made of, about
_LEAST = 20  # cues that something can be learned from
_RIDGE = 1e-3  # keeps weights small, and so those low that the cues say nothing about
_STRUCTURE = 0.05  # the least weight of the structure: it decides if all else is equal
_HELD = 4  # one cue of so many is held out to measure by
_BLUR = (0.05, 0.9, 0.05)  # a size that was not seen, next to one that was, is possible
_CUES = 6  # of each crystal: questions and parts, as they are and damaged, texts, and chains of two
_SEEN = 2.0  # cues that count for all sizes equally

Numbers = NDArray[np.float64]
Parts = Mapping[str, float]


class LearnedWeights(NamedTuple):
    """
    What was learned.

    Attributes:
        weights: the weights
        found: for each kind of cue, if there were enough, how often the right crystal came first, and among
            the first ten, by the weights before and after (`first_before`, `first_after`, `ten_before`,
            `ten_after`), on the quarter of the cues that was held out. The weights from before stay if they
            are better there
    """

    weights: Weights
    found: dict[str, dict[str, float]]


class Trial(NamedTuple):
    """
    What recall found by a cue.

    Attributes:
        kind: the kind of cue, a field of `Weights`
        links: how many links the cue has
        meant: parts of the crystal that it was made of, the right one
        competitors: parts of those to rank below it
        sizes: how many links the right crystal has, and each competitor
    """

    kind: str
    links: int
    meant: Parts
    competitors: list[Parts]
    sizes: NDArray[np.uint32]


def learn_weights(
    searched: Searched,
    seed: int = 0,
    *,
    cues: int = 150,
    exclude: Collection[int] = (),
    progress: Callable[[int, int], None] | None = None,
) -> LearnedWeights:
    """
    Learn the weights of recall from cues made of the crystals of *searched*; see `Memory.learn_weights`.

    The same seed and memory give the same weights. Weights stay as they are if there is too little to learn
    from.
    """
    rng = random.Random(seed)
    drawn = _drawn(searched, rng, cues, frozenset(exclude))
    trials: list[Trial] = []
    for done, made in enumerate(_trials(searched, drawn, rng), 1):
        trials += made
        if progress is not None:
            progress(done, _CUES * len(drawn))
    weights: dict[str, Profile] = {}
    found: dict[str, dict[str, float]] = {}
    for kind in ("question", "part", "text"):
        some = [trial for trial in trials if trial.kind == kind]
        seen, held = [trial for place, trial in enumerate(some) if place % _HELD], some[::_HELD]
        before: Profile = getattr(searched.weights, kind)
        after = _learned(seen, TEXT_PARTS if kind == "text" else SCENE_PARTS, before)
        if len(seen) >= _LEAST:
            shares = _found(held, before, after)
            if shares["first_after"] + shares["ten_after"] <= shares["first_before"] + shares["ten_before"]:
                after, shares = before, _found(held, before, before)
            found[kind] = shares
        weights[kind] = after
    return LearnedWeights(Weights(**weights), found)


def _drawn(
    searched: Searched, rng: random.Random, count: int, exclude: frozenset[int]
) -> list[tuple[int, Scene]]:
    admitted = (searched.admits(some) for some in searched.crystals.walk())
    ids = [crystal for some in admitted for crystal in some if crystal not in exclude]
    ids = rng.sample(ids, min(count, len(ids)))
    return [(one, scene) for one, scene in searched.crystals.scenes(ids).items() if scene.links]


def _trials(
    searched: Searched, drawn: Sequence[tuple[int, Scene]], rng: random.Random
) -> Iterator[list[Trial]]:
    """The trials of each cue."""
    for kind, make in (("question", _question), ("part", links_dropped)):
        made = [(crystal, make(scene, rng)) for crystal, scene in drawn]
        yield from (_by_scene(searched, kind, crystal, cue) for crystal, cue in made)
        yield from (_by_scene(searched, kind, crystal, damaged(cue, rng)) for crystal, cue in made)
    yield from (_by_text(searched, crystal, scene, rng) for crystal, scene in drawn)
    yield from (_by_chain(searched, crystal, rng) for crystal, _ in drawn)


def _question(scene: Scene, rng: random.Random) -> Scene:
    return rng.choice((objects_hidden, subjects_hidden))(scene, rng)


def _by_scene(searched: Searched, kind: str, crystal: int, cue: Scene) -> list[Trial]:
    hits = {hit.id: hit for hit in SceneRecall(cue, searched).competitors(crystal, _COMPETITORS)}
    meant = hits.pop(crystal)
    competitors = [hit for hit in hits.values() if hit.parts["unified"] == meant.parts["unified"]]
    if not competitors or not cue.links:
        return []
    sizes = np.array([len(hit.scene.links) for hit in (meant, *competitors)], np.uint32)
    return [Trial(kind, len(cue.links), meant.parts, [hit.parts for hit in competitors], sizes)]


def _by_text(searched: Searched, crystal: int, scene: Scene, rng: random.Random) -> list[Trial]:
    stated = [source.text for source in searched.crystals.sources.of([crystal])[crystal] if source.text]
    text = rng.choice(stated) if stated else " ".join(map(name_of, symbols_of(scene)))
    hits = TextRecall(some_words(text, rng), searched).candidates(_COMPETITORS // 4).each()
    return _of_text(hits, [crystal])


def _by_chain(searched: Searched, crystal: int, rng: random.Random) -> list[Trial]:
    """Two trials of a text that *crystal* and another answer together; these two do not compete."""
    cue = chain_cue(searched, crystal, rng)
    if cue is None:
        return []
    hits = TextRecall(cue.text, searched).candidates(_COMPETITORS // 4).each()
    return _of_text(hits, cue[1:])


def _of_text(hits: dict[int, dict[str, float]], right: Iterable[int]) -> list[Trial]:
    """A trial for each *right* crystal of a text among its *hits*; right ones do not compete."""
    meant = [hits.pop(one) for one in right if one in hits]
    sizes = np.zeros(len(hits) + 1, np.uint32)
    return [Trial("text", 0, parts, [*hits.values()], sizes) for parts in meant if hits]


def _found(trials: Sequence[Trial], before: Profile, after: Profile) -> dict[str, float]:
    """How often the right crystal is among the first, by two profiles; equal ones take turns."""
    shares: dict[str, float] = {}
    for when, profile in (("before", before), ("after", after)):
        places = [_placed(trial, profile) for trial in trials]
        for name, limit in (("first", 1), ("ten", 10)):
            chances = [min(max((limit - above) / equal, 0.0), 1.0) for above, equal in places]
            shares[f"{name}_{when}"] = sum(chances) / len(chances)
    return shares


def _placed(trial: Trial, profile: Profile) -> tuple[int, int]:
    """How many competitors rank above the right crystal, and how many equal with it, itself included."""
    fits = profile.fit(trial.links, trial.sizes).tolist()
    parts = [{**one, "size": fit} for one, fit in zip((trial.meant, *trial.competitors), fits, strict=True)]
    meant, *competitors = (float(profile.fuse(one)) for one in parts)
    return sum(one > meant for one in competitors), 1 + sum(one == meant for one in competitors)


def _learned(trials: Sequence[Trial], parts: Sequence[str], known: Profile) -> Profile:
    """The profile that ranks right crystals highest; what cannot be learned stays as in *known*."""
    if len(trials) >= _LEAST and "size" in parts:
        known = replace(known, sizes=_sizes(trials))
    if "structure" not in parts:
        return replace(known, parts=_weighed(trials, parts, known) or known.parts)
    held = [trial for trial in trials if trial.meant["unified"] == 1.0]
    near = [trial for trial in trials if trial.meant["unified"] < 1.0]
    return replace(
        known,
        parts=_weighed(held, parts, known) or known.parts,
        near=_weighed(near, parts, known) or known.near,
    )


def _weighed(trials: Sequence[Trial], parts: Sequence[str], known: Profile) -> dict[str, float]:
    """Weights that rank right crystals highest; none if the *trials* are too few or say nothing."""
    if len(trials) < _LEAST:
        return {}
    rows: list[Numbers] = []
    shares: list[float] = []
    for trial in trials:
        table = np.array(
            [[one.get(part, 0.0) for part in parts] for one in (trial.meant, *trial.competitors)], np.float64
        )
        if "size" in parts:
            table[:, parts.index("size")] = known.fit(trial.links, trial.sizes)
        rows.append(table[0] - table[1:])
        shares += [1 / len(trial.competitors)] * len(trial.competitors)
    weights = _regressed(np.concatenate(rows), np.array(shares) / len(trials))
    if not weights.any():
        return {}
    weights /= weights.sum()
    if "structure" in parts:
        place = parts.index("structure")
        weights[place] = max(weights[place], _STRUCTURE)
        weights /= weights.sum()
    rounded = np.round(weights, 4)
    rounded[rounded.argmax()] += 1 - rounded.sum()  # if all parts are 1, the resonance is 1
    return {part: round(weight, 4) for part, weight in zip(parts, rounded.tolist(), strict=True)}


def _regressed(differences: Numbers, shares: Numbers) -> Numbers:
    """Weights, none negative, that make most *differences* positive; each counts its share."""
    from scipy.optimize import minimize

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        margins = differences @ weights
        slope = shares / (1 + np.exp(np.minimum(margins, 500)))
        value = shares @ np.logaddexp(0, -margins) + _RIDGE * weights @ weights
        return float(value), 2 * _RIDGE * weights - slope @ differences

    width = differences.shape[1]
    found = minimize(loss, np.ones(width), jac=True, method="L-BFGS-B", bounds=[(0, None)] * width)
    return np.asarray(found.x, np.float64)


def _sizes(trials: Sequence[Trial]) -> tuple[float, ...]:
    """How well each ratio of sizes fits: how likely it is in right crystals, and in competitors."""
    meant, competitors = np.zeros(BUCKETS), np.zeros(BUCKETS)
    for trial in trials:
        entries = buckets(trial.links, trial.sizes)
        meant[entries[0]] += 1
        np.add.at(competitors, entries[1:], 1 / len(trial.competitors))
    meant = np.convolve(meant, _BLUR, mode="same")
    expected = (competitors + 1 / BUCKETS) / (competitors.sum() + 1)
    seen = (meant + _SEEN * expected) / (meant.sum() + _SEEN)
    telling = np.log(seen / expected)
    low, high = float(telling.min()), float(telling.max())
    if high == low:
        return (1.0,) * BUCKETS
    return tuple(round((value - low) / (high - low), 4) for value in telling.tolist())
