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
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from types import ModuleType

TAGS = ("NN", "NNS", "VB", "VBD", "VBG", "VBN", "VBP", "VBZ", "JJ", "JJR", "JJS", "RB", "RBR", "RBS", "MD")

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


@lru_cache(maxsize=1 << 16)
def _lemmas(form: str) -> Mapping[str, tuple[str, ...]]:
    return _function("getAllLemmas")(form)


@lru_cache(maxsize=1 << 16)
def _forms(lemma: str) -> Mapping[str, tuple[str, ...]]:
    return _function("getAllInflections")(lemma)


@lru_cache(maxsize=1 << 16)
def _predicted(lemma: str, tag: str) -> str:
    found = _predict()(lemma, "NOUN" if tag == "NNS" else "VERB").get(tag, ())
    return found[0] if found else lemma


@lru_cache(maxsize=1 << 16)
def _tags(form: str) -> frozenset[str]:
    inflections = _function("getAllInflections")
    return frozenset(
        tag
        for bases in _lemmas(form).values()
        for base in bases
        for tag, forms in inflections(base).items()
        if form in forms
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
    import lemminflect  # with its tables it takes 0.4 s

    return cast("ModuleType", lemminflect)
