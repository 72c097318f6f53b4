"""
A style that a model writes from a description: how many of its texts the guard keeps, and why not the others.

    python bench/distilled.py qwen1.5b.gguf --out candidates
    python bench/distilled.py http://127.0.0.1:8080/v1 --out candidates --minutes 20

Said are a hundred sentences of our own (`distilled/en.txt`, `ru.txt`), each with the scene that the bundled
reader reads from it. An old sea captain says them: in English and Russian from the description alone, where
the model writes lines of his first, and in Russian again with eight lines that a person gives. Each text is
read back by the same reader. What was written is saved in OUT after each text, and the same command goes on
from there.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

from scenograph.carriers.chat import open_chat
from scenograph.core import Scene
from scenograph.distilled.candidates import MEANINGS, Said, Sheet, counted
from scenograph.distilled.guard import new_words
from scenograph.distilled.writing import Pen
from scenograph.readers.graph_reader import bundled

_HERE = Path(__file__).with_name("distilled")
LINES = (
    "Тысяча чертей, поднять якорь!",
    "Полный вперёд, салаги!",
    "Эх, море, море моё солёное!",
    "Разрази меня гром, вот это волна!",
    "Отдать швартовы, якорь мне в бок!",
    "Налей-ка рому, юнга!",
    "Семь футов под килем, братцы!",
    "Клянусь моей трубкой, будет шторм!",
)


class Run(NamedTuple):
    """A style in one language: its file, its description, and lines of it."""

    name: str
    language: str
    style: str
    lines: Sequence[str] = ()


RUNS = (
    Run("en", "en", "an old sea captain"),
    Run("ru", "ru", "старый морской капитан"),
    Run("ru-lines", "ru", "старый морской капитан", LINES),
)


def sayings(language: str) -> Iterator[Said]:
    """Yield our sentences with their scenes, as far as each link of them is sure."""
    texts = (_HERE / f"{language}.txt").read_text(encoding="utf-8").splitlines()
    for text, reading in zip(texts, bundled().read_many(texts, language), strict=True):
        if reading.scene is not None and reading.scene == reading.draft:
            yield Said(reading.scene, text, language)


def read(text: str, said: Said) -> Scene | None:
    """Read *text* back, with its unsure links."""
    return bundled().read_many([text], said.language)[0].draft


def report(run: Run, given: int, sheet: Sheet, seconds: float) -> None:
    """Print what became of the texts of one run."""
    kept, found = sheet.kept(), sheet.candidates
    more = fmean(len(new_words(it.text, it.said)) for it in kept) if kept else 0.0
    print(f"\n{run.name}: {run.style}; shown with {' | '.join(sheet.lines.get(run.language, []))}")
    print(f"{given} scenes, {len(found)} texts, {len(kept)} kept, {more:.1f} new words in each of them")
    if seconds and found:
        print(f"{seconds / len(found):.1f} s for a text")
    for verdict, count in counted(found).items():
        print(f"  {verdict:10}{count:>4}   {MEANINGS[verdict]}")


def main() -> None:
    """Write, and print a table for each run."""
    options = argparse.ArgumentParser(description=(__doc__ or "").strip().partition("\n")[0])
    options.add_argument("model", help="a GGUF file, a folder, a hub id or the address of a server")
    options.add_argument("--out", type=Path, required=True, help="the folder of candidates")
    options.add_argument("--tries", type=int, default=2, help="most texts for a scene (2)")
    options.add_argument("--minutes", type=float, default=60, help="for each run (60)")
    options.add_argument("--samples", type=int, default=10, help="kept and refused texts to print (10)")
    given = options.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    with open_chat(given.model) as chat:
        for run in RUNS:
            lines = {run.language: run.lines}
            pen = Pen(chat, run.style, read, given.out / f"{run.name}.jsonl", lines)
            before, began = len(pen.sheet.candidates), time.perf_counter()
            scenes = list(sayings(run.language))
            for _ in pen.write(scenes, most=len(scenes), tries=given.tries, seconds=60 * given.minutes):
                pass
            seconds = 0.0 if before else time.perf_counter() - began
            report(run, len(scenes), pen.sheet, seconds)
            for is_kept in (True, False):
                shown = [it for it in pen.sheet.candidates if (it.verdict == "kept") is is_kept]
                for it in shown[: given.samples]:
                    print(f"  {it.verdict:10}{it.said.plain}  →  {it.text}   {it.note}")


if __name__ == "__main__":
    main()
