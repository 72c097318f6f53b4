"""
Short sentences with their trees, cut from longer ones: a clause with its subject, object and one more phrase.

    python recipes/clauses.py --data UD --treebanks en_ewt en_gum ru_taiga ru_gsd --out CLAUSES
    python recipes/reader.py train --data UD --run NEW --start RUN --labelled CLAUSES/*.conllu …

Short sentences of the English treebanks are headlines, mails and requests («show me airports in denver»), and
hardly ever what a person tells: who does what, and where. Longer ones are full of it. Here a clause of a gold
tree stays, with what its verb needs and one phrase, which hangs where people hung it; all other words go. A
clause is dropped whose scene is not part of the sentence's.

    Yesterday they found many weapons in the house, he said. → They found many weapons in the house.
                                                             → Whitaker finds many weapons in Tuscany.
                                                             → Where did they find many weapons?

In English a name of the treebanks becomes the subject, in the present or the past; the name of a place stands
where PropBank's roles say that a place is; and a question is asked that the sentence answers.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from cutting import ACTS, ANYBODY, PRESENT, Clause, below, cuts, is_known, preposition_of, unsaid
from reader import TRAINED_ON, treebank

from scenograph.core import Scene
from scenograph.files import draft
from scenograph.morphology import english_words
from scenograph.readers import conllu
from scenograph.readers.convert import convert
from scenograph.readers.score import triple
from scenograph.readers.sentence import Sentence, Word

_PLACE: Final = "ARGM-LOC"
_TIME: Final = "ARGM-TMP"
_PAST: Final = "Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin"
_SHARE_PRESENT: Final = 0.7
_PLACED: Final = 4
"""How many sentences with other names are made of a clause that has a place; there are few such."""


class Names(NamedTuple):
    """Names of treebanks, each the words of one: those that act, and those of places, by preposition."""

    acting: Sequence[Sequence[Word]]
    places: dict[str, Sequence[Sequence[Word]]]

    @classmethod
    def of(cls, sentences: Sequence[Sentence], without: frozenset[str] = frozenset()) -> Names:
        """
        Return the names that do something, or are the place of something, by PropBank's roles.

        Args:
            without: words of names that are left out, because a test has them
        """
        acting: dict[str, list[Word]] = {}
        places: dict[str, dict[str, list[Word]]] = {}
        for sentence in sentences:
            for word in sentence.words:
                if word.upos != "PROPN" or not word.arguments:
                    continue
                name = _named(sentence.words, word)
                text = " ".join(it.form for it in name)
                if not text.replace(" ", "").isalpha() or not text.istitle() or without & set(text.split()):
                    continue
                roles = {role for _, role in word.arguments}
                if word.deprel == "nsubj" and ACTS in roles:
                    acting.setdefault(text, name)
                if word.deprel == "obl" and _PLACE in roles:
                    places.setdefault(preposition_of(sentence.words, word), {}).setdefault(text, name)
        return cls(
            [acting[text] for text in sorted(acting)],
            {key: [own[text] for text in sorted(own)] for key, own in places.items()},
        )

    def are_places(self, words: Sequence[Word]) -> bool:
        """Whether *words* are the name of a place."""
        forms = [it.form for it in words]
        return any(forms == [it.form for it in name] for own in self.places.values() for name in own)


def renamed(clause: Clause, names: Names, chance: random.Random) -> Clause | None:
    """Return *clause* with a name as subject, and the name of another place if it has a place."""
    verb, subject = clause.verb, clause.subject
    if subject.deprel != "nsubj" or not names.acting or not _is_simple(clause):
        return None
    others = [it for it in clause.words if it not in clause.part(subject)]
    if any(
        it.features.get("Person") in ("1", "2") or it.features.get("Reflex") for it in others if it != verb
    ):
        return None  # «I sold my car» is no «Smith sells my car»
    finite = _finite(verb, PRESENT if chance.random() < _SHARE_PRESENT else _PAST)
    words = [finite if it == verb else it for it in clause.words]
    words, subject = _replaced(words, subject, chance.choice(names.acting))
    phrase = clause.phrase
    if phrase and has_place(clause, names):
        places = names.places[preposition_of(clause.words, phrase)]
        words, phrase = _replaced(words, phrase, chance.choice(places))
    return Clause(tuple(words), finite, subject, phrase, clause.glued)


def has_place(clause: Clause, names: Names) -> bool:
    """Whether the phrase of *clause* is a place, and *names* has another one for it."""
    phrase = clause.phrase
    if phrase is None or preposition_of(clause.words, phrase) not in names.places:
        return False
    is_named = names.are_places(_named(clause.words, phrase))
    return is_named or any(role == _PLACE for _, role in phrase.arguments)


def questions(clause: Clause) -> Iterator[Sentence]:
    """Yield English questions that *clause* answers."""
    verb, subject, phrase = clause.verb, clause.subject, clause.phrase
    if not _is_simple(clause) or (phrase and phrase.id < verb.id):
        return
    did = Word(0, _do(verb), "do", "AUX", verb.xpos, verb.feats, verb.id, "aux")._replace(id=_new(clause))
    base = verb._replace(form=verb.lemma, xpos="VB", feats="VerbForm=Inf")
    before, after = clause.part(subject), [it for it in clause.words if it not in clause.part(subject)]
    after = [base if it == verb else it for it in after]
    yield _sentence([did, *before, *after], clause.glued, "?")
    roles = {role for _, role in phrase.arguments} if phrase else set()
    for asks, role in (("where", _PLACE), ("when", _TIME)):
        if phrase and phrase.deprel == "obl" and role in roles:
            gone = clause.part(phrase)
            word = _asking(asks, "ADV", "WRB", clause, phrase, "advmod")
            yield _sentence([word, did, *before, *(it for it in after if it not in gone)], clause.glued, "?")
    thing = next((it for it in clause.below(verb) if it.deprel == "obj"), None)
    if thing and (phrase is None or phrase.head != thing.id):
        gone = clause.part(thing)
        rest = [did, *before, *(it for it in after if it not in gone)]
        if thing.upos == "NOUN":
            yield _sentence([_asking("what", "PRON", "WP", clause, thing, "obj"), *rest], clause.glued, "?")
            if gone[0].deprel == "det":
                which = gone[0]._replace(
                    form="which", lemma="which", xpos="WDT", feats="PronType=Int", misc="_"
                )
                yield _sentence([which, *gone[1:], *rest], clause.glued, "?")
    if any(role == ACTS for _, role in subject.arguments) and subject.upos in ("PRON", "PROPN"):
        who = _asking("who", "PRON", "WP", clause, subject, "nsubj")
        own = _finite(verb, _PAST if "Tense=Past" in verb.feats else PRESENT)
        others = [it for it in clause.words if it not in before]
        yield _sentence([who, *(own if it == verb else it for it in others)], clause.glued, "?")


def plain(clause: Clause) -> Sentence:
    """Return *clause* as a sentence."""
    return _sentence(clause.words, clause.glued, ".")


def is_part(part: Scene, whole: Scene) -> bool:
    """Whether all links of *part* are links of *whole*, whatever hangs on the root."""
    have, said = (Counter(triple(it, *link) for link in it.links) for it in (whole, part))
    return not said - have


# --- words of a tree ---------------------------------------------------------------------------------------


def _named(words: Sequence[Word], word: Word) -> list[Word]:
    """Return *word* with the other words of its name."""
    return [
        it
        for it in words
        if it == word or (it.head == word.id and it.deprel.partition(":")[0] in ("flat", "compound"))
    ]


def _is_simple(clause: Clause) -> bool:
    """Whether the verb stands after its subject, alone, in a present or past that others can have."""
    return (
        clause.subject.id < clause.verb.id
        and clause.verb.xpos in ("VBZ", "VBD", "VBP")
        and is_known(clause.verb)
        and not any(
            it.deprel.startswith("aux") or it.features.get("Polarity") == "Neg"
            for it in clause.below(clause.verb)
        )
    )


def _finite(verb: Word, feats: str) -> Word:
    """Return the form of an English verb that a name has as subject."""
    tag = "VBZ" if feats == PRESENT else "VBD"
    return verb._replace(form=english_words.forms(verb.lemma)[tag][0], xpos=tag, feats=feats)


def _do(verb: Word) -> str:
    return {"VBZ": "does", "VBD": "did", "VBP": "do"}[verb.xpos]


def _new(clause: Clause) -> int:
    """Return a number that no word has."""
    return max(it.id for it in clause.words) + 1_000


def _asking(form: str, upos: str, xpos: str, clause: Clause, asked: Word, deprel: str) -> Word:
    """Return the word that asks for *asked*."""
    roles = asked.notes.get("Args")
    misc = f"Args={roles}" if roles else "_"
    number = _new(clause) + 1
    return Word(number, form, form, upos, xpos, "PronType=Int", clause.verb.id, deprel, misc=misc)


def _replaced(words: Sequence[Word], word: Word, name: Sequence[Word]) -> tuple[list[Word], Word]:
    """Return *words* with *name* for the phrase of *word*, whose prepositions stay; and its new head."""
    cases = {it.id for it in words if it.head == word.id and it.deprel == "case" and it.id < word.id}
    gone = [it for it in below(words, word) if it.id not in cases]
    place = min(number for number, it in enumerate(words) if it in gone)
    first = 10_000 + 100 * word.id
    inside = {it.id: first + number for number, it in enumerate(name)}
    top = next(it for it in name if it.head not in inside)
    new = [it._replace(id=inside[it.id], head=inside.get(it.head, 0), misc="_") for it in name]
    head = new[name.index(top)]._replace(head=word.head, deprel=word.deprel, misc=word.misc)
    new[name.index(top)] = head
    rest = [it._replace(head=head.id) if it.id in cases else it for it in words]
    before = [it for it in rest[:place] if it not in gone]
    return [*before, *new, *(it for it in rest[place:] if it not in gone)], head


def _sentence(words: Sequence[Word], glued: frozenset[int], mark: str) -> Sentence:
    """Return *words* in this order as a sentence that ends in *mark*."""
    numbers = {it.id: place for place, it in enumerate(words, start=1)}
    root = next(it for it in words if it.head not in numbers)
    found: list[Word] = []
    text = ""
    for place, word in enumerate(words, start=1):
        follows = place > 1 and words[place - 2].id in glued and words[place - 2].id + 1 == word.id
        text += "" if place == 1 or follows else " "
        form = word.form[:1].upper() + word.form[1:] if place == 1 else word.form
        if place > 1 and word.upos not in ("PROPN", "X", "ADJ", "NOUN") and form != "I":
            form = form.lower() if form.istitle() or len(form) == 1 else form
        is_last = place == len(words)
        stays = not is_last and not (word.id in glued and words[place].id == word.id + 1)
        misc = [] if stays else ["SpaceAfter=No"]
        if word.roleset:
            misc.append(f"Roleset={word.roleset}")
        told = [f"{numbers[number]}:{role}" for number, role in word.arguments if number in numbers]
        if told:
            misc.append("Args=" + ",".join(told))
        found.append(
            word._replace(
                id=place, form=form, head=numbers.get(word.head, 0), deps="_", misc="|".join(misc) or "_",
                deprel="root" if word is root else word.deprel, start=len(text), end=len(text) + len(form),
            )
        )  # fmt: skip
        text += form
    stop = Word(
        len(found) + 1, mark, mark, "PUNCT", mark, head=numbers[root.id], deprel="punct", start=len(text)
    )
    text += mark
    return Sentence((*found, stop._replace(end=len(text))), text, comments=(f"# text = {text}",))


# --- treebanks ---------------------------------------------------------------------------------------------


def made(
    sentences: Sequence[Sentence], language: str, names: Names, chance: random.Random
) -> Iterator[tuple[str, Sentence]]:
    """Yield short sentences, each with its kind."""
    for sentence in sentences:
        whole = convert(sentence).scene
        clauses: list[Clause] = []
        for clause in cuts(sentence):
            told = plain(clause)
            if is_part(convert(told).scene, whole):
                clauses.append(clause)
                yield "cut", told
        if language != "en":
            continue
        for clause in (*clauses, *unsaid(sentence)):
            others: list[Clause] = []
            for _ in range(_PLACED if has_place(clause, names) else 1):
                other = renamed(clause, names, chance)
                if other is not None:
                    others.append(other)
                    yield "placed" if other.phrase and has_place(other, names) else "named", plain(other)
            told_by = others[:1] if clause.subject.id == ANYBODY.id else (clause, *others[:1])
            asked = [question for it in told_by for question in questions(it)]
            if asked:
                yield "asked", chance.choice(asked)


def main() -> None:
    """Write a file for each treebank, and print how many sentences of each kind it has."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--data", type=Path, required=True, help="the folder of treebanks")
    options.add_argument("--treebanks", nargs="+", choices=TRAINED_ON, required=True)
    options.add_argument("--names", choices=TRAINED_ON, default="en_ewt", help="whose names are taken")
    options.add_argument("--untold", nargs="*", default=[], help="names that are kept for tests")
    options.add_argument("--each", type=int, default=6000, help="most sentences of one kind and treebank")
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--out", type=Path, required=True)
    given = options.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    names = Names.of(treebank(given.data, given.names, TRAINED_ON[given.names]), frozenset(given.untold))
    for name in given.treebanks:
        chance = random.Random(given.seed)
        drawn: dict[str, tuple[str, Sentence]] = {}
        for kind, sentence in made(treebank(given.data, name, TRAINED_ON[name]), name[:2], names, chance):
            drawn.setdefault(sentence.text, (kind, sentence))
        found = list(drawn.values())
        chance.shuffle(found)
        kept = Counter[str]()
        path = given.out / f"{name}.conllu"
        with draft(path) as unfinished, unfinished.open("w", encoding="utf-8") as out:
            for kind, sentence in found:
                if kept[kind] < given.each:
                    kept[kind] += 1
                    out.write(conllu.format(sentence))
        print(f"{name}: {len(found)} made;", ", ".join(f"{kind} {many}" for kind, many in kept.items()))


if __name__ == "__main__":
    main()
