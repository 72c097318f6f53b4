"""
Patterns: an open question without its marks, whose unknowns are nodes that anything fitting may fill.

    (w / work :agent (e / entity :name "Maria") :place ?where :tense present)
    work :agent "Maria", work :place hole(?where)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple, final

from scenograph.answers.classes import BEING, PERSONAL, SIZES
from scenograph.answers.families import IDENTITY, LAPSE, MARKS
from scenograph.core.links import is_unknown, unquote
from scenograph.core.scene import Scene

ENTITY: Final = "entity"

_MEASURED: Final[Mapping[str, str]] = {
    "long": "?how-long",
    "долго": "?how-long",
    "often": "?how-often",
    "часто": "?how-often",
    "far": "?how-far",
    "далеко": "?how-far",
    "soon": "?when",
    "скоро": "?when",
}
"""Adverbs that ask for an amount with «how», and the unknown that they stand for."""
SILENT: Final = frozenset({":remark", ":addressee", ":aside", ":topic"})

THERE: Final = "of its place"
"""The form of patterns that a thing answers by the place where it is."""
CALLED: Final = "called by it"
"""The form of patterns that somebody answers by what he is to somebody or something."""

FORM_GRADES: Final = {
    THERE: 0.85,
    CALLED: 0.95,
    "not until": 0.95,
    "wrapped": 0.95,
    "of its content": 0.95,
    "given": 0.95,
    "named": 0.95,
    "what is done": 0.95,
    "what follows": 0.95,
    "needed": 0.85,
    "of the thing itself": 0.9,
    "of its event": 0.75,
    "owned": 0.85,
    "kept": 0.9,
    "priced": 0.9,
    "particle": 0.95,
}
"""How well an answer of another form answers."""


class Hole(NamedTuple):
    """
    What an unknown asks for.

    Attributes:
        unknown: its name, with `?`
        kind: the concept that the answer must have, «city» in «which city»; empty for any
    """

    unknown: str
    kind: str = ""


class Ask(NamedTuple):
    """One link of a pattern: from a node along a role to a node or a constant."""

    source: int
    role: str
    target: int | str


@final
@dataclass(frozen=True, slots=True)
class Pattern:
    """
    One form that an answer may have.

    Attributes:
        concepts: of each node; None for any. Node 0 is the root
        names: the names of each node, without quotes
        asks: the links, each touching a node that is laid before it
        holes: the nodes that the answer fills
        marks: of the root: tense, modality …
        is_denied: whether it asks about what is not so
        form: which form it is; empty for the question's own
        kinds: standings of clauses that answer it; empty for those that say it is so
    """

    concepts: tuple[str | None, ...]
    names: tuple[tuple[str, ...], ...]
    asks: tuple[Ask, ...]
    holes: Mapping[int, Hole]
    marks: Mapping[str, str] = field(default_factory=dict[str, str])
    is_denied: bool = False
    form: str = ""
    kinds: frozenset[str] = frozenset()

    def needs(self, ask: Ask) -> bool:
        """Whether the question asks for anything that is, or happens, so that *ask*, of its root, counts."""
        root = self.concepts[0]
        if self.form == CALLED and ask.source == 0:
            return True
        if ask.source != 0 or ask.role in (":mod", ":degree"):
            return False
        if ask.role == ":poss":  # «У кого …», «у отца …»: what there is, somebody has
            owner = self.concepts[ask.target] if isinstance(ask.target, int) else ask.target
            return root in BEING and owner not in PERSONAL
        if root is None:
            return self.form in ("what is done", THERE)
        return root in BEING and ask.role != ":time"

    @property
    def grade(self) -> float:
        """How well an answer of this form answers, 0 to 1."""
        return FORM_GRADES.get(self.form, 1.0)


@final
class Draft:
    """A pattern that is being made; *is_denied*: the question asks for what is not so."""

    def __init__(self, is_denied: bool) -> None:
        self.is_denied = is_denied
        self.concepts: list[str | None] = []
        self.names: list[tuple[str, ...]] = []
        self.links: list[Ask] = []
        self.holes: dict[int, Hole] = {}
        self.marks: dict[str, str] = {}
        self.root = 0

    @classmethod
    def of(cls, scene: Scene, root: int, is_denied: bool) -> Draft:
        """Return the draft of the clause at *root*."""
        draft = cls(is_denied)
        draft.root = root
        for node, concept in enumerate(scene.concepts):
            draft.concepts.append(None if is_unknown(concept) else concept)
            names = [t for t in scene.targets(":name", node) if isinstance(t, str) and not is_unknown(t)]
            draft.names.append(tuple(map(unquote, names)))
            if is_unknown(concept):
                draft.holes[node] = Hole(concept)
        for source, role, target in scene.links:
            draft._add(scene, source, role, target)
        draft._tidy()
        draft._turn()
        return draft

    def _add(self, scene: Scene, source: int, role: str, target: int | str) -> None:
        if isinstance(target, int):
            if role == ":same" and is_unknown(scene.concepts[target]) and not scene.out(target):
                self.holes.pop(target)
                self._type(scene, source, scene.concepts[target])
            elif role not in SILENT or is_unknown(scene.concepts[target]):
                self.links.append(Ask(source, role, target))
        elif not is_unknown(target):
            if role in MARKS:
                if source == self.root:
                    self.marks[role] = target
            elif role != ":name" and role not in SILENT:
                self.links.append(Ask(source, role, target))
        elif role == ":same":
            self._type(scene, source, target)
        elif (
            role == ":degree" and (measured := _MEASURED.get(scene.concepts[source])) and source != self.root
        ):
            self.holes[source] = Hole(measured, LAPSE if measured == "?how-long" else "")
            self.concepts[source] = None
        else:
            is_size = target == "?how" and scene.concepts[source] in SIZES
            hole = Hole("?how-big" if is_size else target)
            place = next((node for node, other in self.holes.items() if other == hole), len(self.concepts))
            self.links.append(Ask(source, role, place))
            if place == len(self.concepts):
                self.holes[place] = hole
                self.concepts.append(None)
                self.names.append(())

    def _tidy(self) -> None:
        """Make an unknown that is a second agent the object: an event has one agent, or several joined."""
        for place, (source, role, target) in enumerate(self.links):
            if role != ":agent" or target not in self.holes:
                continue
            roles = [ask.role for ask in self.links if ask.source == source]
            if roles.count(":agent") > 1 and ":object" not in roles:
                self.links[place] = Ask(source, ":object", target)

    def _type(self, scene: Scene, node: int, unknown: str) -> None:
        self.holes[node] = Hole(unknown, scene.concepts[node])
        self.concepts[node] = None

    def _turn(self) -> None:
        """Turn questions of what a thing is into links of identity, from the thing."""
        root = self.root
        for place, (source, role, target) in enumerate(self.links):
            if source != root or role != ":subject" or not isinstance(target, int):
                continue
            hole = self.holes.get(root)
            if hole is not None and not hole.kind and target not in self.holes:
                self.links[place] = Ask(target, IDENTITY, root)
                self.root = target
                return
            filled = self.holes.get(target)
            if filled and not filled.kind and hole is None and self.concepts[root] not in BEING:
                self.links[place] = Ask(root, IDENTITY, target)
                return

    def pattern(
        self, root: int, links: Iterable[Ask], form: str, kinds: Iterable[str] = ()
    ) -> Pattern | None:
        """Return the pattern of *links* around *root*; None if it lacks the unknown that is asked for."""
        order = [root]
        asks: list[Ask] = []
        waiting = list(links)
        while True:
            near = [it for it in waiting if it.source in order or it.target in order]
            if not near:
                break
            named = [it for it in near if self.holes.keys().isdisjoint((it.source, it.target))]
            found = (named or near)[0]  # first what is named: it is no answer
            waiting.remove(found)
            asks.append(found)
            order += [
                end for end in (found.source, found.target) if isinstance(end, int) and end not in order
            ]
        place = {node: number for number, node in enumerate(order)}
        holes = {place[node]: hole for node, hole in self.holes.items() if node in place}
        if self.holes and not holes:
            return None
        return Pattern(
            tuple(self.concepts[node] for node in order),
            tuple(self.names[node] for node in order),
            tuple(Ask(place[s], r, place[t] if isinstance(t, int) else t) for s, r, t in asks),
            holes,
            dict(self.marks) if root == self.root else {},
            self.is_denied,
            form,
            frozenset(kinds),
        )
