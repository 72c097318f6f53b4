"""
Trades: who does something is called by it, and what somebody does for a living is what he is.

    Who owns the bar?               own :agent hole :object bar
    The owner of the bar is Tom.    owner :identity hole :of bar
    What does Kate do for a living? Kate :identity hole
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final

from scenograph.answers.families import IDENTITY
from scenograph.answers.pattern import CALLED, Ask, Draft, Pattern
from scenograph.coreference.kinds import kind_of
from scenograph.morphology import english_words

_LIVING: Final = frozenset({"living", "profession", "job", "work"})
_OF: Final = frozenset({":of", ":poss", ":object", ":mod"})
_VOWELS: Final = frozenset("aeiou")


@cache
def doers(verb: str) -> tuple[str, ...]:
    """
    Return the nouns for who does what an English *verb* says.

        >>> doers("own"), doers("manage"), doers("run"), doers("direct"), doers("coach"), doers("sleep")
        (('owner',), ('manager',), ('runner',), ('director',), ('coach',), ('sleeper',))
    """
    if not (verb.isascii() and verb.isalpha() and len(verb) > 2):
        return ()
    stems = [verb.removesuffix("e")]
    if verb[-1] == "y":
        stems = [verb[:-1] + "i"]
    elif verb[-1] not in _VOWELS and verb[-2] in _VOWELS and verb[-3] not in _VOWELS:
        stems.append(verb + verb[-1])
    found = [stem + end for stem in stems for end in ("er", "or")]
    nouns = [noun for noun in found if "NN" in english_words.tags(noun)]
    return tuple(([verb] if kind_of(verb, "").is_person else []) + nouns)


@cache
def deeds(noun: str) -> tuple[str, ...]:
    """
    Return the verbs of what an English *noun* says that somebody does.

        >>> deeds("owner"), deeds("manager"), deeds("runner"), deeds("director"), deeds("table")
        (('own',), ('manage',), ('run',), ('direct',), ())
    """
    stem = noun[:-2] if noun[-2:] in ("er", "or") else noun
    verbs = [stem, stem + "e", stem[:-1], stem[:-1] + "y"]
    found = [it for it in verbs if not english_words.tags(it).isdisjoint(("VB", "VBP"))]
    return tuple(it for it in dict.fromkeys(found) if noun in doers(it))


def called_by_it(draft: Draft, here: list[Ask]) -> Iterator[Pattern | None]:
    """«Who owns the bar?» is answered by «Tom, the owner of the bar, …»."""
    root, concept = draft.root, draft.concepts[draft.root] or ""
    who = [ask for ask in here if ask.role == ":agent" and ask.target in draft.holes]
    what = [ask for ask in here if ask.role == ":object" and ask.target not in draft.holes]
    if len(who) != 1 or len(what) != 1 or draft.holes[_node(who[0])].unknown != "?who":
        return
    rest = [ask for ask in draft.links if ask not in (*who, *what)]
    for noun in doers(concept):
        draft.concepts[root] = noun
        asks = [what[0]._replace(role=":of"), *rest, who[0]._replace(role=IDENTITY)]
        yield draft.pattern(root, asks, CALLED)
    draft.concepts[root] = concept


def does_it(draft: Draft, here: list[Ask]) -> Iterator[Pattern | None]:
    """«Who is the owner of the bar?» is answered by «Tom owns the bar»."""
    root, concept = draft.root, draft.concepts[draft.root] or ""
    who = [ask for ask in here if ask.role == IDENTITY and ask.target in draft.holes]
    what = [ask for ask in here if ask.role in _OF and ask.target not in draft.holes]
    if len(who) != 1 or len(what) != 1 or draft.holes[_node(who[0])].unknown != "?who":
        return
    rest = [ask for ask in draft.links if ask not in (*who, *what)]
    for verb in deeds(concept):
        draft.concepts[root] = verb
        asks = [what[0]._replace(role=":object"), *rest, who[0]._replace(role=":agent")]
        yield draft.pattern(root, asks, "named")
    draft.concepts[root] = concept


def lives_by(draft: Draft, here: list[Ask]) -> Iterator[Pattern | None]:
    """«What does Kate do for a living?» is answered by «Kate is a doctor»."""
    holes = [ask for ask in here if ask.target in draft.holes]
    agents = [ask.target for ask in here if ask.role == ":agent" and ask.target not in draft.holes]
    livings = [
        ask
        for ask in here
        if ask.role in (":for", ":as")
        and isinstance(ask.target, int)
        and draft.concepts[ask.target] in _LIVING
    ]
    if len(holes) != 1 or len(agents) != 1 or not livings or not isinstance(agents[0], int):
        return
    rest = [ask for ask in draft.links if ask.source not in (draft.root, livings[0].target)]
    yield draft.pattern(agents[0], [Ask(agents[0], IDENTITY, holes[0].target), *rest], "named")


def _node(ask: Ask) -> int:
    assert isinstance(ask.target, int), "a hole is a node"
    return ask.target
