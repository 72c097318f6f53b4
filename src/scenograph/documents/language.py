"""
The language of a text: English, Russian, or a third one.

The script says which of the two it would be. A classifier (py3langid, 140 languages) may overrule that if it
is almost certain that the text is of another language. It takes half a second to load, so it is not asked
about texts of fewer than five words, about those with words or letters that only this language has, and
about those whose words are in its dictionary, which a reader has to load anyhow.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from scenograph.corpus.example import UNDETERMINED, language_of
from scenograph.morphology import english_words, russian

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_ADDRESS = re.compile(r"\S*(?:://|www\.|@|\.(?:com|org|net|html?|doc|pdf)\b)\S*")  # of no language
_LEAST_WORDS = 5  # fewer are of the language of their script
_LEAST_PROBABILITY: Final = 0.05  # of the language of the script, so that it stays
_WITH_STRANGE_LETTERS: Final = 0.5  # the same, where a word has a letter that this language does not have
_STRANGE = {
    "en": re.compile(r"[\u00df-\u024f]"),
    "ru": re.compile(r"[\u0450\u0452-\u052f]"),
}
# Words, or letters, of one language that no other language of the script writes so, or hardly any.
_EVIDENT = {
    "en": re.compile(
        r"(?i)\b(?:the|and|with|which|they|this|these|those|have|has|been|were|are|you|your|from|would|should|"
        r"could|their|there|what|where|when|who|how|about|into|because|not|don['’]t|it['’]s|i['’]m)\b"
    ),
    "ru": re.compile(r"(?i)[ыэё]|\b(?:что|это|если|чтобы|только|еще|были|очень|когда)\b"),
}
_LEAST_EVIDENT: Final = 2
_SURE: Final = 0.5  # of another language, so that it overrules a text whose words are all known, names aside
_MADE_OF: Final = {"en": ("pcm",), "ru": ()}  # Nigerian Pidgin has English words; unknown ones tell it apart
_LEAST_KNOWN: Final = 0.8  # share of the words, names aside, that are in the dictionary
_LEAST_COUNTED: Final = 3  # words
_FUNCTION_WORDS = frozenset(  # which the dictionary of English does not have
    {"a", "an", "as", "at", "be", "by", "do", "for", "he", "her", "him", "his", "i", "if", "in", "is", "it"}
    | {"its", "me", "my", "of", "on", "or", "our", "she", "so", "to", "up", "us", "was", "we"}
)


def language(text: str) -> str:
    """
    Return the language of *text*: `en`, `ru`, the ISO 639 code of another one, or `und` if it has no letters.

    Example:
        >>> language("Der Hund schläft seit heute Morgen im Garten."), language("Анна спит.")
        ('de', 'ru')
    """
    text = _ADDRESS.sub(" ", text)
    own = language_of(text)
    if own == UNDETERMINED:
        if not _WORD.search(text):
            return UNDETERMINED
        return _classifier().rank(text)[0][0]
    if _other_script(text):
        return _classifier().rank(text)[0][0]
    strange = bool(_STRANGE[own].search(text))
    if not strange and len(_WORD.findall(text)) < _LEAST_WORDS:
        return own
    # A borrowed word, «café», is none of another language where the others are of this one.
    others = _WORD.sub(lambda it: "" if _STRANGE[own].search(it[0]) else it[0], text) if strange else text
    if _is_in_dictionary(others, own) or (not strange and len(_EVIDENT[own].findall(text)) >= _LEAST_EVIDENT):
        return own
    ranks = _classifier().rank(text)
    least = _WITH_STRANGE_LETTERS if strange else _LEAST_PROBABILITY
    if next((share for name, share in ranks if name == own), 0.0) >= least:
        return own
    # Names say little of a language: «Priya met Tomás.» So where all other words are known, it must be sure.
    share = next(share for name, share in ranks if name not in ("en", "ru", *_MADE_OF[own]))
    known = _are_known(text, own)
    if share < _SURE and known and all(known):
        return own
    return next(name for name, _ in ranks if name not in ("en", "ru"))


def _is_in_dictionary(text: str, own: str) -> bool:
    """Tell whether nearly all words of *text*, names aside, are in the dictionary of *own*, its language."""
    known = _are_known(text, own)
    return len(known) >= _LEAST_COUNTED and sum(known) >= _LEAST_KNOWN * len(known)


def _are_known(text: str, own: str) -> list[bool]:
    """Tell of each word of *text*, names aside, whether it is in the dictionary of *own*."""
    words = [word for word in _WORD.findall(text) if word.islower()]
    if own == "ru":
        return [russian.is_word(word) for word in words]
    few = _EVIDENT["en"].fullmatch
    return [word in _FUNCTION_WORDS or bool(few(word) or english_words.lemmas(word)) for word in words]


def _other_script(text: str) -> bool:
    """Tell whether most letters of *text* are neither Latin nor Cyrillic."""
    letters = "".join(_WORD.findall(text))
    return sum(1 for letter in letters if letter > "\u052f") * 2 > len(letters)


@cache
def _classifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
