"""
Assertion: which parts of a scene the scene says are so.

    (b / believe                                  asserted: Marta believed something
       :agent (m / person :name "Marta")          asserted
       :content (s / sleep                        unasserted: nobody says that Oleg slept
          :agent (o / person :name "Oleg")))      unasserted

The root is asserted, and so is what an asserted node links to, unless the link *suspends*: what somebody
believes or says (`:content`), a denial, a choice, a condition and its consequence, a question, a rule. A
node that no forward path reaches (the swallow of `(b / boa :agent-of (s / swallow))`) is asserted if what
it links to is. A node with `:polarity -`, AMR's denial, is unasserted itself. So is a whole scene that has
unknowns, for it asks.

A link is asserted iff the node that it leaves is. A node can be reached both ways; then it is asserted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..scene import Scene

_OPERAND = re.compile(r":op[0-9]+")
_SUSPENDING = {
    "not": _OPERAND,
    "or": _OPERAND,
    "if": re.compile(r":(?:condition|consequence)"),
    "rule": re.compile(r":(?:if|unless|where|then)"),
}
_CONTENT = re.compile(r":content")
_TELLS_ITS_CONTENT = frozenset({"answer"})
DENIED = (":polarity", "-")


def suspends(concept: str, role: str) -> bool:
    """
    Return whether a link of *role* from a node of *concept* says its target without asserting it.

    Example:
        >>> suspends("believe", ":content"), suspends("not", ":op1"), suspends("and", ":op1")
        (True, True, False)
    """
    if _CONTENT.fullmatch(role):
        return concept not in _TELLS_ITS_CONTENT
    suspending = _SUSPENDING.get(concept)
    return suspending is not None and suspending.fullmatch(role) is not None


def asserted_nodes(scene: Scene) -> list[bool]:
    """Return for each node of *scene* whether the scene asserts it; nothing in a scene that asks."""
    if scene.unknowns:
        return [False] * len(scene.concepts)
    return said_nodes(scene)


def said_nodes(scene: Scene) -> list[bool]:
    """Return for each node whether it is asserted, were the scene no question; for patterns."""
    return _Walk(scene).asserted


def denied_nodes(scene: Scene) -> list[int]:
    """Return the nodes that would be asserted but for their `:polarity -`."""
    return [] if scene.unknowns else sorted(_Walk(scene).denials)


class _Walk:
    """A walk over a scene from its root; what it meets does not depend on the order of links."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.seen = [False] * len(scene.concepts)
        self.asserted = [False] * len(scene.concepts)
        self.denied = [False] * len(scene.concepts)
        for source, role, target in scene.links:
            if (role, target) == DENIED:
                self.denied[source] = True
        self.denials: set[int] = set()
        self.forward([0], asserted=True)
        while wave := self.backward():
            self.forward([node for node, is_asserted in wave if is_asserted], asserted=True)
            self.forward([node for node, is_asserted in wave if not is_asserted], asserted=False)

    def forward(self, starts: Sequence[int], *, asserted: bool) -> None:
        """Follow forward links from *starts*, then mark what only unasserted paths reach."""
        unasserted = [] if asserted else list(starts)
        waiting = [node for node in starts if asserted]
        while waiting:
            node = waiting.pop()
            if self.denied[node]:
                self.denials.add(node)
                unasserted.append(node)
            elif not self.asserted[node]:
                self.asserted[node] = self.seen[node] = True
                concept = self.scene.concepts[node]
                for _, role, target in self.scene.out(node):
                    if isinstance(target, int):
                        (unasserted if suspends(concept, role) else waiting).append(target)
        while unasserted:
            node = unasserted.pop()
            if not self.seen[node]:
                self.seen[node] = True
                unasserted += [link.target for link in self.scene.out(node) if isinstance(link.target, int)]

    def backward(self) -> list[tuple[int, bool]]:
        """Return the unseen nodes that link to seen ones, and whether they are asserted by that."""
        found: dict[int, bool] = {}
        for source, _, target in self.scene.links:
            if isinstance(target, int) and self.seen[target] and not self.seen[source]:
                found[source] = found.get(source, False) or self.asserted[target]
        return list(found.items())
