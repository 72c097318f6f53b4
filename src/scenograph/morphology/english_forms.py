"""
Lemma → form in English, through lemminflect.

    >>> verb("write", "VBD"), verb("pick-up", "VBG"), plural("child"), compared("cheap", "more")
    ('wrote', 'picking up', 'children', 'cheaper')
    >>> verb("blorp", "VBD"), compared("beautiful", "most"), article("hour")
    ('blorped', 'most beautiful', 'an')

Tags are those of the Penn Treebank.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from scenograph.morphology import english_words


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PARTICLES: Final = _words(
    "up out off down in on over away back around along through about by forward apart together aside"
)
_BE: Final = {"VBD": "was", "VBZ": "is", "VBP": "are", "VBN": "been", "VBG": "being"}
_CHOSEN: Final = {  # where the dictionary has more forms than one, or none that is usual
    ("get", "VBN"): "got", ("lie", "VBD"): "lay", ("hang", "VBD"): "hung", ("hang", "VBN"): "hung",
    ("wake", "VBN"): "woken", ("weave", "VBD"): "wove", ("swell", "VBN"): "swollen",
    ("person", "NNS"): "people", ("ad", "NNS"): "ads", ("prove", "VBN"): "proved",
    ("fit", "VBD"): "fit", ("set", "VBD"): "set", ("put", "VBD"): "put", ("quit", "VBD"): "quit",
}  # fmt: skip
_COMPARED: Final = {
    "good": ("better", "best"), "well": ("better", "best"), "bad": ("worse", "worst"),
    "badly": ("worse", "worst"), "far": ("farther", "farthest"), "many": ("more", "most"),
    "much": ("more", "most"), "little": ("less", "least"),
}  # fmt: skip
_VOWELS: Final = "aeiou"
_LIKE_Y: Final = ("uni", "use", "usu", "uti", "euro", "eu", "one", "once", "ewe", "ure")
_SILENT_H: Final = ("hour", "honest", "honor", "honour", "heir")


def split(lemma: str) -> tuple[str, str]:
    """Return the verb of a lemma and its particle: `pick-up` → `pick`, `up`."""
    head, _, tail = lemma.partition("-")
    if tail and all(part in PARTICLES for part in tail.split("-")):
        return head, tail.replace("-", " ")
    return lemma, ""


def verb(lemma: str, tag: str) -> str:
    """Return a verb in the form *tag*, with its particle."""
    head, particle = split(lemma)
    form = _verb(head, tag)
    return f"{form} {particle}" if particle else form


@lru_cache(maxsize=1 << 13)
def _verb(lemma: str, tag: str) -> str:
    lower = lemma.lower()
    if (tag in ("VB", "VBP") and lower != "be") or not lower.replace("-", "").isalpha():
        return lemma
    if lower == "be":
        return _BE.get(tag, "be")
    if chosen := _CHOSEN.get((lower, tag)):
        return chosen
    found = english_words.forms(lower).get(tag, ())
    return found[0] if found else english_words.predicted(lower, tag)


@lru_cache(maxsize=1 << 13)
def plural(lemma: str) -> str:
    """Return the plural of a noun."""
    if chosen := _CHOSEN.get((lemma.lower(), "NNS")):
        return chosen
    head, dash, last = lemma.rpartition("-")
    found = english_words.forms(last.lower()).get("NNS", ())
    if not last.isalpha() or (not found and (len(last) < 3 or last.lower().endswith("s"))):
        return lemma  # «thanks», «scissors»
    form = found[0] if found else english_words.predicted(last.lower(), "NNS")
    if not last.islower():
        form = last + (form[len(last) :] if form.startswith(last.lower()) else "s")
    return head + dash + form


@lru_cache(maxsize=1 << 13)
def compared(lemma: str, degree: str) -> str:
    """Return an adjective or adverb in the comparative (*degree* `more`) or superlative (`most`)."""
    lower = lemma.lower()
    if lower in _COMPARED:
        return _COMPARED[lower][degree == "most"]
    if syllables(lower) == 1 or (
        syllables(lower) == 2 and lower.endswith(("y", "le", "ow")) and "-" not in lower
    ):
        found = english_words.forms(lower)
        for tag in ("JJ", "RB") if "JJ" in found or "RB" in found else ():
            is_adverb = tag == "RB" and lower.endswith("ly")
            if (forms := found.get(tag + ("R" if degree == "more" else "S"))) and not is_adverb:
                return forms[0]
    return f"{degree} {lemma}"


def syllables(word: str) -> int:
    """Return about how many syllables a word has."""
    count, before = 0, "x"  # an empty string would be "in" the vowels
    for letter in word:
        vowel = letter in _VOWELS or letter == "y"
        if vowel and not (before in _VOWELS or before == "y"):
            count += 1
        before = letter if vowel else "x"
    if word.endswith("e") and count > 1 and not word.endswith("le"):
        count -= 1
    return count


def article(word: str) -> str:
    """Return the indefinite article before *word*."""
    lower = word.lower()
    if lower.startswith(_SILENT_H):
        return "an"
    if word[:1].isdigit():
        return "an" if word.startswith(("8", "11", "18")) else "a"
    if word.isupper() and 1 < len(word) < 5:  # spelt out: «an FBI agent»
        return "an" if word[0] in "AEFHILMNORSX" else "a"
    return "an" if lower[:1] in _VOWELS and lower[:1] and not lower.startswith(_LIKE_Y) else "a"


@lru_cache(maxsize=1 << 13)
def parts(lemma: str) -> frozenset[str]:
    """Return the parts of speech that a lemma may be: noun, verb, adj, adv; none if no dictionary has it."""
    head, particle = split(lemma)
    if particle:
        return frozenset({"verb"} if "VB" in english_words.forms(head.lower()) else ())
    lower = lemma.lower()
    found = english_words.forms(lower)
    tags = (("NN", "noun"), ("VB", "verb"), ("JJ", "adj"), ("RB", "adv"))
    kinds = {part for tag, part in tags if tag in found}
    kinds |= {
        part.lower() for part in english_words.lemmas(lemma) if part in ("NOUN", "ADJ", "ADV", "VERB")
    } - {"verb"}
    if lower.endswith(("ed", "ing")) and any(
        verb != lower for verb in english_words.lemmas(lower).get("VERB", ())
    ):
        kinds.add("adj")  # «tired», «perverted»
    return frozenset(kinds)
