"""
What the network sees of a word: hashed letter n-grams, hashed lemmas, its shape, and tags.

No word list is needed: an unknown word still has known prefixes and endings. Dictionaries say which lemmas
a word may have, and which parts of speech, cases and so on: pymorphy3 for a word in Cyrillic, lemminflect
for one in Latin letters. So all forms of a word share what is learned about it.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, final

import numpy as np

from scenograph.morphology import english_words
from scenograph.morphology.russian import analyzer
from scenograph.readers.spelling import plain

if TYPE_CHECKING:
    from numpy.typing import NDArray

GRAM_BUCKETS = 3 << 13
WORD_BUCKETS = 7 << 13
MOST_LEMMAS = 2  # of one word

# Grammemes of OpenCorpora that tell readings apart: http://opencorpora.org/dict.php?act=gram
_NAMES = """
    NOUN ADJF ADJS COMP VERB INFN PRTF PRTS GRND NUMR ADVB NPRO PRED PREP CONJ PRCL INTJ PNCT LATN NUMB
    ROMN UNKN anim inan masc femn neut ms-f sing plur Sgtm Pltm Fixd nomn gent datv accs ablt loct voct
    gen1 gen2 acc2 loc1 loc2 Abbr Name Surn Patr Geox Orgn Trad Subx Supr Qual Apro Anum Poss V-ey V-oy
    Cmp2 perf impf tran intr Impe Impx Mult Refl 1per 2per 3per pres past futr indc impr incl excl actv
    pssv Infr Slng Arch Litr Erro Dist Ques Dmns Prnt V-be V-en V-ie V-bi Fimp Prdx Coun Coll V-sh Af-p
    Inmx Vpre Anph Init Adjx Hypo
"""
GRAMMEMES = (*_NAMES.split(), *english_words.TAGS)
_NUMBER = {grammeme: number for number, grammeme in enumerate(GRAMMEMES)}
_CYRILLIC = re.compile("[а-яёА-ЯЁ]")
_LATIN = re.compile("[a-zA-Z]")
SHAPES = 12


class WordFeatures(NamedTuple):
    """
    One word.

    Attributes:
        grams: numbers of its hashed n-grams, int64
        words: numbers of its hashed lemmas, and of the hashed word if the dictionary does not have it, int64
        shape: float32, shape (SHAPES,)
        tags: pairs of a grammeme's number and its share among the word's readings
    """

    grams: NDArray[np.int64]
    words: NDArray[np.int64]
    shape: NDArray[np.float32]
    tags: tuple[tuple[int, float], ...]


@final
class Features(NamedTuple):
    """
    The words of several sentences, one after the other.

    Attributes:
        grams: int64, all n-grams of all words
        gram_starts: int64, shape (words,), where each word's n-grams start in *grams*
        words: int64, the hashed word and lemmas of all words
        word_starts: int64, shape (words,), where each word's start in *words*
        shapes: float32, shape (words, SHAPES)
        tags: float32, shape (words, len(GRAMMEMES))
    """

    grams: NDArray[np.int64]
    gram_starts: NDArray[np.int64]
    words: NDArray[np.int64]
    word_starts: NDArray[np.int64]
    shapes: NDArray[np.float32]
    tags: NDArray[np.float32]


@lru_cache(maxsize=1 << 13)
def word_features(form: str) -> WordFeatures:
    """Return the features of a word as written."""
    form = plain(form)
    lower = form.lower()
    framed = f"<{lower}>"
    grams = [framed[at : at + size] for size in (2, 3, 4, 5) for at in range(len(framed) - size + 1)]
    affixes = [
        affix
        for size in range(1, 5)
        if size <= len(lower)
        for affix in (f"p{lower[:size]}", f"s{lower[-size:]}")
    ]
    lemmas, is_known = _lemmas(lower)
    words = [*lemma_buckets(lemmas)] if is_known else [_bucket(f"w{lower}"), *lemma_buckets(lemmas)]
    return WordFeatures(
        np.array([zlib.crc32(gram.encode()) % GRAM_BUCKETS for gram in grams + affixes], dtype=np.int64),
        np.array(words, dtype=np.int64),
        _shape(form),
        _tags(form),
    )


def features(sentences: Sequence[Sequence[str]]) -> Features:
    """Return the features of all words of *sentences*."""
    words = [word_features(form) for sentence in sentences for form in sentence]
    tags = np.zeros((len(words), len(GRAMMEMES)), dtype=np.float32)
    for row, word in enumerate(words):
        for number, share in word.tags:
            tags[row, number] = share
    return Features(
        np.concatenate([word.grams for word in words]),
        _starts([word.grams for word in words]),
        np.concatenate([word.words for word in words]),
        _starts([word.words for word in words]),
        np.stack([word.shape for word in words]),
        tags,
    )


def _starts(parts: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Return where each of *parts* starts in their concatenation."""
    sizes = np.array([len(part) for part in parts], dtype=np.int64)
    return np.cumsum(sizes) - sizes


def lemma_buckets(lemmas: Sequence[str]) -> list[int]:
    """Return the number of each of *lemmas* among the hashed words."""
    return [_bucket(f"l{lemma}") for lemma in lemmas]


def _bucket(word: str) -> int:
    return zlib.crc32(word.encode()) % WORD_BUCKETS


def _lemmas(lower: str) -> tuple[list[str], bool]:
    """Return some lemmas that a word in lower case may have, and whether the dictionary has the word."""
    if _CYRILLIC.search(lower):
        found = [reading.normal_form.replace("ё", "е") for reading in analyzer().parse(lower)]
        is_known = analyzer().word_is_known(lower)
    else:
        found = [lemma for lemmas in english_words.lemmas(lower).values() for lemma in lemmas]
        is_known = bool(found)
    return list(dict.fromkeys(found))[:MOST_LEMMAS], is_known


def _shape(form: str) -> NDArray[np.float32]:
    """Return what the characters of *form* say: capitals, digits, marks, script, length."""
    return np.array(
        [
            form[:1].isupper(),
            form.isupper() and len(form) > 1,
            form.islower(),
            any(character.isdigit() for character in form),
            form.isdigit(),
            not any(character.isalnum() for character in form),
            "-" in form,
            "'" in form or "’" in form,
            bool(_CYRILLIC.search(form)),
            bool(_LATIN.search(form)),
            len(form) == 1,
            len(form) > 8,
        ],
        dtype=np.float32,
    )


def _tags(form: str) -> tuple[tuple[int, float], ...]:
    """Return what the dictionary says of a word: in Cyrillic each grammeme's share among its readings."""
    if not _CYRILLIC.search(form):
        grammemes = english_words.grammemes(form)
        return (
            *((_NUMBER[name], 1.0) for name in sorted(english_words.tags(form))),
            *((_NUMBER[name], share) for name, share in grammemes.items()),
        )
    shares: dict[int, float] = {}
    for reading in analyzer().parse(form)[:6]:
        for grammeme in re.split("[ ,]", str(reading.tag)):
            if grammeme in _NUMBER:
                number = _NUMBER[grammeme]
                shares[number] = shares.get(number, 0.0) + reading.score
    return tuple(shares.items())
