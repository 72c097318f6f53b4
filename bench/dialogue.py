"""
Memory of a dialogue: what reading its turns adds to remembering who wrote them and when.

    OMP_NUM_THREADS=1 python bench/dialogue.py [UD] [--others 1000] [--show MODE]

Dialogues in the manner of LoCoMo (A. Maharana et al., 2024), written for this bench: friends (English) and
sister and brother (Russian), five sessions over half a year, 146 turns, with 108 questions: about one turn,
about several, about when, and ten that nothing answers; and two that were written later and kept apart
(`held-out`), 66 turns with 67 questions. They stand in `bench/dialogues/`. Turns are short and chatty, full
of "I", "she" and half sentences, as people write. LoCoMo itself stands in no package that this project could
install. The turns are remembered together with other people's: sentences of GUM's interviews, vlogs and
speeches, and of Taiga's social media, as turns of strangers.

A question is asked as text. A turn counts as recalled if it is among the first 1, 5, 10 turns; if a question
rests on several, the share of them counts. Modes:

    BM25             SQLite's FTS5 over who wrote and what, stems by memory's own `index_form`
    speaker, date    one crystal a turn: `(turn :by (entity :name "Rosa") :date 2025-01-12)` with its text
    read             one crystal a sentence: its scene by the bundled reader, or the text alone if it could
                     not be read, as `scenograph remember` stores it without a speaker
    turns            the same with `--speaker`, `--hearer` and `--date`
    turns, sure      the same without the links that the reader was unsure of
    both             `speaker, date` and `turns` together

For the modes that only read, `ask` answers the questions from the scenes: right if its answer has one of the
words that count, wrong if it answers otherwise. Questions that nothing answers are counted apart: any
answer to one is wrong.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from statistics import mean
from typing import Final

from memory import Words
from turns import FOLDER, Question, Turn, load, strangers

from scenograph.core import Scene
from scenograph.core.links import quote
from scenograph.dialogue import Speech, spoken
from scenograph.dialogue.talk import Talk
from scenograph.documents import sentences
from scenograph.memory import Note
from scenograph.mind import Mind
from scenograph.mind.config import MindConfig
from scenograph.mind.workspace import Workspace
from scenograph.morphology.lemmas import index_form
from scenograph.readers.graph_reader import bundled
from scenograph.readers.reading import Reading
from scenograph.readers.unsure import kept

UD: Final = Path(__file__).parents[2] / "shared" / "data" / "ud"
CUTS: Final = (1, 5, 10)
DEEP: Final = 60  # crystals recalled, of which some belong to one turn
MODES: Final = ("speaker, date", "read", "turns, sure", "turns", "both")
READING: Final = MODES[1:4]


def turn_of(turn: Turn) -> Scene:
    """Return the scene of a turn of which only who and when is known."""
    links: list[tuple[int, str, int | str]] = [
        (0, ":by", 1),
        (1, ":name", quote(turn.speaker)),
        (0, ":date", quote(turn.date)),
        (0, ":number", quote(turn.name)),
    ]
    return Scene.build(["turn", "entity"], links)


class Reader:
    """Turns with what the bundled reader reads of their sentences, each sentence read once."""

    def __init__(self, turns: Sequence[Turn]) -> None:
        self.parts: dict[str, list[tuple[str, Reading]]] = {}
        began = time.process_time()
        for language, group in groupby(sorted(turns, key=lambda it: it.language), key=lambda it: it.language):
            split = [(turn, it.text) for turn in group for it in sentences(turn.text, markup="plain")]
            read = bundled().read_many([text for _, text in split], language)
            for (turn, text), reading in zip(split, read, strict=True):
                self.parts.setdefault(turn.name, []).append((text, reading))
        self.meant: dict[tuple[str, str], Scene] = {}
        talks: dict[str, Talk] = {}
        for turn in sorted(turns, key=lambda it: (len(it.name), it.name)):  # as they were written
            for text, reading in self.parts.get(turn.name, ()):
                if (scene := kept(reading)) is not None:
                    speech = Speech(turn.speaker, turn.hearer, turn.date)
                    talk = talks.setdefault(turn.name.partition(":")[0], Talk())
                    made = talk.understood(spoken(scene, speech, text), text, speech)
                    self.meant[turn.name, text] = made
        every = [reading.scene for parts in self.parts.values() for _, reading in parts]
        print(
            f"{len(every)} sentences read in {time.process_time() - began:.1f} s of processor time; "
            f"{sum(scene is None for scene in every)} without a scene",
            flush=True,
        )

    def store(self, mind: Mind, turns: Iterable[Turn], mode: str) -> None:
        """Remember *turns* as *mode* says."""
        with mind.memory.transaction():
            for turn in turns:
                for note in self._notes(turn, mode):
                    mind.memory.remember_many([note])
                if mode != "speaker, date":
                    who = f"{turn.speaker}: " if "turns" in mode or mode == "both" else ""
                    for text, reading in self.parts.get(turn.name, ()):
                        if reading.scene is None:
                            mind.memory.keep(who + text, language=turn.language, source=turn.name)

    def _notes(self, turn: Turn, mode: str) -> Iterator[Note]:
        parts = self.parts.get(turn.name, [])
        speech = Speech(turn.speaker, turn.hearer, turn.date)
        if mode in ("speaker, date", "both"):
            yield Note(turn_of(turn), turn.text, turn.language, turn.name)
        for text, reading in parts:
            scene = reading.scene if mode == "turns, sure" else kept(reading)
            if scene is None or mode == "speaker, date":
                continue
            scene = scene if mode == "read" else spoken(scene, speech, text)
            if mode in ("turns", "both"):
                scene = self.meant.get((turn.name, text), scene)
            yield Note(scene, text, turn.language, turn.name)


def recalled(mind: Mind, question: Question) -> list[str]:
    """Return the turns that memory recalls for a question, the strongest first."""
    hits = mind.memory.recall(question.text, DEEP)
    return list(dict.fromkeys(it.source for hit in hits for it in hit.sources if it.source))


def share(found: Sequence[str], question: Question, cut: int) -> float:
    """Return the share of the turns that *question* rests on among the first of *found*."""
    return len(question.turns.intersection(found[:cut])) / len(question.turns)


def answered(mind: Mind, questions: Sequence[Question], show: bool) -> str:
    """Ask all questions; return how many were answered right, wrong and not."""
    counts: Counter[str] = Counter()
    began = time.process_time()
    for question in questions:
        answer = mind.ask(question.text, language=question.language)
        said = answer.text.lower().replace("ё", "е")
        right = any(it.lower().replace("ё", "е") in said for it in question.answers)
        how = "none" if not answer.findings else "right" if right else "wrong"
        counts["made up" if question.kind == "none" and how == "wrong" else how] += 1
        if show:
            print(f"      {how:<5} {question.kind:<6} {question.text}  →  {answer.text}")
    span = 1000 * (time.process_time() - began) / len(questions)
    empty = sum(question.kind == "none" for question in questions)
    given = len(questions) - empty
    return (
        f"ask: right {counts['right']}, wrong {counts['wrong']} of {given}; "
        f"{counts['made up']} of {empty} unanswerable ones answered; {span:.0f} ms each"
    )


def measure(ud: Path, others: int, seed: int, modes: Sequence[str], asks: bool, show: str) -> None:
    """Print the table."""
    rng = random.Random(seed)
    turns: list[Turn] = []
    asked: dict[str, list[Question]] = {}
    for path in sorted(FOLDER.glob("*.txt")):
        own, asked[path.stem] = load(path)
        turns += own
        if others and "-" not in path.stem:
            turns += strangers(ud, path.stem, others, rng)
    rng.shuffle(turns)
    print(f"{len(turns)} turns, {sum(map(len, asked.values()))} questions, seed {seed}")
    words = Words({n: index_form(f"{turn.speaker}: {turn.text}") for n, turn in enumerate(turns)})
    reader = Reader(turns)
    for language, questions in asked.items():
        resting = [question for question in questions if question.turns]
        print(
            f"{language}: {len(resting)} questions rest on turns\n  {'':<15}{'R@1':>7}{'R@5':>7}{'R@10':>7}"
        )
        by_words = [[turns[n].name for n, _ in words.ranking(index_form(it.text))] for it in resting]
        row("BM25", by_words, resting, "")
    for mode in modes:
        with tempfile.TemporaryDirectory() as folder:
            mind = Mind.open(Workspace.create(Path(folder) / "mind", MindConfig()).folder)
            with mind:
                began = time.process_time()
                reader.store(mind, turns, mode)
                print(f"{mode}: {len(mind.memory)} crystals, stored in {time.process_time() - began:.1f} s")
                for language, questions in asked.items():
                    resting = [question for question in questions if question.turns]
                    found = [recalled(mind, question) for question in resting]
                    said = (
                        answered(mind, questions, show == mode and "-" not in language)
                        if asks and mode in READING
                        else ""
                    )
                    row(language, found, resting, said)


def row(name: str, found: Sequence[Sequence[str]], questions: Sequence[Question], said: str) -> None:
    """Print one line of the table."""
    shares = [mean(share(one, it, cut) for one, it in zip(found, questions, strict=True)) for cut in CUTS]
    print(f"  {name:<15}" + "".join(f"{it:7.3f}" for it in shares) + f"   {said}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("ud", nargs="?", type=Path, default=UD)
    parser.add_argument("--others", type=int, default=1000, help="turns of strangers for each language")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--modes", nargs="+", choices=MODES, default=MODES)
    parser.add_argument("--without-asking", action="store_true", help="measure recall alone")
    parser.add_argument("--show", default="", help="print the answers of this mode")
    options = parser.parse_args()
    asks = not options.without_asking
    measure(options.ud, options.others, options.seed, options.modes, asks, options.show)


if __name__ == "__main__":
    main()
