"""Rules for English trees about what hangs on a verb: objects, prices, prepositions that end a question."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

from scenograph.morphology import english_forms
from scenograph.readers import roles
from scenograph.readers.sentence import Word
from scenograph.readers.values import SIGNS

_ENDING: Final = frozenset({"about", "at", "by", "for", "from", "in", "like", "of", "on", "to", "with"})
_ASKED: Final = frozenset({"what", "who", "whom"})
_GIVING: Final = frozenset({*roles.GIVING, *roles.TELLING, "pay", "cost"})
_CLAUSES: Final = frozenset({"obj", "ccomp", "xcomp"})
_MONEY: Final = frozenset(
    {*SIGNS.values(), "cent", "penny", "buck", "rouble", "ruble", "franc", "crown", "yen"}
)


def _end_with_prepositions(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Hang a preposition at the end on what is asked: «What is the book about?»

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "What", "what", "PRON"), Word(2, "is", "be", "AUX", head=1, deprel="cop"),
        ...          Word(3, "the", "the", "DET", head=4, deprel="det"),
        ...          Word(4, "book", "book", "NOUN", head=1, deprel="nsubj"),
        ...          Word(5, "about", "about", "ADV", head=4, deprel="advmod"),
        ...          Word(6, "?", "?", "PUNCT", head=1, deprel="punct")]
        >>> correct(words)
        [4]
        >>> words[4].upos, words[4].head, words[4].deprel
        ('ADP', 1, 'case')
    """
    spoken = [word for word in words if word.upos != "PUNCT"]
    if len(spoken) < 4 or words[-1].form != "?" or spoken[0].lemma not in _ASKED:
        return
    asked, last = spoken[0], spoken[-1]
    if (
        last.form not in _ENDING
        or last.deprel in ("case", "root")
        or any(it.head == last.id for it in spoken)
    ):
        return
    sign = last._replace(upos="ADP", head=asked.id, deprel="case", feats="_")
    if spoken[1].lemma == "be" and not asked.head:
        yield last.id - 1, sign
        if spoken[1].deprel == "cop" and spoken[1].head != asked.id:
            yield spoken[1].id - 1, spoken[1]._replace(head=asked.id)
    elif asked.deprel != "obj" and (verb := _acting(words)) is not None:
        yield asked.id - 1, asked._replace(head=verb.id, deprel="obl")
        yield last.id - 1, sign


def _acting(words: list[Word]) -> Word | None:
    """Return the verb at the root, where it has both a subject and an object beside the first word."""
    verb = next((word for word in words if not word.head), None)
    has = {it.deprel for it in words[1:] if verb is not None and it.head == verb.id}
    return verb if verb is not None and verb.upos == "VERB" and {"nsubj", "obj"} <= has else None


def _act_on_single_objects(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let the only object of a verb be what it acts on, not who gets it: «What should I wash the pan with?»

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "wash", "wash", "VERB"), Word(2, "the", "the", "DET", head=3, deprel="det"),
        ...          Word(3, "pan", "pan", "NOUN", head=1, deprel="iobj")]
        >>> correct(words)
        [2]
        >>> words[2].deprel
        'obj'
    """
    for place, word in enumerate(words):
        if word.deprel != "iobj" or not word.form.isascii() or words[word.head - 1].lemma in _GIVING:
            continue
        if not {it.deprel.partition(":")[0] for it in words if it.head == word.head} & _CLAUSES:
            yield place, word._replace(deprel="obj")


def _pay_for(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let money be paid for a thing: in «She paid 20 dollars for the book» no dollars are for it.

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "paid", "pay", "VERB"), Word(2, "20", "20", "NUM", head=3, deprel="nummod"),
        ...          Word(3, "dollars", "dollar", "NOUN", head=1, deprel="obj"),
        ...          Word(4, "for", "for", "ADP", head=5, deprel="case"),
        ...          Word(5, "books", "book", "NOUN", head=3, deprel="nmod")]
        >>> correct(words)
        [4]
        >>> words[4].head, words[4].deprel
        (1, 'obl')
    """
    for place, word in enumerate(words):
        money = words[word.head - 1] if word.head else word
        if word.deprel != "nmod" or money.deprel != "obj" or money.lemma not in _MONEY:
            continue
        if any(it.head == word.id and it.deprel == "case" and it.lemma == "for" for it in words):
            yield place, word._replace(head=money.head, deprel="obl")


def _not_any_more(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let «any more» at the end of what is denied say when: «It does not work any more.»

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "not", "not", "PART", head=2, deprel="advmod"), Word(2, "work", "work", "VERB"),
        ...          Word(3, "any", "any", "DET", head=4, deprel="det"),
        ...          Word(4, "more", "more", "ADJ", head=2, deprel="obj")]
        >>> correct(words)
        [2, 3]
        >>> [(word.upos, word.deprel) for word in words[2:]]
        [('ADV', 'goeswith'), ('ADV', 'advmod')]
    """
    for few, more in pairwise(words):
        if (few.form.lower(), more.form.lower()) != ("any", "more") or more.deprel != "obj":
            continue
        is_last = more.id == len(words) or words[more.id].upos in ("PUNCT", "SCONJ", "CCONJ")
        is_denied = any(it.head == more.head and it.lemma in ("not", "never") for it in words)
        if is_last and is_denied and few.head == more.id:
            yield few.id - 1, few._replace(upos="ADV", deprel="advmod")
            yield more.id - 1, more._replace(upos="ADV", deprel="advmod")


def _end_in_the_past(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Read a form that can only be of the past so: «until the rain stopped».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "stopped", "stop", "VERB", feats="Mood=Ind|Tense=Pres|VerbForm=Fin")]
        >>> correct(words)
        [0]
        >>> words[0].feats
        'Mood=Ind|Tense=Past|VerbForm=Fin'
    """
    for place, word in enumerate(words):
        if word.upos == "VERB" and "Tense=Pres|VerbForm=Fin" in word.feats and word.form.isascii():
            form, lemma = word.form.lower(), word.lemma.lower()
            if form != lemma and form == english_forms.verb(lemma, "VBD") != english_forms.verb(lemma, "VBZ"):
                yield place, word._replace(feats=word.feats.replace("Tense=Pres", "Tense=Past"))


def _ask_how_much(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let «how much» before a verb say to what amount, and be no object: «How much did it cost?»

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "How", "how", "ADV", head=2, deprel="advmod"),
        ...          Word(2, "much", "much", "ADV", head=3, deprel="obj"), Word(3, "costs", "cost", "VERB")]
        >>> correct(words)
        [1]
        >>> words[1].deprel
        'advmod'
    """
    for how, much in pairwise(words):
        if how.form.lower() != "how" or much.form != "much" or not much.head:
            continue
        if (much.upos, much.deprel) == ("ADV", "obj") and words[much.head - 1].lemma in ("cost", "weigh"):
            yield much.id - 1, much._replace(deprel="advmod")


RULES: Final[tuple[Callable[[list[Word]], Iterator[tuple[int, Word]]], ...]] = (
    _end_with_prepositions,
    _act_on_single_objects,
    _pay_for,
    _ask_how_much,
    _not_any_more,
    _end_in_the_past,
)
"""In the order in which they are tried."""
