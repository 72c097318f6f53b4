"""Rules for English trees about numbers: what they count, which words say one, and which are not exact."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

from scenograph.readers import roles, values
from scenograph.readers.corrections.english_amounts import AMOUNTS, LASTING
from scenograph.readers.sentence import Word

_BEFORE_COUNTED: Final = frozenset({"compound", "nummod", "amod", "det", "nmod", "nmod:unmarked"})
_SCALES: Final = frozenset({100, 10**3, 10**6, 10**9, 10**12})
_NEARLY: Final = frozenset({"about", "around", "over", "under", "roughly", "nearly", "almost"})
_TAKING_ABOUT: Final = frozenset(
    {"talk", "speak", "think", "write", "read", "hear", "know", "learn", "ask", "tell", "worry", "complain",
     "dream", "care", "forget", "sing", "argue", "say", "lie", "laugh", "joke", "warn", "inform", "report"}
)  # fmt: skip
_OF_CLAUSES: Final = frozenset(
    {"nsubj", "csubj", "expl", "aux", "cop", "obl", "advcl", "mark", "case", "punct"}
)
_BEFORE_ABOUT: Final = frozenset({"in", "after", "within", "for", "at"})
_SIZES: Final = frozenset({"long", "wide", "high", "tall", "deep", "thick", "old", "broad"})
_OF_AMOUNTS: Final = frozenset({"nummod", "det", "amod", "advmod", "compound"})


def _count_nouns(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let a number before a noun in the plural count it: «Eleven residents came».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "Eleven", "eleven", "NUM", head=2, deprel="compound"),
        ...          Word(2, "guests", "guest", "NOUN", feats="Number=Plur", head=3, deprel="nsubj"),
        ...          Word(3, "came", "come", "VERB")]
        >>> correct(words)
        [0]
        >>> words[0].deprel
        'nummod'
    """
    for place, (number, noun) in enumerate(pairwise(words)):
        unit = words[place + 2] if noun.form in ("square", "cubic") and place + 2 < len(words) else noun
        is_unit = unit is not noun and noun.head == unit.id
        if number.upos == "NUM" and number.head == noun.id and is_unit and unit.upos == "NOUN":
            yield place, number._replace(head=unit.id, deprel="nummod")  # «sixty square metres»
            continue
        counts = number.upos == "NUM" and number.head == noun.id and noun.upos == "NOUN"
        if not counts or number.deprel not in _BEFORE_COUNTED or "Number=Plur" not in noun.feats:
            continue
        if values.number([number.form.lower()]) and not values.year(number.form):  # «2020 elections»
            yield place, number._replace(deprel="nummod")


def _spell_numbers(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let the numerals that say one number be one: «sixty-two thousand people».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "two", "two", "NUM", head=3, deprel="nummod"),
        ...          Word(2, "thousand", "thousand", "NUM", head=3, deprel="nummod"),
        ...          Word(3, "people", "people", "NOUN", feats="Number=Plur")]
        >>> correct(words)
        [0, 1]
        >>> words[0].head, words[0].deprel
        (2, 'compound')
    """
    place = 0
    while place < len(words):
        run = _one_number(words, place)
        place = run[-1] + 1 if run else place + 1
        ids = {words[it].id for it in run}
        while run and words[run[-1]].upos != "NUM":
            run.pop()
        outside = [words[it] for it in run if words[it].head not in ids and words[it].upos == "NUM"]
        if len(run) < 2 or not outside:
            continue
        *before, last = run
        top = words[last] if words[last].head not in ids else outside[0]
        yield from _unjoin(words, ids, words[last])
        counts = bool(top.head) and words[top.head - 1].id > top.id and top.deprel in _BEFORE_COUNTED
        yield last, words[last]._replace(head=top.head, deprel="nummod" if counts else top.deprel)
        for number in before:
            if words[number].form in ("-", "and"):
                silent = "punct" if words[number].form == "-" else "goeswith"
                yield number, words[number]._replace(head=words[number + 1].id, deprel=silent)
            else:
                yield number, words[number]._replace(head=words[last].id, deprel="compound")


def _unjoin(words: list[Word], number: set[int], last: Word) -> Iterator[tuple[int, Word]]:
    """Take what was joined to the first words of a number for the whole: «a hundred, and two years old»."""
    top = words[last.head - 1] if last.head else last
    while top.head and top.head not in number:
        top = words[top.head - 1]
    if top is last or not top.head or top.deprel != "conj":
        return
    joined = words[top.head - 1]
    yield top.id - 1, top._replace(head=joined.head, deprel=joined.deprel)
    for word in words:
        if word.head == joined.id and word.deprel.partition(":")[0] in _OF_CLAUSES:
            yield word.id - 1, word._replace(head=top.id)


def _one_number(words: list[Word], start: int) -> list[int]:
    """Return the places of the words from *start* that say one number, with the hyphens between them."""
    run: list[int] = []
    before = 0
    for place in range(start, len(words)):
        word = words[place]
        if word.form in ("-", "and") and run and run[-1] == place - 1 and place + 1 < len(words):
            amount = _amount(words[place + 1])
            is_inside = before in _SCALES and _is_counted(words, place + 1)  # «a hundred and five guests»
            if (word.form == "-" or is_inside) and _follows(before, amount):
                run.append(place)
                continue
            break
        amount = _amount(word)
        if not amount or (run and not _follows(before, amount)):
            break
        run.append(place)
        before = amount
    return run


def _is_counted(words: list[Word], place: int) -> bool:
    """Whether a noun stands behind the numeral at *place* and what goes on with it."""
    rest = [it for it in words[place:] if it.form != "-"]
    after = next((it for it in rest if it.upos != "NUM"), None)
    return after is not None and after.upos == "NOUN" and "Number=Plur" in after.feats


def _follows(before: int, amount: int) -> bool:
    """Whether a numeral goes on with a number: «twenty five», «five hundred», «thousand five»."""
    if amount in _SCALES:
        return before < amount or before in _SCALES
    return (before in _SCALES and 0 < amount < before) or (20 <= before < 100 and 0 < amount < 10)


def _amount(word: Word) -> int:
    """Return the number that an English word says; 0 for digits and for what is none."""
    said = values.number([word.form.lower()]) if word.upos == "NUM" and word.form.isascii() else None
    return int(said) if said and said.isdigit() and not word.form[:1].isdigit() else 0


def _place_numbers(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Hang a preposition before a number and a noun on the noun: «until 10 March».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "until", "until", "ADP", head=2, deprel="case"),
        ...          Word(2, "10", "10", "NUM", head=3, deprel="nummod"), Word(3, "March", "March", "PROPN")]
        >>> correct(words)
        [0]
        >>> words[0].head
        3
    """
    for place, (sign, number) in enumerate(pairwise(words)):
        if sign.upos == "ADP" and (sign.deprel, sign.head) == ("case", number.id) and number.upos == "NUM":
            if number.head <= number.id or sign.lemma in _NEARLY | {"than"}:  # «more than 40 times»
                continue
            between = {it.upos for it in words[number.id : number.head - 1]}
            if number.deprel == "nummod" and number.form.isascii() and between <= {"ADJ", "NOUN", "NUM"}:
                yield place, sign._replace(head=number.head)


