"""
Scenes of WebNLG as words, and back: the text that a carrier reads and writes for a set of triples.

     Ahmet Ertegun | genre | Rhythm and blues | origin | United States
     Rhythm and blues | derivative | Disco

A line has a subject, then a property and an object for each of its triples. Names are spelt as texts spell
them: underscores are blanks, and the quotes of literals are gone. So a name has the same tokens in a text
and in its scene, and copying it is all that there is to learn. Properties are spelt in small words,
`academicStaffSize` as `academic staff size`.

Law: `parse_words(format_words(triples))` holds the triples of *triples*, as `normalised` has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from scenograph.surfaces.triples import Triple

BAR, LINE = " |", "\n"


def name_words(name: str) -> str:
    """
    Return a name or a literal as a text spells it.

    Example:
        >>> name_words('"Alan_Bean"')
        'Alan Bean'
    """
    return re.sub(r"\s+", " ", name.replace("_", " ").replace('"', " ").replace("|", "/")).strip() or "-"


def role_words(role: str) -> str:
    """
    Return a property in small words.

    Example:
        >>> role_words("academicStaffSize")
        'academic staff size'
    """
    return name_words(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", role)).lower()


def normalised(triples: Iterable[Triple | tuple[str, str, str]]) -> list[Triple]:
    """Return *triples* with names and properties as words, in their order."""
    return [Triple(name_words(s), role_words(p), name_words(o)) for s, p, o in triples]


def in_order_of(text: str, triples: Sequence[Triple]) -> list[Triple]:
    """
    Return *triples* in the order in which *text* mentions their objects, those not found last.

    A reader that writes them in this order goes through the text from left to right.
    """
    folded = text.casefold()
    size = len(folded)

    def place(triple: Triple) -> tuple[int, int]:
        found = folded.find(triple.object.casefold())
        own = folded.find(triple.subject.casefold())
        return (found if found >= 0 else size, own if own >= 0 else size)

    return sorted(triples, key=place)


def format_words(triples: Iterable[Triple]) -> str:
    """Return normalised *triples* as words; those of one subject share a line, in order of appearance."""
    lines: dict[str, list[Triple]] = {}
    for triple in triples:
        lines.setdefault(triple.subject, []).append(triple)
    return LINE.join(
        f" {subject}" + "".join(f"{BAR} {p}{BAR} {o}" for _, p, o in own) for subject, own in lines.items()
    )


def parse_words(words: str) -> list[Triple]:
    """Return the triples that *words* say; an unfinished one at the end of a line is left out."""
    triples: list[Triple] = []
    for line in words.split(LINE):
        subject, *rest = (part.strip(" ") for part in line.split(BAR))
        triples += [Triple(subject, p, o) for p, o in zip(rest[::2], rest[1::2], strict=False) if p and o]
    return triples
