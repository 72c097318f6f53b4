"""
Resonance: how strongly a stored scene answers a cue, and what that is made of.

Parts, each from 0 to 1:

    unified     1 if every link and concept of the cue is found in the scene, unknowns matching anything
    structure   share of the cue's links and concepts found, under the best alignment of its nodes
    vector      similarity of the two as superposed role-filler bindings (`scenograph.memory.index.vectors`)
    symbols     share of the cue's symbols the scene has, rare ones counting more
    text        BM25 of its best source text, relative to the best one found

The resonance is their weighted sum. For a scene as cue the weights see to it that no scene that lacks a link
of the cue ranks above one that has them all. A text as cue has no links; there words count most.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from scenograph.core.scene import Scene
from scenograph.memory.recall.alignment import Cue

Parts = Mapping[str, float]

SCENE_WEIGHTS: Parts = MappingProxyType(
    {"unified": 0.4, "structure": 0.3, "vector": 0.2, "symbols": 0.05, "text": 0.05}
)
TEXT_WEIGHTS: Parts = MappingProxyType({"text": 0.5, "symbols": 0.3, "vector": 0.2})


def fuse(parts: Parts, weights: Parts) -> float:
    """The weighted sum of *parts*; a part that is absent counts as 0."""
    return sum(weight * parts.get(name, 0.0) for name, weight in weights.items())


def structure(cue: Scene, scene: Scene) -> float:
    """
    The share of the cue's links and concepts found in *scene*, under the best alignment of their nodes.

    The cue may lie anywhere in the scene. An unknown or a mask matches anything; as a concept it says nothing
    and is not counted. A cue of nothing but an unknown is found everywhere.

    Example:
        >>> bridge = Scene.parse('(b / build :agent (p / person :name "Oleg") :object (c / bridge))')
        >>> structure(Scene.parse('(b / build :agent ?who :object (c / bridge))'), bridge)
        1.0
        >>> structure(Scene.parse('(b / build :agent (p / person :name "Marta"))'), bridge)
        0.75
    """
    wanted = Cue(cue)
    return wanted.found_in(scene) / wanted.size if wanted.size else 1.0
