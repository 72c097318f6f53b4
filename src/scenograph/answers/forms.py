"""
Forms: clauses of another form that answer a question, each as a further pattern with a lower grade.

    What is the capital of France?          capital :identity hole      «Paris, the capital of France, …»
    When is the meeting?                    any event with the meeting in it that says when, 0.75
    What do I need to buy?                  buy :object hole, of a command, 0.85
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple, TypeAlias

from scenograph.answers.bounds import begun
from scenograph.answers.classes import (
    BEARING,
    BEING,
    BUYING,
    COSTING,
    DOING,
    HAPPENING,
    HAVING,
    LASTING,
    NAMING,
    NEEDING,
    PAYING,
)
from scenograph.answers.clauses import as_clause
from scenograph.answers.families import ADVERBIAL, CORE, IDENTITY, PARTICIPANT, answers_together
from scenograph.answers.particles import with_particle
from scenograph.answers.pattern import Ask, Draft, Hole, Pattern
from scenograph.answers.places import kept_there, kept_with
from scenograph.answers.prices import amounting, charged, priced, valued
from scenograph.answers.sizes import SIZE_NOUNS, SIZE_WORDS, distant, measured, named_size, sized, weighed
from scenograph.answers.spans import LONG_OR_LASTING, aged, lasting, spent, taken, turned
from scenograph.answers.trades import called_by_it, does_it, lives_by
from scenograph.core.scene import Scene
from scenograph.readers.names import NAME_NOUNS

_PARTICLES: Final = frozenset({"over", "up", "out", "off", "down", "on", "in", "away", "through"})
_CONDITIONS: Final = frozenset({":if", ":unless", ":when"})
_Form: TypeAlias = Callable[[Draft, list[Ask]], "Iterator[Pattern | None]"]
"""Makes patterns of a draft and of the links of its root."""


class Wide(NamedTuple):
    """The clause of a question that asks, without what it stands in."""

    scene: Scene
    node: int
    is_whether: bool
    is_denied: bool
    form: str


def forms(draft: Draft, wide: Wide) -> Iterator[Pattern]:
    """Yield the patterns of a question: its own, then those of other forms."""
    root, links = draft.root, draft.links
    if root in draft.holes and not draft.holes[root].kind:
        return  # «Why?» alone
    if own := draft.pattern(root, links, wide.form):
        yield own
    if wide.is_whether:
        return
    here = [ask for ask in links if ask.source == root]
    for concepts, others in _OTHERS:
        if concepts is None or draft.concepts[root] in concepts:
            yield from filter(None, others(draft, here))


def _of_content(draft: Draft, here: list[Ask]) -> Iterator[Pattern | None]:
    """«What does Anna want to buy?»: «what» hangs on «buy», even if it was read with «want»."""
    contents = [ask.target for ask in here if ask.role == ":content" and isinstance(ask.target, int)]
    if not contents and draft.marks.get(":degree") == "more":  # «На чём удобнее ехать?»
        contents = [ask.target for ask in here if ask.role == ":subject" and isinstance(ask.target, int)]
    holes = [ask.target for ask in here if ask.target in draft.holes and ask.role != ":agent"]
    if len(contents) != 1 or len(holes) != 1 or contents[0] in draft.holes:
        return
    content, hole = contents[0], _node(holes[0])
    rest = [ask for ask in draft.links if ask.target != hole]
    beside = all(ask.role not in (*CORE, ":manner", ":as") for ask in here if ask.target == hole)
    if draft.holes[hole].unknown in ADVERBIAL or beside:  # «Where does she want to move?»
        links = [*rest, *(ask._replace(source=content) for ask in here if ask.target == hole)]
        yield draft.pattern(draft.root, links, "of its content")
        return
    if draft.holes[hole].unknown not in ("?what", "?who", "?which") or any(
        ask.source == content and ask.role == ":object" for ask in rest
    ):
        return
    links = [*rest, Ask(content, ":object", hole)]
    yield draft.pattern(draft.root, links, "of its content")


def _given(draft: Draft, here: list[Ask]) -> Iterator[Pattern | None]:
    """«What did Anna give Tom?»: of two objects the one with a name is who gets the other."""
    objects = [ask for ask in here if ask.role == ":object" and isinstance(ask.target, int)]
    people = [ask for ask in objects if draft.names[_node(ask.target)]]
    if len(objects) != 2 or len(people) != 1 or any(ask.role in (":content", ":recipient") for ask in here):
        return
    links = [ask._replace(role=":recipient") if ask is people[0] else ask for ask in draft.links]
    yield draft.pattern(draft.root, links, "given")


def _named(draft: Draft, here: list[Ask]) -> Iterator[Pattern | None]:
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
    yield draft.pattern(things[0], links, "named")


def _done(draft: Draft, here: list[Ask]) -> Iterator[Pattern | None]:
    """«What did Anna do on Monday?» is answered by any event with Anna on Monday."""
    holes = _holes(draft, here, (":object", ":measure"))
    rest = [ask for ask in draft.links if ask.target not in holes]
    agents = [ask for ask in here if ask.role == ":agent" and isinstance(ask.target, int)]
    others = [ask for ask in here if ask.role != ":agent" and ask.target not in holes]
    if len(holes) != 1 or len(agents) != 1 or not others or agents[0].target in draft.holes:
        return
    yield _any_event(draft, holes[0], rest, "what is done")


def _holes(draft: Draft, here: list[Ask], roles: tuple[str, ...]) -> list[int]:
    """Return the unknowns that the root has in *roles*."""
    return [_node(ask.target) for ask in here if ask.role in roles and ask.target in draft.holes]


def _any_event(
    draft: Draft, hole: int, rest: list[Ask], form: str, kinds: Sequence[str] = ()
) -> Pattern | None:
    """Return the pattern of any event with the links *rest*; it answers instead of what fills *hole*."""
    concept, asked = draft.concepts[draft.root], draft.holes.pop(hole)
    draft.concepts[draft.root], draft.holes[draft.root] = None, Hole("?done")
    found = draft.pattern(draft.root, rest, form, kinds)
    draft.holes.pop(draft.root)
    draft.concepts[draft.root], draft.holes[hole] = concept, asked
    return found


def _follows(draft: Draft, here: list[Ask]) -> Iterator[Pattern | None]:
    """«What will happen if it rains?» is answered by any event under this condition."""
    holes = _holes(draft, here, (":agent", ":subject", ":object"))
    conditions = [ask for ask in here if ask.role in _CONDITIONS]
    if len(holes) == 1 and conditions:
        rest = [ask for ask in draft.links if ask.target != holes[0]]
        yield _any_event(draft, holes[0], rest, "what follows")


def _happened(draft: Draft, here: list[Ask]) -> Iterator[Pattern | None]:
    """«What happened to the tree?» is answered by any event in which the tree takes part."""
    holes = _holes(draft, here, (":agent", ":subject", ":object"))
    things = [ask for ask in here if ask.role in (":with", ":to") and isinstance(ask.target, int)]
    if len(holes) == len(things) == 1 and things[0].target not in draft.holes:
        rest = [ask for ask in draft.links if ask.target != holes[0] and ask is not things[0]]
        for role, form in ((":agent", "what is done"), (":object", "of its event")):
            yield _any_event(draft, holes[0], [things[0]._replace(role=role), *rest], form)


def _best(draft: Draft, here: list[Ask]) -> Iterator[Pattern | None]:
    """«Which lake is the deepest?» is answered by what is the deepest lake."""
    root = draft.root
    asked = [ask.target for ask in here if ask.role == ":subject" and ask.target in draft.holes]
    if draft.marks.get(":degree") != "most" or len(asked) != 1 or not draft.holes[_node(asked[0])].kind:
        return
    hole, thing = _node(asked[0]), len(draft.concepts)
    which = draft.holes[hole]
    draft.concepts.append(which.kind)
    draft.names.append(())
    draft.holes[hole] = Hole(which.unknown)
    others = [
        ask._replace(source=thing) if ask.source == root else ask for ask in draft.links if ask.target != hole
    ]
    said = [Ask(thing, ":mod", root), Ask(root, ":degree", "most"), Ask(thing, IDENTITY, hole)]
    yield draft.pattern(thing, [*said, *others], "of the thing itself")
    draft.holes[hole] = which
    draft.concepts.pop()
    draft.names.pop()


def _to_do(draft: Draft, here: list[Ask]) -> Iterator[Pattern | None]:
    """«What did the doctor tell Greta to do?» is answered by what the doctor asked her: to sleep more."""
    contents = [
        ask.target
        for ask in here
        if ask.role == ":content" and isinstance(ask.target, int) and draft.concepts[ask.target] in DOING
    ]
    if len(contents) != 1 or len(draft.holes) != 1:
        return
    [hole] = draft.holes
    rest = [ask for ask in draft.links if contents[0] not in (ask.source, ask.target) and ask.target != hole]
    yield draft.pattern(draft.root, [*rest, Ask(draft.root, ":content", hole)], "of its content")


def _advised(draft: Draft, here: list[Ask]) -> Iterator[Pattern | None]:
    """«Where should I leave my bag?» and «Where do I leave it?» are answered by «Leave bags in the hall»."""
    askers = [ask for ask in here if ask.role == ":agent" and isinstance(ask.target, int)]
    is_done = ":modal" not in draft.marks and draft.marks.get(":tense") == "present"
    if len(askers) != 1 or not (is_done or draft.marks.get(":modal") in ("should", "must", "can", "may")):
        return
    if draft.concepts[_node(askers[0].target)] in ("I", "we", "you"):
        rest = [ask for ask in draft.links if ask != askers[0]]
        holes = _holes(draft, here, (":object",))
        if draft.concepts[draft.root] in DOING and holes and any(it.role in _CONDITIONS for it in here):
            rest = [ask for ask in rest if ask.target != holes[0]]
            yield _any_event(draft, holes[0], rest, "what is done", kinds=("commanded",))
            return
        yield draft.pattern(draft.root, rest, "of its content", kinds=("commanded",))


def _name_of(draft: Draft, here: list[Ask]) -> Iterator[Pattern | None]:
    """«What is the name of our dog?» asks what the dog is called."""
    owners = [
        ask.target
        for ask in here
        if ask.role in (":of", ":poss", ":at")
        and isinstance(ask.target, int)
        and ask.target not in draft.holes
    ]
    holes = [ask.target for ask in here if ask.target in draft.holes]
    if len(owners) == len(holes) == 1:
        rest = [ask for ask in draft.links if ask.source != draft.root]
        yield draft.pattern(owners[0], [Ask(owners[0], IDENTITY, holes[0]), *rest], "named")


def _needed(draft: Draft, here: list[Ask]) -> Iterator[Pattern | None]:
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
        yield draft.pattern(ask.target, links, "needed", kinds=("commanded", "possible", "bare"))


def _of_events(draft: Draft, here: list[Ask]) -> Iterator[Pattern | None]:
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
    yield draft.pattern(thing, [*itself, *rest], "of the thing itself")
    kept = draft.concepts[draft.root]
    draft.concepts[draft.root] = None
    others = [ask for ask in here if ask is not things[0]]
    event = draft.pattern(
        draft.root,
        [Ask(draft.root, PARTICIPANT, thing), *others, *rest],
        "of its event",
    )
    draft.concepts[draft.root] = kept
    yield event


def _attached(draft: Draft, here: list[Ask]) -> Iterator[Pattern | None]:
    """«О чём книга?» is answered by «книга о космосе»: what hangs on the noun by the same preposition."""
    things = [ask.target for ask in here if ask.role == ":subject" and isinstance(ask.target, int)]
    holes = [ask for ask in here if ask.target in draft.holes and ask.role not in (*CORE, IDENTITY, ":same")]
    if len(things) == len(holes) == 1 and things[0] not in draft.holes:
        rest = [ask for ask in draft.links if ask.source != draft.root]
        yield draft.pattern(things[0], [holes[0]._replace(source=things[0]), *rest], "of the thing itself")


def _has(draft: Draft, here: list[Ask]) -> Iterator[Pattern | None]:
    """«У кого день рождения 3 марта?» is answered by «День рождения Ивана — 3 марта»: whose day it is."""
    things = [ask.target for ask in here if ask.role == ":subject" and isinstance(ask.target, int)]
    holes = _holes(draft, here, (":poss",))
    if len(things) == len(holes) == 1 and things[0] not in draft.holes:
        rest = [ask for ask in draft.links if ask.source != draft.root]
        yield draft.pattern(things[0], [Ask(things[0], ":poss", holes[0]), *rest], "owned")


def _owned(draft: Draft, here: list[Ask]) -> Iterator[Pattern | None]:
    """«What car does Anna have?» is answered by «Anna's car»."""
    owners = [ask.target for ask in here if ask.role in (":agent", ":subject")]
    for ask in here:
        if ask.role == ":object" and isinstance(ask.target, int) and len(owners) == 1:
            hole = draft.holes.get(ask.target)
            if hole is not None and not hole.kind:
                continue
            rest = [it for it in draft.links if it.source != draft.root]
            yield draft.pattern(ask.target, [Ask(ask.target, ":poss", owners[0]), *rest], "owned")


