"""
Everyday texts: how many questions a new mind answers about notes, a mail, news, a diary and pages.

    OMP_NUM_THREADS=1 python bench/everyday.py [--show] [NAME ...]

The texts in `bench/everyday/` were written for this bench, thirteen English and eleven Russian ones, each
with questions as a person would ask them after remembering the file. A mind as `scenograph init` makes it
reads the file and is asked. Right: the answer has one of the words that count; wrong: it answers otherwise;
the rest it does not know. A question with «—» asks what the text does not say: right is to leave it open.
**Most of these questions were looked at while rules were written**, so that a new text will go worse.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from scenograph import Mind
from scenograph.mind import MindConfig, Workspace

TEXTS = Path(__file__).with_suffix("")
OPEN = ("—",)
"""Instead of words: the text does not say it."""


class Question(NamedTuple):
    """A question, and the words of which a right answer has one."""

    text: str
    words: tuple[str, ...]


def parts_of(file: Path) -> tuple[str, list[Question]]:
    """Return the text of a file and its questions."""
    text: list[str] = []
    questions: list[Question] = []
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("? "):
            asked, _, words = line[2:].partition(" | ")
            questions.append(Question(asked, tuple(word.strip() for word in words.split(" / "))))
        else:
            text.append(line)
    return "\n".join(text).strip() + "\n", questions


def judged(answer: str, crystals: tuple[int, ...], words: tuple[str, ...]) -> str:
    """Return right, wrong or none."""
    if words == OPEN:
        return "wrong" if crystals else "right"
    if not crystals:
        return "none"
    plain = answer.replace("\N{NO-BREAK SPACE}", " ").lower()
    return "right" if any(word.lower() in plain for word in words) else "wrong"


def measured(file: Path, show: bool = False) -> Counter[str]:
    """Return how the questions of *file* are answered by a mind that has read it."""
    text, questions = parts_of(file)
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace.create(Path(folder) / "mind", MindConfig())
        with Mind.open(workspace.folder) as mind:
            list(mind.remember_document(text, file.name))
            for question in questions:
                answer = mind.ask(question.text)
                how = judged(answer.text, answer.crystals, question.words)
                counts[how] += 1
                if show:
                    print(f"    {how:5} {question.text}  →  {answer.text}")
    return counts


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", help="files without their ending; none: all")
    parser.add_argument("--show", action="store_true", help="print the answers")
    args = parser.parse_args()
    total: Counter[str] = Counter()
    for file in sorted(TEXTS.glob("*.md")):
        if args.names and file.stem not in args.names:
            continue
        counts = measured(file, args.show)
        total += counts
        print(f"{file.stem:10} right {counts['right']}, wrong {counts['wrong']} of {counts.total()}")
    print(f"{'all':10} right {total['right']}, wrong {total['wrong']} of {total.total()}")


if __name__ == "__main__":
    main()
