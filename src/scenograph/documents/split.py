"""Visible text of a paragraph → the places of its sentences, none too long to be parsed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

LONGEST: Final = 160
"""Words of a sentence as `words` counts them. The parser takes 200 as it cuts them, which are a few more."""

_WORD = re.compile(r"[A-Za-z\u00aa-\u024f]+|[^\W\d_]+|\d+|[^\w\s]|_")
_TWO_WORDS = frozenset(
    {"cannot", "gonna", "gotta", "wanna", "dunno", "lemme", "gimme", "dont", "cant", "wont"}
)
_CONTENT = re.compile(r"[^\W_]")
# Quotation marks and brackets hide stops from sentencex, and one that is not closed hides them all.
_HIDING = str.maketrans(dict.fromkeys('"“”„«»‹›()[]{}`´‘', " "))
_APOSTROPHE = re.compile(r"(?<!\w)['’]|['’](?!\w)")
_CLOSING = re.compile(r"[\"”“»›)\]}'’`]+[.!?…,;:]*")
_FOOTNOTES = re.compile(r"(?:\s?\[\d{1,3}\])+")
_LEADING = "✅✔☑✓➡▶►🔹🔸🔷🔶❗❓⚡📌👉👇❌•"  # emoji that stand before what they mark
_SMILE = re.compile(
    rf"(?:(?![{_LEADING}])[\U0001F000-\U0001FAFF\u2600-\u27BF][\u200d\ufe0f\U0001F3FB-\U0001F3FF]*|"
    r"[:;=8][-']?[)(DPp]+(?!\w)|(?<!\d)\)+(?=\s|$))+"
)
_SMILE_END = re.compile(
    rf"(?:(?![{_LEADING}])[\U0001F000-\U0001FAFF\u2600-\u27BF][\u200d\ufe0f\U0001F3FB-\U0001F3FF]*|"
    r"[:;=][-']?[)(D]+|\){2,})\s+(?=[\"«“]?[A-ZА-ЯЁ@#])"
)
_ET_CETERA = re.compile(r"\bи\s(?:т\.\s?[дп]|др|пр)\.\s+(?=[«\"(]?[A-ZА-ЯЁ])")
_GOES_ON = re.compile(r"[,;:)\]…]|[—–-]+\s*[^\W\d_A-ZА-ЯЁ]")
_QUOTED_STOP = re.compile(r"[.!?…][\"”»›'’]+$")
_LEFT_OPEN = re.compile(
    r"(?:(?:^|[\s(«\".])(?:[^\W\d_]|др|пр|см|напр|чел|руб|тыс|млн|млрд|кв|англ|нем|лат|греч|фр|ср|ок|род|spp|approx|ca)\.|"
    r"\.\.\.|…)$"
)
_NUMBERED = re.compile(r"(?i)\b(?:рис|стр|с|гл|табл|п|пп|ст|т|№|fig|no|p|pp|vol|ch|sec|eq)\.$")
_INITIAL = re.compile(r"(?:^|[\s(«\"])(?!I\.)[A-ZА-ЯЁ]\.$")
_WINDOW: Final = 8192  # characters given to sentencex at once; its time grows with the square
_CONJUNCTIONS = (
    "and|or|but|so|which|who|that|because|while|when|"
    "и|а|но|или|что|который|которая|которое|которые|потому|когда|где"
)
_PLACES = (
    re.compile(r";\s+"),
    re.compile(rf"[,:—–]\s+(?=(?:{_CONJUNCTIONS})\b)", re.IGNORECASE),
    re.compile(r"[,:—–)]\s+"),
    re.compile(rf"\s+(?=(?:{_CONJUNCTIONS})\b)", re.IGNORECASE),
    re.compile(r"\s+"),
    re.compile(r"(?<=\W)(?=\W)|(?<=\W)(?=\w)"),
)


def words(text: str) -> int:
    """Return about how many words and marks the parser will find in *text*, rather too many than too few."""
    return sum(1 + (word.lower() in _TWO_WORDS) for word in _WORD.findall(text))


def split(text: str, language: str) -> Iterator[tuple[int, int]]:
    """
    Yield the start and end of each sentence of *text*, without the blanks around it.

    Args:
        text: a paragraph on one line
        language: what its abbreviations and stops are those of
    """
    for start, end in _joined(text, _ends(text, language)):
        yield from _cut(text, start, end)


def _ends(text: str, language: str) -> Iterator[int]:
    """Yield where sentences end: after sentencex, where it is known to be wrong by rules of our own."""
    plain = _APOSTROPHE.sub(" ", text.translate(_HIDING))
    more = {found.start() + len(found.group().rstrip()) for found in _SMILE_END.finditer(text)}
    more |= {found.start() + len(found.group().rstrip()) for found in _ET_CETERA.finditer(text)}
    last = 0
    for end in sorted(more | set(_sentencex(plain, language))):
        if closing := _CLOSING.match(text, end):
            end = closing.end()
        if notes := _FOOTNOTES.match(text, end):
            end = notes.end()
        if end > last:
            yield end
            last = end


def _sentencex(text: str, language: str) -> Iterator[int]:
    """Yield the ends of sentences, a window of the text at a time."""
    from sentencex.sentencex import get_sentence_boundaries

    begin = 0
    while begin < len(text):
        window = text[begin : begin + _WINDOW]
        is_last = begin + _WINDOW >= len(text)
        last = 0
        found = get_sentence_boundaries(language, window)
        for sentence in found if is_last else found[:-1]:  # the last one may go on after the window
            last = sentence["end_index"]
            yield begin + len(window[:last].rstrip())
        begin += last or (window.rfind(" ") + 1) or len(window)


def _joined(text: str, ends: Iterator[int]) -> Iterator[tuple[int, int]]:
    """Yield the sentences that end at *ends*, those joined of which one is no whole sentence."""
    start = at = 0
    for end in ends:
        if end <= at:
            continue
        if at and not _is_end(text, start, at, end):
            at = end
            continue
        if at:
            following = _start(text, at)
            if smile := _SMILE.match(text, following, end):
                at = smile.end()
                following = _start(text, at)
            yield start, at
            start = following
        at = max(at, end)
    if at > start:
        yield start, at


def _start(text: str, at: int) -> int:
    """Return the first place from *at* on that is no blank."""
    return at + len(text[at : at + 2]) - len(text[at : at + 2].lstrip())


def _is_end(text: str, start: int, at: int, end: int) -> bool:
    """Tell whether the sentence from *start* ends *at*, where another one until *end* may follow."""
    before, after = text[start:at], text[_start(text, at) : end]
    if not _CONTENT.search(before) or not _CONTENT.search(after) or _GOES_ON.match(after):
        return False
    if after[0].islower():
        return not (_QUOTED_STOP.search(before) or _LEFT_OPEN.search(before))
    if after[0].isdigit() and _NUMBERED.search(before):
        return False
    return not _INITIAL.search(before)


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut a sentence that is too long at the best places."""
    while _is_too_long(text, start, end):
        at = _best(text, start, end)
        if at is None:
            break
        left = text[start:at].rstrip()
        yield start, start + len(left)
        start = at + len(text[at:end]) - len(text[at:end].lstrip())
    yield start, end


def _is_too_long(text: str, start: int, end: int) -> bool:
    """Tell whether `words` counts more than LONGEST in this part of *text*, without reading all of it."""
    if end - start <= LONGEST:
        return False
    return sum(1 for _ in islice(_WORD.finditer(text, start, end), LONGEST + 1)) > LONGEST or (
        words(text[start:end]) > LONGEST
    )


def _best(text: str, start: int, end: int) -> int | None:
    """Return the best place for a cut so that the part before it is short enough."""
    limit = start
    count = 0
    for found in _WORD.finditer(text, start, end):
        count += 1 + (found.group().lower() in _TWO_WORDS)
        if count > LONGEST * 9 // 10:
            break
        limit = found.end()
    least = start + (limit - start) // 3
    for place in _PLACES:
        places = [found.end() for found in place.finditer(text, start, min(limit + 1, end))]
        good = [at for at in places if least < at < end]
        if good:
            return good[-1]
    return limit if start < limit < end else None
