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
from pathlib import Path
from typing import Final

from asking_words import (
    ADVERBS,
    ALONE,
    CASES,
    PLACES,
    PREPOSITIONS,
    TIMES,
    agreed_with,
    agreeing,
    feats_of,
    noun_in,
)
from statement import LONGEST_PART, Clause, Piece, is_sure, sentence_of

from scenograph.files import draft
from scenograph.readers.conllu import format as conllu_text
from scenograph.readers.conllu import parse
from scenograph.readers.sentence import Sentence, Word

TREEBANKS: Final = {
    "ru_taiga": ("dev", "more"),
    "ru_poetry": ("dev", "more"),
    "ru_gsd": ("dev",),
}
_LONGEST: Final = 11  # words of a question
_OPTIONAL: Final = frozenset({"obl", "advmod", "iobj"})


def questions(sentence: Sentence, rng: random.Random) -> Iterator[tuple[str, Sentence]]:
    """Yield questions that the main clause of *sentence* answers, each with its kind."""
    root = next((word for word in sentence.words if word.head == 0), None)
    if root is None or not is_sure(root):
        return
    if root.upos == "VERB" and root.features.get("VerbForm") == "Fin" and root.features.get("Mood") != "Imp":
        clause = Clause(sentence, root)
        if clause.subject is not None and len(clause.parts) >= 2:
            for kind, pieces in _of_verb(clause, rng):
                if 2 < len(pieces) <= _LONGEST:
                    yield kind, sentence_of(pieces)
    for word in sentence.words:
        if word.upos == "NOUN" and word.features.get("Case") == "Nom" and is_sure(word):
            clause = Clause(sentence, word)
            for kind, pieces in _of_noun(clause, rng):
                if len(pieces) <= LONGEST_PART + 2:
                    yield kind, sentence_of(pieces)


def _of_verb(clause: Clause, rng: random.Random) -> Iterator[tuple[str, list[Piece]]]:
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
    if not any(word.form.lower() in ADVERBS for word in rest):
        yield why, [_adverb(clause, why, verb.id), *_after(clause, rest, rng)]
    asked_if = clause.new("ли", "ли", "PART", "_", verb.id, "advmod")
    after = _after(clause, rest, rng, verb_first=True)
    place = next(number for number, piece in enumerate(after) if piece.key == verb.id)
    if place == 0:
        yield "ли", [after[0], asked_if, *after[1:]]
    yield "so?", _after(clause, rest, rng, verb_first=False)


def _after(
    clause: Clause, others: Sequence[Word], rng: random.Random, verb_first: bool | None = None
) -> list[Piece]:
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
    found: list[Piece] = []
    for word in [*order, *rest]:
        if word is verb:
            found.append(Piece(verb.id, verb, 0, "root"))
        else:
            found += clause.pieces(clause.phrase(word))
    return found


def _fronts(clause: Clause, asked: Word, rng: random.Random) -> Iterator[tuple[str, list[Piece]]]:
    """Yield what may stand in front when *asked* is asked for."""
    head = asked.head
    if asked.deprel == "advmod" and asked.upos == "ADV":
        lower = asked.form.lower()
        kind = ADVERBS.get(lower) or ("как" if lower.endswith("о") and len(lower) > 3 else "")
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
    if asked.lemma in TIMES:
        if asked.deprel == "obl":
            yield "когда", [_adverb(clause, "когда", head)]
        return
    place = PLACES.get((preposition, case), "")
    if place and asked.deprel == "obl" and (not is_person or preposition in ("у", "к")):
        yield place, [_adverb(clause, place, head)]
    if asked.deprel not in ("obj", "iobj", "obl"):
        return
    alone = ALONE.get(preposition, preposition)
    if case not in PREPOSITIONS.get(alone, ()) or (place and rng.random() < 0.5):
        return
    lemma = "кто" if is_person else "что"
    noun = _pronoun(clause, lemma, case, head, asked.deprel)
    front = [noun]
    if alone:
        front = [clause.new(alone, alone, "ADP", "_", noun.key, "case"), noun]
    yield f"{alone} {noun.word.form}".strip(), front


