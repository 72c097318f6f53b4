"""
Words of a text in the form in which memory indexes them.

Russian words become their dictionary form, since a search cannot use their endings, and so do irregular
English words. Other words stay as they are: SQLite's Porter stemmer shortens the regular English ones.

    >>> index_form("Соседка верила, что Олег построил старый мост.")
    'соседка верить что олег построить старый мост'
    >>> index_form("What was written on the children's feet?")
    'what was write on the child s foot'
    >>> stems(index_form("Старые мосты and bridges, у старого моста"))
    ['старый', 'мост', 'and', 'bridg', 'у', 'старый', 'мост']
"""

from __future__ import annotations

import re
import threading
from functools import cache, lru_cache
from itertools import pairwise, zip_longest
from typing import cast

import apsw

from scenograph.morphology.english import BASE
from scenograph.morphology.russian import analyzer

# Scripts that write no spaces between words: Thai, Lao, Burmese, Khmer, kana, Han.
_UNSPACED = (
    "\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_PICTURES = "\u2190-\u23ff\u2460-\u27bf\u2900-\u2bff\U0001f000-\U0001faff"
# Few texts have anything but plain words, which are found twice as fast. The patterns of all scripts take
# milliseconds to compile, so that is done when a text first needs them.
_PLAIN_WORD = re.compile(r"[^\W_]+")
_LEADING_DOT = re.compile(r"\.(?<![\w.]\.)")
_SIGNS = {".": "dot", "+": "plus", "#": "sharp"}
_CYRILLIC = re.compile(r"[а-яё]")
_LIKE_ADJECTIVES = ("ое", "ее", "ая", "яя", "ые", "ие", "ый", "ий", "ой")

_STOP_WORDS = """
    a an and are as at be by did do does for from had has have he her him his how i in is it its of on or
    she that the their them they this to was we were what when where which who whom whose why with you
    а без бы быть в весь во вот где для до если же за и из или к как когда кто ли на не но о об он она они
    оно от по под при с свой со так то тот ты у чей что чтобы это этот я
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
"""Words, as `index_form` gives them, that are in too many texts to help a search."""


@lru_cache(maxsize=1 << 13)
def lemma(word: str) -> str:
    """
    The dictionary form of a Russian *word*, with ё as е, or of an irregular English one; in lower case.

    The full-text index knows letters only, so signs and pictures become letters. A run of a script without
    spaces becomes its characters and pairs of characters, so that any part of it is found.
    """
    word = word.lower()
    if not (word.isalnum() and _is_in_plain_script(word)) and _unusual_sign().search(word):
        return _spelt_out(word)
    if _CYRILLIC.search(word):
        return _dictionary_form(word).replace("ё", "е")
    return BASE.get(word, word)


def _spelt_out(word: str) -> str:
    if word[0] in ".+#" or word[-1] in "+#":
        return "".join(_SIGNS.get(letter, letter) for letter in word)
    if re.match(f"[{_PICTURES}]", word):
        return f"u{ord(word):x}"
    letters = [letter for letter in word if letter.isalnum()]  # marks above and below are no letters
    pairs = [one + other for one, other in pairwise(letters)]
    return " ".join(part for parts in zip_longest(letters, pairs) for part in parts if part)


def _dictionary_form(word: str) -> str:
    """
    The likeliest dictionary form of a Russian *word*; the adjective's, if a noun can be an adjective too.

    Otherwise "старого моста" would get the noun "старое", "what is old", and "старый мост" the adjective.
    """
    parsed = analyzer().parse(word)[0]
    form: str = parsed.normal_form
    if parsed.tag.POS == "NOUN" and form.endswith(_LIKE_ADJECTIVES):
        adjectives = [
            same.normal_form
            for same in analyzer().parse(form)
            if same.is_known and same.tag.POS == "ADJF" and same.tag.case == "nomn" and "Apro" not in same.tag
        ]
        return form if form in adjectives else next(iter(adjectives), form)
    return form


def words(text: str) -> list[str]:
    """The words of *text* in lower case."""
    text = text.lower()
    return word_pattern(text).findall(text)


def word_pattern(text: str) -> re.Pattern[str]:
    """
    What matches each word of *text*.

    A word is letters and digits of any script, with the signs that belong to a name (C++, C#, .NET); one
    picture, such as an emoji; or a run of a script that puts no spaces between words.
    """
    has_signs = "+" in text or "#" in text or _LEADING_DOT.search(text)
    return _word_of_any_script() if has_signs or not _is_in_plain_script(text) else _PLAIN_WORD


def _is_in_plain_script(text: str) -> bool:
    """Whether *text* has no picture and no script without spaces; False may be said of a few other texts."""
    return text.isascii() or not _beyond_plain_scripts().search(text)


@cache
def _beyond_plain_scripts() -> re.Pattern[str]:
    return re.compile("[^\0-\u0e00\u2000-\u218f]")


@cache
def _unusual_sign() -> re.Pattern[str]:
    return re.compile(rf"[{_UNSPACED}{_PICTURES}.+#]")


@cache
def _word_of_any_script() -> re.Pattern[str]:
    return re.compile(
        rf"[{_UNSPACED}]+|[{_PICTURES}]|(?<![\w.])\.(?=[^\W\d_])[^\W_{_UNSPACED}]+"
        rf"|[^\W_{_UNSPACED}]+(?:(?<=[^\W\d_])[+#]+(?![^\W_]))?"
    )


def index_form(text: str) -> str:
    """The words of *text* as memory indexes them, joined by spaces."""
    return " ".join(map(lemma, words(text)))


_local = threading.local()


def stems(spelt: str) -> list[str]:
    """The Porter stems of *spelt*, a text in `index_form`: what the full-text index stores."""
    if not hasattr(_local, "stemmer"):
        # The index's own tokenizer. It belongs to a connection of SQLite, and a connection to one thread.
        _local.connection = apsw.Connection(":memory:")
        _local.stemmer = _local.connection.fts5_tokenizer("porter", ["unicode61", "remove_diacritics", "2"])
    found = _local.stemmer(
        spelt.encode(), apsw.FTS5_TOKENIZE_QUERY, None, include_offsets=False, include_colocated=False
    )
    return cast("list[str]", found)  # its type without offsets and synonyms
