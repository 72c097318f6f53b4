"""
Asked: what an open question asks, as patterns that a clause may answer.

A pattern is the question without its marks. Each unknown is a *hole*: a node that anything fitting may fill::

    (w / work :agent (e / entity :name "Maria") :place ?where :tense present)
    work :agent Maria, work :place hole(?where)

Some questions are answered by clauses of another form. Each form is a further pattern with a lower grade:

    What is the capital of France?          capital :identity hole      «Paris, the capital of France, …»
    When is the meeting?                    any event with the meeting in it that says when, 0.75
    What do I need to buy?                  buy :object hole, of a command, 0.85
    Do you know where Maria works?          where Maria works, 0.95
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple, final

from scenograph.answers.classes import ASKING, BEING, HAVING, NEEDING
from scenograph.answers.families import IDENTITY, MARKS, PARTICIPANT, answers_together
from scenograph.core.links import Link, is_unknown, unquote
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
_SILENT: Final = frozenset({":remark", ":addressee", ":aside", ":topic"})

FORM_GRADES: Final = {
    "wrapped": 0.95,
    "needed": 0.85,
    "of the thing itself": 0.9,
    "of its event": 0.75,
    "owned": 0.85,
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

    @property
    def grade(self) -> float:
        """How well an answer of this form answers, 0 to 1."""
        return FORM_GRADES.get(self.form, 1.0)


@final
@dataclass(frozen=True, slots=True)
class Asked:
    """
    What an open question asks.

    Attributes:
        patterns: the forms that an answer may have, the question's own first; none if nothing can answer
        is_whether: whether it asks yes or no
        cue: what to search memory for: the question without marks and unknowns
        words: the words of content that it says, for a search by words
    """

    patterns: tuple[Pattern, ...]
    is_whether: bool
    cue: Scene
    words: tuple[str, ...]


def is_open(question: Scene) -> bool:
    """
    Return whether *question* asks about open text.

    Open questions have marks or name things without saying what they are; the bundled world's have neither.
    """
    return ENTITY in question.concepts or any(
        link.role in MARKS - {":degree", ":number"} for link in question.links
    )


def asked(question: Scene) -> Asked:
    """Return what the open *question* asks."""
    wide = _unwrapped(question)
    draft = _Draft.of(wide.scene, wide.node)
    patterns: list[Pattern] = []
    if draft.holes or wide.is_whether:
        patterns = list(_forms(draft, wide))
    words = [unquote(concept) for concept in wide.scene.concepts if _tells(concept)]
    words += [
        unquote(target)
        for _, role, target in wide.scene.links
        if isinstance(target, str) and _is_value(role, target)
    ]
    return Asked(tuple(patterns), wide.is_whether, _cue(wide.scene, wide.node), tuple(dict.fromkeys(words)))


class _Wide(NamedTuple):
    """The clause of a question that asks, without what it stands in."""

    scene: Scene
    node: int
    is_whether: bool
    is_denied: bool
    form: str


def _unwrapped(question: Scene) -> _Wide:
    """Return the clause that asks: without *whether*, *not*, «do you know» and the clauses beside it."""
    asks = bool(question.unknowns)
    node, is_denied, form = 0, False, ""
    is_whether = not asks
    left: set[int] = set()
    extra: list[tuple[str, int | str]] = []  # what *not* says of its clause
    while True:
        concept = question.concepts[node]
        nodes = [(link.role, link.target) for link in question.out(node)]
        inner: int | None = None
        if concept in ("and", "but", "or"):
            parts = [t for role, t in nodes if role.startswith(":op") and isinstance(t, int)]
            holding = [t for t in parts if not asks or _holds_unknown(question, t)]
            if not any(isinstance(t, str) and is_unknown(t) for _, t in nodes):
                inner = next(iter(holding), None)
        elif concept == "whether":
            inner = _one(question, node, ":content")
        elif concept == "not":
            inner = _one(question, node, ":op1")
            if inner is not None:
                is_denied = not is_denied
                extra += [(role, t) for role, t in nodes if role != ":op1" and role not in _SILENT]
        elif asks and concept in ASKING and not _asks_itself(question, node):
            content = _one(question, node, ":content")
            if content is not None and _holds_unknown(question, content):
                inner, form = content, "wrapped"
        if inner is None or inner in left:
            break
        left.add(node)
        node = inner
    scene, place = _part(question, node, left, extra)
    return _Wide(scene, place, is_whether, is_denied, form)


def _one(scene: Scene, node: int, role: str) -> int | None:
    return next((t for t in scene.targets(role, node) if isinstance(t, int)), None)


def _holds_unknown(scene: Scene, node: int) -> bool:
    return any(
        is_unknown(scene.concepts[here])
        or any(isinstance(link.target, str) and is_unknown(link.target) for link in scene.out(here))
        for here in scene.reach(node)
    )


def _asks_itself(scene: Scene, node: int) -> bool:
    """Whether *node* has an unknown of its own: «Who said that …?»."""
    return any(
        is_unknown(link.target if isinstance(link.target, str) else scene.concepts[link.target])
        for link in scene.out(node)
    )


def _part(
    scene: Scene, start: int, left: set[int], extra: Iterable[tuple[str, int | str]]
) -> tuple[Scene, int]:
    """Return what hangs together with *start* without the nodes *left*, and *start* in it, its root."""
    near: list[set[int]] = [set() for _ in scene.concepts]
    links = [link for link in scene.links if link.source not in left and link.target not in left]
    links += [Link(start, role, target) for role, target in extra if target not in left]
    for source, _, target in links:
        if isinstance(target, int):
            near[source].add(target)
            near[target].add(source)
    order = [start]
    for node in order:
        order += sorted(near[node] - set(order))
    place = {node: number for number, node in enumerate(order)}
    kept = [
        (place[source], role, place[target] if isinstance(target, int) else target)
        for source, role, target in links
        if source in place
    ]
    return Scene.build([scene.concepts[node] for node in order], kept), 0


def _tells(concept: str) -> bool:
    return not is_unknown(concept) and concept not in (
        ENTITY,
        "and",
        "or",
        "but",
        "not",
        "whether",
        "be",
        "быть",
    )


def _is_value(role: str, target: str) -> bool:
    return not is_unknown(target) and role not in MARKS


def _cue(scene: Scene, node: int) -> Scene:
    """Return *scene* without marks and unknowns, as far as it hangs together with *node*."""
    links = [
        link
        for link in scene.links
        if link.role not in MARKS
        and not (isinstance(link.target, str) and is_unknown(link.target))
        and not is_unknown(scene.concepts[link.source])
        and not (isinstance(link.target, int) and is_unknown(scene.concepts[link.target]))
    ]
    if is_unknown(scene.concepts[node]):
        node = next((link.target for link in scene.out(node) if isinstance(link.target, int)), node)
    reached = [node]
    for here in reached:
        for source, _, target in links:
            if source == here and isinstance(target, int) and target not in reached:
                reached.append(target)
            if target == here and source not in reached:
                reached.append(source)
    place = {one: number for number, one in enumerate(reached)}
    kept = [(place[s], r, place[t] if isinstance(t, int) else t) for s, r, t in links if s in place]
    concepts = [scene.concepts[one] for one in reached]
    return Scene.build(["_" if is_unknown(one) else one for one in concepts], kept)


@final
class _Draft:
    """A pattern that is being made."""

    def __init__(self) -> None:
        self.concepts: list[str | None] = []
        self.names: list[tuple[str, ...]] = []
        self.links: list[Ask] = []
        self.holes: dict[int, Hole] = {}
        self.marks: dict[str, str] = {}
        self.root = 0

    @classmethod
    def of(cls, scene: Scene, root: int) -> _Draft:
        """Return the draft of the clause at *root*."""
        draft = cls()
        draft.root = root
        for node, concept in enumerate(scene.concepts):
            draft.concepts.append(None if is_unknown(concept) else concept)
            names = [t for t in scene.targets(":name", node) if isinstance(t, str) and not is_unknown(t)]
            draft.names.append(tuple(map(unquote, names)))
            if is_unknown(concept):
                draft.holes[node] = Hole(concept)
        for source, role, target in scene.links:
            draft._add(scene, source, role, target)
        draft._turn()
        return draft

    def _add(self, scene: Scene, source: int, role: str, target: int | str) -> None:
        if isinstance(target, int):
            if role == ":same" and is_unknown(scene.concepts[target]) and not scene.out(target):
                self.holes.pop(target)
                self._type(scene, source, scene.concepts[target])
            elif role not in _SILENT or is_unknown(scene.concepts[target]):
                self.links.append(Ask(source, role, target))
        elif not is_unknown(target):
            if role in MARKS:
                if source == self.root:
                    self.marks[role] = target
            elif role != ":name" and role not in _SILENT:
                self.links.append(Ask(source, role, target))
        elif role == ":same":
            self._type(scene, source, target)
        elif (
            role == ":degree" and (measured := _MEASURED.get(scene.concepts[source])) and source != self.root
        ):
            self.holes[source] = Hole(measured)
            self.concepts[source] = None
        else:
            self.holes[len(self.concepts)] = Hole(target)
            self.links.append(Ask(source, role, len(self.concepts)))
            self.concepts.append(None)
            self.names.append(())

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
        self, root: int, links: Iterable[Ask], form: str, wide: _Wide, kinds: Iterable[str] = ()
    ) -> Pattern | None:
        """Return the pattern of *links* around *root*; None if it lacks the unknown that is asked for."""
        order = [root]
        asks: list[Ask] = []
        waiting = list(links)
        while True:
            found = next((it for it in waiting if it.source in order or it.target in order), None)
            if found is None:
                break
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
            wide.is_denied,
            form,
            frozenset(kinds),
        )


def _forms(draft: _Draft, wide: _Wide) -> Iterator[Pattern]:
    """Yield the patterns of a question: its own, then those of other forms."""
    root, links = draft.root, draft.links
    if root in draft.holes and not draft.holes[root].kind:
        return  # «Why?» alone
    own = draft.pattern(root, links, wide.form, wide)
    if own is not None:
        yield own
    if wide.is_whether:
        return
    concept = draft.concepts[root]
    here = [ask for ask in links if ask.source == root]
    if concept in NEEDING:
        yield from _needed(draft, wide, here)
    if concept in BEING:
        yield from _of_events(draft, wide, here)
    if concept in HAVING:
        yield from _owned(draft, wide, here)


def _needed(draft: _Draft, wide: _Wide, here: list[Ask]) -> Iterator[Pattern]:
    """«What do I need to buy?» is answered by «Buy milk», whether «what» hangs on «need» or on «buy»."""
    for ask in here:
        if ask.role not in (":content", ":subject", ":object") or not isinstance(ask.target, int):
            continue
        if ask.target in draft.holes:
            continue
        links = [it for it in draft.links if it.source != draft.root and it.role != ":agent"]
        holes = [it.target for it in here if it.target in draft.holes]
        if holes and not any(it.source == ask.target and it.role == ":object" for it in links):
            links.append(Ask(ask.target, ":object", holes[0]))
        found = draft.pattern(ask.target, links, "needed", wide, ("commanded", "possible", "bare"))
        if found is not None:
            yield found


def _of_events(draft: _Draft, wide: _Wide, here: list[Ask]) -> Iterator[Pattern]:
    """«When is the meeting?» is answered by «the meeting on Friday» and «the meeting was moved to Friday»."""
    things = [
        ask for ask in here if ask.role in (":subject", ":agent", ":object") and isinstance(ask.target, int)
    ]
    holes = [
        ask
        for ask in here
        if ask.target in draft.holes and answers_together(draft.holes[_node(ask.target)].unknown)
    ]
    if len(things) != 1 or not holes or things[0].target in draft.holes:
        return
    thing = _node(things[0].target)
    rest = [ask for ask in draft.links if ask.source != draft.root]
    itself = [Ask(thing, ask.role, ask.target) for ask in here if ask is not things[0]]
    found = draft.pattern(thing, [*itself, *rest], "of the thing itself", wide)
    if found is not None:
        yield found
    kept = draft.concepts[draft.root]
    draft.concepts[draft.root] = None
    others = [ask for ask in here if ask is not things[0]]
    event = draft.pattern(
        draft.root, [Ask(draft.root, PARTICIPANT, thing), *others, *rest], "of its event", wide
    )
    draft.concepts[draft.root] = kept
    if event is not None:
        yield event


def _owned(draft: _Draft, wide: _Wide, here: list[Ask]) -> Iterator[Pattern]:
    """«What car does Anna have?» is answered by «Anna's car»."""
    owners = [ask.target for ask in here if ask.role in (":agent", ":subject")]
    for ask in here:
        if ask.role == ":object" and isinstance(ask.target, int) and len(owners) == 1:
            hole = draft.holes.get(ask.target)
            if hole is not None and not hole.kind:
                continue
            rest = [it for it in draft.links if it.source != draft.root]
            found = draft.pattern(ask.target, [Ask(ask.target, ":poss", owners[0]), *rest], "owned", wide)
            if found is not None:
                yield found


def _node(target: int | str) -> int:
    assert isinstance(target, int), "a hole is a node"
    return target
