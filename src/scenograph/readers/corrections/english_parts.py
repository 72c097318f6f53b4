"""Rules for English trees about what hangs on which word: owners, objects, joined phrases, prepositions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

from scenograph.morphology import english_forms, english_words
from scenograph.readers import values
from scenograph.readers.corrections.forms import is_participle
from scenograph.readers.sentence import Word

_NOUNS: Final = frozenset({"NOUN", "PROPN"})
_TWO_WORDS: Final = frozenset(
    {("out", "of"), ("because", "of"), ("instead", "of"), ("ahead", "of"), ("due", "to")}
)
_SEQUENCE: Final = frozenset({"last", "next", "this", "every", "each"})
_BESIDE_HOW: Final = frozenset({"compound", "nmod", "amod", "obl:unmarked"})
"""What a name before an adjective was taken for."""
_NO_OBJECTS: Final = frozenset({"who", "what", "whom", "which"})


def _name_them(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let «it» or «him» be who gets a name, for they own nothing: «They named it Biscuit».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "named", "name", "VERB"),
        ...          Word(2, "it", "it", "PRON", head=3, deprel="nmod:poss"),
        ...          Word(3, "Rex", "rex", "NOUN", head=1, deprel="obj")]
        >>> correct(words)
        [1, 2]
        >>> [(word.head, word.deprel) for word in words[1:]]
        [(1, 'obj'), (1, 'xcomp')]
    """
    for verb, who, name in zip(words, words[1:], words[2:], strict=False):
        if verb.lemma not in ("name", "call") or who.form not in ("it", "him", "them", "her"):
            continue
        is_owner = who.head == name.id
        is_given = who.head == verb.id and (who.deprel, name.deprel) == ("iobj", "obj")
        if (is_owner or is_given) and name.head == verb.id and name.form.istitle() and name.upos in _NOUNS:
            yield who.id - 1, who._replace(head=verb.id, deprel="obj")
            yield name.id - 1, name._replace(deprel="xcomp", upos="PROPN", lemma=name.form)


def _turn_numbers(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let a number count no single week: «She turned eighty last week».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "turned", "turn", "VERB"),
        ...          Word(2, "eighty", "eighty", "NUM", head=4, deprel="amod"),
        ...          Word(3, "last", "last", "ADJ", head=4, deprel="amod"),
        ...          Word(4, "week", "week", "NOUN", head=1, deprel="obl:unmarked")]
        >>> correct(words)
        [1]
        >>> words[1].head, words[1].deprel
        (1, 'obj')
    """
    for verb, number, order in zip(words, words[1:], words[2:], strict=False):
        amount = values.number([number.form.lower()])
        if verb.upos != "VERB" or order.lemma not in _SEQUENCE or not amount or amount == "1":
            continue
        if number.upos in ("NUM", "ADJ") and number.head == order.head and number.head > order.id:
            yield number.id - 1, number._replace(head=verb.id, deprel="obj", upos="NUM")


def _get_done(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Read «is getting married» as a passive, whatever is above: «Leo is getting married to Sofia».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Leo", "Leo", "PROPN", head=3, deprel="nsubj:pass"),
        ...          Word(2, "is", "be", "AUX", head=3, deprel="aux"), Word(3, "getting", "get", "VERB"),
        ...          Word(4, "married", "marry", "VERB", head=3, deprel="xcomp")]
        >>> correct(words)
        [0, 1, 2, 3]
        >>> [(word.head, word.deprel) for word in words]
        [(4, 'nsubj:pass'), (4, 'aux'), (4, 'aux:pass'), (0, 'root')]
    """
    for get, done in pairwise(words):
        if get.form != "getting" or not is_participle(done.form.lower()) or done.upos not in ("VERB", "ADJ"):
            continue
        below = [it for it in words if it.head == get.id and it is not done]
        if (done.head, done.deprel) == (get.id, "xcomp") and not any(it.deprel == "obj" for it in below):
            yield get.id - 1, get._replace(head=done.id, deprel="aux:pass", upos="AUX")
            lemma = english_words.lemmas(done.form).get("VERB", (done.lemma,))[0]
            feats = "Tense=Past|VerbForm=Part|Voice=Pass"
            yield (
                done.id - 1,
                done._replace(head=get.head, deprel=get.deprel, upos="VERB", lemma=lemma, feats=feats),
            )
        elif get.head == done.id and get.deprel.startswith("aux") and below:
            yield get.id - 1, get._replace(deprel="aux:pass", upos="AUX")
        else:
            continue
        for word in below:
            deprel = "nsubj:pass" if word.deprel == "nsubj" else word.deprel
            yield word.id - 1, word._replace(head=done.id, deprel=deprel)


