"""
Coreference: what «he», «it» and «they» mean, by what was mentioned before them.

Each thing that fits a pronoun by gender and number gets a score, a sum of weights: how far it is, in which
role it stood, how often it was mentioned. A softmax over these scores, and that of *nothing of this*, gives
probabilities. The weights were learned from GUM's annotated English documents (`recipes/coreference.py`);
Russian uses them, too, with the genders of its nouns::

    Helen met her brother in Oslo. He lives there.      her: Helen, he: the brother, there: Oslo
    Врач осмотрел папу. Он запретил ему курить.         он: the doctor, ему: the father
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final, final

from scenograph.core.scene import Scene
from scenograph.coreference.mentions import MANY, THERE, Mention, is_empty, mentions
from scenograph.coreference.things import Reference, Thing, fits, is_same
from scenograph.readers.unsure import LEAST_KEPT

FAR: Final = 3
"""Sentences, after which a thing is forgotten."""

LEAST: Final = 0.5
"""The least probability of what a pronoun is taken to mean."""

LEAST_CANDIDATE: Final = 0.05
"""The least probability of a further thing that a pronoun may mean."""

_LEAST_OF_BEST: Final = 0.3  # of the probability of the best
_MOST_CANDIDATES: Final = 3

_WEIGHTS: Final = Path(__file__).with_name("weights.toml")
_TOPIC: Final = 0.85
"""How probable it is that a pronoun means what the sentence before only names; by estimate."""
_THERE: Final = 0.6
"""How probable the place that «there» is taken to mean is; by estimate."""

_WHERE: Final = frozenset({":in", ":at", ":to", ":into", ":near", ":onto", ":on"})
_LIFELESS: Final = -0.8
"""Added for things that «он» would have act; set by hand, since English has «it» for them."""

_SUBJECTS: Final = frozenset({":agent", ":subject"})
_OBJECTS: Final = frozenset({":object", ":recipient", ":content"})
_OWNERS: Final = frozenset({":poss", ":of"})
_PLACES: Final = frozenset({":in", ":at", ":to", ":from", ":on", ":near", ":into", ":place", ":same"})
_GROUP: Final = {
    "he": "person",
    "she": "person",
    "он": "person",
    "она": "person",
    "оно": "person",
    "it": "thing",
}
"""Whose weights a pronoun takes. Russian has all three for people and things: «оно» goes with «он»."""


@final
class Resolver:
    """
    What a text has mentioned; give it the scenes of its sentences in order.

    Args:
        weights: by the group of a pronoun and the name of a feature; None: those that were learned
    """

    def __init__(self, weights: Mapping[str, Mapping[str, float]] | None = None) -> None:
        self._weights = learned() if weights is None else weights
        self.things: list[Thing] = []
        self.sentence = 0
        self._is_begun = False

    def read(self, scene: Scene, *, without: Collection[str] = ()) -> list[Reference]:
        """
        Return what the pronouns of *scene* may mean, and note what it mentions.

        Args:
            without: names of those whom no pronoun means: who speaks and who is spoken to
        """
        found: list[Reference] = []
        given = mentions(scene)
        if given:  # «Really?» takes nothing away
            self.begin()
        for mention in given:
            if not mention.is_pronoun:
                self.note(scene, mention)
            elif reference := self.resolve(scene, mention, without):
                found.append(reference)
        self._own(scene, found)
        return [*found, *self._places(scene, self.sentence if given else 0)]

    def _own(self, scene: Scene, found: Sequence[Reference]) -> None:
        """Note who has a thing, where a pronoun says so: «her brother»."""
        owners = {it.pronoun: it.thing for it in found if it.probability >= LEAST}
        for thing in self.things:
            if thing.scene is scene:
                said = [it for it in scene.targets(":poss", thing.node) if it in owners]
                thing.owner = next((owners[it] for it in said if owners[it] is not thing), None)

    def _places(self, scene: Scene, sentence: int) -> Iterator[Reference]:
        """
        Yield what «there» means: the place that the last sentence with a place names, if it names one.

        Args:
            sentence: the number of the scene; 0 if it mentions nothing, and has none
        """
        there = [node for node, it in enumerate(scene.concepts) if it in THERE and not scene.out(node)]
        named = [it for it in self.things if it.last.role in _WHERE]
        here = [it for it in named if it.noun[0] == sentence]
        last = [it for it in named if it.at == max(other.at for other in named)]
        if not here and len(last) == 1:
            for node in there:
                yield Reference(node, last[0], None, _THERE)

    def resolve(self, scene: Scene, pronoun: Mention, without: Collection[str] = ()) -> Reference | None:
        """Return what *pronoun* means most likely, and note that it does; None if nothing fits."""
        ranked = self.ranked(scene, pronoun, without)
        if not ranked:
            return None
        thing, probability = max(ranked, key=lambda it: it[1])
        probability *= thing.trust
        found = Reference(
            pronoun.node, thing, self._here(thing), probability, tuple(self._candidates(ranked, thing))
        )
        if probability >= LEAST:
            self.repeat(thing, pronoun)
            thing.name = thing.name or pronoun.called
            thing.trust = probability
        return found

    def _here(self, thing: Thing) -> int | None:
        """Return the node of this sentence that mentions *thing*; None if another one does."""
        sentence, node = thing.noun
        return node if sentence == self.sentence else None

    def _candidates(
        self, ranked: Sequence[tuple[Thing, float]], best: Thing
    ) -> Iterator[tuple[Thing, int | None]]:
        """
        Yield what a pronoun may mean that is *ranked* so, and is not much less probable than the *best*.

        People are none: what is said of one of them may as well be true of the other.
        """
        found = sorted(ranked, key=lambda it: -it[1])[:_MOST_CANDIDATES]
        for thing, probability in found:
            is_best = thing is best and probability * thing.trust >= LEAST_KEPT
            is_kept = not is_best and thing.kind.is_person is not True
            if is_kept and probability >= max(LEAST_CANDIDATE, _LEAST_OF_BEST * found[0][1]):
                yield thing, self._here(thing)

    def begin(self) -> None:
        """Begin a sentence, and forget what was mentioned long ago."""
        self.sentence += 1
        self._is_begun = False
        self.things = [it for it in self.things if self.sentence - it.at <= FAR]

    def note(self, scene: Scene, mention: Mention) -> Thing:
        """Note a noun or a name: something new, or something that has been mentioned."""
        for thing in reversed(self.things):
            if is_same(thing, mention):
                self.repeat(thing, mention)
                thing.noun = self.sentence, mention.node
                thing.name = thing.name or mention.called
                if mention.name and len(mention.name) > len(thing.name):
                    thing.name, thing.scene, thing.node = mention.name, scene, mention.node
                return thing
        thing = Thing(
            mention.concept,
            mention.name or mention.called,
            mention.kind,
            mention.is_many,
            scene,
            mention.node,
            (self.sentence, mention.node),
            mention,
            self.sentence,
        )
        self.things.append(thing)
        self._begin_with(thing)
        return thing

    def _begin_with(self, thing: Thing) -> None:
        thing.is_first, self._is_begun = not self._is_begun, True

    def repeat(self, thing: Thing, mention: Mention) -> None:
        """Note that *thing* is mentioned once more."""
        thing.last, thing.at, thing.count, thing.trust = mention, self.sentence, thing.count + 1, 1.0
        self._begin_with(thing)
        self.things.remove(thing)
        self.things.append(thing)

    def ranked(
        self, scene: Scene, pronoun: Mention, without: Collection[str] = ()
    ) -> list[tuple[Thing, float]]:
        """Return what *pronoun* may mean, each with its probability; together they have at most 1."""
        if is_empty(scene, pronoun):
            return []
        fitting = [
            it
            for it in self.things
            if it.name not in without and fits(pronoun, it) and not self._is_beside(scene, pronoun, it)
        ]
        weights = self._weights[group_of(pronoun)]
        may_act = pronoun.kind.is_person is None and pronoun.role == ":agent" and not pronoun.is_many
        scores = [
            sum(weights.get(name, 0.0) * value for name, value in self.features(scene, pronoun, it, fitting))
            + (_LIFELESS if may_act and it.kind.is_person is False else 0.0)
            for it in fitting
        ]
        topics = [it for it in fitting if self._is_topic(it)]
        is_only = all(it.at < self.sentence for it in fitting)
        if len(topics) == 1 and is_only and pronoun.role in _SUBJECTS | _OBJECTS:
            return [(topics[0], _TOPIC)]
        none = sum(weights.get(name, 0.0) * value for name, value in self.nothing(scene, pronoun, fitting))
        most = max([none, *scores])
        total = math.exp(none - most) + sum(math.exp(score - most) for score in scores)
        return [(it, math.exp(score - most) / total) for it, score in zip(fitting, scores, strict=True)]

    def _is_topic(self, thing: Thing) -> bool:
        """Whether the sentence before is no more than *thing*, of which the next speaks: «The lift. It …»."""
        said = thing.last
        is_alone = not said.is_pronoun and not said.role and self.sentence - thing.at == 1
        return is_alone and "yes" in thing.scene.targets(":definite", thing.node)

    def features(
        self, scene: Scene, pronoun: Mention, thing: Thing, fitting: list[Thing]
    ) -> Iterator[tuple[str, float]]:
        """Yield what speaks for or against *thing*: the name of each feature with its value."""
        last = thing.last
        far = self.sentence - thing.at
        yield f"far {far}", 1.0
        place = _place(last.role)
        yield f"was {place}", 1.0
        yield f"far {far} {place}", 1.0
        yield f"{_place(pronoun.role)} was {place}", 1.0
        yield "times", math.log(thing.count)
        rank = len(fitting) - 1 - fitting.index(thing)
        yield f"rank {min(rank, 3)}", 1.0
        if len(fitting) == 1:
            yield "alone", 1.0
        if last.is_pronoun:
            yield "same pronoun" if last.concept == pronoun.concept else "other pronoun", 1.0
        if thing.name:
            yield "name", 1.0
        if thing.is_first:
            yield f"first, far {far}", 1.0
        if not last.is_definite:
            yield "indefinite", 1.0
        yield f"person {thing.kind.is_person}", 1.0
        if thing.kind.gender and thing.kind.gender == pronoun.kind.gender:
            yield "gender", 1.0
        if thing.is_many != pronoun.is_many:
            yield "number", 1.0
        if thing.concept == "and":
            yield "and", 1.0
        if not far and pronoun.role == ":poss":
            yield f"owner here, was {place}", 1.0

    def nothing(self, scene: Scene, pronoun: Mention, fitting: list[Thing]) -> Iterator[tuple[str, float]]:
        """Yield what speaks for it that *pronoun* means nothing of *fitting*: «It is cold in Rome»."""
        yield "none", 1.0
        yield f"none of {_place(pronoun.role)}", 1.0
        yield "none of many", math.log(1 + len(fitting))
        above = [source for source, _, target in scene.triples if target == pronoun.node]
        if any(scene.targets(":content", it) or scene.targets(":purpose", it) for it in above):
            yield "none beside content", 1.0
        if pronoun.role == ":subject":
            yield (
                "none of be" if any(scene.concepts[it] == "be" for it in above) else "none of a property",
                1.0,
            )

    def _is_beside(self, scene: Scene, pronoun: Mention, thing: Thing) -> bool:
        """Whether both take part in one event, so that they are two: «Tom saw him»."""
        if thing.at != self.sentence:
            return False
        above = {source for source, _, target in scene.triples if target == pronoun.node}
        if thing.last.node in above:
            return True
        beside = {source for source, _, target in scene.triples if target == thing.last.node}
        return any(scene.concepts[it] not in ("and", "or", "but") for it in above & beside)


def group_of(pronoun: Mention) -> str:
    """Return the group of weights for *pronoun*: person, thing or many."""
    return "many" if pronoun.concept in MANY else _GROUP[pronoun.concept]


@cache
def learned() -> Mapping[str, Mapping[str, float]]:
    """Return the weights that were learned."""
    return tomllib.loads(_WEIGHTS.read_text(encoding="utf-8"))


def _place(role: str) -> str:
    return (
        "subject"
        if role in _SUBJECTS
        else "object"
        if role in _OBJECTS
        else "owner"
        if role in _OWNERS
        else "place"
        if role in _PLACES
        else "other"
    )
