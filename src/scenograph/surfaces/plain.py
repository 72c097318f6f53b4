"""
Plain text: the world's scenes in plain English and Russian, untrained and exact.

Law: `parse_plain(format_plain(scene, language), language) == scene` for every scene of the world.
"""

from __future__ import annotations

from scenograph.core import Scene
from scenograph.world import World


def format_plain(scene: Scene, language: str = "en") -> str:
    """
    Return the plain sentence that says *scene* in *language* (`en` or `ru`).

    Raises:
        SurfaceError: if the world has no exact words for the scene
    """
    return World().say(scene, voice="plain", language=language)


def parse_plain(text: str, language: str = "en") -> Scene:
    """
    Return the scene that a plain *text* says, in any of its wordings; undoes `format_plain`.

    Raises:
        SurfaceError: if *text* is no plain text of the world in *language*
    """
    return World().parse(text, voice="plain", language=language)
