"""Contents: what somebody says, fears or is to do, as an answer says it: «to rest», «that it rains»."""

from __future__ import annotations

from scenograph.answers.matched import Fill
from scenograph.core.links import is_unknown
from scenograph.core.scene import Scene


def to_do(scene: Scene, content: int) -> Scene:
    """Return *scene* without who does what somebody is to do: «not to eat», not «I do not eat»."""
    inner = [it for it in scene.targets(":op1", content) if isinstance(it, int)]
    clause = inner[0] if scene.concepts[content] == "not" and inner else content
    if not {":tense", ":modal"}.isdisjoint(link.role for link in scene.out(clause)):
        return scene
    agents = [link for link in scene.out(clause) if link.role == ":agent" and isinstance(link.target, int)]
    elsewhere = [it for it in agents if any(o.target == it.target for o in scene.links if o not in agents)]
    return scene.without_links(elsewhere) if elsewhere else scene


def is_what(scene: Scene, fill: Fill, question: Scene | None, text: str) -> bool:
    """Whether *text* is what somebody fears or wishes: «What is she afraid of?» «That it rains»."""
    if fill.role != ":content" or not isinstance(fill.target, int) or question is None:
        return False
    if any(asks_in(question, role) for role in (":object", ":content")):
        return False
    inner = [fill.target, *(it for it in scene.targets(":op1", fill.target) if isinstance(it, int))]
    is_finite = any(scene.targets(":tense", it) for it in inner)
    return is_finite and text.split(" ")[0].lower() not in ("that", "что", "чтобы", "как")


def asks_in(question: Scene, role: str) -> bool:
    """Return whether the root of *question* has an unknown in *role*."""
    asked = list(question.targets(role, 0))
    asked += [
        kind for it in asked if isinstance(it, int) for kind in question.targets(":same", it)
    ]  # «which»
    return any(is_unknown(it if isinstance(it, str) else question.concepts[it]) for it in asked)
