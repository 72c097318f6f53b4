"""
Questions: what a scene asks, and how one clause answers it.

A question is a scene with unknowns, or `(whether :content C)`. Any other scene asks whether it is so. A
clause answers the first kind where the question matches it; the unknowns then stand for parts of the clause::

    (build :agent ?who :object (bridge))                              the question
    (build :agent (entity :name "Oleg") :object (bridge) :time 1931)  a clause: ?who is (entity :name "Oleg")

A clause answers *yes* to `whether` if it says at least the content. `(not :op1 D)` answers *no* if D says at
most the content: who built no bridge did not build the old one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple, final

from scenograph.core.links import is_unknown
from scenograph.core.match import Bindings, match
from scenograph.core.scene import Scene

UNKNOWN = Scene.build(["answer", "unknown"], [(0, ":value", 1)])
"""The answer of a memory that does not know."""

_ASSERTED = {
    "and": re.compile(r":op[0-9]+"),
    "because": re.compile(r":(?:cause|effect)"),
    "answer": re.compile(r":content"),
}
"""For each concept that asserts parts of itself, their roles."""


class Evidence(NamedTuple):
    """
    One way in which a clause answers a question.

    Attributes:
        bindings: what each unknown stands for; empty for yes and no
        scene: the answer, `(answer :value X :content CLAUSE)`
        is_exact: whether the clause says only what was asked
    """

    bindings: Bindings
    scene: Scene
    is_exact: bool


@final
class UnknownsQuestion:
    """
    Who, what, where, when: a scene with unknowns.

    Attributes:
        cue: what to search memory for
    """

    def __init__(self, question: Scene) -> None:
        self.cue = question

    def evidence(self, clause: Scene) -> Iterator[Evidence]:
        """Yield each way in which *clause* answers."""
        for bindings in match(self.cue, clause):
            inner = sum(len(value.links) for value in bindings.values() if isinstance(value, Scene))
            is_exact = len(clause.links) <= len(self.cue.links) + inner
            values = [self._place(unknown, value, clause) for unknown, value in bindings.items()]
            yield Evidence(bindings, answer_scene(values, clause), is_exact)

    def _place(self, unknown: str, value: Scene | str, clause: Scene) -> int | str | Scene:
        """Return the node of *clause* that *value* is, or *value* itself if it is a constant or a concept."""
        if isinstance(value, str):
            return Scene.build([value]) if unknown in self.cue.concepts else value
        roles = {link.role for link in self.cue.links if link.target == unknown}
        places = [link.target for link in clause.links if link.role in roles]
        return next(node for node in places if isinstance(node, int) and clause.sub(node) == value)


@final
class WhetherQuestion:
    """
    Yes or no: `(whether :content C)`, `(whether :content (not :op1 C))`, or a scene without unknowns.

    Attributes:
        cue: what to search memory for: the content, without its *not*
        is_denied: whether it had one
    """

    def __init__(self, question: Scene) -> None:
        asked = _only_part(question, "whether", ":content") or question
        denied = _only_part(asked, "not", ":op1")
        self.cue = denied or asked
        self.is_denied = denied is not None
        self._if_so, self._if_not = ("no", "yes") if denied else ("yes", "no")

    def evidence(self, clause: Scene) -> Iterator[Evidence]:
        """Yield how *clause* answers, if it does."""
        denied = _only_part(clause, "not", ":op1")
        if match(self.cue, clause):
            value = self._if_so
        elif denied is not None and match(denied, self.cue):
            value = self._if_not
        else:
            return
        is_exact = len((denied or clause).links) == len(self.cue.links)
        yield Evidence({}, answer_scene([Scene.build([value])], clause), is_exact)


def parsed(question: Scene) -> UnknownsQuestion | WhetherQuestion:
    """Return what *question* asks."""
    return UnknownsQuestion(question) if question.unknowns else WhetherQuestion(question)


def is_question(scene: Scene) -> bool:
    """Return whether *scene* asks: it has unknowns (`?who`), or its root is *whether*."""
    return scene.root_concept == "whether" or any(map(is_unknown, scene.unknowns))


def asserted(scene: Scene) -> Iterator[Scene]:
    """
    Yield the clauses that *scene* states as true, itself first.

    A conjunction states its parts, a *because* its cause and effect, an *answer* its content. What somebody
    believes, denies or asks, or says under a condition, is not stated.
    """
    waiting = [0]
    for node in waiting:
        yield scene.sub(node)
        roles = _ASSERTED.get(scene.concepts[node])
        if roles is not None:
            waiting += [
                link.target
                for link in scene.out(node)
                if isinstance(link.target, int) and link.target not in waiting and roles.fullmatch(link.role)
            ]


def _only_part(scene: Scene, concept: str, role: str) -> Scene | None:
    """Return what *role* of the root leads to if the root is *concept*, else None."""
    targets = scene.targets(role) if scene.root_concept == concept else ()
    return scene.sub(targets[0]) if len(targets) == 1 and isinstance(targets[0], int) else None


def answer_scene(values: Sequence[int | str | Scene], content: Scene) -> Scene:
    """Return the answer scene; values are nodes of *content*, constants, or scenes of one node."""
    concepts = ["answer", *content.concepts]
    links: list[tuple[int, str, int | str]] = [(0, ":content", 1)]
    for value in values:
        if isinstance(value, Scene):
            concepts += value.concepts
            value = len(concepts) - 2
        links.append((0, ":value", value + 1 if isinstance(value, int) else value))
    links += [(s + 1, role, t + 1 if isinstance(t, int) else t) for s, role, t in content.links]
    return Scene.build(concepts, links)
