"""Rules for English trees; that for years before names holds in Russian, too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

from scenograph.morphology import english_forms, english_words
from scenograph.readers.roles import PLACE_ADVERBS, TIME_ADVERBS
from scenograph.readers.sentence import Word

_PREDICATIVE: Final = frozenset({"VERB", "AUX"})
_ASKING: Final = frozenset({"who", "whom", "what", "which", "whose"})
_NOUNS: Final = frozenset({"NOUN", "PROPN"})


def _raise_copulas(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Give the copula of a question adverb to the verb that the adverb belongs to.

    «Where was she born?»: parsers that know «Where was she?» hang "was" on "where", which has no copula here.
    """
    for place, word in enumerate(words):
        above = words[word.head - 1] if word.head else None
        if above is not None and word.deprel == "cop" and above.deprel == "advmod":
            yield place, word._replace(head=above.head, deprel="aux")


def _raise_subjects(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Give the subject of a question adverb to what the adverb belongs to: «Until when is Anna on leave?»

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "when", "when", "ADV", feats="PronType=Int", head=4, deprel="advmod"),
        ...          Word(2, "is", "be", "AUX", head=4, deprel="aux"),
        ...          Word(3, "Anna", "Anna", "PROPN", head=1, deprel="nsubj"),
        ...          Word(4, "leave", "leave", "NOUN")]
        >>> correct(words)
        [1, 2]
        >>> [(word.head, word.deprel) for word in words[1:3]]
        [(4, 'cop'), (4, 'nsubj')]
    """
    for place, word in enumerate(words):
        above = words[word.head - 1] if word.head else None
        if above is None or not above.head or word.deprel != "nsubj":
            continue
        if above.deprel != "advmod" or above.features.get("PronType") != "Int":
            continue
        yield place, word._replace(head=above.head)
        top = words[above.head - 1]
        for number, other in enumerate(words):
            if other.head == top.id and other.lemma == "be" and top.upos not in _PREDICATIVE:
                yield number, other._replace(deprel="cop")


def _turn_passives(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let the subject of a participle after a form of «be» be what it happens to: «When was the bridge opened?»

        >>> words = [Word(1, "was", "be", "AUX", head=3, deprel="aux"),
        ...          Word(2, "it", "it", "PRON", head=3, deprel="nsubj"), Word(3, "opened", "open", "VERB")]
        >>> from scenograph.readers.corrections import correct
        >>> correct(words)
        [0, 1, 2]
        >>> [word.deprel for word in words[:2]]
        ['aux:pass', 'nsubj:pass']
    """
    for place, word in enumerate(words):
        if word.upos != "VERB" or not word.form.isascii() or not _is_participle(word.form.lower()):
            continue
        below = [(number, it) for number, it in enumerate(words) if it.head == word.id]
        helpers = [(number, it) for number, it in below if it.deprel.startswith("aux")]
        if not helpers or helpers[-1][1].lemma != "be" or any(it.deprel == "obj" for _, it in below):
            continue
        if not any(it.deprel == "nsubj" for _, it in below):
            continue
        for number, it in below:
            if it.deprel == "nsubj":
                yield number, it._replace(deprel="nsubj:pass")
        yield helpers[-1][0], helpers[-1][1]._replace(deprel="aux:pass")
        feats = {**word.features, "VerbForm": "Part", "Tense": "Past", "Voice": "Pass"}
        for name in ("Mood", "Number", "Person"):
            feats.pop(name, None)
        yield place, word._replace(feats="|".join(f"{name}={feats[name]}" for name in sorted(feats)))


def _is_participle(form: str) -> bool:
    """Whether an English *form* is the past participle of a verb: «opened», «written»; not «run», «come»."""
    return any(
        lemma != form and english_forms.verb(lemma, "VBN") == form
        for lemma in english_words.lemmas(form).get("VERB", ())
    )