def _inside(clause: Clause, asked: Word) -> Iterator[tuple[str, list[Piece]]]:
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
            form, feats, upos = *agreeing(lemma, asked), "DET"
        if form is not None:
            asks = clause.new(form, lemma, upos, feats, asked.id, deprel)
            yield lemma, [*clause.pieces(first), asks, *clause.pieces(rest)]


def _asks_for_subject(clause: Clause) -> tuple[str, list[Piece]] | None:
    """Return the question for the subject: the verb agrees with the word that asks."""
    verb, subject = clause.verb, clause.subject
    assert subject is not None
    if subject.upos not in ("NOUN", "PROPN", "PRON") or any(word.deprel == "aux" for word in clause.parts):
        return None
    lemma = "кто" if subject.features.get("Animacy") == "Anim" or subject.upos == "PROPN" else "что"
    agreed = agreed_with(verb, lemma)
    if agreed is None:
        return None
    others = [word for word in clause.parts if word is not subject]
    group = [word for word in others if word.form.lower() == "не"]
    pieces = [_pronoun(clause, lemma, "Nom", verb.id, subject.deprel), *clause.pieces(group)]
    pieces.append(Piece(verb.id, agreed, 0, "root"))
    for word in others:
        if word not in group:
            pieces += clause.pieces(clause.phrase(word))
    return lemma, pieces


def _of_noun(clause: Clause, rng: random.Random) -> Iterator[tuple[str, list[Piece]]]:
    """Yield questions without a verb, about a noun in the nominative."""
    noun = clause.verb
    near = [
        word
        for word in clause.below(noun)
        if word.deprel in ("amod", "nmod", "appos") and len(clause.phrase(word)) == 1
        and abs(word.id - noun.id) == 1 and is_sure(word)
    ]  # fmt: skip
    near = near[:1]
    phrase = sorted([noun, *near], key=lambda it: it.id)
    this = clause.new("это", "это", "PRON", feats_of("Inan", "Nom", "Neut", "Dem"), noun.id, "nsubj")
    kind = rng.choice(("чей", "какой", "где", "сколько", "кто"))
    if kind in ("чей", "какой"):
        form, feats = agreeing(kind, noun)
        if form is not None and not (kind == "чей" and any(it.deprel == "nmod" for it in near)):
            asks = clause.new(form, kind, "DET", feats, noun.id, "det")
            yield (
                kind,
                [
                    asks,
                    this,
                    *(Piece(it.id, it, 0 if it is noun else noun.id, _rel(it, noun)) for it in phrase),
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
            form = noun_in(noun, "accs")
            if form is not None and len(phrase) == 1:
                feats = "Aspect=Imp|Mood=Ind|Number=Plur|Person=3|Tense=Pres|VerbForm=Fin|Voice=Act"
                call = clause.new("зовут", "звать", "VERB", feats, 0, "root")
                how = clause.new("как", "как", "ADV", "Degree=Pos|PronType=Int", call.key, "advmod")
                word = noun._replace(form=form, feats=noun.feats.replace("Case=Nom", "Case=Acc"))
                yield "как?", [how, call, Piece(noun.id, word, call.key, "obj")]


def _rel(word: Word, noun: Word) -> str:
    return "root" if word is noun else word.deprel


def _adverb(clause: Clause, form: str, head: int) -> Piece:
    return clause.new(form, form, "ADV", "Degree=Pos|PronType=Int", head, "advmod")


def _pronoun(clause: Clause, lemma: str, case: str, head: int, deprel: str) -> Piece:
    animacy, gender = ("Anim", "Masc") if lemma == "кто" else ("Inan", "Neut")
    return clause.new(CASES[lemma][case], lemma, "PRON", feats_of(animacy, case, gender, "Int"), head, deprel)


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
