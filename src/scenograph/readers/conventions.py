"""
What can be annotated or said in two ways, brought into one.

The lemma of «fifth» is “five” in one treebank, and then nobody could tell five floors from the fifth.

«пять тысяч рублей»: in one treebank thousands are a noun that roubles hang on, in another a numeral of the
roubles. A scene says the roubles, and how many.

«is going to rain» says that it will rain, and «used to work» that somebody worked.

«There are two bikes in the cellar»: in half of the trees the cellar hangs on the bikes, in half on «are».

«До зимы надо починить крышу»: what stands before «надо» hangs on it in most trees, what stands behind, on the
infinitive. It says what is done, and when, wherever it stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from scenograph.readers import roles, values
from scenograph.readers.dictionary import readings
from scenograph.readers.sentence import Word

_LARGE: Final = frozenset(
    {"тысяча", "миллион", "миллиард", "триллион", "тыс.", "тыс", "млн", "млн.", "млрд", "млрд."}
)
_UNITS: Final[Mapping[str, str]] = {
    "м": "метр", "м.": "метр", "мм": "миллиметр", "см": "сантиметр", "км": "километр", "кг": "килограмм",
    "га": "гектар", "руб.": "рубль", "руб": "рубль", "чел.": "человек", "чел": "человек", "т": "тонна",
    "мин": "минута", "мин.": "минута", "сек": "секунда", "сек.": "секунда", "ч": "час", "гг.": "год",
    "гг": "год", "вв.": "век", "в.": "век", "г.": "год", "процент-знак": "%", "л": "литр",
}  # fmt: skip
_ORDINAL: Final = re.compile(".*(?:th|third|second|first)")
_WHERE: Final = frozenset(
    {"in", "at", "on", "under", "near", "inside", "outside", "behind", "above", "below"}
)
_DONE: Final = frozenset({"csubj", "xcomp"})
_WHEN_AND_WHERE: Final = (
    frozenset({"когда", "где", "куда", "откуда"}) | roles.TIME_ADVERBS | roles.PLACE_ADVERBS
)
_JUDGES: Final = frozenset({"", "для", "у"})
"""Prepositions of whom something is easy or hard for; none of a dative."""
_POINTING: Final = {"то": "тот", "это": "этот", "все": "весь", "всё": "весь"}


def english(words: Sequence[Word]) -> tuple[Word, ...]:
    """Return the *words* of an English tree as all treebanks would have them."""
    found = list(words)
    for number, word in enumerate(words):
        form = word.form.lower()
        is_ordinal = word.upos == "ADJ" and word.lemma != form and _ORDINAL.fullmatch(form)
        if is_ordinal and values.number([word.lemma]) is not None:
            found[number] = word._replace(lemma=form)
        if word.lemma == "go" and form in ("going", "gon"):
            _say_the_future(found, number)
        elif word.lemma == "use" and form == "used":
            _say_the_past(found, number)
        elif form == "there" and word.deprel == "expl" and word.head:
            _say_where_it_is(found, number)
    return tuple(found)


def _say_the_future(words: list[Word], place: int) -> None:
    """
    Let «is going to» be auxiliaries, as «will» is one: nobody goes if it is going to rain.

    Only in the present: who was going to do something has perhaps not done it.

        >>> words = [Word(1, "It", "it", "PRON", head=3, deprel="nsubj"),
        ...          Word(2, "is", "be", "AUX", feats="Tense=Pres", head=3, deprel="aux"),
        ...          Word(3, "going", "go", "VERB", deprel="root"),
        ...          Word(4, "to", "to", "PART", head=5, deprel="mark"),
        ...          Word(5, "rain", "rain", "VERB", head=3, deprel="xcomp")]
        >>> [(word.form, word.head, word.deprel) for word in english(words)]
        [('It', 5, 'nsubj'), ('is', 5, 'aux'), ('going', 5, 'aux'), ('to', 5, 'aux'), ('rain', 0, 'root')]
    """
    if [(it.lemma, it.features.get("Tense")) for it in _helpers(words, place)] == [("be", "Pres")]:
        _make_auxiliary(words, place, words[place]._replace(lemma="will", feats="_"))


def _say_the_past(words: list[Word], place: int) -> None:
    """
    Let «used to» say the past, as «did» does: nobody uses anything if Paul used to work in Oslo.

        >>> words = [Word(1, "Paul", "Paul", "PROPN", head=2, deprel="nsubj"),
        ...          Word(2, "used", "use", "VERB", feats="Tense=Past|VerbForm=Fin", deprel="root"),
        ...          Word(3, "to", "to", "PART", head=4, deprel="mark"),
        ...          Word(4, "work", "work", "VERB", head=2, deprel="xcomp")]
        >>> [(word.form, word.head, word.deprel) for word in english(words)]
        [('Paul', 4, 'nsubj'), ('used', 4, 'aux'), ('to', 4, 'aux'), ('work', 0, 'root')]
    """
    if (
        not _helpers(words, place) and words[place].features.get("VerbForm") == "Fin"
    ):  # «is used to» is another
        _make_auxiliary(words, place, words[place]._replace(lemma="do"))


def _say_where_it_is(words: list[Word], place: int) -> None:
    """
    Let the place behind what «there is» say where that is: «There are two bikes in the cellar».

        >>> words = [Word(1, "There", "there", "PRON", head=2, deprel="expl"), Word(2, "is", "be", "VERB"),
        ...          Word(3, "milk", "milk", "NOUN", head=2, deprel="nsubj"),
        ...          Word(4, "in", "in", "ADP", head=5, deprel="case"),
        ...          Word(5, "bags", "bag", "NOUN", head=3, deprel="nmod")]
        >>> english(words)[4].head, english(words)[4].deprel
        (2, 'obl')
    """
    be = words[words[place].head - 1]
    things = [it for it in words if it.head == be.id and it.deprel == "nsubj"]
    if be.lemma != "be" or be.upos not in ("VERB", "AUX") or len(things) != 1:
        return
    signs = {it.head: it.lemma.lower() for it in words if it.deprel == "case"}
    for word in [it for it in words if it.head == things[0].id and it.deprel == "nmod"]:
        if word.id > max(things[0].id, be.id) and signs.get(word.id) in _WHERE:
            words[word.id - 1] = word._replace(head=be.id, deprel="obl")


def _helpers(words: Sequence[Word], place: int) -> list[Word]:
    return [it for it in words if it.head == words[place].id and it.deprel.startswith("aux")]


def _make_auxiliary(words: list[Word], place: int, helper: Word) -> None:
    """Make the verb at *place* the *helper* of the infinitive with «to» behind it, if there is one."""
    above = words[place]
    to = words[place + 1] if place + 1 < len(words) else above
    if (to.lemma, to.deprel) != ("to", "mark") or not to.head:
        return
    verb = words[to.head - 1]
    if (verb.head, verb.deprel) != (above.id, "xcomp"):
        return
    for word in [it for it in words if it.head == above.id and it.id != verb.id]:
        words[word.id - 1] = word._replace(head=verb.id)
    words[verb.id - 1] = verb._replace(head=above.head, deprel=above.deprel)
    words[place] = helper._replace(head=verb.id, deprel="aux", upos="AUX")
    words[place + 1] = to._replace(deprel="aux")


def russian(words: Sequence[Word]) -> tuple[Word, ...]:
    """Return the *words* of a Russian tree as all treebanks would have them."""
    found = list(words)
    for number, word in enumerate(words):
        if word.features.get("VerbForm") == "Inf" and word.head:
            _do_what_must_be(found, number)
        if word.upos == "X" and word.form[:1].isupper() and word.form[:1].isascii():
            found[number] = word._replace(upos="PROPN", lemma=word.form)
        elif word.upos in ("NOUN", "SYM") and word.lemma in _UNITS:
            found[number] = word._replace(lemma=_UNITS[word.lemma])
        elif word.lemma == "быть" and word.form.lower().startswith("бывш"):
            found[number] = word._replace(lemma="бывший", upos="ADJ")
        elif word.deprel == "det" and word.lemma in _POINTING:
            found[number] = word._replace(lemma=_POINTING[word.lemma], upos="DET")
        elif word.upos == "NOUN" and word.lemma in _LARGE:
            if word.deprel.startswith("nummod"):
                found[number] = word._replace(upos="NUM")
            else:
                _count_with(found, number)
    return tuple(found)


def _count_with(words: list[Word], place: int) -> None:
    """Let the noun that is counted stand above the numeral at *place*, if that is annotated as a noun."""
    large = words[place]
    below = [word for word in words if word.head == large.id]
    counted = [word for word in below if word.deprel == "nmod" and word.id > large.id]
    numbers = [word for word in below if word.deprel.startswith("nummod")]
    if not numbers or len(counted) != 1 or counted[0].features.get("Case") != "Gen":
        return
    if any(word.head == counted[0].id and word.deprel == "case" for word in words):
        return
    noun = counted[0].id
    case = large.features.get("Case")
    feats = counted[0].feats.replace("Case=Gen", f"Case={case}") if case else counted[0].feats
    words[noun - 1] = counted[0]._replace(head=large.head, deprel=large.deprel, feats=feats)
    words[place] = large._replace(head=noun, deprel="nummod:gov", upos="NUM")
    for word in below:
        if word.id != noun and not word.deprel.startswith(("nummod", "compound")):
            words[word.id - 1] = words[word.id - 1]._replace(head=noun)


def _do_what_must_be(words: list[Word], place: int) -> None:
    """
    Hang what «надо» has on the infinitive at *place*: what is done, when and where; who must, stays.

    The infinitive is a clause whose subject is who must: «Олегу надо спать» says that Oleg sleeps.

        >>> words = [Word(1, "Крышу", "крыша", "NOUN", feats="Case=Acc", head=2, deprel="obj"),
        ...          Word(2, "надо", "надо", "VERB"),
        ...          Word(3, "починить", "починить", "VERB", feats="VerbForm=Inf", head=2, deprel="csubj")]
        >>> [(word.head, word.deprel) for word in russian(words)]
        [(3, 'obj'), (0, 'root'), (2, 'xcomp')]
    """
    act = words[place]
    need = words[act.head - 1]
    below = [it for it in words if it.head == need.id and it.id != act.id]
    relations = {it.deprel.partition(":")[0] for it in below}
    if act.deprel not in _DONE or relations & (_DONE | {"nsubj"}):
        return
    if is_needing(need):
        words[place] = act._replace(deprel="xcomp")
        if need.upos != "VERB":  # «нужно» is «нужный» in some trees, «пора» a noun
            words[need.id - 1] = need._replace(lemma=need.form.lower(), upos="VERB", feats="_")
    elif not is_judging(need) or act.deprel != "csubj":
        return
    else:
        words[need.id - 1] = need._replace(lemma=_as_adjective(need), upos="ADJ")
    phrases = {it.head: it.lemma for it in words if it.deprel == "case"}
    taken = {it.deprel for it in words if it.head == act.id}
    for word in below:
        case = word.features.get("Case")
        if word.deprel == "obj":
            moves = case != "Dat" and "obj" not in taken
        elif word.deprel.startswith("obl"):
            moves = phrases.get(word.id, "" if case == "Dat" else "_") not in _JUDGES
        else:
            moves = word.deprel == "advmod" and word.lemma in _WHEN_AND_WHERE
        if moves:
            words[word.id - 1] = word._replace(head=act.id)


def _as_adjective(word: Word) -> str:
    """Return the lemma of the adjective that «лучше» and «трудно» are a form of; else its own."""
    found = [it for it in readings(word.form, "ADJ") if it.tag.POS in ("ADJS", "COMP")]
    return found[0].normal_form if found and word.upos == "ADV" else word.lemma


def is_needing(word: Word) -> bool:
    """Whether *word* says of an infinitive, and of nobody, that it must or may be: «надо», «придётся»."""
    if word.lemma in roles.ALLOWING or word.form.lower() in roles.ALLOWING:
        return True
    many = word.features.get("Number") == "Plur" or word.features.get("Gender") in ("Masc", "Fem")
    return word.lemma in roles.NEEDING and not many


def is_judging(word: Word) -> bool:
    """Whether *word* says how an infinitive is: «удобнее ехать», «трудно понять»."""
    feats = word.features
    is_neuter = feats.get("Variant") == "Short" and feats.get("Gender") == "Neut"
    return word.upos == "ADV" or (word.upos == "ADJ" and (is_neuter or feats.get("Degree") == "Cmp"))
