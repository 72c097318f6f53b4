"""Rules for English trees; that for years before names holds in Russian, too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

from scenograph.morphology import english_forms, english_words
from scenograph.readers.corrections.forms import is_participle
from scenograph.readers.roles import PLACE_ADVERBS, TIME_ADVERBS
from scenograph.readers.sentence import Word
from scenograph.readers.values import WEEKDAYS

_NOUNS: Final = frozenset({"NOUN", "PROPN"})
_RETURNED: Final = frozenset(
    {"give", "send", "bring", "take", "pay", "get", "put", "call", "hand", "return", "lend"}
)
"""Verbs that are another verb with «back»."""


def _turn_passives(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let the subject of a participle after a form of «be» or «get» be what it happens to: «When was it opened?»

        >>> words = [Word(1, "was", "be", "AUX", head=3, deprel="aux"),
        ...          Word(2, "it", "it", "PRON", head=3, deprel="nsubj"), Word(3, "opened", "open", "VERB")]
        >>> from scenograph.readers.corrections import correct
        >>> correct(words)
        [0, 1, 2]
        >>> [word.deprel for word in words[:2]]
        ['aux:pass', 'nsubj:pass']
    """
    for place, word in enumerate(words):
        if word.upos != "VERB" or not word.form.isascii() or not is_participle(word.form.lower()):
            continue
        below = [(number, it) for number, it in enumerate(words) if it.head == word.id]
        helpers = [(number, it) for number, it in below if it.deprel.startswith("aux")]
        if (
            not helpers
            or helpers[-1][1].lemma not in ("be", "get")
            or any(it.deprel == "obj" for _, it in below)
        ):
            continue
        asks = helpers[-1][0] == 0 and words[-1].form == "?"  # «Are dogs allowed?»
        gets = asks or helpers[-1][1].form == "getting"  # a passive without any doubt
        if not any(it.deprel == "nsubj" or (gets and it.deprel == "nsubj:pass") for _, it in below):
            continue
        for number, it in below:
            if it.deprel.startswith("nsubj"):
                yield number, it._replace(deprel="nsubj:pass")
        if gets:
            yield from helpers[:-1]
        yield helpers[-1][0], helpers[-1][1]._replace(deprel="aux:pass")
        feats = {**word.features, "VerbForm": "Part", "Tense": "Past", "Voice": "Pass"}
        for name in ("Mood", "Number", "Person"):
            feats.pop(name, None)
        yield place, word._replace(feats="|".join(f"{name}={feats[name]}" for name in sorted(feats)))


def _stay_in_the_present(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let a form that no past has be of the present: «No trains run on Sunday».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "run", "run", "VERB", feats="Mood=Ind|Tense=Past|VerbForm=Fin")]
        >>> correct(words)
        [0]
        >>> words[0].feats
        'Mood=Ind|Tense=Pres|VerbForm=Fin'
    """
    for place, word in enumerate(words):
        is_past = word.upos == "VERB" and {"Tense=Past", "VerbForm=Fin"} <= set(word.feats.split("|"))
        form = word.form.lower()
        if is_past and form == word.lemma and form.isascii() and english_forms.verb(form, "VBD") != form:
            yield place, word._replace(feats=word.feats.replace("Tense=Past", "Tense=Pres"))


def _stand_next_to(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Take «next to» before a noun for one preposition.

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "sits", "sit", "VERB"), Word(2, "next", "next", "ADV", head=1, deprel="advmod"),
        ...          Word(3, "to", "to", "ADP", head=4, deprel="case"),
        ...          Word(4, "Anna", "Anna", "PROPN", head=1, deprel="obl")]
        >>> correct(words)
        [1, 2]
        >>> [(word.head, word.deprel) for word in words[1:]]
        [(4, 'case'), (2, 'fixed'), (1, 'obl')]
    """
    for place, (word, to) in enumerate(pairwise(words)):
        if (
            word.form.lower() == "next"
            and to.form == "to"
            and to.deprel == "case"
            and word.deprel == "advmod"
        ):
            yield place, word._replace(head=to.head, deprel="case", upos="ADP")
            yield place + 1, to._replace(head=word.id, deprel="fixed")


