"""
Cues that two crystals answer together: questions that a memory can ask itself about its own chains of facts.

Two crystals that share a rare name are drawn, and of what they say a few words that many crystals use, as
the relations in a question are, with a name that tells the first of the two. The name that joins them is left
out, as in a question that names one end of a chain and asks about the other::

    Ceelmakoile is a town in Somalia. + Hassan leads Somalia.  →  "ceelmakoile town leads"
"""

from __future__ import annotations

import random
from typing import NamedTuple

import numpy as np

from scenograph.memory.index.features import name, numbers, word
from scenograph.memory.index.word_features import said
from scenograph.memory.recall.associations import SharedNames, joined_by, names_of
from scenograph.memory.recall.searched import Searched
from scenograph.memory.recall.wording import telling

_WORDS = 2  # of each crystal, at most: a question names a relation by a word or two
_USED = 0.01  # of all crystals use a word that may stand for a relation, at least
_TELLING = 5  # crystals that use the name that is given, at most
_BRIDGE = 20  # crystals that use the name that is left out, at most


class ChainCue(NamedTuple):
    """
    A text, and the two crystals that answer it together.

    Attributes:
        text: some words of both, in no order
        first: the crystal that the text names
        second: the one that is found through the first
    """

    text: str
    first: int
    second: int


def chain_cue(searched: Searched, first: int, rng: random.Random) -> ChainCue | None:
    """A cue that begins with the crystal *first*; None if it shares no rare name, or has none of its own."""
    found = SharedNames(searched.postings, searched.admits).reach(np.array([first], np.int64))
    scene = searched.crystals.scenes([first])[first]
    joining = joined_by(scene)
    uses = dict(
        zip(own := names_of(scene), searched.postings.uses(numbers([*map(name, own)])).tolist(), strict=True)
    )
    ends = [
        (second, bridge)
        for second, through in zip(found.crystal.tolist(), found.through.tolist(), strict=True)
        if uses[bridge := joining[through]] <= _BRIDGE
    ]
    if not ends:
        return None
    second, bridge = rng.choice(sorted(ends))
    others = set(names_of(searched.crystals.scenes([second])[second]))
    hidden = set(telling(bridge))
    rare = [one for one in own if uses[one] <= _TELLING and one not in others]
    given = [one for one in rare if not hidden & set(telling(one))]
    if not given:
        return None
    scenes = searched.crystals.scenes([first, second])
    texts = searched.crystals.sources.texts([first, second], damaged="pass")
    words = [
        word
        for crystal, scene in scenes.items()
        for word in _relations(said(scene, texts.get(crystal, ())), hidden, searched, rng)
    ]
    return ChainCue(" ".join([rng.choice(given), *words]), first, second)


def _relations(said: list[str], hidden: set[str], searched: Searched, rng: random.Random) -> list[str]:
    """Some of the words *said* that many crystals use."""
    distinct = sorted(set(telling(" ".join(said))) - hidden)
    uses = searched.postings.uses(numbers([*map(word, distinct)])).tolist()
    least = max(2, _USED * len(searched.postings))
    common = [one for one, used in zip(distinct, uses, strict=True) if used >= least]
    return rng.sample(common, min(rng.randint(1, _WORDS), len(common)))
