"""Things: what a text has mentioned, and what a pronoun may mean by that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, final

from scenograph.core.scene import Scene
from scenograph.coreference.kinds import Kind, is_group
from scenograph.coreference.mentions import Mention


@final
@dataclass(slots=True)
class Thing:
    """
    Somebody or something that a text has mentioned, once or several times.

    Attributes:
        concept, name, kind, is_many: as the mention says that tells most
        scene, node: where that mention stands
        noun: the sentence and the node of the last mention that is no pronoun
        last: the last mention
        at: the number of its sentence
        count: mentions by now
        is_first: whether its last mention was the first of its sentence
        owner: who has it, if a pronoun says so
        trust: how probable it is that the last mention means it: 1 of a noun
    """

    concept: str
    name: str
    kind: Kind
    is_many: bool
    scene: Scene
    node: int
    noun: tuple[int, int]
    last: Mention
    at: int
    count: int = 1
    is_first: bool = False
    owner: Thing | None = None
    trust: float = 1.0


class Reference(NamedTuple):
    """
    What a pronoun may mean.

    Attributes:
        pronoun: its node
        thing: what it means most likely
        here: the node of the same scene that mentions it; None if another sentence does
        probability: that it means this, 0 to 1
        candidates: what else it may mean, and `thing`, if that is not probable: each with its node, as `here`
    """

    pronoun: int
    thing: Thing
    here: int | None
    probability: float
    candidates: tuple[tuple[Thing, int | None], ...] = ()


def is_same(thing: Thing, mention: Mention) -> bool:
    """Whether a noun or name mentions *thing* again."""
    if mention.name and thing.name:
        one, other = sorted((mention.name, thing.name), key=len)
        return one == other or (one in other.split() and bool(thing.kind.is_person))
    if mention.name or thing.name:
        return False
    same = mention.concept == thing.concept != "and" and mention.is_many == thing.is_many
    return same and mention.is_definite


def fits(pronoun: Mention, thing: Thing) -> bool:
    """Whether gender, number and kind let *pronoun* mean *thing*."""
    kind, said = thing.kind, pronoun.kind
    if pronoun.is_many:
        return thing.is_many or is_group(thing.concept) or kind.is_person is not False or bool(thing.name)
    if thing.is_many:
        return False
    if said.gender and kind.gender and said.gender != kind.gender:
        is_neuter = pronoun.concept == "он" and kind.gender == "n" and pronoun.role == ":object"  # «его»
        return is_neuter or (pronoun.concept == "it" and not kind.is_person)
    return said.is_person is None or kind.is_person is None or said.is_person == kind.is_person
