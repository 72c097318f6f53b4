"""Scenes alone: expand, compress, diff, apply, reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from pydantic import Field

from scenograph.core import Delta, Lexicon, Proof, Rule, Scene, by_concept, by_name, parse_many
from scenograph.core import Field as SceneField
from scenograph.core import apply as change
from scenograph.core import diff as difference
from scenograph.core.lexicon.length import length
from scenograph.core.match import Bindings
from scenograph.mind import Mind
from scenograph.service.errors import RequestError
from scenograph.service.operations.fields import SCENE, Notation, Scenes, shown
from scenograph.service.operations.operation import Message, operation

_MOTHER = (
    '(m / mother :subject (a / entity :name "Anna") :poss (v / entity :name "Vera"))'
    ' (m / mother :subject (v / entity :name "Vera") :poss (o / entity :name "Oleg"))'
)


class CompressRequest(Message, json_schema_extra=shown({"scene": SCENE})):
    """A scene to write as a crystal."""

    scene: Notation


class Compressed(NamedTuple):
    """
    A scene as a crystal.

    Attributes:
        crystal: the scene, shorter by the mind's lexicon
        length: the tokens of the crystal
        was: the tokens of the scene
        bytes: the size of its record
    """

    crystal: Scene
    length: int
    was: int
    bytes: int


@operation("read")
def compress(mind: Mind, request: CompressRequest) -> Compressed:
    """Write a scene as a crystal, shorter by the mind's lexicon. Nothing is lost."""
    scene, lexicon = Scene.parse(request.scene), _lexicon(mind)
    crystal = lexicon.compress(scene)
    return Compressed(crystal, length(crystal), length(scene), len(lexicon.encode(scene)))


class ExpandRequest(Message, json_schema_extra=shown({"scene": SCENE, "depth": 1})):
    """A crystal to open."""

    scene: Notation
    depth: int | None = Field(None, ge=0, le=1000, description="Levels to open; all of them if not given.")


class Expanded(NamedTuple):
    """
    A crystal, opened.

    Attributes:
        scene: the scene that it stands for
    """

    scene: Scene


@operation("read")
def expand(mind: Mind, request: ExpandRequest) -> Expanded:
    """Open a crystal into the scene that it stands for."""
    return Expanded(_lexicon(mind).expand(Scene.parse(request.scene), depth=request.depth))


def _lexicon(mind: Mind) -> Lexicon:
    """The lexicon of *mind*; the bundled world's if it has learned none."""
    from scenograph.world import World

    return mind.lexicon if mind.is_trained else World().lexicon


class DiffRequest(
    Message, json_schema_extra=shown({"old": "(s / sleep)", "new": "(s / sleep :time (n / night))"})
):
    """Two scenes to compare."""

    old: Notation
    new: Notation


class Difference(NamedTuple):
    """
    What turns a scene into another.

    Attributes:
        delta: the edits, a scene too
    """

    delta: Scene


@operation("read")
def diff(mind: Mind, request: DiffRequest) -> Difference:
    """Return what turns one scene into another."""
    return Difference(difference(Scene.parse(request.old), Scene.parse(request.new)).to_scene())


_DELTA = difference(Scene.parse("(s / sleep)"), Scene.parse("(s / sleep :time (n / night))")).to_scene()


class ApplyRequest(
    Message,
    json_schema_extra=shown({"delta": _DELTA.format(indent=None), "old": "(s / sleep)"}),
):
    """Edits, and the scene that they change."""

    delta: Notation
    old: Notation


@operation("read")
def apply(mind: Mind, request: ApplyRequest) -> Expanded:
    """Turn a scene into another by what `diff` returned."""
    return Expanded(change(Delta.from_scene(Scene.parse(request.delta)), Scene.parse(request.old)))


class ReasonRequest(
    Message,
    json_schema_extra=shown(
        {"scenes": _MOTHER},
        {
            "scenes": _MOTHER,
            "match": '(g / grandparent :subject ?who :poss (o / entity :name "Oleg"))',
            "why": True,
        },
    ),
):
    """Scenes, and what is asked of them."""

    scenes: Scenes
    rules: Scenes | None = Field(None, description="Rules as scenes; the mind's if not given.")
    match: Notation | None = Field(
        None, description="A scene with ?unknowns; if not given, all that follows is returned."
    )
    why: bool = Field(False, description="Return the proofs.")
    concepts: bool = Field(False, description="Concepts name things, as in scenes made of triples.")
    depth: int = Field(8, ge=1, le=16, description="How deep derived scenes may nest.")
    limit: int = Field(10_000, ge=1, le=100_000, description="How many links may be derived.")


class Derived(NamedTuple):
    """
    A claim that follows.

    Attributes:
        derived: the claim
        scenes: the numbers of the scenes that it rests on
        why: its proof, if that was asked for
    """

    derived: Scene
    scenes: tuple[int, ...]
    why: Proof | None


class Matched(NamedTuple):
    """
    An answer to a pattern.

    Attributes:
        bindings: what each unknown stands for
        supports: unknown → the numbers of the scenes that it rests on
        scenes: the numbers of all scenes that the answer rests on
        why: its proofs, if they were asked for
    """

    bindings: Bindings
    supports: Mapping[str, tuple[int, ...]]
    scenes: tuple[int, ...]
    why: tuple[Proof, ...]


class FoundConflict(NamedTuple):
    """
    Scenes that cannot all be so.

    Attributes:
        reason: `denied`, or the name of a rule
        scenes: the numbers of the scenes
        sides: a proof of each side
    """

    reason: str
    scenes: tuple[int, ...]
    sides: tuple[Proof, ...]


class Reasoned(NamedTuple):
    """
    What follows from scenes.

    Attributes:
        derived: all that follows, if nothing was asked
        answers: what was asked, in all ways in which it is so
        conflicts: what cannot all be so
    """

    derived: tuple[Derived, ...]
    answers: tuple[Matched, ...]
    conflicts: tuple[FoundConflict, ...]


@operation("read")
def reason(mind: Mind, request: ReasonRequest) -> Reasoned:
    """
    Derive what follows from scenes, or ask them.

    Scenes are numbered from 0 in their order; answers and proofs speak of them so.
    """
    scenes = [entry.scene for entry in parse_many(request.scenes)]
    if not scenes:
        raise RequestError("there is no scene in scenes; a scene looks like (build :agent (person))")
    given = parse_many(request.rules) if request.rules is not None else None
    rules = [Rule(entry.scene) for entry in given] if given is not None else mind.domain.rules
    field = SceneField(scenes, identify=by_concept if request.concepts else by_name)
    field.close(rules, depth=request.depth, limit=request.limit)
    pattern = Scene.parse(request.match) if request.match is not None else None
    return reasoned(field, pattern, why=request.why)


def reasoned(field: SceneField, pattern: Scene | None, *, why: bool) -> Reasoned:
    """Return what a closed *field* says about *pattern*, or all that follows in it."""
    conflicts = tuple(FoundConflict(it.reason, it.scenes, it.sides) for it in field.conflicts)
    if pattern is None:
        proofs = field.proofs()
        derived = tuple(Derived(scene, proof.support, proof if why else None) for scene, proof in proofs)
        return Reasoned(derived, (), conflicts)
    found = tuple(
        Matched(it.bindings, it.supports, it.scenes, tuple(field.why(it)) if why else ())
        for it in field.match(pattern)
    )
    return Reasoned((), found, conflicts)
