"""
Where a word certainly does not end, or does: addresses, numbers, words with a hyphen, opening brackets.

    >>> whole("северо-западный", "ru"), whole("20:30,", "en"), whole("соловей-разбойник", "ru")
    ([(0, 15)], [(0, 5)], [])
    >>> opened("(see"), opened("(«Ода»")
    ([1], [1, 2])

All treebanks agree on these, so that nothing is left to learn. A tokenizer that learns from few of them would
only be wrong where it meets a new one.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from scenograph.morphology import english_words
from scenograph.morphology.russian import analyzer

Span = tuple[int, int]

_ADDRESS: Final = (
    r"(?:https?://|www\.)[^\s<>\"«»]*[^\s<>\"«».,;:!?)\]'’…]"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|\b[\w-]+\.(?:docx?|pdf|xlsx?|txt|pptx?|jpe?g|png|gif|html?|zip|csv|com|org|net|edu|gov)\b(?![\w@/])"
)
_NUMBER: Final = r"(?<![\w.,:/])(?:\d+(?:[.,]\d+)+|\d+:\d+(?::\d+)?|\d{1,2}/\d{1,2}/\d{2,4})(?!\w)"
_PREFIXED: Final = (
    r"(?<![\w-])(?:re|non|anti|pre|pro|semi|mis|co|ex|multi|mid|over|counter|sub|post|un|e|inter)"
    r"-[a-z]+(?![\w-])"
)
_SHORT: Final = r"(?<![\w/])(?:b/c|w/o|c/o|n/a|a/c)(?![\w/])|(?<!\w)etc\.(?!\w)|(?<!\S)[:;]-?[)(](?!\S)"
_HYPHENED: Final = re.compile(r"(?<![\w-])[а-яё]+(?:-[а-яё]+)+(?![\w-])", re.IGNORECASE)
_COUNTED: Final = r"(?<![\w-])\d+(?:-?[а-яё]{1,3}|-[а-яё]+)(?![\w-])|(?<!\w)(?:мм|см|дм|м|км)[23²³](?!\w)"
_MIXED: Final = r"(?<![\w-])(?:[a-z]+\d\w*|[а-яё]+\d+|[a-z]+-[а-яё]+|\d{4}/\d{2,4})(?![\w-])"
_CODE: Final = r"(?<![\w-])[a-z]+\d[a-z\d]*(?![\w-])"
_SHORTENED: Final = (
    r"(?<!\w)(?:тыс|млн|млрд|гг?|вв?|др|т|пр|им|ул|д|руб|чел|род|реж|ок|сокр|фр|англ|нем|лат|греч|см|стр|рис|проф|"
    r"акад|обл)\.(?!\w)"
)
_WHOLE: Final = {
    "en": re.compile("|".join((_ADDRESS, _NUMBER, _PREFIXED, _SHORT, _CODE)), re.IGNORECASE),
    "ru": re.compile("|".join((_ADDRESS, _NUMBER, _COUNTED, _MIXED)), re.IGNORECASE),
}
_RUSSIAN_SHORT: Final = re.compile(_SHORTENED, re.IGNORECASE)
_LINKED: Final = re.compile(r"[а-яё]+[ое]-[а-яё]+", re.IGNORECASE)
_OPENING: Final = re.compile(r"(?:[(\[«“„\"]\u2060*)+(?=[\w~$*])")
_PRONOUNS: Final = frozenset(
    ["кто", "что", "какой", "чей", "где", "куда", "откуда", "когда", "как", "почему", "зачем"]
)
_CONTRACTED: Final = frozenset({"cant", "wont", "lets", "its", "id"})
"""Words that are often written for two: «cant» for "can't"."""
_OPENED: Final = re.compile(r".\u2060*")


def whole(run: str, language: str, *, is_last: bool = False) -> list[Span]:
    """
    Return the parts of *run* that are certainly one word each.

    Args:
        run: characters without a blank
        language: `en` or `ru`
        is_last: whether the text ends with it; then a stop may end the sentence
    """
    pattern = _WHOLE.get(language)
    found = [part.span() for part in pattern.finditer(run)] if pattern else []
    if language == "ru":
        if "-" in run:
            found += [part.span() for part in _HYPHENED.finditer(run) if _is_one_word(part.group().lower())]
        if not is_last and "." in run:
            found += [part.span() for part in _RUSSIAN_SHORT.finditer(run)]
    return found


@lru_cache(maxsize=1 << 12)
def is_english_word(letters: str) -> bool:
    """
    Return whether *letters* are a word of the dictionary that nobody writes for two words.

        >>> [is_english_word(it) for it in ("lent", "drivers", "cant", "dont", "cannot")]
        [True, True, False, False, False]
    """
    small = letters.lower()
    return small.isascii() and small not in _CONTRACTED and bool(english_words.lemmas(small))


def opened(run: str) -> list[int]:
    """Return where a new word starts after each opening bracket or quotation mark at the start of *run*."""
    found = _OPENING.match(run)
    return [mark.end() for mark in _OPENED.finditer(found.group())] if found else []


@lru_cache(maxsize=1 << 12)
def _is_one_word(word: str) -> bool:
    """Whether treebanks leave a Russian word with hyphens whole: «кто-то», «северо-западный»."""
    if analyzer().word_is_known(word):
        return True
    readings = analyzer().parse(word)
    if _LINKED.fullmatch(word) and any(reading.tag.POS in ("ADJF", "ADVB") for reading in readings):
        return True
    if word.startswith(("по-", "кое-")) or word.endswith(("-нибудь", "-либо")):
        return True
    first, _, last = word.rpartition("-")
    if last in ("то", "ка", "де", "с"):
        return bool(_PRONOUNS & {reading.normal_form for reading in analyzer().parse(first)})
    return _is_fixed(first, last)


def _is_fixed(first: str, last: str) -> bool:
    """Whether the first part has no forms of its own beside the last: «штабс-капитана»."""
    heads = {str(it.tag.case) for it in analyzer().parse(last) if it.tag.POS == "NOUN"}
    if not heads or not analyzer().word_is_known(last):
        return False
    if not analyzer().word_is_known(first):
        return True
    own = {str(it.tag.case) for it in analyzer().parse(first) if it.tag.POS == "NOUN"}
    return "nomn" not in heads and heads.isdisjoint(own)
