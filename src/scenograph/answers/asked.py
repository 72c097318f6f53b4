"""
Asked: what an open question asks, as patterns that a clause may answer.

Some questions are answered by clauses of another form. Each form is a further pattern with a lower grade:

    What is the capital of France?          capital :identity hole      «Paris, the capital of France, …»
    When is the meeting?                    any event with the meeting in it that says when, 0.75
    What do I need to buy?                  buy :object hole, of a command, 0.85
    Do you know where Maria works?          where Maria works, 0.95
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple, final

from scenograph.answers.classes import ASKING, BEARING, BEING, DOING, HAVING, NAMING, NEEDING
from scenograph.answers.families import CORE, IDENTITY, MARKS, PARTICIPANT, answers_together
from scenograph.answers.pattern import ENTITY, SILENT, Ask, Draft, Hole, Pattern
from scenograph.core.links import Link, is_unknown, unquote
from scenograph.core.scene import Scene

MOST_ASKS: Final = 150
"""Links of the longest question that is matched by degrees; a longer one is matched exactly or not at all."""


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
    Return whether *question* is an open scene, which is answered by what is said in other words, too.

    Open scenes, and so those of the bundled world, have marks or name things without saying what they are.
    """
    return ENTITY in question.concepts or any(
        link.role in MARKS - {":degree", ":number"} for link in question.links
    )


def asked(question: Scene) -> Asked:
    """Return what the open *question* asks."""
    wide = _unwrapped(question)
    draft = Draft.of(wide.scene, wide.node)
    patterns: list[Pattern] = []
    if (draft.holes or wide.is_whether) and len(draft.links) <= MOST_ASKS:
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
                extra += [(role, t) for role, t in nodes if role != ":op1" and role not in SILENT]
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


def _forms(draft: Draft, wide: _Wide) -> Iterator[Pattern]:
    """Yield the patterns of a question: its own, then those of other forms."""
    root, links = draft.root, draft.links
    if root in draft.holes and not draft.holes[root].kind:
        return  # «Why?» alone
    own = draft.pattern(root, links, wide.form, is_denied=wide.is_denied)
    if own is not None:
        yield own
    if wide.is_whether:
        return
    concept = draft.concepts[root]
    here = [ask for ask in links if ask.source == root]
    yield from _of_content(draft, wide, here)
    yield from _given(draft, wide, here)
    if concept in NAMING:
        yield from _named(draft, wide, here)
    if concept in DOING:
        yield from _done(draft, wide, here)
    if concept in NEEDING:
        yield from _needed(draft, wide, here)
    if concept in BEING:
        yield from _of_events(draft, wide, here)
    if concept in HAVING:
        yield from _owned(draft, wide, here)


def _of_content(draft: Draft, wide: _Wide, here: list[Ask]) -> Iterator[Pattern]:
    """«What does Anna want to buy?»: «what» hangs on «buy», even if it was read with «want»."""
    contents = [ask.target for ask in here if ask.role == ":content" and isinstance(ask.target, int)]
    holes = [ask.target for ask in here if ask.target in draft.holes and ask.role != ":agent"]
    if len(contents) != 1 or len(holes) != 1 or contents[0] in draft.holes:
        return
    content, hole = contents[0], _node(holes[0])
    rest = [ask for ask in draft.links if ask.target != hole]
    if draft.holes[hole].unknown not in ("?what", "?who", "?which") or any(
        ask.source == content and ask.role == ":object" for ask in rest
    ):
        return
    links = [*rest, Ask(content, ":object", hole)]
    found = draft.pattern(draft.root, links, "of its content", is_denied=wide.is_denied)
    if found is not None:
        yield found


def _given(draft: Draft, wide: _Wide, here: list[Ask]) -> Iterator[Pattern]:
    """«What did Anna give Tom?»: of two objects the one with a name is who gets the other."""
    objects = [ask for ask in here if ask.role == ":object" and isinstance(ask.target, int)]
    people = [ask for ask in objects if draft.names[_node(ask.target)]]
    if len(objects) != 2 or len(people) != 1 or any(ask.role in (":content", ":recipient") for ask in here):
        return
    links = [ask._replace(role=":recipient") if ask is people[0] else ask for ask in draft.links]
    found = draft.pattern(draft.root, links, "given", is_denied=wide.is_denied)
    if found is not None:
        yield found


