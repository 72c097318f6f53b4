"""The scene that a drawing holds in its metadata, so that the drawing can be read back."""

from __future__ import annotations

from html import escape
from typing import Final

from scenograph.core import Scene
from scenograph.errors import NotationError, SceneError, SurfaceError
from scenograph.surfaces._xml import decode, encode, parsed

NAMESPACE: Final = "urn:scenograph"
_SVG: Final = "{http://www.w3.org/2000/svg}svg"


def element(notation: str) -> str:
    """Return the element that holds *notation*; characters that XML cannot hold are percent-encoded."""
    return f'<scene xmlns="{NAMESPACE}">{escape(encode(notation), quote=False)}</scene>'


def parse_drawing(text: str) -> list[Scene]:
    """
    Return the scenes of the SVG document *text*, each a drawing that `draw` made.

    Raises:
        SurfaceError: if *text* is no SVG, holds no scene, or one that is damaged
    """
    document = parsed(text, "svg")
    if document.tag != _SVG:
        raise SurfaceError(f"svg: expected <svg xmlns='{_SVG[1:-4]}'>, found <{document.tag}>")
    found = [it.text or "" for it in document.iter(f"{{{NAMESPACE}}}scene")]
    if not found:
        raise SurfaceError("svg: this drawing holds no scene; only drawings that were made here do")
    try:
        return [Scene.parse(decode(notation)) for notation in found]
    except (NotationError, SceneError, UnicodeDecodeError) as error:
        raise SurfaceError(f"svg: the scene in the metadata of this drawing is damaged: {error}") from error
