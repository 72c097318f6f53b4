"""
Plain text: the scenes of a domain in its plain style, untrained and exact.

Law: `parse_plain(format_plain(scene, language), language) == scene` for every scene that it has words for,
but for names that Russian spells the same (Maria, Mariya and Мария).
"""

from __future__ import annotations

from scenograph.core import Scene
from scenograph.domain import Domain
from scenograph.domains import load_domain
from scenograph.errors import SurfaceError


def format_plain(scene: Scene, language: str = "en", domain: Domain | None = None) -> str:
    """
    Return the plain sentence that says *scene* in *language*.

    Args:
        domain: whose words to use; None: the bundled world's
    Raises:
        SurfaceError: if the domain has no exact words for the scene
    """
    domain = domain or load_domain()
    text = domain.say(scene, domain.styles[0], language)
    parsed = domain.parse(text, domain.styles[0], language)
    if domain.respelt(parsed, scene, language) != scene:  # two nodes, and one description for both
        raise SurfaceError("no words tell two nodes of this scene apart")
    return text


def parse_plain(text: str, language: str = "en", domain: Domain | None = None) -> Scene:
    """
    Return the scene that a plain *text* says, in any of its wordings; undoes `format_plain`.

    Raises:
        SurfaceError: if *text* is no plain text of the domain in *language*
    """
    domain = domain or load_domain()
    return domain.parse(text.strip(), domain.styles[0], language)