def _give_to_owned(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Hang an owner on the noun behind it, not on the verb: «When does Tom's flight land?»

        >>> words = [Word(1, "Tom", "Tom", "PROPN", head=4, deprel="nmod:poss"),
        ...          Word(2, "'s", "'s", "PART", head=1),
        ...          Word(3, "flight", "flight", "NOUN", head=4), Word(4, "lands", "land", "VERB")]
        >>> from scenograph.readers.corrections import correct
        >>> correct(words)
        [0]
        >>> words[0].head
        3
    """
    for place, word in enumerate(words):
        if word.deprel != "nmod:poss" or not word.head or words[word.head - 1].upos != "VERB":
            continue
        owned = next((it for it in words[place + 1 :] if it.head == word.head and it.upos in _NOUNS), None)
        if owned is not None and owned.id < word.head:
            yield place, word._replace(head=owned.id)


def _part_years(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let a year before a name say when something is, and count nobody: «In 1545 Anna left».

        >>> words = [Word(1, "In", "in", "ADP", head=3, deprel="case"),
        ...          Word(2, "1545", "1545", "NUM", head=3, deprel="nummod"),
        ...          Word(3, "Anna", "Anna", "PROPN", head=4, deprel="nsubj"),
        ...          Word(4, "left", "leave", "VERB")]
        >>> from scenograph.readers.corrections import correct
        >>> correct(words)
        [0, 1]
        >>> [(word.head, word.deprel) for word in words[:2]]
        [(2, 'case'), (4, 'obl')]
    """
    for place, (before, year) in enumerate(pairwise(words), start=1):
        above = words[year.head - 1] if year.head else None
        if above is None or above.upos != "PROPN" or above.id < year.id or not above.head:
            continue
        is_year = len(year.form) == 4 and year.form.isdecimal() and year.upos == "NUM"
        if is_year and before.upos == "ADP" and before.head == above.id:
            yield place, year._replace(head=above.head, deprel="obl")
            yield place - 1, before._replace(head=year.id, deprel="case")


def _name_nouns(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let «named» describe a noun with «a», where nothing else is said: «A retired sailor named Baltazar.»

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "A", "a", "DET", head=2, deprel="det"),
        ...          Word(2, "man", "man", "NOUN", head=3, deprel="nsubj"), Word(3, "named", "name", "VERB"),
        ...          Word(4, "Tom", "Tom", "PROPN", head=3, deprel="obj")]
        >>> correct(words)
        [1, 2, 3]
        >>> [(word.head, word.deprel) for word in words[1:]]
        [(0, 'root'), (2, 'acl'), (3, 'xcomp')]
    """
    for place, verb in enumerate(words):
        if verb.head or verb.form not in ("named", "called"):
            continue
        below = {word.deprel.partition(":")[0]: word for word in words if word.head == verb.id}
        noun, name = below.get("nsubj"), below.get("obj")
        if noun is None or name is None or "aux" in below or name.upos != "PROPN" or noun.id > verb.id:
            continue
        if not any(it.head == noun.id and it.lemma == "a" for it in words):
            continue
        feats = "Tense=Past|VerbForm=Part|Voice=Pass"
        yield noun.id - 1, noun._replace(head=0, deprel="root")
        yield place, verb._replace(head=noun.id, deprel="acl", feats=feats)
        yield name.id - 1, name._replace(deprel="xcomp")
        for word in words:
            if word.head == verb.id and word.upos == "PUNCT":
                yield word.id - 1, word._replace(head=noun.id)


def _measure_adjectives(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Take what is said with «be» for an adjective where it can be one: «How long is the bridge?»

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "long", "long", "ADV"), Word(2, "is", "be", "AUX", head=1, deprel="cop"),
        ...          Word(3, "it", "it", "PRON", head=1, deprel="nsubj")]
        >>> correct(words)
        [0]
        >>> words[0].upos
        'ADJ'
    """
    for place, word in enumerate(words):
        if word.upos != "ADV" or "adj" not in english_forms.parts(word.lemma):
            continue
        below = {it.deprel for it in words if it.head == word.id}
        if {"cop", "nsubj"} <= below and word.lemma not in PLACE_ADVERBS | TIME_ADVERBS:
            yield place, word._replace(upos="ADJ")


def _count_up_to(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let «up to» say how many, and be no part of the verb before it: «You can borrow up to five books».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "borrow", "borrow", "VERB"),
        ...          Word(2, "up", "up", "ADP", head=1, deprel="compound:prt"),
        ...          Word(3, "to", "to", "ADP", head=5, deprel="case"),
        ...          Word(4, "five", "five", "NUM", head=5, deprel="nummod"),
        ...          Word(5, "books", "book", "NOUN", head=1, deprel="obl")]
        >>> correct(words)
        [1, 2, 4]
        >>> [(word.head, word.deprel) for word in words[1:]]
        [(4, 'advmod'), (2, 'fixed'), (5, 'nummod'), (1, 'obj')]
    """
    for place, (up, to, count) in enumerate(zip(words, words[1:], words[2:], strict=False)):
        noun = words[count.head - 1] if count.upos == "NUM" and count.deprel == "nummod" else None
        if noun is None or up.lemma != "up" or to.lemma != "to" or up.deprel != "compound:prt":
            continue
        has_object = any(it.head == noun.head and it.deprel == "obj" for it in words)
        if noun.deprel == "obl" and noun.head == up.head and not has_object:
            yield place, up._replace(head=count.id, deprel="advmod", upos="ADV")
            yield place + 1, to._replace(head=up.id, deprel="fixed")
            yield noun.id - 1, noun._replace(deprel="obj")


def _capitalise_names(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Take a small word for a noun, not for a name, in a text that has capitals: «Which lake is the deepest?»

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Which", "which", "DET", head=2, deprel="det"), Word(2, "lake", "lake", "PROPN")]
        >>> correct(words)
        [1]
        >>> words[1].upos
        'NOUN'
    """
    if not words or not words[0].form[:1].isupper():
        return  # «flights from phoenix»
    for place, word in enumerate(words):
        is_small = word.upos == "PROPN" and word.form.isascii() and word.form.islower()
        if is_small and "NOUN" in english_words.lemmas(word.form):
            yield place, word._replace(upos="NOUN")


