"""
Spans: how long something lasts, asked as an amount of time, and said in units of time.

    How much time did the repair take?      take :agent repair :object span
    The repair took two weeks.              take :agent repair :object week
    How long was the match?                 last :agent match :measure span
    How long did the export take?           export :measure span, of «It was exported in six minutes»

Likewise an amount of money is said in dollars: «Сколько денег потратила Маша?» «500 рублей».
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from scenograph.answers.classes import LAPSES, LASTING, LONG, MONEY
from scenograph.answers.families import AMOUNTS, LAPSE, SUM
from scenograph.answers.pattern import Ask, Draft, Hole, Pattern

_TURN: Final = "исполниться"
_SPAN: Final = Hole("?how-long", LAPSE)
_HOW_LONG: Final = frozenset({"?how-long", "?how-big"} | AMOUNTS)


def spent(draft: Draft, here: list[Ask]) -> Iterator[Pattern | None]:
    """Yield what says an amount in units: «How much time did it take?» is answered by «It took two weeks»."""
    for ask in here:
        if ask.role == ":quant" and ask.target in draft.holes:  # «Сколько готовилась Даша?»
            thing, hole = draft.root, ask.target
        elif isinstance(ask.target, int) and draft.concepts[ask.target] in LAPSES | MONEY:
            asks = [it for it in draft.links if it.source == ask.target]
            if len(asks) != 1 or asks[0].role != ":quant" or asks[0].target not in draft.holes:
                continue
            thing, hole = ask.target, asks[0].target
        else:
            continue
        assert isinstance(hole, int), "a hole is a node"
        asked, concept = draft.holes[hole], draft.concepts[thing] or ""
        if asked.unknown not in AMOUNTS or asked.kind:
            continue
        draft.holes[hole] = Hole("?how-much", SUM) if concept in MONEY else _SPAN
        rest = [it for it in draft.links if hole not in (it.source, it.target) and it is not ask]
        role = ":measure" if ask.target == hole else ask.role
        yield draft.pattern(draft.root, [*rest, Ask(draft.root, role, hole)], "of the thing itself")
        draft.holes[hole] = asked


def lasting(draft: Draft, here: list[Ask]) -> Iterator[Pattern | None]:
    """Yield what says how long the thing lasts that the root asks about: by another verb, or as an event."""
    root, concept = draft.root, draft.concepts[draft.root] or ""
    things = [
        ask.target for ask in here if ask.role in (":agent", ":subject") and isinstance(ask.target, int)
    ]
    holes = _asked_for(draft, here)
    if len(things) != 1 or len(holes) != 1 or things[0] in draft.holes:
        return
    [thing], [hole] = things, holes
    asked = draft.holes[hole]
    lapses = {it.source for it in draft.links if it.target == hole and it.source != root}
    rest = [it for it in draft.links if it.source not in (root, *lapses) and it.target != hole]
    draft.holes[hole] = _SPAN
    is_english = (draft.concepts[thing] or "").isascii()
    for verb in LASTING:
        if verb != concept and verb.isascii() == is_english:
            draft.concepts[root] = verb
            asks = [Ask(root, ":agent", thing), *rest, Ask(root, ":measure", hole)]
            yield draft.pattern(root, asks, "of the thing itself")
    draft.concepts[root] = concept
    if concept in LASTING:  # what is long need not be an event: «the film»
        yield draft.pattern(thing, [*rest, Ask(thing, ":measure", hole)], "of its event")
    draft.holes[hole] = asked


def taken(draft: Draft, here: list[Ask]) -> Iterator[Pattern | None]:
    """Yield what says how long it takes to do something: «How long did it take Kate to write the letter?»"""
    root = draft.root
    deeds = [ask for ask in here if ask.role in (":content", ":purpose") and isinstance(ask.target, int)]
    holes = _asked_for(draft, here)
    if len(deeds) != 1 or len(holes) != 1 or deeds[0].target in draft.holes:
        return
    [hole], deed = holes, deeds[0].target
    people = [ask for ask in here if ask.role in (":object", ":recipient") and ask.target != hole]
    rest = [ask for ask in draft.links if ask.source != root and hole not in (ask.source, ask.target)]
    asked = draft.holes[hole]
    draft.holes[hole] = _SPAN
    inner = [ask for ask in rest if not (ask.source == deed and ask.role == ":agent")]
    for role in (":recipient", ":object"):  # «It took Kate two hours to write it»
        whom = [ask._replace(role=role) for ask in people]
        asks = [deeds[0], *whom, *inner, Ask(root, ":measure", hole)]
        yield draft.pattern(root, asks, "of the thing itself")
    assert isinstance(deed, int), "filtered above"
    yield draft.pattern(deed, [*rest, Ask(deed, ":measure", hole)], "of the thing itself")
    draft.holes[hole] = asked


def turned(draft: Draft, here: list[Ask]) -> Iterator[Pattern | None]:
    """Yield what else says it: «How old is Anna?» is answered by «Anna turned eighty»."""
    whose = [ask for ask in here if ask.role == ":subject" and isinstance(ask.target, int)]
    how = {ask.target for ask in here if ask.role == ":manner"}
    holes = [it for it, hole in draft.holes.items() if it in how and hole.unknown == "?how-big"]
    if len(whose) == len(holes) == 1 and whose[0].target not in draft.holes:
        [hole], concept, asked = holes, draft.concepts[draft.root], draft.holes[holes[0]]
        draft.concepts[draft.root], draft.holes[hole] = "turn", Hole("?how-many")
        rest = [ask for ask in draft.links if ask.source != draft.root]
        links = [Ask(draft.root, ":agent", whose[0].target), Ask(draft.root, ":object", hole), *rest]
        yield draft.pattern(draft.root, links, "of the thing itself")
        draft.concepts[draft.root], draft.holes[hole] = concept, asked


def aged(draft: Draft, here: list[Ask]) -> Iterator[Pattern | None]:
    """«Сколько лет Анне?» is answered by «Анне исполнилось восемьдесят лет»."""
    whose = [ask for ask in here if ask.role == ":recipient" and isinstance(ask.target, int)]
    counts = [ask for ask in here if ask.role == ":quant" and ask.target in draft.holes]
    if len(whose) != 1 or len(counts) != 1 or whose[0].target in draft.holes:
        return
    turn = len(draft.concepts)
    draft.concepts.append(_TURN)
    draft.names.append(())
    rest = [ask for ask in draft.links if ask not in (whose[0], counts[0])]
    for role in (":agent", ":recipient"):  # a dative, which some take for the subject
        links = [Ask(turn, role, whose[0].target), Ask(turn, ":time", draft.root), counts[0], *rest]
        yield draft.pattern(turn, links, "of the thing itself")
    draft.concepts.pop()
    draft.names.pop()


def _asked_for(draft: Draft, here: list[Ask]) -> list[int]:
    """Return the unknowns that ask how long: of the root itself, or how much time it is."""
    found: list[int] = []
    for ask in here:
        if not isinstance(ask.target, int):
            continue
        if ask.target in draft.holes:
            if draft.holes[ask.target].unknown in _HOW_LONG:
                found.append(ask.target)
        elif draft.concepts[ask.target] in LAPSES:
            found += [it.target for it in draft.links if it.source == ask.target and it.target in draft.holes]
    return found


LONG_OR_LASTING: Final = LONG | LASTING
"""The roots of questions that ask how long something lasts."""
