"""
What the network sees of a word: hashed letter n-grams, the hashed word, its shape, and dictionary tags.

No word list is needed: an unknown word still has known prefixes and endings. For a word in Cyrillic the
dictionary of pymorphy3 says which parts of speech, cases and so on it may have, each with its share.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, final

import numpy as np

from scenograph.morphology.russian import analyzer

if TYPE_CHECKING:
    from numpy.typing import NDArray

GRAM_BUCKETS = 1 << 15
WORD_BUCKETS = 1 << 15

# Grammemes of OpenCorpora that tell readings apart: http://opencorpora.org/dict.php?act=gram
_NAMES = """
    NOUN ADJF ADJS COMP VERB INFN PRTF PRTS GRND NUMR ADVB NPRO PRED PREP CONJ PRCL INTJ PNCT LATN NUMB
    ROMN UNKN anim inan masc femn neut ms-f sing plur Sgtm Pltm Fixd nomn gent datv accs ablt loct voct
    gen1 gen2 acc2 loc1 loc2 Abbr Name Surn Patr Geox Orgn Trad Subx Supr Qual Apro Anum Poss V-ey V-oy
    Cmp2 perf impf tran intr Impe Impx Mult Refl 1per 2per 3per pres past futr indc impr incl excl actv
    pssv Infr Slng Arch Litr Erro Dist Ques Dmns Prnt V-be V-en V-ie V-bi Fimp Prdx Coun Coll V-sh Af-p
    Inmx Vpre Anph Init Adjx Hypo
"""
GRAMMEMES = tuple(_NAMES.split())
_NUMBER = {grammeme: number for number, grammeme in enumerate(GRAMMEMES)}
_CYRILLIC = re.compile("[а-яёА-ЯЁ]")
_LATIN = re.compile("[a-zA-Z]")
SHAPES = 12


class WordFeatures(NamedTuple):
    """
    One word.

    Attributes:
        grams: numbers of its hashed n-grams, int64
        word: number of the hashed word
        shape: float32, shape (SHAPES,)
        tags: pairs of a grammeme's number and its share among the word's readings
    """

    grams: NDArray[np.int64]
    word: int
    shape: NDArray[np.float32]
    tags: tuple[tuple[int, float], ...]


@final
class Features(NamedTuple):
    """
    The words of several sentences, one after the other.

    Attributes:
        grams: int64, all n-grams of all words
        starts: int64, shape (words,), where each word's n-grams start in *grams*
        words: int64, shape (words,)
        shapes: float32, shape (words, SHAPES)
        tags: float32, shape (words, len(GRAMMEMES))
    """

    grams: NDArray[np.int64]
    starts: NDArray[np.int64]
    words: NDArray[np.int64]
    shapes: NDArray[np.float32]
    tags: NDArray[np.float32]


@lru_cache(maxsize=1 << 16)
def word_features(form: str) -> WordFeatures:
    """Return the features of a word as written."""
    lower = form.lower()
    framed = f"<{lower}>"
    grams = [framed[at : at + size] for size in (2, 3, 4, 5) for at in range(len(framed) - size + 1)]
    affixes = [
        affix
        for size in range(1, 5)
        if size <= len(lower)
        for affix in (f"p{lower[:size]}", f"s{lower[-size:]}")
    ]
    return WordFeatures(
        np.array([zlib.crc32(gram.encode()) % GRAM_BUCKETS for gram in grams + affixes], dtype=np.int64),
        zlib.crc32(f"w{lower}".encode()) % WORD_BUCKETS,
        _shape(form),
        _tags(form),
    )


def features(sentences: Sequence[Sequence[str]]) -> Features:
    """Return the features of all words of *sentences*."""
    words = [word_features(form) for sentence in sentences for form in sentence]
    sizes = np.array([len(word.grams) for word in words], dtype=np.int64)
    tags = np.zeros((len(words), len(GRAMMEMES)), dtype=np.float32)
    for row, word in enumerate(words):
        for number, share in word.tags:
            tags[row, number] = share
    return Features(
        np.concatenate([word.grams for word in words]),
        np.cumsum(sizes) - sizes,
        np.array([word.word for word in words], dtype=np.int64),
        np.stack([word.shape for word in words]),
        tags,
    )


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
    """Return the share of each grammeme among the readings of a word in Cyrillic; nothing for others."""
    if not _CYRILLIC.search(form):
        return ()
    shares: dict[int, float] = {}
    for reading in analyzer().parse(form)[:6]:
        for grammeme in re.split("[ ,]", str(reading.tag)):
            if grammeme in _NUMBER:
                number = _NUMBER[grammeme]
                shares[number] = shares.get(number, 0.0) + reading.score
    return tuple(shares.items())