def _say_about(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let «about» before a number say that it is not exact: «The repair will cost about 300 euros».

    Not where the verb takes «about»: «They talked about 300 jobs».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "costs", "cost", "VERB"),
        ...          Word(2, "about", "about", "ADP", head=4, deprel="case"),
        ...          Word(3, "300", "300", "NUM", head=4, deprel="nummod"),
        ...          Word(4, "euros", "euro", "NOUN", feats="Number=Plur", head=1, deprel="obl")]
        >>> correct(words)
        [1, 2, 3]
        >>> [(word.head, word.deprel) for word in words[1:]]
        [(3, 'advmod'), (4, 'nummod'), (1, 'obj')]
    """
    for place, (about, number) in enumerate(pairwise(words)):
        if about.form.lower() not in _NEARLY or number.upos != "NUM" or not about.head:
            continue
        if about.head == number.id and about.deprel == "advmod" and number.head:
            noun = words[number.head - 1]
        else:
            noun = words[about.head - 1]
        if number.head != noun.id or number.deprel != "nummod" or number.id > noun.id:
            continue
        above = words[noun.head - 1] if noun.head else None
        if above is not None and above.id == about.id - 1 and above.lemma in _TAKING_ABOUT:
            if about.form == "about" and about.deprel == "advmod" and noun.deprel == "obj":
                yield place, about._replace(head=noun.id, deprel="case", upos="ADP")
                yield noun.id - 1, noun._replace(deprel="obl")
            continue
        before = words[place - 1] if place else about
        signs = [it for it in words if it.head == noun.id and it.deprel == "case" and it is not about]
        bare = "" if above is None else _bare(words, noun, about, above)
        is_loose = before.form.lower() in _BEFORE_ABOUT and above is not None and before.head == above.id
        if is_loose and before.deprel in ("advmod", "compound:prt", "obl"):  # «in about 20 minutes»
            yield place - 1, before._replace(head=noun.id, deprel="case", upos="ADP")
            yield noun.id - 1, noun._replace(deprel="obl")
        elif _tells_about(words, about, noun):  # «The film is about two sisters»
            yield place, about._replace(head=noun.id, deprel="case", upos="ADP")
            continue
        elif about.deprel == "case" and bare and not signs:
            yield noun.id - 1, noun._replace(deprel=bare)
        elif about.deprel == "case" and not signs and not _may_be_nearly(noun):
            continue
        if about.deprel == "case" or about.upos != "ADV":
            yield place, about._replace(head=number.id, deprel="advmod", upos="ADV", lemma=about.form.lower())


def _tells_about(words: list[Word], about: Word, noun: Word) -> bool:
    """Whether several things are what one thing is about, which cannot be these things."""
    if about.form != "about" or noun.lemma in AMOUNTS or "Number=Plur" not in noun.feats:
        return False
    below = [it for it in words if it.head == noun.id]
    be = next((it for it in below if it.deprel == "cop"), None)
    one = any(it.deprel == "nsubj" and it.upos == "NOUN" and "Number=Sing" in it.feats for it in below)
    return be is not None and be.id == about.id - 1 and one


def _may_be_nearly(noun: Word) -> bool:
    """Whether «about» before so many of a *noun* can only say that it is not exact."""
    return noun.deprel.partition(":")[0] in ("nsubj", "obj") or (
        noun.lemma in AMOUNTS and noun.deprel not in ("obl", "nmod")
    )


def _bare(words: list[Word], noun: Word, about: Word, verb: Word) -> str:
    """Return what a *noun* behind a verb and «about» is to the *verb*; nothing where «about» is its own."""
    if noun.deprel != "obl" or verb.upos != "VERB" or verb.lemma in _TAKING_ABOUT:
        return ""
    is_measured = verb.lemma in LASTING or noun.lemma in AMOUNTS
    is_beside = verb.id == about.id - 1 and about.form.lower() == "about" and "Number=Plur" in noun.feats
    if not is_measured and not is_beside:
        return ""
    if any(it.head == noun.id and it.lemma in ("ago", "later", "earlier") for it in words):
        return "obl"
    has_object = any(it.head == verb.id and it.deprel == "obj" for it in words)
    lasts = noun.lemma in roles.TIME_NOUNS and verb.lemma not in LASTING
    return "obl:unmarked" if has_object or lasts else "obj"


def _measure_before_adjectives(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let an amount say how long or wide something is: «The frog is eight millimetres long».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "It", "it", "PRON", head=4, deprel="nsubj"),
        ...          Word(2, "is", "be", "AUX", head=4, deprel="cop"),
        ...          Word(3, "two", "two", "NUM", head=4, deprel="nummod"),
        ...          Word(4, "metres", "metre", "NOUN"),
        ...          Word(5, "long", "long", "ADV", head=4, deprel="advmod")]
        >>> correct(words)
        [0, 1, 3, 4]
        >>> [(word.head, word.deprel) for word in words]
        [(5, 'nsubj'), (5, 'cop'), (4, 'nummod'), (5, 'obl:unmarked'), (0, 'root')]
    """
    for place, (unit, size) in enumerate(pairwise(words)):
        if size.lemma not in _SIZES or size.head != unit.id or unit.upos != "NOUN":
            continue
        below = [it for it in words if it.head == unit.id and it is not size]
        is_counted = any(it.upos == "NUM" or it.lemma in ("a", "several") for it in below if it.id < unit.id)
        if not is_counted or not any(it.deprel == "cop" for it in below):
            continue
        yield place, unit._replace(head=size.id, deprel="obl:unmarked")
        yield place + 1, size._replace(head=unit.head, deprel=unit.deprel, upos="ADJ")
        for word in below:
            if word.id > size.id or word.deprel.partition(":")[0] not in _OF_AMOUNTS:
                yield word.id - 1, word._replace(head=size.id)
        for word in words:
            if (
                word.head == size.id and word.deprel == "conj"
            ):  # there was no doubt but which of the two it is
                yield word.id - 1, word


