"""
What two parsers agree on: Russian sentences that a reader labelled, where Natasha reads them the same way.

    python recipes/reader.py label --run RUN --texts ru.txt --language ru --out ru.conllu
    python recipes/agree.py --labelled ru.conllu --out agreed.conllu
    python recipes/reader.py train --data UD --run NEW --start RUN --labelled agreed.conllu …

Natasha's networks (slovnet, MIT) learned from news, RUN from a few thousand sentences of treebanks: they make
different mistakes. A word on whose head both agree is labelled for NEW to learn from; every other word gets
the note `Sure=0` and trains nothing (co-training: Blum and Mitchell, 1998). Case, number and gender of nouns
and adjectives are Natasha's where the dictionary allows it, since it knows them better: on GSD dev it has the
case of .935 of all nouns and of .841 of all names, a fold of ours of .885 and .666.

Needs `pip install 'scenograph[peers]'`. 42,000 sentences take five minutes on one core.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from scenograph.files import draft
from scenograph.optional import optional
from scenograph.readers.batches import LEAST, SURE
from scenograph.readers.conllu import format as conllu_text
from scenograph.readers.conllu import parse
from scenograph.readers.dictionary import inflections
from scenograph.readers.sentence import Sentence, Word

_BATCH: Final = 512
_LONGEST: Final = 60  # words of a sentence
_CONFIDENT: Final = 0.8  # a link this sure is kept although its relations differ
_NOMINAL: Final = frozenset({"NOUN", "PROPN", "ADJ", "DET"})
_INFLECTED: Final = ("Case", "Number", "Gender")


class Opinion(NamedTuple):
    """What Natasha says of a word: number of its head, relation, part of speech and features."""

    head: int
    relation: str
    part: str
    features: dict[str, str]


class Natasha:
    """slovnet's networks, as the package natasha carries them."""

    def __init__(self) -> None:
        slovnet = optional("slovnet", "peers")
        data = Path(optional("natasha", "peers").__file__).parent / "data"
        vectors = optional("navec", "peers").Navec.load(str(next(data.glob("emb/navec*.tar"))))
        self._morph = slovnet.Morph.load(str(next(data.glob("model/slovnet_morph*.tar"))), batch_size=16)
        self._syntax = slovnet.Syntax.load(str(next(data.glob("model/slovnet_syntax*.tar"))), batch_size=16)
        self._morph.navec(vectors)
        self._syntax.navec(vectors)

    def read(self, sentences: Sequence[Sentence]) -> Iterator[list[Opinion]]:
        """Yield what it says of the words of each sentence."""
        forms = [[word.form for word in sentence.words] for sentence in sentences]
        for tagged, hung in zip(self._morph.map(forms), self._syntax.map(forms), strict=True):
            yield [
                Opinion(int(arc.head_id), arc.rel, tag.pos, dict(tag.feats))
                for tag, arc in zip(tagged.tokens, hung.tokens, strict=True)
            ]


def agreed(word: Word, other: Opinion) -> Word:
    """Return *word* with Natasha's features, and with the note how sure it is: 0 if both disagree."""
    sure = float(word.notes.get(SURE, 1))
    if word.upos == other.part and word.upos in _NOMINAL and _can_be(word, other.features):
        own = {**word.features}
        own |= {name: other.features[name] for name in _INFLECTED if name in own and name in other.features}
        word = word._replace(feats="|".join(f"{name}={own[name]}" for name in sorted(own)) or "_")
    same_part = word.upos == other.part or {word.upos, other.part} == {"NOUN", "PROPN"}
    same_relation = word.deprel.partition(":")[0] == other.relation.partition(":")[0]
    same = same_part and word.head == other.head and (same_relation or sure > _CONFIDENT)
    kept = max(sure, LEAST) if same or word.deprel == "punct" else 0
    notes = [note for note in word.misc.split("|") if note != "_" and not note.startswith(f"{SURE}=")]
    return word._replace(misc="|".join([*notes, f"{SURE}={kept:.2f}"]))


def _can_be(word: Word, features: dict[str, str]) -> bool:
    """Whether the dictionary has the form of *word* with the case and number of *features*."""
    case, number = features.get("Case"), features.get("Number")
    return any(it.case == case and it.number in (number, "") for it in inflections(word.form, word.upos))


def main() -> None:
    """Write the sentences with what both agree on."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--labelled", type=Path, required=True, help="what `reader.py label` wrote")
    options.add_argument("--out", type=Path, required=True)
    given = options.parse_args()
    with given.labelled.open(encoding="utf-8") as lines:
        sentences = [sentence for sentence in parse(lines) if 0 < len(sentence.words) <= _LONGEST]
    sentences.sort(key=lambda sentence: len(sentence.words))
    natasha, counts = Natasha(), Counter[str]()
    with draft(given.out) as unfinished, unfinished.open("w", encoding="utf-8") as out:
        for first in range(0, len(sentences), _BATCH):
            batch = sentences[first : first + _BATCH]
            for sentence, opinions in zip(batch, natasha.read(batch), strict=True):
                words = tuple(map(agreed, sentence.words, opinions))
                counts.update(word.notes[SURE] == "0.00" for word in words)
                out.write(conllu_text(Sentence(words, sentence.text, comments=sentence.comments)))
    print(f"{len(sentences)} sentences; {counts[False]} of {counts.total()} words are agreed on")


if __name__ == "__main__":
    main()
