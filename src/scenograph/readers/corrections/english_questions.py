"""Rules for trees of English questions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from scenograph.morphology import english_words
from scenograph.readers.corrections.forms import is_participle
from scenograph.readers.sentence import Word

_PREDICATIVE: Final = frozenset({"VERB", "AUX"})
_ASKING: Final = frozenset({"who", "whom", "what", "which", "whose"})
_NOUNS: Final = frozenset({"NOUN", "PROPN"})
_BEFORE_NOUNS: Final = frozenset(
    {"at", "for", "to", "with", "about", "from", "of", "into", "against", "like"}
)
"""Prepositions that are no part of a verb."""


_AFTERWARDS: Final = frozenset(
    {"before", "now", "then", "today", "yesterday", "earlier", "previously", "usually"}
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
    if sign.upos != "ADP" or not is_participle(verb.form.lower()):
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
    Give the subject of a question adverb or an auxiliary to what that belongs to: «Until when is Anna ill?»

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
        helped = above is not None and above.lemma == "do" and above.upos == "AUX" and word.id > above.id
        if (
            above is None
            or not above.head
            or (word.deprel != "nsubj" and not (helped and word.deprel == "obj"))
        ):
            continue
        asks = above.deprel == "advmod" and above.features.get("PronType") == "Int"
        if not asks and not (above.upos == "AUX" and above.deprel.startswith("aux")):
            continue
        yield place, word._replace(head=above.head, deprel="nsubj")
        top = words[above.head - 1]
        for number, other in enumerate(words):
            if other.head == top.id and other.lemma == "be" and top.upos not in _PREDICATIVE:
                yield number, other._replace(deprel="cop")


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

    An adverb of time may follow: «Who did she work for before?»
    """
    spoken = [place for place, word in enumerate(words) if word.upos != "PUNCT"]
    while len(spoken) > 4 and words[spoken[-1]].lemma in _AFTERWARDS:
        spoken.pop()
    if len(spoken) < 4 or words[0].lemma not in _ASKING or words[spoken[-1]].upos != "ADP":
        return
    last, before = words[spoken[-1]], words[spoken[-2]]
    above = words[last.head - 1] if last.head else last
    predicate = above if above.upos == "VERB" else before
    is_beside = words[0].deprel in ("det", "nmod:poss") and words[0].head
    noun = words[words[0].head - 1] if is_beside else words[0]
    if (
        predicate.upos not in ("VERB", "ADJ")
        or (last.deprel == "compound:prt" and last.form not in _BEFORE_NOUNS)
        or noun.id >= predicate.id
    ):
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


def _ask_where_from(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Hang a preposition at the end on «where»: «Where does she come from?»

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Where", "where", "ADV", head=4, deprel="advmod"),
        ...          Word(2, "does", "do", "AUX", head=4, deprel="aux"),
        ...          Word(3, "she", "she", "PRON", head=4, deprel="nsubj"),
        ...          Word(4, "come", "come", "VERB"), Word(5, "from", "from", "ADP", head=4, deprel="obl")]
        >>> correct(words)
        [4]
        >>> (words[4].head, words[4].deprel)
        (1, 'case')
    """
    spoken = [word for word in words if word.upos != "PUNCT"]
    if len(spoken) > 3 and spoken[0].lemma == "where" and spoken[-1].form in ("from", "to"):
        last = spoken[-1]
        if spoken[0].head and last.deprel in ("obl", "advmod", "case", "compound:prt"):
            yield last.id - 1, last._replace(head=spoken[0].id, deprel="case", upos="ADP")


def _ask_for_names(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Read «What is the puppy called?» as a question for a name, which it must be.

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "What", "what", "PRON", head=4, deprel="obj"),
        ...          Word(2, "is", "be", "AUX", head=4, deprel="aux"),
        ...          Word(3, "it", "it", "PRON", head=4, deprel="nsubj"), Word(4, "called", "call", "VERB")]
        >>> correct(words)
        [0, 1, 2, 3]
        >>> [word.deprel for word in words]
        ['xcomp', 'aux:pass', 'nsubj:pass', 'root']
    """
    spoken = [word for word in words if word.upos != "PUNCT"]
    if len(spoken) < 4 or spoken[0].lemma != "what" or spoken[1].lemma != "be":
        return
    asked, be, *inside, verb = spoken
    things = [word for word in inside if word.head in (verb.id, asked.id) and word.upos in (*_NOUNS, "PRON")]
    if verb.form not in ("called", "named") or len(things) != 1 or verb.head:
        return
    yield asked.id - 1, asked._replace(head=verb.id, deprel="xcomp")
    yield be.id - 1, be._replace(head=verb.id, deprel="aux:pass")
    yield things[0].id - 1, things[0]._replace(head=verb.id, deprel="nsubj:pass")
    yield verb.id - 1, verb._replace(feats="Tense=Past|VerbForm=Part|Voice=Pass")


