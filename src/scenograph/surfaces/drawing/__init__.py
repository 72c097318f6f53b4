"""
Scenes as drawings: boxes within boxes, as one SVG file.

    >>> from scenograph import Scene
    >>> svg = draw(Scene.parse('(b / build :agent (p / person :name "Oleg") :object (c / bridge))'))
    >>> svg.startswith("<svg"), "“Oleg”" in svg
    (True, True)

Laws: every concept, role and constant of the scene stands in the drawing as text; boxes overlap only where
one stands in the other; equal scenes have equal drawings; `parse_drawing(draw(scene)) == [scene]`, since a
drawing holds the notation of its scene in its metadata, which editors keep.
"""

from __future__ import annotations

from typing import Literal

from scenograph.core import Scene

from .embedded import element, parse_drawing
from .ink import paint
from .layout import LONGEST, VALUE, arrange
from .marks import shown
from .measure import wrap

__all__ = ["Theme", "draw", "parse_drawing"]

Theme = Literal["auto", "light", "dark"]
SPOKEN = 2000  # characters of notation that a screen reader is given


def draw(scene: Scene, caption: str = "", *, theme: Theme = "auto") -> str:
    """
    Return a drawing of *scene* as the text of an SVG file, without the XML declaration.

    A node is a box with its concept; its constants are lines in it, and the nodes it leads to are boxes in
    it, each under its role (`agent-of` for a link that leads the other way). A node mentioned again has a
    number, and a dashed box with this number stands for it elsewhere; so does one for a node that lies too
    deep to be drawn inside the others. Unknowns are amber, lexemes violet.

    Args:
        scene: what to draw
        caption: a line to stand above, such as the sentence that the scene was read from
        theme: colours for a light or a dark background; "auto" follows the reader's setting
    """
    scene = scene.canonical()
    boxes, across, down = arrange(scene)
    notation = scene.format(indent=None)
    caption = shown(caption)
    described = notation if len(notation) <= SPOKEN else notation[:SPOKEN] + " …"
    return paint(
        boxes,
        (across, down),
        scene.concepts,
        name=f"scene-{scene.digest.hex()[:8]}",
        title=caption or f"A scene: {shown(scene.root_concept)}",
        description=f"{len(scene.concepts)} nodes, {len(scene.links)} links: {shown(described)}",
        caption=wrap(caption, VALUE + 1, limit=max(across, LONGEST)) if caption else [],
        theme=theme,
        metadata=element(notation),
    )
