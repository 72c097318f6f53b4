"""
Resonance: how strongly a stored scene answers a cue, and what that is made of.

Parts, each from 0 to 1:

    unified      1 if every link and concept of the cue is found in the scene, unknowns matching anything
    structure    share of the cue's links and concepts found, under the best alignment of its nodes
    vector       similarity of the two as superposed role-filler bindings (`scenograph.memory.index.vectors`)
    association  share of the cue that the best chain of crystals it belongs to answers together, less what
                 each step of the chain costs (`scenograph.memory.recall.spreading`)
    symbols      share of the cue's symbols the scene has, rare ones counting more
    size         how well its number of links fits that of the cue
    text         BM25 of the words of its texts and symbols, as a share of the most there could be

A scene as cue is compared by all of these but the words, so that its resonance does not depend on the
language in which a scene was told; a text as cue by its words, by the symbols that it names and by the
vectors of these. The weights are learned from the memory's own cues (`scenograph.memory.recall.weights`):

    resonance of a scene  =  (unified + weighted sum of the other parts) / 2
    resonance of a text   =  weighted sum of the parts

so that no scene that lacks a link of the cue ranks above one that has them all. Scenes that have them all and
scenes that have only some are weighed by different weights, since the first do not differ in structure.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from scenograph.core.scene import Scene
from scenograph.memory.index.segment import Scores
from scenograph.memory.recall.alignment import Cue
from scenograph.memory.recall.weights import Profile

_NOISE = 0.1  # unlike vectors of 1,024 numbers have an inner product of 0 ± 0.03


def of_scene(parts: Mapping[str, Any], profile: Profile) -> Any:
    """The resonance of a scene with *parts* and a cue that is a scene; of many, if the parts are arrays."""
    return (parts["unified"] + profile.fuse(parts)) / 2


def heard(similarity: Scores) -> Scores:
    """What of the similarities of vectors is not noise."""
    return np.where(similarity > _NOISE, np.minimum(similarity, 1.0), 0.0)


def noise(count: int) -> float:
    """The similarity that the most similar of *count* unlike vectors has by chance; it deviates by 1/32."""
    return math.sqrt(2 * math.log(max(count, 1)) / 1024)


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