def _ask_who(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Read «Who was Ada Lovelace?» as a question for what somebody is, which it must be.

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Who", "who", "PRON", head=4, deprel="nsubj"),
        ...          Word(2, "was", "be", "AUX", head=4, deprel="cop"), Word(3, "Ada", "Ada", "PROPN"),
        ...          Word(4, "Lovelace", "Lovelace", "PROPN", head=3, deprel="flat")]
        >>> correct(words)
        [0, 1, 2, 3]
        >>> [(word.head, word.deprel) for word in words]
        [(0, 'root'), (1, 'cop'), (1, 'nsubj'), (3, 'flat')]
    """
    spoken = [word for word in words if word.upos != "PUNCT"]
    if len(spoken) < 3 or spoken[0].lemma != "who" or spoken[1].lemma != "be":
        return
    asked, be, first, *others = spoken
    if any(word.upos != "PROPN" for word in (first, *others)):
        return
    yield asked.id - 1, asked._replace(head=0, deprel="root")
    yield be.id - 1, be._replace(head=asked.id, deprel="cop")
    yield first.id - 1, first._replace(head=asked.id, deprel="nsubj")
    for word in others:
        yield word.id - 1, word._replace(head=first.id, deprel="flat")
    for word in words:
        if word.upos == "PUNCT":
            yield word.id - 1, word._replace(head=asked.id)


def _ask_with_do(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Take the last word of a question with «do» for its verb, if nothing else can be: «How long does it last?»

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "How", "how", "ADV", feats="PronType=Int", head=2, deprel="advmod"),
        ...          Word(2, "long", "long", "ADV", head=5, deprel="advmod"),
        ...          Word(3, "does", "do", "AUX", head=5, deprel="aux"),
        ...          Word(4, "the", "the", "DET", head=5, deprel="det"), Word(5, "film", "film", "NOUN"),
        ...          Word(6, "last", "last", "ADV", head=5, deprel="advmod")]
        >>> correct(words)
        [1, 2, 4, 5]
        >>> [(word.head, word.deprel) for word in words]
        [(2, 'advmod'), (6, 'advmod'), (6, 'aux'), (5, 'det'), (6, 'nsubj'), (0, 'root')]
    """
    spoken = [word for word in words if word.upos != "PUNCT"]
    top = next((word for word in words if not word.head), None)
    if len(spoken) < 4 or top is None:
        return
    last = spoken[-1]
    does = [it for it in spoken if it.head == top.id and it.deprel == "aux" and it.lemma == "do"]
    if does and top is last and top.upos in ("ADJ", "NOUN", "ADV"):
        if top.form in english_words.lemmas(top.form).get("VERB", ()):  # «How long does the trip last?»
            yield top.id - 1, top._replace(upos="VERB", lemma=top.form, feats="VerbForm=Inf")
        return
    is_lasting = [it.form.lower() for it in (*spoken[:2], spoken[-1])] == ["how", "long", "last"]
    if not (top.upos in (*_NOUNS, "PRON") or (is_lasting and top.id == spoken[-2].id)):
        return
    if spoken[0].features.get("PronType") != "Int" or not spoken[0].form.isascii():
        return
    verb = spoken[-1]
    helpers = [word for word in spoken if word.upos == "AUX" and word.lemma == "do" and word.id < top.id]
    others = [it for it in words if it.upos == "VERB" and it not in (verb, top)]
    others = [it for it in others if it.deprel not in ("amod", "acl")]
    is_verb = verb.form.lower() in english_words.lemmas(verb.form).get("VERB", ())
    if len(helpers) != 1 or others or not is_verb or verb.id <= top.id:
        return
    yield verb.id - 1, verb._replace(upos="VERB", feats="VerbForm=Inf", head=0, deprel="root")
    upos = "NOUN" if top.upos == "VERB" else top.upos
    yield top.id - 1, top._replace(head=verb.id, deprel="nsubj", upos=upos)
    yield helpers[0].id - 1, helpers[0]._replace(head=verb.id, deprel="aux")
    for word in words:
        if word.head == top.id and word.deprel == "nsubj":  # «ferry trip»
            yield word.id - 1, word._replace(deprel="compound")
        is_asking = word.head == top.id and word.id < helpers[0].id
        if is_asking or (word.head in (top.id, verb.id) and word.upos == "PUNCT"):
            yield word.id - 1, word._replace(head=verb.id)


def _ask_since_when(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let «since when» ask when something began, and what follows be one clause: «Since when has it been shut?»

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Since", "since", "ADP", head=3, deprel="mark"),
        ...          Word(2, "when", "when", "ADV", feats="PronType=Int", head=3, deprel="advmod"),
        ...          Word(3, "has", "have", "AUX", head=6, deprel="advcl"),
        ...          Word(4, "it", "it", "PRON", head=6, deprel="nsubj"),
        ...          Word(5, "been", "be", "AUX", head=6, deprel="cop"), Word(6, "open", "open", "ADJ")]
        >>> correct(words)
        [0, 1, 2]
        >>> [(word.head, word.deprel) for word in words[:3]]
        [(2, 'case'), (6, 'advmod'), (6, 'aux')]
    """
    if len(words) < 4 or words[0].lemma not in ("since", "until", "till") or words[1].lemma != "when":
        return
    sign, when, helper = words[:3]
    if helper.lemma not in ("have", "be", "do", "will", "can") or not helper.head:
        return
    top = words[helper.head - 1]
    if when.head != helper.id and when.head != top.id:
        return
    yield 0, sign._replace(head=when.id, deprel="case", upos="ADP")
    yield 1, when._replace(head=top.id, deprel="advmod")
    yield 2, helper._replace(head=top.id, upos="AUX", deprel="cop" if helper.lemma == "be" else "aux")
    for word in words[3:]:
        if word.head == helper.id:
            yield word.id - 1, word._replace(head=top.id)


RULES: Final[tuple[Callable[[list[Word]], Iterator[tuple[int, Word]]], ...]] = (
    _ask_with_do,
    _ask_since_when,
    _ask_who,
    _ask_for_names,
    _ask_with_passives,
    _raise_copulas,
    _raise_subjects,
    _ask_with_prepositions,
    _ask_with_stranded,
    _ask_where_from,
)
"""In the order in which they are tried."""
