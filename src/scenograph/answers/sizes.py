"""
Sizes: the height of a thing is how tall it is, its price what it costs, and a distance an amount.

    What is the height of the tower?        height :identity hole :of tower
    The tower is 90 metres tall.            tall :subject tower :measure hole
    A tower with a height of 90 metres …    tower :with height, height :of hole
    The tower weighs nine tonnes.           weigh :agent tower :object hole, of «What is its weight?»
    The hotel is a mile from the beach.     hotel :identity hole, hole :from beach, of «How far is it?»
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from scenograph.answers.classes import MEASURES, SIZES
from scenograph.answers.families import AMOUNT, AMOUNTS, IDENTITY
from scenograph.answers.pattern import Ask, Draft, Hole, Pattern

_BY_ADJECTIVES: Final[Mapping[str, tuple[str, ...]]] = {
    "height": ("tall", "high"),
    "length": ("long",),
    "depth": ("deep",),
    "width": ("wide",),
    "age": ("old",),
    "size": ("big", "large"),
    "thickness": ("thick",),
}
_BY_VERBS: Final[Mapping[str, tuple[str, ...]]] = {
    "price": ("cost",),
    "cost": ("cost",),
    "weight": ("weigh",),
    "duration": ("last", "take"),
    "цена": ("стоить",),
    "стоимость": ("стоить", "обойтись"),
    "вес": ("весить",),
    "масса": ("весить",),
    "продолжительность": ("длиться", "продолжаться"),
}
SIZE_NOUNS: Final = frozenset(_BY_ADJECTIVES.keys() | _BY_VERBS.keys())
SIZE_WORDS: Final = SIZES | {verb for verbs in _BY_VERBS.values() for verb in verbs}

_OWNERS: Final = frozenset({":of", ":object", ":poss"})
_OF_THINGS: Final = _OWNERS | {":at"}
_HOW_MUCH: Final = frozenset({"?how-big"} | AMOUNTS)
_FORM: Final = "of the thing itself"


def sized(draft: Draft, here: list[Ask]) -> Iterator[Pattern | None]:
    """«What is the weight of the whale?» is answered by «The whale weighs two tonnes»."""
    root, concept = draft.root, draft.concepts[draft.root] or ""
    holes = [ask for ask in here if ask.role == IDENTITY and ask.target in draft.holes]
    owners = [ask for ask in here if ask.role in _OWNERS and isinstance(ask.target, int)]
    if len(holes) != 1 or len(owners) != 1 or owners[0].target in draft.holes:
        return
    hole, thing = _node(holes[0]), _node(owners[0])
    rest = [ask for ask in draft.links if ask not in (*holes, *owners)]
    asked = draft.holes[hole]
    for word in _BY_ADJECTIVES.get(concept, ()):
        draft.concepts[root], draft.holes[hole] = word, Hole("?how-big", AMOUNT)
        yield draft.pattern(root, [Ask(root, ":subject", thing), *rest, Ask(root, ":measure", hole)], _FORM)
    for word in _BY_VERBS.get(concept, ()):
        draft.concepts[root], draft.holes[hole] = word, Hole("?how-much", AMOUNT)
        yield draft.pattern(root, [Ask(root, ":agent", thing), *rest, Ask(root, ":object", hole)], _FORM)
    draft.concepts[root], draft.holes[hole] = concept, asked


def named_size(draft: Draft, here: list[Ask]) -> Iterator[Pattern | None]:
    """«How tall is the tower?» is answered by «The height of the tower is 90 metres»."""
    root, concept = draft.root, draft.concepts[draft.root] or ""
    holes = [
        ask for ask in here if ask.target in draft.holes and draft.holes[_node(ask)].unknown in _HOW_MUCH
    ]
    things = [ask for ask in here if ask.role in (":subject", ":agent") and isinstance(ask.target, int)]
    if len(holes) != 1 or len(things) != 1 or things[0].target in draft.holes:
        return
    hole, thing = _node(holes[0]), _node(things[0])
    rest = [ask for ask in draft.links if ask not in (*holes, *things)]
    asked = draft.holes[hole]
    draft.holes[hole] = Hole("?what", AMOUNT)
    for table in (_BY_ADJECTIVES, _BY_VERBS):
        for noun, words in table.items():
            if concept in words:
                draft.concepts[root] = noun
                yield draft.pattern(root, [Ask(root, ":of", thing), *rest, Ask(root, IDENTITY, hole)], _FORM)
    draft.concepts[root] = concept
    if concept in ("big", "large") and not any(ask.source == root for ask in rest):  # «a flat of 60 metres»
        draft.holes[hole] = Hole("?how-big", AMOUNT)
        yield draft.pattern(thing, [*rest, Ask(thing, ":of", hole)], _FORM)
    draft.holes[hole] = asked


def distant(draft: Draft, here: list[Ask]) -> Iterator[Pattern | None]:
    """«How far is the hotel from the beach?» is answered by «The hotel is a mile from the beach»."""
    root, concept = draft.root, draft.concepts[draft.root]
    things = [ask for ask in here if ask.role == ":subject" and isinstance(ask.target, int)]
    holes = [ask for ask in here if ask.target in draft.holes and draft.holes[_node(ask)].unknown == "?how"]
    if len(holes) != 1 or len(things) != 1 or things[0].target in draft.holes:
        return
    hole, thing = _node(holes[0]), _node(things[0])
    ways = [ask for ask in draft.links if ask.role in (":from", ":to") and ask.source in (root, thing)]
    rest = [ask for ask in draft.links if ask not in (*ways, *holes, *things)]
    asked = draft.holes[hole]
    if len(ways) != 1 or any(ask.source == root for ask in rest):
        return
    draft.holes[hole] = Hole("?how-far", AMOUNT)
    [way] = ways
    yield draft.pattern(thing, [Ask(thing, IDENTITY, hole), way._replace(source=hole), *rest], _FORM)
    draft.concepts[root] = "be"
    for source in (hole, root):
        asks = [Ask(root, ":subject", thing), Ask(root, ":measure", hole), way._replace(source=source)]
        yield draft.pattern(root, [*asks, *rest], _FORM)
    draft.concepts[root], draft.holes[hole] = concept, asked


def weighed(draft: Draft, here: list[Ask]) -> Iterator[Pattern | None]:
    """«How much flour do I need?» is answered by «You need 200 grams of flour»: grams of it."""
    for ask in draft.links:
        if ask.role != ":quant" or ask.target not in draft.holes or ask.source == draft.root:
            continue
        hole, asked = _node(ask), draft.holes[_node(ask)]
        above = [it for it in here if it.target == ask.source]
        if asked.unknown in AMOUNTS and not asked.kind and len(above) == 1:
            rest = [it for it in draft.links if it not in (ask, above[0])]
            draft.holes[hole] = Hole("?how-much", AMOUNT)
            asks = [above[0]._replace(target=hole), Ask(hole, ":of", ask.source)]
            yield draft.pattern(draft.root, [*asks, *rest], _FORM)
            draft.holes[hole] = asked


def measured(draft: Draft, here: list[Ask]) -> Iterator[Pattern | None]:
    """«What is the depth of the well?», «Какой глубины колодец?»: «a well with a depth of 12 metres»."""
    root = draft.root
    kept = draft.holes.get(root)
    noun = kept.kind if kept else draft.concepts[root] or ""
    holes = [ask for ask in here if ask.role == IDENTITY and ask.target in draft.holes]
    owners = [ask for ask in here if ask.role in _OF_THINGS and isinstance(ask.target, int)]
    if noun not in MEASURES or len(owners) != 1 or len(holes) != (0 if kept else 1):
        return
    thing = _node(owners[0])
    hole = _node(holes[0]) if holes else len(draft.concepts)
    asked = draft.holes.get(hole)
    if thing in draft.holes:
        return
    if kept:
        draft.holes.pop(root)
        draft.concepts.append(None)
        draft.names.append(())
    draft.concepts[root], draft.holes[hole] = noun, Hole("?how-much", AMOUNT)
    rest = [ask for ask in draft.links if ask not in (*owners, *holes)]
    role = ":with" if noun.isascii() else ":instrument"
    yield draft.pattern(thing, [*rest, Ask(thing, role, root), Ask(root, ":of", hole)], _FORM)
    if kept:
        draft.concepts[root], draft.holes[root] = None, kept
        draft.concepts.pop()
        draft.names.pop()
        draft.holes.pop(hole)
    elif asked:
        draft.holes[hole] = asked


def _node(ask: Ask) -> int:
    assert isinstance(ask.target, int), "a hole is a node"
    return ask.target