def _node(target: int | str) -> int:
    assert isinstance(target, int), "a hole is a node"
    return target


_OTHERS: Final[Sequence[tuple[frozenset[str] | None, _Form]]] = (
    (None, _of_content),
    (None, as_clause),
    (None, _given),
    (None, charged),
    (None, _to_do),
    (None, with_particle),
    (None, _best),
    (NAME_NOUNS, _name_of),
    (HAPPENING, _follows),
    (HAPPENING, _happened),
    (frozenset({"old"}), turned),
    (frozenset({"год", "месяц"}), aged),
    (NAMING, _named),
    (DOING, _done),
    (NEEDING, _needed),
    (BEING, _of_events),
    (BEING, _attached),
    (BEING, _has),
    (BEING, kept_with),
    (HAVING, _owned),
    (PAYING | BUYING | COSTING, priced),
    (None, amounting),
    (None, valued),
    (None, spent),
    (LONG_OR_LASTING, lasting),
    (LASTING, taken),
    (SIZE_NOUNS, sized),
    (SIZE_WORDS, named_size),
    (None, weighed),
    (None, measured),
    (frozenset({"far"}), distant),
    (DOING, lives_by),
    (None, called_by_it),
    (None, does_it),
    (None, begun),
    (BEING, kept_there),
    (None, _advised),
)
"""The other forms, each with the concepts of questions that have it; None: all."""