def _count_from_to(words: list[Word]) -> Iterator[tuple[int, Word]]:
    """
    Let «from» and «to» have a number each: «The shop is open from eight to five on weekdays».

        >>> from scenograph.readers.corrections import correct
        >>> words = [Word(1, "open", "open", "ADJ"), Word(2, "from", "from", "ADP", head=5, deprel="case"),
        ...          Word(3, "eight", "eight", "NUM", head=1, deprel="obl:unmarked"),
        ...          Word(4, "to", "to", "ADP", head=5, deprel="case"),
        ...          Word(5, "five", "five", "NUM", head=1, deprel="obl")]
        >>> correct(words)
        [1, 2]
        >>> [(word.head, word.deprel) for word in words[1:3]]
        [(3, 'case'), (1, 'obl')]
    """
    for place, (sign, first, to, last) in enumerate(
        zip(words, words[1:], words[2:], words[3:], strict=False)
    ):
        if (sign.form.lower(), to.form) != ("from", "to") or {first.upos, last.upos} != {"NUM"}:
            continue
        if last.deprel != "obl" or to.head != last.id or sign.head not in (first.id, last.id):
            continue
        is_bare = first.head == last.head and sign.head == last.id
        if is_bare or (first.head > last.id and first.head != last.head):
            yield place, sign._replace(head=first.id, deprel="case")
            yield place + 1, first._replace(head=last.head, deprel="obl")


RULES: Final[tuple[Callable[[list[Word]], Iterator[tuple[int, Word]]], ...]] = (
    _spell_numbers,
    _count_nouns,
    _place_numbers,
    _say_about,
    _measure_before_adjectives,
    _count_from_to,
)
"""In the order in which they are tried."""
