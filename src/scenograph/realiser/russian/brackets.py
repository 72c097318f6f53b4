"""
What is inserted into a Russian sentence: in brackets, between dashes or commas, after a colon.

    >>> closed(["Олег", *bracketed(["так", "его", "звали"], "dash"), "пришел"])
    ['Олег', '—', 'так', 'его', 'звали', '—', 'пришел']
    >>> closed(["Олег", *bracketed(["он", "пришел"], "dash")])
    ['Олег', '—', 'он', 'пришел']
    >>> closed(["Олег", *bracketed(["он"], "colon"), "там"])
    ['Олег', '(', 'он', ')', 'там']
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from scenograph.realiser.text import Words, aside

_MARKS: Final[Mapping[str, tuple[str, str]]] = {"dash": ("—", "—>"), "colon": (":", ":>")}
"""The mark before an insertion, and the sign for its end."""
_ENDS: Final = {"—>": "—", ":>": ":"}


def bracketed(words: Words, wording: str) -> Words:
    """Return *words* as an insertion; `closed` finishes it when the whole sentence is known."""
    if wording == "commas":
        return aside(words)
    before, after = _MARKS.get(wording, ("(", ")"))
    return [before, *words, after]


def closed(words: Words) -> Words:
    """
    Return a sentence with the ends of its insertions said.

    At the end of the sentence nothing closes a dash or a colon. After what a colon begins nothing else may
    follow: such an insertion stands in brackets.
    """
    found = list(words)
    for place in range(len(found) - 1, -1, -1):
        mark = _ENDS.get(found[place])
        if mark is None:
            continue
        if all(word in (",", ")", "") or word in _ENDS for word in found[place + 1 :]):
            found[place] = ""
        elif mark == ":":
            found[_colon(found, place)], found[place] = "(", ")"
        else:
            found[place] = mark
    return [word for word in found if word]


def _colon(words: Words, end: int) -> int:
    """Return the colon that begins the insertion which ends at *end*."""
    return max(place for place in range(end) if words[place] == ":")
