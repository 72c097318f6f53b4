"""The words that ask in Russian, what each asks for, and the forms of other words beside them."""

from __future__ import annotations

from functools import cache
from typing import Final

from scenograph.morphology.russian import analyzer
from scenograph.readers.sentence import Word

CASES: Final = {
    "кто": {"Nom": "кто", "Gen": "кого", "Dat": "кому", "Acc": "кого", "Ins": "кем", "Loc": "ком"},
    "что": {"Nom": "что", "Gen": "чего", "Dat": "чему", "Acc": "что", "Ins": "чем", "Loc": "чём"},
}
_PYMORPHY: Final = {
    "Nom": "nomn", "Gen": "gent", "Dat": "datv", "Acc": "accs", "Ins": "ablt", "Loc": "loct",
    "Masc": "masc", "Fem": "femn", "Neut": "neut", "Anim": "anim", "Inan": "inan",
}  # fmt: skip
PLACES: Final = {
    ("в", "Loc"): "где", ("во", "Loc"): "где", ("на", "Loc"): "где", ("у", "Gen"): "где",
    ("в", "Acc"): "куда", ("во", "Acc"): "куда", ("на", "Acc"): "куда", ("к", "Dat"): "куда",
    ("из", "Gen"): "откуда", ("с", "Gen"): "откуда", ("со", "Gen"): "откуда",
}  # fmt: skip


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


PREPOSITIONS: Final = {
    **dict.fromkeys(("в", "на"), ("Acc", "Loc")), **dict.fromkeys(("за", "под"), ("Acc", "Ins")),
    **dict.fromkeys(_words("у для от из без до после против ради"), ("Gen",)), "с": ("Gen", "Ins"),
    **dict.fromkeys(("к", "по"), ("Dat",)), **dict.fromkeys(("про", "через"), ("Acc",)),
    **dict.fromkeys(("над", "перед"), ("Ins",)), "о": ("Loc",), "": ("Gen", "Dat", "Acc", "Ins"),
}  # fmt: skip
"""Preposition → the cases that it governs."""
ALONE: Final = {"во": "в", "со": "с", "ко": "к", "об": "о", "обо": "о", "ото": "от", "изо": "из"}
TIMES: Final = frozenset(
    _words(
        "год месяц неделя день час минута секунда утро вечер ночь полдень полночь век сутки момент время "
        "понедельник вторник среда четверг пятница суббота воскресенье январь февраль март апрель май июнь "
        "июль август сентябрь октябрь ноябрь декабрь зима весна лето осень праздник каникулы отпуск"
    )
)
ADVERBS: Final = {
    **dict.fromkeys(_words("завтра вчера сегодня послезавтра позавчера утром вечером днём днем"), "когда"),
    **dict.fromkeys(_words("ночью потом скоро сейчас теперь тогда недавно давно рано поздно"), "когда"),
    **dict.fromkeys(_words("зимой летом весной осенью"), "когда"),
    **dict.fromkeys(_words("здесь тут там дома рядом далеко близко везде нигде внизу наверху"), "где"),
    **dict.fromkeys(_words("сюда туда домой вперёд назад наверх вниз"), "куда"),
    **dict.fromkeys(_words("отсюда оттуда издалека"), "откуда"),
}
"""Adverb → what asks for it."""


def feats_of(animacy: str, case: str, gender: str, kind: str) -> str:
    return f"Animacy={animacy}|Case={case}|Gender={gender}|Number=Sing|PronType={kind}"


def agreeing(lemma: str, noun: Word) -> tuple[str | None, str]:
    """Return the form of «чей» or «какой» for *noun*, if there is one, and its features."""
    have = noun.features
    case, number, gender = have.get("Case", ""), have.get("Number", ""), have.get("Gender", "")
    if case not in _PYMORPHY or (number != "Plur" and gender not in _PYMORPHY):
        return None, ""
    wanted = {_PYMORPHY[case], *(["plur"] if number == "Plur" else ["sing", _PYMORPHY[gender]])}
    animacy = have.get("Animacy", "")
    if case == "Acc" and (number == "Plur" or gender == "Masc"):
        wanted.add(_PYMORPHY.get(animacy, "inan"))
    told = "Poss=Yes|" if lemma == "чей" else ""
    sex = "" if number == "Plur" else f"Gender={gender}|"
    alive = (
        f"Animacy={animacy}|" if case == "Acc" and animacy and (number == "Plur" or gender == "Masc") else ""
    )
    return _form(lemma, frozenset(wanted)), f"{alive}Case={case}|{sex}Number={number}|{told}PronType=Int"


@cache
def _form(lemma: str, wanted: frozenset[str]) -> str | None:
    form = analyzer().parse(lemma)[0].inflect(set(wanted))
    return None if form is None else form.word


def noun_in(noun: Word, case: str) -> str | None:
    for reading in analyzer().parse(noun.form):
        if reading.tag.POS == "NOUN" and reading.normal_form == noun.lemma.lower():
            form = reading.inflect({case})
            return None if form is None else _cased(form.word, noun)
    return None


def agreed_with(verb: Word, lemma: str) -> Word | None:
    """Return *verb* as it stands with «кто» or «что», if the dictionary knows it."""
    have = verb.features
    if have.get("Tense") == "Past":
        gender, marks = ("Masc", {"sing", "masc"}) if lemma == "кто" else ("Neut", {"sing", "neut"})
        if have.get("Gender") == gender and have.get("Number") == "Sing":
            return verb
        new = {"Gender": gender, "Number": "Sing"}
    elif have.get("Person") == "3" and have.get("Number") == "Sing":
        return verb
    else:
        marks, new = {"sing", "3per"}, {"Number": "Sing", "Person": "3"}
    for reading in analyzer().parse(verb.form):
        if reading.tag.POS == "VERB" and reading.normal_form == verb.lemma:
            form = reading.inflect(marks)
            if form is None:
                return None
            feats = "|".join(f"{name}={value}" for name, value in sorted({**have, **new}.items()))
            return verb._replace(form=_cased(form.word, verb), feats=feats)
    return None


def _cased(form: str, like: Word) -> str:
    return form.capitalize() if like.upos == "PROPN" else form
