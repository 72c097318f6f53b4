"""
Russian questions with their trees, made of statements with theirs.

    python recipes/questions.py --data UD [--without ru_gsd] [--labelled agreed.conllu] --out ru_asked.conllu
    python recipes/reader.py train --data UD --run NEW --start RUN --labelled ru_asked.conllu …

Treebanks of Russian hold a dozen main clauses that ask for something. Here a main clause of a statement
becomes a question: what is asked for gives way to a word that asks, which moves to the front with its
preposition, and the other words follow in an order that Russian has.

    Иван живёт в Казани.         → Где живёт Иван?   Живёт ли Иван в Казани?
    Анна потеряла красную сумку. → Кто потерял красную сумку?   Какую сумку потеряла Анна?
    книга сестры                 → Чья это книга?   Где книга сестры?

Statements come from the treebanks and from sentences that `recipes/agree.py` wrote; of these, clauses are
taken whose every word is sure. The questions train the parser, so it matters that their trees are right, and
not that a person would ask them.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from scenograph.files import draft
from scenograph.morphology.russian import analyzer
from scenograph.readers.batches import SURE
from scenograph.readers.conllu import format as conllu_text
from scenograph.readers.conllu import parse
from scenograph.readers.sentence import Sentence, Word

TREEBANKS: Final = {
    "ru_taiga": ("dev", "more"),
    "ru_poetry": ("dev", "more"),
    "ru_gsd": ("dev",),
}
_LEAST_SURE: Final = 0.9
_LONGEST: Final = 11  # words of a question
_LONGEST_PART: Final = 5  # words of an argument
_KEPT: Final = frozenset({"nsubj", "nsubj:pass", "obj", "iobj", "obl", "obl:agent", "advmod", "aux", "xcomp"})
_OPTIONAL: Final = frozenset({"obl", "advmod", "iobj"})
_CASES: Final = {
    "кто": {"Nom": "кто", "Gen": "кого", "Dat": "кому", "Acc": "кого", "Ins": "кем", "Loc": "ком"},
    "что": {"Nom": "что", "Gen": "чего", "Dat": "чему", "Acc": "что", "Ins": "чем", "Loc": "чём"},
}
_PYMORPHY: Final = {
    "Nom": "nomn", "Gen": "gent", "Dat": "datv", "Acc": "accs", "Ins": "ablt", "Loc": "loct",
    "Masc": "masc", "Fem": "femn", "Neut": "neut", "Anim": "anim", "Inan": "inan",
}  # fmt: skip
_PLACES: Final = {
    ("в", "Loc"): "где", ("во", "Loc"): "где", ("на", "Loc"): "где", ("у", "Gen"): "где",
    ("в", "Acc"): "куда", ("во", "Acc"): "куда", ("на", "Acc"): "куда", ("к", "Dat"): "куда",
    ("из", "Gen"): "откуда", ("с", "Gen"): "откуда", ("со", "Gen"): "откуда",
}  # fmt: skip


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_PREPOSITIONS: Final = {
    **dict.fromkeys(("в", "на"), ("Acc", "Loc")), **dict.fromkeys(("за", "под"), ("Acc", "Ins")),
    **dict.fromkeys(_words("у для от из без до после против ради"), ("Gen",)), "с": ("Gen", "Ins"),
    **dict.fromkeys(("к", "по"), ("Dat",)), **dict.fromkeys(("про", "через"), ("Acc",)),
    **dict.fromkeys(("над", "перед"), ("Ins",)), "о": ("Loc",), "": ("Gen", "Dat", "Acc", "Ins"),
}  # fmt: skip
"""Preposition → the cases that it governs."""
_ALONE: Final = {"во": "в", "со": "с", "ко": "к", "об": "о", "обо": "о", "ото": "от", "изо": "из"}
_TIMES: Final = frozenset(
    _words(
        "год месяц неделя день час минута секунда утро вечер ночь полдень полночь век сутки момент время "
        "понедельник вторник среда четверг пятница суббота воскресенье январь февраль март апрель май июнь "
        "июль август сентябрь октябрь ноябрь декабрь зима весна лето осень праздник каникулы отпуск"
    )
)
_ADVERBS: Final = {
    **dict.fromkeys(_words("завтра вчера сегодня послезавтра позавчера утром вечером днём днем"), "когда"),
    **dict.fromkeys(_words("ночью потом скоро сейчас теперь тогда недавно давно рано поздно"), "когда"),
    **dict.fromkeys(_words("зимой летом весной осенью"), "когда"),
    **dict.fromkeys(_words("здесь тут там дома рядом далеко близко везде нигде внизу наверху"), "где"),
    **dict.fromkeys(_words("сюда туда домой вперёд назад наверх вниз"), "куда"),
    **dict.fromkeys(_words("отсюда оттуда издалека"), "откуда"),
}
"""Adverb → what asks for it."""


class _Piece(NamedTuple):
    """A word of a question: what it hangs on is the number of another one in `key`; 0 for the root."""

    key: int
    word: Word
    head: int
    deprel: str


class Clause:
    """The main clause of a statement, as far as questions are made of it."""

    def __init__(self, sentence: Sentence, verb: Word) -> None:
        self.words = sentence.words
        self.verb = verb
        self._next = len(self.words)
        self.parts = [word for word in self.below(verb) if word.deprel in _KEPT and self._is_plain(word)]
        self.subject = next((word for word in self.parts if word.deprel.startswith("nsubj")), None)

    def below(self, word: Word) -> list[Word]:
        """Return the words that hang on *word*."""
        return [other for other in self.words if other.head == word.id]

    def phrase(self, word: Word) -> list[Word]:
        """Return *word* and all that hangs on it, as they stand."""
        found = [word]
        for one in found:
            found += self.below(one)
        return sorted(found, key=lambda it: it.id)

    def _is_plain(self, word: Word) -> bool:
        """Whether the phrase of *word* is short, unbroken, sure, and asks for nothing itself."""
        phrase = self.phrase(word)
        return (
            len(phrase) <= _LONGEST_PART
            and phrase[-1].id - phrase[0].id == len(phrase) - 1
            and all(_is_sure(it) for it in phrase)
            and not any(it.upos == "PUNCT" or it.deprel in ("conj", "cc") for it in phrase)
            and not any(it.features.get("PronType") in ("Rel", "Int", "Exc") for it in phrase)
            and not any(it.form.lower() in ("ли", "же", "бы", "б") for it in phrase)
        )

    def pieces(self, words: Sequence[Word], head: int | None = None, deprel: str = "") -> list[_Piece]:
        """Return *words* as pieces; the first that hangs on none of them hangs on *head* by *deprel*."""
        inside = {word.id for word in words}
        return [
            _Piece(word.id, word, word.head, word.deprel)
            if word.head in inside or head is None
            else _Piece(word.id, word, head, deprel)
            for word in words
        ]

    def new(self, form: str, lemma: str, upos: str, feats: str, head: int, deprel: str) -> _Piece:
        """Return a new word."""
        self._next += 1
        return _Piece(self._next, Word(self._next, form, lemma, upos, feats=feats), head, deprel)


def questions(sentence: Sentence, rng: random.Random) -> Iterator[tuple[str, Sentence]]:
    """Yield questions that the main clause of *sentence* answers, each with its kind."""
    root = next((word for word in sentence.words if word.head == 0), None)
    if root is None or not _is_sure(root):
        return
    if root.upos == "VERB" and root.features.get("VerbForm") == "Fin" and root.features.get("Mood") != "Imp":
        clause = Clause(sentence, root)
        if clause.subject is not None and len(clause.parts) >= 2:
            for kind, pieces in _of_verb(clause, rng):
                if 2 < len(pieces) <= _LONGEST:
                    yield kind, _sentence(pieces)
    for word in sentence.words:
        if word.upos == "NOUN" and word.features.get("Case") == "Nom" and _is_sure(word):
            clause = Clause(sentence, word)
            for kind, pieces in _of_noun(clause, rng):
                if len(pieces) <= _LONGEST_PART + 2:
                    yield kind, _sentence(pieces)


def _of_verb(clause: Clause, rng: random.Random) -> Iterator[tuple[str, list[_Piece]]]:
    verb, subject = clause.verb, clause.subject
    assert subject is not None
    rest = [word for word in clause.parts if word.deprel not in _OPTIONAL or rng.random() < 0.5]
    for asked in clause.parts:
        others = [word for word in rest if word is not asked]
        if asked is subject:
            if (form := _asks_for_subject(clause)) is not None:
                yield form
            continue
        for kind, front in _fronts(clause, asked, rng):
            yield kind, front + _after(clause, others, rng)
    for kind, front in _inside(clause, subject):
        yield kind, front + _after(clause, [word for word in rest if word is not subject], rng)
    why = rng.choice(("почему", "зачем", "почему", "когда", "как", "где"))
    if not any(word.form.lower() in _ADVERBS for word in rest):
        yield why, [_adverb(clause, why, verb.id), *_after(clause, rest, rng)]
    asked_if = clause.new("ли", "ли", "PART", "_", verb.id, "advmod")
    after = _after(clause, rest, rng, verb_first=True)
    place = next(number for number, piece in enumerate(after) if piece.key == verb.id)
    if place == 0:
        yield "ли", [after[0], asked_if, *after[1:]]
    yield "so?", _after(clause, rest, rng, verb_first=False)


def _after(
    clause: Clause, others: Sequence[Word], rng: random.Random, verb_first: bool | None = None
) -> list[_Piece]:
    """Return the verb with *others* in an order for the words after the one that asks."""
    verb = clause.verb
    close = [w for w in others if w.deprel == "aux" or w.form.lower() == "не"]
    subjects = [w for w in others if w.deprel.startswith("nsubj")]
    rest = [w for w in others if w not in close and w not in subjects]
    group = sorted([*close, verb], key=lambda it: it.id)
    if verb_first is None:
        is_pronoun = bool(subjects) and subjects[0].upos == "PRON"
        verb_first = rng.random() < (0.4 if is_pronoun else 0.7)
    order: list[Word] = [*group, *subjects] if verb_first else [*subjects, *group]
    found: list[_Piece] = []
    for word in [*order, *rest]:
        if word is verb:
            found.append(_Piece(verb.id, verb, 0, "root"))
        else:
            found += clause.pieces(clause.phrase(word))
    return found


def _fronts(clause: Clause, asked: Word, rng: random.Random) -> Iterator[tuple[str, list[_Piece]]]:
    """Yield what may stand in front when *asked* is asked for."""
    head = asked.head
    if asked.deprel == "advmod" and asked.upos == "ADV":
        lower = asked.form.lower()
        kind = _ADVERBS.get(lower) or ("как" if lower.endswith("о") and len(lower) > 3 else "")
        if kind:
            yield kind, [_adverb(clause, kind, head)]
        return
    if asked.upos not in ("NOUN", "PROPN") or "Case" not in asked.features:
        return
    yield from _inside(clause, asked)
    case = asked.features["Case"]
    cases = [word for word in clause.below(asked) if word.deprel == "case"]
    if len(cases) > 1 or any(word.deprel.startswith("nummod") for word in clause.below(asked)):
        return
    preposition = cases[0].form.lower() if cases else ""
    is_person = asked.features.get("Animacy") == "Anim"
    if asked.lemma in _TIMES:
        if asked.deprel == "obl":
            yield "когда", [_adverb(clause, "когда", head)]
        return
    place = _PLACES.get((preposition, case), "")
    if place and asked.deprel == "obl" and (not is_person or preposition in ("у", "к")):
        yield place, [_adverb(clause, place, head)]
    if asked.deprel not in ("obj", "iobj", "obl"):
        return
    alone = _ALONE.get(preposition, preposition)
    if case not in _PREPOSITIONS.get(alone, ()) or (place and rng.random() < 0.5):
        return
    lemma = "кто" if is_person else "что"
    noun = _pronoun(clause, lemma, case, head, asked.deprel)
    front = [noun]
    if alone:
        front = [clause.new(alone, alone, "ADP", "_", noun.key, "case"), noun]
    yield f"{alone} {noun.word.form}".strip(), front


def _inside(clause: Clause, asked: Word) -> Iterator[tuple[str, list[_Piece]]]:
    """Yield the phrase of *asked* with a word that asks which it is, whose, or how many there are."""
    if asked.upos != "NOUN":
        return
    phrase = clause.phrase(asked)
    first = [word for word in phrase if word.deprel == "case" and word.head == asked.id]
    for word in clause.below(asked):
        owner = word.deprel == "nmod" and word.features.get("Case") == "Gen" and not clause.below(word)
        if owner and (word.features.get("Animacy") == "Anim" or word.upos == "PROPN"):
            lemma, deprel = "чей", "det"
        elif word.deprel == "amod" and not clause.below(word) and word.id < asked.id:
            lemma, deprel = "какой", "det"
        elif word.deprel == "nummod:gov" and asked.features.get("Case") == "Gen" and not clause.below(word):
            lemma, deprel = "сколько", word.deprel
        else:
            continue
        rest = [it for it in phrase if it is not word and it not in first]
        if any(it.deprel in ("det", "nummod", "nummod:gov") and it.head == asked.id for it in rest):
            continue
        if lemma == "сколько":
            form: str | None = "сколько"
            feats, upos = "Case=Nom|NumForm=Word|NumType=Card", "NUM"
        else:
            form, feats, upos = *_agreeing(lemma, asked), "DET"
        if form is not None:
            asks = clause.new(form, lemma, upos, feats, asked.id, deprel)
            yield lemma, [*clause.pieces(first), asks, *clause.pieces(rest)]


def _asks_for_subject(clause: Clause) -> tuple[str, list[_Piece]] | None:
    """Return the question for the subject: the verb agrees with the word that asks."""
    verb, subject = clause.verb, clause.subject
    assert subject is not None
    if subject.upos not in ("NOUN", "PROPN", "PRON") or any(word.deprel == "aux" for word in clause.parts):
        return None
    lemma = "кто" if subject.features.get("Animacy") == "Anim" or subject.upos == "PROPN" else "что"
    agreed = _agreed(verb, lemma)
    if agreed is None:
        return None
    others = [word for word in clause.parts if word is not subject]
    group = [word for word in others if word.form.lower() == "не"]
    pieces = [_pronoun(clause, lemma, "Nom", verb.id, subject.deprel), *clause.pieces(group)]
    pieces.append(_Piece(verb.id, agreed, 0, "root"))
    for word in others:
        if word not in group:
            pieces += clause.pieces(clause.phrase(word))
    return lemma, pieces


def _of_noun(clause: Clause, rng: random.Random) -> Iterator[tuple[str, list[_Piece]]]:
    """Yield questions without a verb, about a noun in the nominative."""
    noun = clause.verb
    near = [
        word
        for word in clause.below(noun)
        if word.deprel in ("amod", "nmod", "appos") and len(clause.phrase(word)) == 1
        and abs(word.id - noun.id) == 1 and _is_sure(word)
    ]  # fmt: skip
    near = near[:1]
    phrase = sorted([noun, *near], key=lambda it: it.id)
    this = clause.new("это", "это", "PRON", _feats("Inan", "Nom", "Neut", "Dem"), noun.id, "nsubj")
    kind = rng.choice(("чей", "какой", "где", "сколько", "кто"))
    if kind in ("чей", "какой"):
        form, feats = _agreeing(kind, noun)
        if form is not None and not (kind == "чей" and any(it.deprel == "nmod" for it in near)):
            asks = clause.new(form, kind, "DET", feats, noun.id, "det")
            yield (
                kind,
                [
                    asks,
                    this,
                    *(_Piece(it.id, it, 0 if it is noun else noun.id, _rel(it, noun)) for it in phrase),
                ],
            )
    elif kind == "где":
        asks = clause.new("где", "где", "ADV", "Degree=Pos|PronType=Int", 0, "root")
        yield kind, [asks, *clause.pieces(phrase, asks.key, "nsubj")]
    elif kind == "сколько" and noun.features.get("Number") in ("Sing", "Plur"):
        number = noun.features["Number"]
        form = "стоит" if number == "Sing" else "стоят"
        feats = f"Aspect=Imp|Mood=Ind|Number={number}|Person=3|Tense=Pres|VerbForm=Fin|Voice=Act"
        costs = clause.new(form, "стоить", "VERB", feats, 0, "root")
        much = clause.new("сколько", "сколько", "ADV", "Degree=Pos|PronType=Int", costs.key, "advmod")
        if noun.features.get("Animacy") == "Inan":
            yield kind, [much, costs, *clause.pieces(phrase, costs.key, "nsubj")]
    elif noun.features.get("Animacy") == "Anim" and noun.features.get("Number") == "Sing":
        if rng.random() < 0.5:
            who = _pronoun(clause, "кто", "Nom", 0, "root")
            yield "кто?", [who, *clause.pieces(phrase, who.key, "nsubj")]
        else:
            form = _noun_in(noun, "accs")
            if form is not None and len(phrase) == 1:
                feats = "Aspect=Imp|Mood=Ind|Number=Plur|Person=3|Tense=Pres|VerbForm=Fin|Voice=Act"
                call = clause.new("зовут", "звать", "VERB", feats, 0, "root")
                how = clause.new("как", "как", "ADV", "Degree=Pos|PronType=Int", call.key, "advmod")
                word = noun._replace(form=form, feats=noun.feats.replace("Case=Nom", "Case=Acc"))
                yield "как?", [how, call, _Piece(noun.id, word, call.key, "obj")]


def _rel(word: Word, noun: Word) -> str:
    return "root" if word is noun else word.deprel


def _adverb(clause: Clause, form: str, head: int) -> _Piece:
    return clause.new(form, form, "ADV", "Degree=Pos|PronType=Int", head, "advmod")


def _pronoun(clause: Clause, lemma: str, case: str, head: int, deprel: str) -> _Piece:
    animacy, gender = ("Anim", "Masc") if lemma == "кто" else ("Inan", "Neut")
    return clause.new(_CASES[lemma][case], lemma, "PRON", _feats(animacy, case, gender, "Int"), head, deprel)


def _feats(animacy: str, case: str, gender: str, kind: str) -> str:
    return f"Animacy={animacy}|Case={case}|Gender={gender}|Number=Sing|PronType={kind}"


def _agreeing(lemma: str, noun: Word) -> tuple[str | None, str]:
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


def _noun_in(noun: Word, case: str) -> str | None:
    for reading in analyzer().parse(noun.form):
        if reading.tag.POS == "NOUN" and reading.normal_form == noun.lemma.lower():
            form = reading.inflect({case})
            return None if form is None else _cased(form.word, noun)
    return None


def _agreed(verb: Word, lemma: str) -> Word | None:
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


def _is_sure(word: Word) -> bool:
    return float(word.notes.get(SURE, 1)) >= _LEAST_SURE


def _sentence(pieces: Sequence[_Piece]) -> Sentence:
    """Return the question that *pieces* make."""
    number = {piece.key: place for place, piece in enumerate(pieces, start=1)}
    root = next(piece.key for piece in pieces if piece.head == 0)
    words: list[Word] = []
    text = ""
    for place, piece in enumerate(pieces, start=1):
        form = piece.word.form
        if place == 1:
            form = form[:1].upper() + form[1:]
        elif piece.word.upos not in ("PROPN", "X") and (len(form) == 1 or not form.isupper()):
            form = form[:1].lower() + form[1:]
        text += (" " if text else "") + form
        misc = "SpaceAfter=No" if place == len(pieces) else "_"
        word = piece.word._replace(
            id=place, form=form, head=number.get(piece.head, 0), deprel=piece.deprel, deps="_", misc=misc,
            start=len(text) - len(form), end=len(text),
        )  # fmt: skip
        words.append(word)
    mark = Word(
        len(words) + 1,
        "?",
        "?",
        "PUNCT",
        head=number[root],
        deprel="punct",
        start=len(text),
        end=len(text) + 1,
    )
    text += "?"
    return Sentence((*words, mark), text, comments=(f"# text = {text}",))


def main() -> None:
    """Write questions, each once, and print how many there are of each kind."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--without", nargs="*", default=[], choices=TREEBANKS)
    parser.add_argument("--labelled", type=Path, nargs="*", default=[])
    parser.add_argument("--each", type=int, default=900, help="most questions of one kind")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    paths = [
        options.data / name / f"{part}.conllu"
        for name, parts in TREEBANKS.items()
        if name not in options.without
        for part in parts
    ]
    found: dict[str, tuple[str, Sentence]] = {}
    for path in [*paths, *options.labelled]:
        with path.open(encoding="utf-8") as lines:
            for sentence in parse(lines):
                for kind, question in questions(sentence, rng):
                    found.setdefault(question.text, (kind, question))
    kept: Counter[str] = Counter()
    drawn = sorted(found.values(), key=lambda it: it[1].text)
    rng.shuffle(drawn)
    with draft(options.out) as unfinished, unfinished.open("w", encoding="utf-8") as out:
        for kind, question in drawn:
            if kept[kind] < options.each:
                kept[kind] += 1
                out.write(conllu_text(question))
    print(f"{kept.total()} questions:", ", ".join(f"{kind} {many}" for kind, many in kept.most_common()))


if __name__ == "__main__":
    main()
