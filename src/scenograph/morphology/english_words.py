"""
What the dictionary of English knows of a word, through lemminflect.

    >>> lemmas("left")["VERB"], sorted(tags("left"))
    (('leave',), ['JJ', 'NN', 'NNS', 'RB', 'VBD', 'VBN'])
    >>> lemmas("blorps"), tags("blorps")
    ({}, frozenset())

Parts of speech are those of Universal Dependencies, tags those of the Penn Treebank.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, cast

from scenograph.morphology.english_tables import use_files

if TYPE_CHECKING:
    from types import ModuleType

TAGS = ("NN", "NNS", "VB", "VBD", "VBG", "VBN", "VBP", "VBZ", "JJ", "JJR", "JJS", "RB", "RBR", "RBS", "MD")

# For each tag the grammemes of OpenCorpora that say the same of a Russian word.
_GRAMMEMES: Mapping[str, tuple[str, ...]] = {
    "NN": ("NOUN", "sing"), "NNS": ("NOUN", "plur"), "VB": ("INFN",), "VBD": ("VERB", "past"),
    "VBG": ("GRND", "PRTF", "actv"), "VBN": ("PRTF", "pssv"), "VBP": ("VERB", "pres"),
    "VBZ": ("VERB", "pres", "3per", "sing"), "JJ": ("ADJF",), "JJR": ("COMP",), "JJS": ("ADJF", "Supr"),
    "RB": ("ADVB",), "RBR": ("COMP", "ADVB"), "RBS": ("ADVB", "Supr"), "MD": ("VERB",),
}  # fmt: skip

# Words that say how others hang together; the dictionary has none of them.
_CLOSED: Sequence[tuple[tuple[str, ...], str]] = (
    (("PREP",),
     "about above across after against along among around at before behind below beneath beside between "
     "beyond by despite during except for from in inside into like near of off on onto out outside over past "
     "per since than through throughout till to toward towards under until up upon via with within without"),
    (("CONJ",),
     "and or but nor because if although though while whereas unless whether that when where why how as "
     "since until before after than so"),
    (("PRCL",), "not n't to yes no please just only even"),
    (("NPRO",),
     "who whom whose what which something anything nothing someone anyone everybody everyone nobody"),
    (("NPRO", "1per", "sing"), "i me my mine myself"),
    (("NPRO", "1per", "plur"), "we us our ours ourselves"),
    (("NPRO", "2per"), "you your yours yourself yourselves"),
    (("NPRO", "3per", "sing"), "he him his himself she her hers herself it its itself"),
    (("NPRO", "3per", "plur"), "they them their theirs themselves"),
    (("ADJF", "Apro"),
     "the a an this that these those some any every each all both either neither another such which what no "
     "many much few more most several other own same"),
    (("VERB", "pres"), "am is are has have does do can will shall may must"),
    (("VERB", "past"), "was were had did could would should might"),
    (("NUMR",), "one two three four five six seven eight nine ten hundred thousand million"),
)  # fmt: skip

_loading = threading.Lock()


def lemmas(form: str) -> Mapping[str, tuple[str, ...]]:
    """Return the lemmas of *form* by part of speech, as far as the dictionary has it."""
    return _lemmas(form.lower())


def forms(lemma: str) -> Mapping[str, tuple[str, ...]]:
    """Return the forms of *lemma* by tag, as far as the dictionary has it."""
    return _forms(lemma)


def predicted(lemma: str, tag: str) -> str:
    """Return the form of a word that is in no dictionary, by the rules of spelling."""
    return _predicted(lemma, tag)


def tags(form: str) -> frozenset[str]:
    """Return the tags that *form* may have, as far as the dictionary has it."""
    return _tags(form.lower())


@lru_cache(maxsize=1 << 13)
def grammemes(form: str) -> Mapping[str, float]:
    """
    Return what *form* may be in the terms of OpenCorpora, each with its share of all readings.

    Russian words are described in these terms, so a reader of both languages learns about both at once.
    """
    lower = form.lower()
    readings = [names for names, words in _CLOSED if lower in words.split()]
    readings += [_GRAMMEMES[tag] for tag in sorted(tags(lower))]
    shares: dict[str, float] = {}
    for names in readings:
        for name in names:
            shares[name] = shares.get(name, 0.0) + 1 / len(readings)
    return shares


@lru_cache(maxsize=1 << 13)
def _lemmas(form: str) -> Mapping[str, tuple[str, ...]]:
    return _function("getAllLemmas")(form)


@lru_cache(maxsize=1 << 13)
def _forms(lemma: str) -> Mapping[str, tuple[str, ...]]:
    return _function("getAllInflections")(lemma)


@lru_cache(maxsize=1 << 13)
def _predicted(lemma: str, tag: str) -> str:
    found = _predict()(lemma, "NOUN" if tag == "NNS" else "VERB").get(tag, ())
    return found[0] if found else lemma


@lru_cache(maxsize=1 << 13)
def _tags(form: str) -> frozenset[str]:
    return frozenset(
        tag
        for bases in _lemmas(form).values()
        for base in bases
        for tag, forms in _forms(base).items()
        if form in forms and tag in TAGS
    )


def _predict() -> Callable[[str, str], Mapping[str, tuple[str, ...]]]:
    return cast("Callable[[str, str], Any]", _lemminflect().getAllInflectionsOOV)


def _function(name: str) -> Callable[[str], Any]:
    """Return a function of lemminflect, which has no types."""
    return cast("Callable[[str], Any]", getattr(_lemminflect(), name))


def _lemminflect() -> ModuleType:
    with _loading:  # otherwise two threads would load it twice
        return _load()


@cache
def _load() -> ModuleType:
    import lemminflect

    use_files()
    return cast("ModuleType", lemminflect)
