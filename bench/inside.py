"""
Questions answered inside the token stream and by the outside loop: the same ones, in one run.

    python bench/inside.py demo-mind --questions 60

Questions are drawn from the world's test split, in both languages: about what a memory states, about what
follows from it by rules, and about what it does not know. Each is asked alone, by turns in both ways.

    right, wrong, unknown   of what is known; of what is not known, *unknown* is right
    stopped, unread         thoughts that did not come to an end: the outside loop answers these questions
    passes                  through the model, those of the guard among them
    seconds                 of the processor
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from statistics import fmean, median
from typing import NamedTuple

from scenograph import Mind
from scenograph.answers import UNKNOWN
from scenograph.answers.answer import Answer
from scenograph.core import Scene
from scenograph.core.field import Field
from scenograph.domain import Domain
from scenograph.evaluate.drawn import clear_question, value_of
from scenograph.memory import Memory, Note


class Asked(NamedTuple):
    """A question and the value that answers it; None if memory does not know."""

    kind: str
    text: str
    language: str
    value: Scene | str | None


class Run(NamedTuple):
    """One answer, and what it took."""

    answer: Answer
    seconds: float
    passes: int


class Both(NamedTuple):
    """A question answered in both ways."""

    asked: Asked
    outside: Run
    inside: Run

    def run(self, way: str) -> Run:
        """Return the answer of one way."""
        return self.inside if way == "inside" else self.outside

    def verdict(self, way: str) -> str:
        """Return whether that answer is right, wrong or *unknown*."""
        return judged(self.asked, self.run(way).answer)

    @property
    def note(self) -> str:
        """Why the thought did not come to an end; empty if it did."""
        thought = self.inside.answer.thought
        return thought.note if thought is not None else "not the domain's"


WAYS = ("outside", "inside")


def drawn(
    domain: Domain, known: Sequence[Scene], strange: Sequence[Scene], count: int, seed: int
) -> list[Asked]:
    """Return *count* questions of each kind, or as many as there are, half of them in each language."""
    rng = random.Random(f"inside:{seed}")
    concluded = [scene for scene, _ in Field(known).close(domain.rules).proofs()]
    every = [*known, *concluded]
    found: list[Asked] = []
    for kind, scenes in (("stated", known), ("concluded", concluded), ("not known", strange)):
        among = [*every, *strange] if kind == "not known" else every
        clear = (clear_question(domain, scene, among, rng) for scene in scenes)
        for number, question in enumerate(islice((it for it in clear if it is not None), count)):
            language = ("en", "ru")[number % 2]
            value = None if kind == "not known" else value_of(question.answer)
            found.append(Asked(kind, rng.choice(question.texts[language]), language, value))
    return found


def judged(asked: Asked, answer: Answer) -> str:
    """Return whether *answer* is right, wrong or *unknown*."""
    if answer.scene is None or answer.scene == UNKNOWN:
        return "right" if asked.value is None else "unknown"
    return "right" if value_of(answer.scene) == asked.value else "wrong"


def main() -> None:
    """Compare both ways with the mind that is named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mind", type=Path)
    parser.add_argument("--questions", type=int, default=60, help="of each kind")
    parser.add_argument("--scenes", type=int, default=300, help="in memory")
    parser.add_argument("--style", default="plain")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--show", action="store_true", help="print what differs")
    given = parser.parse_args()
    with Mind.open(given.mind, read_only=True) as mind, tempfile.TemporaryDirectory() as folder:
        mind.wake()
        domain = mind.domain
        scenes = list(dict.fromkeys(domain.scenes(2 * given.scenes, given.seed, "test")))
        known, strange = scenes[: given.scenes], scenes[given.scenes :]
        passes = [0]
        handle = mind.bridge.carrier.module.register_forward_pre_hook(  # type: ignore[attr-defined]
            lambda *_: passes.__setitem__(0, passes[0] + 1)
        )
        with Memory.open(folder) as memory:
            memory.remember_many(Note(scene, source="bench") for scene in known)

            def ask(it: Asked, inside: bool) -> Run:
                passes[0], began = 0, time.process_time()
                [answer] = mind.ask_many(
                    [it.text], style=given.style, language=it.language, memory=memory, inside=inside
                )
                return Run(answer, time.process_time() - began, passes[0])

            questions = drawn(domain, known, strange, given.questions, given.seed)
            ask(questions[0], False)
            ask(questions[0], True)
            both: list[Both] = []
            for number, it in enumerate(questions):
                first = ask(it, bool(number % 2))
                second = ask(it, not number % 2)
                both.append(Both(it, *((second, first) if number % 2 else (first, second))))
        handle.remove()
    for kind in dict.fromkeys(it.asked.kind for it in both):
        some = [it for it in both if it.asked.kind == kind]
        ends = Counter(it.inside.answer.thought.end for it in some if it.inside.answer.thought)
        for way in WAYS:
            verdicts = Counter(it.verdict(way) for it in some)
            told = ", ".join(f"{verdicts[it]} {it}" for it in ("right", "wrong", "unknown"))
            more = f"; thoughts: {', '.join(f'{n} {end}' for end, n in ends.items())}" * (way == "inside")
            print(f"{kind:10} {way:8} of {len(some)}: {told}{more}", flush=True)
    for way in WAYS:
        runs = [it.run(way) for it in both]
        right = sum(it.verdict(way) == "right" for it in both) / len(both)
        print(
            f"all        {way:8} right {right:.3f}, passes {fmean(it.passes for it in runs):.1f} "
            f"(median {median(it.passes for it in runs):.0f}), "
            f"seconds {fmean(it.seconds for it in runs):.3f} "
            f"(median {median(it.seconds for it in runs):.3f}), "
            f"fallbacks {sum(it.answer.fallback for it in runs)}"
        )
    alone = sum(not it.note and it.verdict("inside") == "right" for it in both)
    print(f"all        inside, without the outside loop's help: right {alone / len(both):.3f}")
    same = sum(it.outside.answer.text == it.inside.answer.text for it in both)
    print(f"all        same text in both ways: {same / len(both):.3f}", flush=True)
    for it in both if given.show else ():
        if it.note or it.verdict("outside") != it.verdict("inside"):
            thought = it.inside.answer.thought
            print(f"{it.asked.kind} {it.asked.text!r}: {it.note}\n  outside {it.outside.answer.text!r}")
            print(f"  inside  {it.inside.answer.text!r}\n  {thought.sequence if thought else ''}")


if __name__ == "__main__":
    main()
