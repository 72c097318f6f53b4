"""
Prices: to pay for a thing, to buy it for an amount and what it costs are one event.

    How much did Volta pay for the factory?     pay :agent Volta :for factory :quant hole
    Volta bought the factory for $3 million.    buy :agent Volta :object factory :for hole
    The factory cost $3 million.                cost :agent factory :object hole
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from scenograph.answers.classes import AMOUNTING, BEING, BUYING, COSTING, HAVING, PAYING, PERSONAL
from scenograph.answers.families import AMOUNT, AMOUNTS, IDENTITY
from scenograph.answers.pattern import Ask, Draft, Hole, Pattern

_HOLDING = (":quant", ":object", ":measure", ":for", ":за")
"""Roles of an amount, and of what it is paid for."""
_BEHIND: Final = {"amount": ":to", "come": ":to", "доходить": ":until", "равняться": ":recipient"}
"""The roles of an amount behind verbs of which it is no object."""
_OWNERS: Final = frozenset({":poss", ":of", ":at"})
_WHAT: Final = frozenset({"?what", "?which"})


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


def charged(draft: Draft, here: list[Ask]) -> Iterator[Pattern | None]:
    """«How much did the waiter charge Tom?»: the amount is what he charges, and Tom is who has to pay it."""
    amounts = [
        ask for ask in here if ask.role == ":quant" and ask.target in draft.holes and _asks_amount(draft, ask)
    ]
    people = [(ask, ask.target) for ask in here if ask.role == ":object" and isinstance(ask.target, int)]
    if len(amounts) != 1 or len(people) != 1 or any(ask.role == ":recipient" for ask in here):
        return
    [(whom, person)] = people
    if draft.names[person] or draft.concepts[person] in PERSONAL:
        roles = {amounts[0]: ":object", whom: ":recipient"}
        yield draft.pattern(
            draft.root, [it._replace(role=roles.get(it, it.role)) for it in draft.links], "given"
        )


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
    is_amount = asked.unknown in AMOUNTS
    if is_amount or (asked.unknown in _WHAT and not asked.kind):
        rest = [ask for ask in draft.links if ask != hole]
        yield from _amounts(draft, root, hole.target, rest, COSTING if is_amount else ())


def _amounts(
    draft: Draft, thing: int, hole: int, rest: list[Ask], others: Iterable[str]
) -> Iterator[Pattern | None]:
    """Yield what says how much *thing* is, by the verbs of amounts and by *others*."""
    verb = len(draft.concepts)
    is_english = (draft.concepts[thing] or "").isascii()
    draft.names.append(())
    kept = draft.holes[hole]
    draft.holes[hole] = Hole("?how-much", AMOUNT)
    for word in (*AMOUNTING, *others):
        if word.isascii() == is_english:
            draft.concepts.append(word)
            amount = Ask(verb, _BEHIND.get(word, ":object"), hole)
            yield draft.pattern(verb, [Ask(verb, ":agent", thing), *rest, amount], "priced")
            draft.concepts.pop()
    draft.holes[hole] = kept
    draft.names.pop()


def valued(draft: Draft, here: list[Ask]) -> Iterator[Pattern | None]:
    """
    Yield what says what something is that has a value: «What salary do you have?» «My salary is …».

    «Какая зарплата у водителя?» is answered by «Зарплата водителя составляет тысячу евро».
    """
    root = draft.root
    concept = draft.concepts[root]
    if root in draft.holes:
        thing, owners = root, here
    elif concept in BEING or concept in HAVING:
        targets = [ask.target for ask in here if ask.role in (":subject", ":object")]
        things = [node for node in draft.holes if node in targets]
        if len(things) != 1:
            return
        thing = things[0]
        owners = [ask for ask in here if ask.target != thing]
        if concept in HAVING:
            owners = [ask._replace(role=":poss") for ask in owners if ask.role == ":agent"]
    else:
        return
    asked = draft.holes[thing]
    owners = [ask._replace(source=thing) for ask in owners if ask.role in _OWNERS]
    if asked.unknown not in _WHAT or not asked.kind or len(owners) != 1:
        return
    rest = [*owners, *(ask for ask in draft.links if ask.source not in (root, thing))]
    draft.concepts[thing] = draft.holes.pop(thing).kind
    hole = len(draft.concepts)
    draft.holes[hole] = Hole("?what")
    draft.concepts.append(None)
    draft.names.append(())
    yield draft.pattern(thing, [*rest, Ask(thing, IDENTITY, hole)], "of the thing itself")
    yield from _amounts(draft, thing, hole, rest, ())
    draft.concepts.pop()
    draft.names.pop()
    draft.holes.pop(hole)
    draft.concepts[thing], draft.holes[thing] = None, asked


def _asks_amount(draft: Draft, ask: Ask) -> bool:
    """Whether an unknown asks how much: «For how much», «What did it cost?»."""
    assert isinstance(ask.target, int), "a hole is a node"
    hole = draft.holes[ask.target]
    return hole.unknown in AMOUNTS or (hole.unknown == "?what" and not hole.kind)
