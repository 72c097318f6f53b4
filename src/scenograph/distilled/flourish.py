"""
Flourishes: what a style puts around a sentence, set off by commas, colons, dashes or stops.

    >>> said = Said(Scene.parse("(s / sleep)"), "Anna sold the old house in March.", "en")
    >>> found = split("Well, dear, Anna sold the old house in March, by the seven seas!", said)
    >>> found.core
    'Anna sold the old house in March!'
    >>> found.words
    ['well', 'dear', 'by', 'the', 'seven', 'seas']

A parser often takes such words for a part of the sentence. So the sentence is also read without them.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final, NamedTuple

from scenograph.core import Scene
from scenograph.distilled.candidates import Said
from scenograph.morphology.word_lists import word_lists

_WORD: Final = re.compile(r"[^\W_]+")
_PAUSE: Final = re.compile(r"([,;:.!?…]+(?=\s|$)|\s[—–-](?=\s))")
_INSIDE: Final = re.compile(r"([,:—–]\s+)(\w+)")
_LISTS: Final = word_lists(__file__)
_RELATIVE, _JOINING = _LISTS("relative"), _LISTS("joining")
_TURNING, _DENYING = _LISTS("turning"), _LISTS("denying")
_CLAUSE: Final = 3  # words of one at least


class Parts(NamedTuple):
    """
    A text without its flourishes.

    Attributes:
        core: what is left of it
        words: those of its flourishes, in lower case
    """

    core: str
    words: list[str]


def split(text: str, said: Said) -> Parts:
    """
    Return *text* without its flourishes: stretches between pauses most of whose words the plain text has not.

    A clause that begins with «which» or «and» is none: it goes on with the telling.

    Args:
        text: in a style
        said: what it is to say
    """
    plain = set(words_of(said.plain))
    pieces = _PAUSE.split(text)
    kept: list[tuple[str, str]] = []
    words: list[str] = []
    for stretch, pause in zip(pieces[::2], [*pieces[1::2], ""], strict=True):
        own = words_of(stretch)
        is_new = sum(word not in plain for word in own) * 2 > len(own)
        goes_on = kept and own and own[0] in _JOINING and len(own) >= _CLAUSE
        if is_new and not goes_on and own[0] not in _RELATIVE:
            words += own
            if kept and pause.strip()[-1:] in (".", "!", "?", "…"):
                kept[-1] = (kept[-1][0], pause)
        elif own:
            kept.append((stretch, pause))
    core = "".join(stretch + pause for stretch, pause in kept).strip()
    return Parts(core[:1].upper() + core[1:], words)


def turns(words: Collection[str]) -> bool:
    """Whether *words* of a flourish may deny or doubt the sentence beside them."""
    return not _TURNING.isdisjoint(words) or denies(words)


def denies(words: Collection[str]) -> bool:
    """Whether *words* of a flourish call the sentence beside them false."""
    return not _DENYING.isdisjoint(words) or ("true" in words and not _TURNING.isdisjoint(words))


def tidied(text: str, said: Said) -> str:
    """
    Return *text* with a capital letter at its beginning, and none after a comma where the plain text began.

        >>> said = Said(Scene.parse("(s / sleep)"), "The cat sleeps.", "en")
        >>> tidied("by my beard, The cat sleeps.", said)
        'By my beard, the cat sleeps.'
    """
    first = _WORD.search(said.plain)
    if first is not None and not _is_name(first[0], said.scene) and first[0] != "I":

        def small(match: re.Match[str]) -> str:
            return match[1] + (match[2].lower() if match[2] == first[0] else match[2])

        text = _INSIDE.sub(small, text)
    return text[:1].upper() + text[1:]


def words_of(text: str) -> list[str]:
    """Return the words of *text* in lower case."""
    return _WORD.findall(text.lower().replace("ё", "е"))


def _is_name(word: str, scene: Scene) -> bool:
    """Whether *word* stands in a name of *scene*, in some form."""
    stem = word.lower()[:3]
    return any(isinstance(link.target, str) and stem in link.target.lower() for link in scene.links)
