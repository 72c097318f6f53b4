"""
Prices: to pay for a thing, to buy it for an amount and what it costs are one event.

    How much did Volta pay for the factory?     pay :agent Volta :for factory :quant hole
    Volta bought the factory for $3 million.    buy :agent Volta :object factory :for hole
    The factory cost $3 million.                cost :agent factory :object hole
"""

from __future__ import annotations

from collections.abc import Iterator

from scenograph.answers.classes import AMOUNTING, BUYING, COSTING, PAYING
from scenograph.answers.families import IDENTITY
from scenograph.answers.pattern import Ask, Draft, Hole, Pattern

_HOLDING = (":quant", ":object", ":measure", ":for", ":за")
"""Roles of an amount, and of what it is paid for."""


def priced(draft: Draft, here: list[Ask]) -> Iterator[Pattern | None]:
    """Yield the other ways to say what the question at the root of *draft* asks: what something cost."""
    root, concept = draft.root, draft.concepts[draft.root] or ""
    holes = [ask for ask in here if ask.target in draft.holes and ask.role in _HOLDING]
    things = [
        ask
        for ask in here
        if isinstance(ask.target, int)
        and ask.target not in draft.holes
        and ask.role
        in ((":agent",) if concept in COSTING else (":object",) if concept in BUYING else _HOLDING)
    ]
    if len(holes) != 1 or len(things) != 1 or not _asks_amount(draft, holes[0]):
        return
    [hole], [thing] = holes, things
    rest = [ask for ask in draft.links if ask not in (hole, thing)]
    if concept in COSTING:
        rest = [ask for ask in rest if ask.role != ":agent" or ask.source != root]
    others = [ask for ask in rest if not (ask.source == root and ask.role == ":agent")]
    is_english = concept.isascii()
    paid_for = ":for" if is_english else ":за"
    ways = [
        (PAYING, "pay" if is_english else "заплатить", paid_for, ":object", rest),
        (BUYING, "buy" if is_english else "купить", ":object", paid_for, rest),
        (COSTING, "cost" if is_english else "стоить", ":agent", ":object", others),
    ]
    for words, other, role_of_thing, role_of_amount, links in ways:
        if concept in words:
            continue
        draft.concepts[root] = other
        asks = [Ask(root, role_of_thing, thing.target), *links, Ask(root, role_of_amount, hole.target)]
        yield draft.pattern(root, asks, "priced")
        draft.concepts[root] = concept


def amounting(draft: Draft, here: list[Ask]) -> Iterator[Pattern | None]:
    """
    Yield what says how much a thing is: «How much is a ticket?» is answered by «A ticket costs 5 euros».

    «Какова глубина озера?» is answered by «Глубина озера достигает ста метров».
    """
    root = draft.root
    holes = [ask for ask in here if ask.role == IDENTITY and ask.source == root and ask.target in draft.holes]
    if len(holes) != 1:
        return
    [hole] = holes
    assert isinstance(hole.target, int), "a hole is a node"
    asked = draft.holes[hole.target]
    if asked.unknown in ("?how-much", "?how-many"):
        verbs = ["cost" if (draft.concepts[root] or "").isascii() else "стоить"]
    elif asked.unknown in ("?what", "?which") and not asked.kind:
        verbs = list(AMOUNTING)
    else:
        return
    verb = len(draft.concepts)
    draft.names.append(())
    rest = [ask for ask in draft.links if ask != hole]
    kept = draft.holes[hole.target]
    draft.holes[hole.target] = Hole("?how-much")
    for word in verbs:
        draft.concepts.append(word)
        yield draft.pattern(
            verb, [Ask(verb, ":agent", root), *rest, Ask(verb, ":object", hole.target)], "priced"
        )
        draft.concepts.pop()
    draft.holes[hole.target] = kept
    draft.names.pop()


def _asks_amount(draft: Draft, ask: Ask) -> bool:
    """Whether an unknown asks how much: «For how much», «What did it cost?»."""
    assert isinstance(ask.target, int), "a hole is a node"
    hole = draft.holes[ask.target]
    return hole.unknown in ("?how-much", "?how-many") or (hole.unknown == "?what" and not hole.kind)