def _join_prepositions(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let «out of» be one preposition: «The lift is out of order».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "out", "out", "ADP", head=3, deprel="case"),
        ...          Word(2, "of", "of", "ADP", head=3, deprel="case"), Word(3, "order", "order", "NOUN")]
        >>> correct(words)
        [1]
        >>> words[1].head, words[1].deprel
        (1, 'fixed')
    """
    for first, second in pairwise(words):
        is_one = (first.form.lower(), second.form.lower()) in _TWO_WORDS and first.head == second.head
        if is_one and first.deprel == second.deprel == "case":
            yield second.id - 1, second._replace(head=first.id, deprel="fixed")


def _join_places(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Join a phrase with a preposition to what is like it: «online or at the desk», «in Hull but not in Leeds».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "stops", "stop", "VERB"), Word(2, "in", "in", "ADP", head=3, deprel="case"),
        ...          Word(3, "Hull", "Hull", "PROPN", head=1, deprel="obl"),
        ...          Word(4, "but", "but", "CCONJ", head=6, deprel="cc"),
        ...          Word(5, "in", "in", "ADP", head=6, deprel="case"),
        ...          Word(6, "Leeds", "Leeds", "PROPN", head=1, deprel="conj")]
        >>> correct(words)
        [5]
        >>> words[5].head
        3
    """
    signs = {it.head: it.lemma for it in words if it.deprel == "case"}
    for place, word in enumerate(words):
        above = words[word.head - 1] if word.head else word
        if word.deprel != "conj" or word.upos not in _NOUNS or word.id not in signs or above.id in signs:
            continue
        joins = next((it for it in words if it.head == word.id and it.deprel == "cc"), None)
        before = words[joins.id - 2] if joins is not None and joins.id > 1 else word
        if before is not word and before.form == "," and before.id > 1:
            before = words[before.id - 2]
        is_like = signs.get(before.id) == signs[word.id] and before.deprel in ("obl", "nmod")
        is_adverb = before.upos == "ADV" and before.deprel == "advmod" and above.upos in _NOUNS
        if above.upos in ("VERB", "NOUN", "PROPN") and (is_like or is_adverb) and before.id < word.id:
            yield place, word._replace(head=before.id)


def _own_by_two_names(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let two names before «'s» be one owner: «Ada Lovelace's father».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Ada", "Ada", "PROPN", head=4, deprel="nmod:poss"),
        ...          Word(2, "Blom", "Blom", "PROPN", head=4, deprel="nmod:poss"),
        ...          Word(3, "'s", "'s", "PART", head=1, deprel="case"), Word(4, "son", "son", "NOUN")]
        >>> correct(words)
        [1]
        >>> words[1].head, words[1].deprel
        (1, 'flat')
    """
    for first, second, sign in zip(words, words[1:], words[2:], strict=False):
        is_name = first.upos == second.upos == "PROPN" and sign.lemma == "'s"
        if is_name and first.head == second.id == sign.head + 1 and second.deprel == "nmod:poss":
            yield sign.id - 1, sign._replace(head=second.id)  # it is no part of the first name
        is_pair = first.upos == second.upos == "PROPN" and first.head == second.head
        is_owner = is_pair and first.deprel == second.deprel == "nmod:poss"
        if is_owner and sign.lemma == "'s" and sign.head in (first.id, second.id):
            yield second.id - 1, second._replace(head=first.id, deprel="flat")
            if sign.head != first.id:
                yield sign.id - 1, sign._replace(head=first.id)


def _do_to_adjectives(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Take for a verb what was read as an adjective with the subject of a passive: «It was closed».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "It", "it", "PRON", head=3, deprel="nsubj:pass"),
        ...          Word(2, "was", "be", "AUX", head=3, deprel="cop"), Word(3, "closed", "closed", "ADJ")]
        >>> correct(words)
        [0, 1, 2]
        >>> words[1].deprel, words[2].upos, words[2].lemma
        ('aux:pass', 'VERB', 'close')
    """
    for place, word in enumerate(words):
        below = [it for it in words if it.head == word.id]
        if word.upos != "ADJ" or not any(it.deprel == "nsubj:pass" for it in below):
            continue
        verbs = english_words.lemmas(word.form).get("VERB", ())
        be = next((it for it in below if it.deprel in ("cop", "aux:pass") and it.lemma == "be"), None)
        if be is not None and verbs and is_participle(word.form.lower()):
            yield be.id - 1, be._replace(deprel="aux:pass")
            yield from ((it.id - 1, it) for it in below if it.deprel == "nsubj:pass")
            yield (
                place,
                word._replace(upos="VERB", lemma=verbs[0], feats="Tense=Past|VerbForm=Part|Voice=Pass"),
            )