def _named(draft: Draft, wide: _Wide, here: list[Ask]) -> Iterator[Pattern]:
    """«What is the dog called?» asks what the dog is."""
    core = [ask for ask in here if ask.role in CORE]
    things = [ask.target for ask in core if isinstance(ask.target, int) and ask.target not in draft.holes]
    holes = [ask.target for ask in here if ask.target in draft.holes]
    is_asked = all(draft.holes[_node(hole)].unknown in ("?what", "?who", "?how") for hole in holes)
    is_bearer = draft.concepts[draft.root] in BEARING or all(ask.role != ":agent" for ask in core)
    if not is_asked or not is_bearer:
        return
    if len(things) != 1 or len(holes) != 1:
        return
    rest = [ask for ask in draft.links if ask.source != draft.root]
    links = [Ask(things[0], IDENTITY, holes[0]), *rest]
    found = draft.pattern(things[0], links, "named", is_denied=wide.is_denied)
    if found is not None:
        yield found


def _done(draft: Draft, wide: _Wide, here: list[Ask]) -> Iterator[Pattern]:
    """«What did Anna do on Monday?» is answered by any event with Anna on Monday."""
    holes = [ask.target for ask in here if ask.role in (":object", ":measure") and ask.target in draft.holes]
    rest = [ask for ask in draft.links if ask.target not in holes]
    agents = [ask for ask in here if ask.role == ":agent" and isinstance(ask.target, int)]
    others = [ask for ask in here if ask.role != ":agent" and ask.target not in holes]
    if len(holes) != 1 or len(agents) != 1 or not others or agents[0].target in draft.holes:
        return
    concept = draft.concepts[draft.root]
    hole = draft.holes.pop(_node(holes[0]))
    draft.concepts[draft.root], draft.holes[draft.root] = None, Hole("?done")
    found = draft.pattern(draft.root, rest, "what is done", is_denied=wide.is_denied)
    draft.holes.pop(draft.root)
    draft.concepts[draft.root], draft.holes[_node(holes[0])] = concept, hole
    if found is not None:
        yield found


def _needed(draft: Draft, wide: _Wide, here: list[Ask]) -> Iterator[Pattern]:
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
        found = draft.pattern(
            ask.target, links, "needed", is_denied=wide.is_denied, kinds=("commanded", "possible", "bare")
        )
        if found is not None:
            yield found


def _of_events(draft: Draft, wide: _Wide, here: list[Ask]) -> Iterator[Pattern]:
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
    found = draft.pattern(thing, [*itself, *rest], "of the thing itself", is_denied=wide.is_denied)
    if found is not None:
        yield found
    kept = draft.concepts[draft.root]
    draft.concepts[draft.root] = None
    others = [ask for ask in here if ask is not things[0]]
    event = draft.pattern(
        draft.root,
        [Ask(draft.root, PARTICIPANT, thing), *others, *rest],
        "of its event",
        is_denied=wide.is_denied,
    )
    draft.concepts[draft.root] = kept
    if event is not None:
        yield event


def _owned(draft: Draft, wide: _Wide, here: list[Ask]) -> Iterator[Pattern]:
    """«What car does Anna have?» is answered by «Anna's car»."""
    owners = [ask.target for ask in here if ask.role in (":agent", ":subject")]
    for ask in here:
        if ask.role == ":object" and isinstance(ask.target, int) and len(owners) == 1:
            hole = draft.holes.get(ask.target)
            if hole is not None and not hole.kind:
                continue
            rest = [it for it in draft.links if it.source != draft.root]
            found = draft.pattern(
                ask.target, [Ask(ask.target, ":poss", owners[0]), *rest], "owned", is_denied=wide.is_denied
            )
            if found is not None:
                yield found


def _node(target: int | str) -> int:
    assert isinstance(target, int), "a hole is a node"
    return target