def _ask_with_passives(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Read «What was the fire caused by?» as the passive that it is, whatever the parser made of it.

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "What", "what", "PRON"), Word(2, "was", "be", "AUX", head=1, deprel="cop"),
        ...          Word(3, "it", "it", "PRON", head=1, deprel="nsubj"),
        ...          Word(4, "caused", "cause", "VERB", feats="VerbForm=Part", head=3, deprel="acl"),
        ...          Word(5, "by", "by", "ADP", head=4, deprel="compound:prt")]
        >>> correct(words)
        [0, 1, 2, 3, 4]
        >>> [(word.head, word.deprel) for word in words]
        [(4, 'obl'), (4, 'aux:pass'), (4, 'nsubj:pass'), (0, 'root'), (1, 'case')]
    """
    spoken = [word for word in words if word.upos != "PUNCT"]
    if len(spoken) < 5 or spoken[0].lemma not in ("what", "who", "whom") or spoken[1].lemma != "be":
        return
    asked, be, *inside, verb, sign = spoken
    if sign.upos != "ADP" or not _is_participle(verb.form.lower()):
        return
    tops = [word for word in inside if word.head in (0, asked.id, be.id, verb.id)]
    things = [word for word in tops if word.upos in (*_NOUNS, "PRON") and word.deprel != "advmod"]
    if len(things) != 1:
        return
    feats = {**verb.features, "VerbForm": "Part", "Tense": "Past", "Voice": "Pass"}
    said = "|".join(
        f"{name}={feats[name]}" for name in sorted(feats) if name not in ("Mood", "Number", "Person")
    )
    yield asked.id - 1, asked._replace(head=verb.id, deprel="obl")
    yield be.id - 1, be._replace(head=verb.id, deprel="aux:pass")
    yield verb.id - 1, verb._replace(head=0, deprel="root", upos="VERB", feats=said)
    yield sign.id - 1, sign._replace(head=asked.id, deprel="case", upos="ADP")
    for word in words:
        if word is things[0]:
            yield word.id - 1, word._replace(head=verb.id, deprel="nsubj:pass")
        elif word in tops or (word.upos == "PUNCT" and word.head != verb.id):
            yield word.id - 1, word._replace(head=verb.id)


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


def _ask_with_prepositions(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let what stands after a preposition and «which» be asked of the noun behind: «On which floor is Anna?»

        >>> words = [Word(1, "On", "on", "ADP", head=3, deprel="case"),
        ...          Word(2, "which", "which", "DET", head=3, deprel="det"),
        ...          Word(3, "floor", "floor", "NOUN", head=5, deprel="nsubj"),
        ...          Word(4, "is", "be", "AUX", head=5, deprel="cop"), Word(5, "Anna", "Anna", "PROPN")]
        >>> from scenograph.readers.corrections import correct
        >>> correct(words)
        [1, 2, 3, 4]
        >>> [(word.head, word.deprel) for word in words[2:]]
        [(0, 'root'), (3, 'cop'), (3, 'nsubj')]
    """
    verbs = [place for place, word in enumerate(words) if word.upos in _PREDICATIVE]
    if len(verbs) != 1 or words[verbs[0]].lemma != "be" or verbs[0] < 3:
        return
    if words[0].upos != "ADP" or words[1].lemma not in ("which", "what", "whose"):
        return
    [verb], top = verbs, next(place for place, word in enumerate(words) if not word.head)
    place = verb - 1
    asked, thing = words[place], words[top]
    if asked.upos not in _NOUNS or thing.upos not in (*_NOUNS, "PRON") or top < verb:
        return
    yield place, asked._replace(head=0, deprel="root")
    yield verb, words[verb]._replace(head=asked.id, deprel="cop")
    yield top, thing._replace(head=asked.id, deprel="nsubj")
    for number, word in enumerate(words):
        if number == 1:
            yield number, word._replace(head=asked.id, deprel="det", feats="PronType=Int")
        elif (number < place and word.head != asked.id and word.deprel == "case") or (
            word.head == thing.id and word.upos == "PUNCT"
        ):
            yield number, word._replace(head=asked.id)


def _ask_with_stranded(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Hang a preposition at the end of a question on what is asked for: «Who did she lend it to?», «to whom».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Who", "who", "PRON", head=3, deprel="obj"),
        ...          Word(2, "she", "she", "PRON", head=3, deprel="nsubj"),
        ...          Word(3, "works", "work", "VERB"), Word(4, "for", "for", "ADP", head=3, deprel="obl")]
        >>> correct(words)
        [0, 3]
        >>> [(word.head, word.deprel) for word in words]
        [(3, 'obl'), (3, 'nsubj'), (0, 'root'), (1, 'case')]
    """
    spoken = [place for place, word in enumerate(words) if word.upos != "PUNCT"]
    if len(spoken) < 4 or words[0].lemma not in _ASKING or words[spoken[-1]].upos != "ADP":
        return
    last, before = words[spoken[-1]], words[spoken[-2]]
    above = words[last.head - 1] if last.head else last
    predicate = above if above.upos == "VERB" else before
    is_beside = words[0].deprel in ("det", "nmod:poss") and words[0].head
    noun = words[words[0].head - 1] if is_beside else words[0]
    if predicate.upos not in ("VERB", "ADJ") or last.deprel == "compound:prt" or noun.id >= predicate.id:
        return
    top = next(word for word in words if not word.head)
    if predicate.head and top.upos == "VERB":
        return
    yield noun.id - 1, noun._replace(head=predicate.id, deprel="obl")
    yield last.id - 1, last._replace(head=noun.id, deprel="case")
    if predicate.head:  # «What is Julia allergic to?», read as what Julia Allergic is
        yield predicate.id - 1, predicate._replace(head=0, deprel="root")
        helper = "aux" if predicate.upos == "VERB" else "cop"
        for word in words:
            if word.head not in (top.id, predicate.id) and word.id != top.id:
                continue
            if word.lemma == "be" and word.upos == "AUX":
                yield word.id - 1, word._replace(head=predicate.id, deprel=helper)
            elif word.id != noun.id and (word.deprel == "nsubj" or word.id == top.id):
                yield word.id - 1, word._replace(head=predicate.id, deprel="nsubj")
            elif word.upos == "PUNCT":
                yield word.id - 1, word._replace(head=predicate.id)


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


RULES: Final[tuple[Callable[[list[Word]], Iterator[tuple[int, Word]]], ...]] = (
    _ask_with_passives,
    _raise_copulas,
    _raise_subjects,
    _turn_passives,
    _stay_in_the_present,
    _stand_next_to,
    _give_to_owned,
    _part_years,
    _ask_with_prepositions,
    _ask_with_stranded,
    _name_nouns,
    _measure_adjectives,
)
"""In the order in which they are tried."""
