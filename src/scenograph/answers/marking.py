"""
Marking: the words of a remembered sentence that fill the unknown.

    >>> marked("Maria works at Siemens.", [(15, 22)])
    'Maria works at [Siemens].'

A memory keeps the text of a sentence, not which words each node stands for. Whoever can read the sentence
again tells (`WordsOf`); without that, words are found by their dictionary forms.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from scenograph.answers.contents import to_do
from scenograph.answers.find import Finding
from scenograph.answers.matched import Fill
from scenograph.core.links import unquote
from scenograph.core.scene import Scene
from scenograph.morphology.lemmas import lemma, stems, word_pattern, words
from scenograph.readers.articles import DEFINITE
from scenograph.readers.values import day, month, number

Span = tuple[int, int]
"""Where some words of a text start and end, in characters."""

WordsOf = Callable[[str, str | None, Scene], Sequence[Span] | None]
"""Tells where the words of a part of a scene stand in a text of a language; None if that is not known."""

_NUMBER: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_SPOKEN: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_MOST_SPOKEN: Final = 6
"""Words of a number: «two hundred and thirty-five thousand»."""

_DATE: Final = re.compile(r"[0-9X]{4}-([0-9]{2})(?:-([0-9]{2}))?")
_SEPARATED: Final = re.compile(r"[\w\s]")
_WITHOUT_WORDS: Final = frozenset({"entity", "and", "or", "not"})


def marked(text: str, spans: Iterable[Span], signs: tuple[str, str] = ("[", "]")) -> str:
    """
    Return *text* with *signs* around each of *spans*; spans that touch or overlap become one.

    Args:
        spans: where words start and end; a span that is not in the text is a `ValueError`
        signs: what stands before and after marked words, such as the codes of a terminal
    """
    merged: list[list[int]] = []
    for start, end in sorted(spans):
        if not 0 <= start <= end <= len(text):
            raise ValueError(f"no span from {start} to {end} in a text of {len(text)} characters")
        if merged and not text[merged[-1][1] : start].strip(" -–—"):
            merged[-1][1] = max(merged[-1][1], end)
        elif start < end:
            merged.append([start, end])
    pieces: list[str] = []
    here = 0
    for start, end in merged:
        pieces += text[here:start], signs[0], text[start:end], signs[1]
        here = end
    return "".join([*pieces, text[here:]])


def spans_of(
    finding: Finding, text: str, language: str | None = None, words_of: WordsOf | None = None
) -> list[Span]:
    """
    Return where the words of *text* stand that fill the unknowns of *finding*.

    Args:
        text: a sentence of the first crystal of *finding*
        language: of the sentence, if it is known
        words_of: tells where the words of a part stand; asked first, if given
    Returns:
        The spans in order; none for yes and no.
    """
    found: set[Span] = set()
    for fill in finding.fills:
        scene, target, spans = finding.source, fill.target, None
        if fill.role == ":content" and isinstance(target, int):
            scene = to_do(scene, target)
        if words_of is not None and isinstance(target, int) and _is_whole(scene, fill):
            part = scene.sub(target)
            spans = words_of(text, language, part)
            found.update(_numbers(text, part) if spans else ())
        found.update(_by_lemma(text, scene, fill) if spans is None else spans)
    return _merged(sorted(found), text)


def _numbers(text: str, part: Scene) -> list[Span]:
    """
    Return where the numbers of *part* stand, in digits or words: no nodes, so a reader does not place them.

    The longest words that say one count: of «thirty-five» or «сорок миллионов» not the parts.
    """
    values = {
        unquote(target) for _, role, target in part.links if isinstance(target, str) and role != ":name"
    }
    found = [it.span() for it in _NUMBER.finditer(text) if it[0] in values]
    said = list(_SPOKEN.finditer(text))
    at = 0
    while at < len(said):
        for several in range(min(_MOST_SPOKEN, len(said) - at), 0, -1):
            words_ = [lemma(it[0]) for it in said[at : at + several]]
            if (value := number(words_)) is not None:
                if value in values:
                    found.append((said[at].start(), said[at + several - 1].end()))
                at += several - 1
                break
        at += 1
    return found


def _merged(spans: list[Span], text: str) -> list[Span]:
    """Return *spans* with those joined that only a sign stands between: «18:30», «3.5»."""
    found: list[Span] = []
    for start, end in spans:
        if found and start > found[-1][1] and not _SEPARATED.search(text[found[-1][1] : start]):
            found[-1] = found[-1][0], end
        else:
            found.append((start, end))
    return found


def _is_whole(scene: Scene, fill: Fill) -> bool:
    """Whether all of the part answers: of «Paris is the capital», said of Paris, only «the capital» does."""
    assert isinstance(fill.target, int), "constants have no parts"
    left_out = (":subject", ":same") if fill.role in (":subject", ":same") else ()
    return fill.role != ":name" and not any(scene.targets(role, fill.target) for role in left_out)


def _by_lemma(text: str, scene: Scene, fill: Fill) -> list[Span]:
    """Return the words of *text* whose dictionary forms are those of the concepts and values of *fill*."""
    wanted = _forms(scene, fill)
    date = _DATE.fullmatch(fill.target) if isinstance(fill.target, str) else None
    return [
        (found.start(), found.end())
        for found in word_pattern(text).finditer(text.lower() if len(text.lower()) == len(text) else text)
        if _form(found[0]) in wanted or (date is not None and _says_part(found[0], date))
    ]


def _says_part(word: str, date: re.Match[str]) -> bool:
    """Whether *word* says the month or the day of *date*: «марта», «1»."""
    in_month, on_day = date.groups()
    named = month(word) or month(lemma(word))
    return named == int(in_month) or (on_day is not None and day(word) == int(on_day))


def _forms(scene: Scene, fill: Fill) -> set[str]:
    """Return the dictionary forms of the words of *fill*."""
    if isinstance(fill.target, str):
        literals = [fill.target]
    elif fill.role == ":name":
        literals = [target for target in scene.targets(":name", fill.target) if isinstance(target, str)]
    else:
        part = scene.sub(fill.target)
        left_out = {":tense", ":aspect", ":number", DEFINITE, ":degree", ":mode"}
        if fill.role in (":subject", ":same"):
            left_out |= {":subject", ":same"}
        inside = _within(part, left_out)
        literals = [part.concepts[node] for node in inside]
        literals += [
            target
            for source, role, target in part.links
            if isinstance(target, str) and role not in left_out and source in inside
        ]
    spelt = [
        word for literal in literals if literal not in _WITHOUT_WORDS for word in words(unquote(literal))
    ]
    return {_form(word) for word in spelt}


def _within(part: Scene, left_out: set[str]) -> list[int]:
    order = [0]
    for node in order:
        order += [
            link.target
            for link in part.out(node)
            if isinstance(link.target, int)
            and link.target not in order
            and (node or link.role not in left_out)
        ]
    return order


def _form(word: str) -> str:
    return " ".join(stems(lemma(word.lower())))
