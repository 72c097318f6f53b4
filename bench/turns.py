"""
Dialogues with questions, as `bench/dialogues/` has them, and turns of strangers from treebanks.

    == 2025-01-12                                   the day of what follows
    Rosa: I signed a contract in Lisbon.            a turn; turns are numbered from 1
    ? single | Where did Rosa move? | Lisbon | 5    kind, question, answers that count, turns that it rests on

The name of a file starts with its language: `en`, `en-held-out`.
"""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Final, NamedTuple

from scenograph.readers import conllu

FOLDER: Final = Path(__file__).parent / "dialogues"
_STRANGERS: Final = {"en": ("Greg", "Paula"), "ru": ("Игорь", "Нина")}


class Turn(NamedTuple):
    """Who wrote what when, and to whom; `name` is what memory stores as its source."""

    name: str
    speaker: str
    hearer: str
    date: str
    text: str
    language: str


class Question(NamedTuple):
    """A question with the words that count as its answer, and the names of the turns that it rests on."""

    kind: str
    text: str
    answers: tuple[str, ...]
    turns: frozenset[str]
    language: str


def load(path: Path) -> tuple[list[Turn], list[Question]]:
    """Return the turns and questions of a dialogue."""
    name, date = path.stem, ""
    language = name.partition("-")[0]
    turns: list[Turn] = []
    questions: list[Question] = []
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    people = list(dict.fromkeys(line.partition(":")[0] for line in lines if line[0] not in "=?"))
    for line in lines:
        if line.startswith("=="):
            date = line[2:].strip()
        elif line.startswith("?"):
            kind, text, answers, numbers = (part.strip() for part in line[1:].split("|"))
            questions.append(
                Question(
                    kind,
                    text,
                    tuple(it.strip() for it in answers.split("/") if it.strip()),
                    frozenset(f"{name}:{number.strip()}" for number in numbers.split(",") if number),
                    language,
                )
            )
        else:
            speaker, _, said = line.partition(": ")
            hearer = next(other for other in people if other != speaker)
            turns.append(Turn(f"{name}:{len(turns) + 1}", speaker, hearer, date, said, language))
    return turns, questions


def strangers(folder: Path, language: str, count: int, rng: random.Random) -> list[Turn]:
    """Return sentences of treebanks as turns that others wrote on days of the same year."""
    path = folder / ("en_gum/train.conllu" if language == "en" else "ru_taiga/more.conllu")
    with path.open(encoding="utf-8") as lines:
        known = [
            it.text
            for it in conllu.parse(lines)
            if 4 <= len(it.words) <= 30
            and (language == "ru" or re.search("interview|vlog|speech", it.sent_id or ""))
        ]
    one, two = _STRANGERS[language]
    return [
        Turn(
            f"other-{language}:{number}",
            *((one, two) if number % 2 else (two, one)),
            f"2025-{rng.randint(1, 6):02}-{rng.randint(1, 28):02}",
            text,
            language,
        )
        for number, text in enumerate(rng.sample(known, min(count, len(known))))
    ]