def _do_instead_of_being(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let a verb that is no «be» act, where it was taken for a copula: «Who coaches the team?»

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Who", "who", "PRON"), Word(2, "coaches", "coach", "VERB", head=1, deprel="cop"),
        ...          Word(3, "it", "it", "PRON", head=1, deprel="nsubj")]
        >>> correct(words)
        [0, 1, 2]
        >>> [(word.head, word.deprel) for word in words]
        [(2, 'nsubj'), (0, 'root'), (2, 'obj')]
    """
    for place, verb in enumerate(words):
        asked = words[verb.head - 1] if verb.head else verb
        if verb.deprel != "cop" or verb.upos != "VERB" or verb.lemma == "be" or not verb.form.isascii():
            continue
        below = [it for it in words if it.head == asked.id and it is not verb]
        own = [it for it in words if it.head == verb.id and it.deprel == "obj"]
        things = own or [it for it in below if it.deprel in ("nsubj", "obj") and it.id > verb.id]
        if asked.head or asked.id != place or len(things) != 1 or asked.lemma not in _NO_OBJECTS:
            continue
        yield asked.id - 1, asked._replace(head=verb.id, deprel="nsubj")
        yield place, verb._replace(head=0, deprel="root")
        for word in below:
            yield word.id - 1, word._replace(head=verb.id, deprel="obj" if word in things else word.deprel)


def _be_somehow(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let a name before an adjective with «be» be who is so: «What is Julia allergic to?»

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Is", "be", "AUX", head=3, deprel="cop"),
        ...          Word(2, "Julia", "Julia", "PROPN", head=3, deprel="compound"),
        ...          Word(3, "ill", "ill", "ADJ")]
        >>> correct(words)
        [1]
        >>> words[1].deprel
        'nsubj'
    """
    for word in words:
        below = [it for it in words if it.head == word.id]
        relations = {it.deprel.partition(":")[0] for it in below}
        names = [it for it in below if it.upos == "PROPN" and it.deprel in _BESIDE_HOW]
        if word.upos == "ADJ" and "cop" in relations and "nsubj" not in relations and len(names) == 1:
            yield names[0].id - 1, names[0]._replace(deprel="nsubj")


def _go_on_after_helpers(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let a verb joined to one with «will» or «to» be an infinitive, too: «He will wash and paint the wall».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "will", "will", "AUX", head=2, deprel="aux"), Word(2, "wash", "wash", "VERB"),
        ...          Word(3, "dry", "dry", "VERB", feats="Tense=Pres|VerbForm=Fin", head=2, deprel="conj")]
        >>> correct(words)
        [2]
        >>> words[2].feats
        'VerbForm=Inf'
    """
    for place, word in enumerate(words):
        above = words[word.head - 1] if word.head else word
        if word.deprel != "conj" or {word.upos, above.upos} != {"VERB"} or word.form != word.lemma:
            continue
        helpers = [it for it in words if it.head == above.id and it.deprel == "aux"]
        own = {it.deprel.partition(":")[0] for it in words if it.head == word.id}
        is_plain = "VerbForm=Inf" not in word.feats and word.form.isascii()
        if helpers and helpers[0].lemma in _MODALS and is_plain and own.isdisjoint({"nsubj", "aux", "mark"}):
            yield place, word._replace(feats="VerbForm=Inf")


def _go_on_in_the_past(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let a verb joined to one in the past be in the past, too: «He apologised and promised to pay».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "came", "come", "VERB", feats="Mood=Ind|Tense=Past|VerbForm=Fin"),
        ...          Word(2, "ate", "eat", "VERB", feats="Tense=Past|VerbForm=Part", head=1, deprel="conj")]
        >>> correct(words)
        [1]
        >>> words[1].feats
        'Mood=Ind|Tense=Past|VerbForm=Fin'
    """
    for place, word in enumerate(words):
        above = words[word.head - 1] if word.head else word
        if word.deprel != "conj" or {word.upos, above.upos} != {"VERB"} or not word.form.isascii():
            continue
        is_past = {"Tense=Past", "VerbForm=Fin"} <= set(above.feats.split("|"))
        own = {it.deprel.partition(":")[0] for it in words if it.head == word.id}
        is_plain = "VerbForm=Part" in word.feats and own.isdisjoint({"nsubj", "aux", "mark"})
        if is_past and is_plain and english_forms.verb(word.lemma, "VBD") == word.form.lower():
            yield place, word._replace(feats=above.feats)


_MODALS: Final = frozenset({"will", "would", "can", "could", "may", "might", "must", "shall", "should"})


RULES: Final[tuple[Callable[[list[Word]], Iterator[tuple[int, Word]]], ...]] = (
    _name_them,
    _turn_numbers,
    _get_done,
    _join_prepositions,
    _join_places,
    _own_by_two_names,
    _do_to_adjectives,
    _do_instead_of_being,
    _be_somehow,
    _go_on_after_helpers,
    _go_on_in_the_past,
)
"""In the order in which they are tried."""