def _name_by_capitals(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let a capital behind a name be a part of it, though a small word means something: «How old is Sam Quick?»

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "How", "how", "ADV", head=2, deprel="advmod"),
        ...          Word(2, "old", "old", "ADJ", head=5, deprel="nsubj"),
        ...          Word(3, "is", "be", "AUX", head=2, deprel="cop"),
        ...          Word(4, "Sam", "Sam", "PROPN", head=2, deprel="nsubj"), Word(5, "Quick", "Quick", "ADJ")]
        >>> correct(words)
        [1, 4]
        >>> [(word.head, word.deprel, word.upos) for word in words[1:]]
        [(0, 'root', 'ADJ'), (2, 'cop', 'AUX'), (2, 'nsubj', 'PROPN'), (4, 'flat', 'PROPN')]
    """
    plain = [word for word in words if word.form.isalpha()]
    if sum(word.form.islower() for word in plain) * 3 < len(plain):
        return  # a headline
    for place, (name, word) in enumerate(pairwise(words), 1):
        is_name = name.upos == "PROPN" and name.form.istitle() and name.form.isascii()
        if not is_name or word.upos not in ("ADJ", "ADV") or not word.form.istitle():
            continue
        if name.form.lower() in WEEKDAYS or word.deprel == "flat":
            continue
        top = name
        while top.head and top.head != word.id:
            top = words[top.head - 1]
        yield place, word._replace(head=name.id, deprel="flat", upos="PROPN", lemma=word.form)
        if top.head == word.id:  # the name hangs on its own second part
            yield top.id - 1, top._replace(head=word.head, deprel=word.deprel)
            for other in words:
                if other.head == word.id and other is not top:
                    yield other.id - 1, other._replace(head=top.id)


def _give_names(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Take what something is named for a name, if it has a capital: «They named it Biscuit».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "named", "name", "VERB"), Word(2, "it", "it", "PRON", head=1, deprel="obj"),
        ...          Word(3, "Biscuit", "Biscuit", "NOUN", head=1, deprel="xcomp")]
        >>> correct(words)
        [2]
        >>> words[2].upos
        'PROPN'
    """
    for place, word in enumerate(words):
        above = words[word.head - 1] if word.head else None
        if above is None or above.lemma not in ("name", "call") or word.deprel != "xcomp":
            continue
        if word.upos == "NOUN" and word.form.istitle() and word.form.isascii():
            yield place, word._replace(upos="PROPN", lemma=word.form)


def _count_with_adjectives(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Take a cardinal for a number, whatever part of speech it was read as: «She turned eighty».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "turned", "turn", "VERB"),
        ...          Word(2, "eighty", "eighty", "ADJ", feats="NumType=Card", head=1, deprel="obj")]
        >>> correct(words)
        [1]
        >>> words[1].upos
        'NUM'
    """
    for place, word in enumerate(words):
        if word.upos in ("ADJ", "NOUN") and "NumType=Card" in word.feats and word.form.isascii():
            yield place, word._replace(upos="NUM")


def _bring_back(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let «back» be a part of a verb that gives or brings: «Has Oliver given the tent back?»

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "gave", "give", "VERB"), Word(2, "it", "it", "PRON", head=1, deprel="obj"),
        ...          Word(3, "back", "back", "ADV", head=1, deprel="advmod")]
        >>> correct(words)
        [2]
        >>> words[2].deprel
        'compound:prt'
    """
    for place, word in enumerate(words):
        above = words[word.head - 1] if word.head else None
        if above is None or word.lemma != "back" or above.lemma not in _RETURNED:
            continue
        has_object = any(it.head == above.id and it.deprel == "obj" for it in words)
        if word.deprel in ("advmod", "compound:prt") and has_object and above.id < word.id:
            yield place, word._replace(deprel="compound:prt")


RULES: Final[tuple[Callable[[list[Word]], Iterator[tuple[int, Word]]], ...]] = (
    _turn_passives,
    _stay_in_the_present,
    _stand_next_to,
    _give_to_owned,
    _part_years,
    _name_nouns,
    _measure_adjectives,
    _count_up_to,
    _capitalise_names,
    _name_by_capitals,
    _give_names,
    _count_with_adjectives,
    _bring_back,
)
"""In the order in which they are tried."""
