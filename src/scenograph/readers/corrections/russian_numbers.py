"""Rules for Russian trees about numbers in words: «сорок миллионов», «два миллиона триста тысяч рублей»."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from scenograph.readers import values
from scenograph.readers.corrections.forms import may_be
from scenograph.readers.sentence import Word


def _count_by_millions(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let a number before «миллионов» and the noun behind be one amount: «обошлось в сорок миллионов рублей».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "сорок", "сорок", "NUM", head=2, deprel="nummod:gov"),
        ...          Word(2, "миллионов", "миллион", "NOUN", feats="Case=Gen", head=3, deprel="amod"),
        ...          Word(3, "рублей", "рубль", "NOUN", feats="Case=Gen")]
        >>> correct(words)
        [0, 1]
        >>> words[1].upos, words[1].deprel
        ('NUM', 'nummod:gov')
    """
    for place, (number, large, noun) in enumerate(zip(words, words[1:], words[2:], strict=False)):
        if number.upos != "NUM" or not values.is_large(large.lemma.lower()) or large.form.isascii():
            continue
        if noun.upos != "NOUN" or noun.form.isascii() or not may_be(noun, "Gen") or large.head != noun.id:
            continue
        if number.head not in (large.id, noun.id) or (large.upos == "NUM" and number.head == large.id):
            continue
        yield place, number._replace(head=large.id, deprel="nummod:gov")
        yield place + 1, large._replace(deprel="nummod:gov", upos="NUM")


def _count_in_words(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let all numerals in a row count the noun behind them: «стоит два миллиона триста тысяч рублей».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "стоит", "стоить", "VERB"),
        ...          Word(2, "два", "два", "NUM", head=3, deprel="nummod"),
        ...          Word(3, "миллиона", "миллион", "NOUN", feats="Case=Gen", head=1, deprel="obj"),
        ...          Word(4, "триста", "триста", "NUM", head=5, deprel="nummod:gov"),
        ...          Word(5, "тысяч", "тысяча", "NUM", head=6, deprel="nummod:gov"),
        ...          Word(6, "рублей", "рубль", "NOUN", feats="Case=Gen", head=1, deprel="obl")]
        >>> correct(words)
        [1, 2, 3, 4, 5]
        >>> [(word.head, word.deprel) for word in words[1:]]  # doctest: +NORMALIZE_WHITESPACE
        [(5, 'compound'), (5, 'compound'), (5, 'compound'), (6, 'nummod:gov'), (1, 'obj')]
    """
    start = 0
    while start < len(words):
        end = start
        while end < len(words) and _is_numeral(words[end]):
            end += 1
        row, start = words[start:end], max(end, start + 1)
        if len(row) < 3 or end == len(words) or not any(values.is_large(it.lemma.lower()) for it in row):
            continue
        noun = words[end]
        if noun.upos != "NOUN" or noun.form.isascii() or not may_be(noun, "Gen"):
            continue
        if values.number([it.lemma.lower() for it in row]) is None:
            continue
        inside = {it.id for it in (*row, noun)}
        tops = [it for it in (*row, noun) if it.head not in inside]
        if not tops:
            continue
        top = next((it for it in tops if it.deprel in ("obj", "nsubj") or it is not noun), tops[0])
        for it in row[:-1]:
            yield it.id - 1, it._replace(head=row[-1].id, deprel="compound", upos="NUM")
        yield row[-1].id - 1, row[-1]._replace(head=noun.id, deprel="nummod:gov", upos="NUM")
        deprel = noun.deprel if top.deprel.startswith("nummod") else top.deprel
        yield noun.id - 1, noun._replace(head=top.head, deprel=deprel)
        for it in words:
            if it.deprel == "case" and it.head in inside:
                yield it.id - 1, it._replace(head=noun.id)


def _is_numeral(word: Word) -> bool:
    """Whether a word in letters is a part of a Russian number."""
    lemma = word.lemma.lower()
    is_word = word.upos == "NUM" or values.is_large(lemma)
    return is_word and word.form.isalpha() and not word.form.isascii() and bool(values.number([lemma]))


RULES: Final[tuple[Callable[[list[Word]], Iterator[tuple[int, Word]]], ...]] = (
    _count_by_millions,
    _count_in_words,
)
"""In the order in which they are tried."""
