"""
Styles that a model writes from a description: how many of its texts the guard keeps, and why not the others.

    python bench/distilled.py qwen1.5b.gguf --out candidates --beside 4
    python bench/distilled.py http://127.0.0.1:8080/v1 --out candidates --minutes 20

Said are a hundred sentences of our own (`distilled/en.txt`, `ru.txt`; with `--scenes more` others), each with
the scene that the bundled reader reads from it, in three styles of two languages. The model is shown nothing
but the description. Each text is read back by the same reader. What was written is saved in OUT, and the same
command goes on from there. `--again` writes nothing, and judges anew what was written; `--beside` lets the
same weights write some texts in this process as well, by torch.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

from scenograph.carriers.chat import Ask, Chat, LocalChat, open_chat
from scenograph.core import Scene
from scenograph.distilled.candidates import MEANINGS, Said, Sheet, counted
from scenograph.distilled.guard import new_words
from scenograph.distilled.writing import Pen, judged, prompt
from scenograph.readers.graph_reader import bundled

_HERE = Path(__file__).with_name("distilled")


class Style(NamedTuple):
    """A style: its name, and its description in each language."""

    name: str
    en: str
    ru: str


STYLES = (
    Style("captain", "an old sea captain", "старый морской капитан"),
    Style("neighbour", "as a friendly neighbour would tell it", "как рассказала бы добрая соседка"),
    Style("telegram", "short and dry, like a telegram", "коротко и сухо, как телеграмма"),
)


class Clock(Chat):
    """A chat, and the seconds that pass while it speaks."""

    def __init__(self, chat: Chat) -> None:
        self._chat, self.passed, self.own, self.texts = chat, 0.0, 0.0, 0

    @property
    def name(self) -> str:
        """The model."""
        return self._chat.name

    @property
    def at_once(self) -> int:
        """As `Chat.at_once`."""
        return self._chat.at_once

    def say(self, asks: Sequence[Ask]) -> list[str]:
        """As `Chat.say`."""
        began, own = time.perf_counter(), time.process_time()
        answers = self._chat.say(asks)
        self.passed += time.perf_counter() - began
        self.own += time.process_time() - own
        self.texts += len(asks)
        return answers

    def close(self) -> None:
        """Close the chat."""
        self._chat.close()


def sayings(language: str, scenes: str) -> Iterator[Said]:
    """Yield our sentences with their scenes, as far as each link of them is sure."""
    texts = (_HERE / scenes / f"{language}.txt").read_text(encoding="utf-8").splitlines()
    for text, reading in zip(texts, bundled().read_many(texts, language), strict=True):
        if reading.scene is not None and reading.scene == reading.draft:
            yield Said(reading.scene, text, language)


def read(text: str, said: Said) -> Scene | None:
    """Read *text* back, with its unsure links."""
    return bundled().read_many([text], said.language)[0].draft


def report(style: Style, language: str, given: int, sheet: Sheet, samples: int) -> None:
    """Print what became of the texts of one style in one language."""
    kept, found = sheet.kept(), sheet.candidates
    more = fmean(len(new_words(it.text, it.said)) for it in kept) if kept else 0.0
    print(f"\n{style.name} {language}: {given} scenes, {len(found)} texts, {len(kept)} kept", end="")
    print(f", {more:.1f} new words in each of them")
    for verdict, count in counted(found).items():
        print(f"  {verdict:10}{count:>4}   {MEANINGS[verdict]}")
    for is_kept in (True, False):
        shown = [it for it in found if (it.verdict == "kept") is is_kept]
        for it in shown[:samples]:
            print(f"  {it.verdict:10}{it.said.plain}  →  {it.text}   {it.note}")


def again(sheet: Sheet) -> None:
    """Judge anew what was written."""
    found, sheet.candidates = sheet.candidates, []
    for it in found:
        sheet.candidates.append(
            judged(it.text, it.said, it.attempt, sheet.candidates, sheet.order.describe, read)
        )


def beside(model: str, scenes: str, count: int) -> None:
    """Let the same weights write *count* texts in this process, and print what they cost."""
    style = STYLES[0]
    with Clock(LocalChat(model)) as chat:
        for seed, said in enumerate(list(sayings("en", scenes))[:count]):
            chat.say([Ask(prompt(style.en, "", said), seed, temperature=0.8, most=60, stop="\n")])
    print(f"torch: {chat.passed / chat.texts:.1f} s for a text, processor {chat.own / chat.texts:.1f} s")


def main() -> None:
    """Write, and print a table for each style and language."""
    options = argparse.ArgumentParser(description=(__doc__ or "").strip().partition("\n")[0])
    options.add_argument("model", help="a GGUF file, a folder, a hub id or the address of a server")
    options.add_argument("--out", type=Path, required=True, help="the folder of candidates")
    options.add_argument("--scenes", default=".", help="a folder of other sentences in distilled/")
    options.add_argument("--styles", nargs="*", default=[it.name for it in STYLES])
    options.add_argument("--languages", nargs="*", default=["en", "ru"])
    options.add_argument("--tries", type=int, default=2, help="most texts for a scene (2)")
    options.add_argument("--minutes", type=float, default=60, help="for each style and language (60)")
    options.add_argument("--samples", type=int, default=10, help="kept and refused texts to print (10)")
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--again", action="store_true", help="judge anew what was written")
    options.add_argument("--beside", type=int, default=0, help="texts that torch writes as well (0)")
    given = options.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    with Clock(open_chat(given.model)) as chat:
        for language in given.languages:
            scenes = list(sayings(language, given.scenes))
            for style in (it for it in STYLES if it.name in given.styles):
                path = given.out / f"{style.name}-{language}.jsonl"
                described = style.ru if language == "ru" else style.en
                pen = Pen(chat, described, read, path, seed=given.seed)
                if given.again:
                    again(pen.sheet)
                else:
                    seconds = 60 * given.minutes
                    for _ in pen.write(scenes, most=len(scenes), tries=given.tries, seconds=seconds):
                        pass
                report(style, language, len(scenes), pen.sheet, given.samples)
    if chat.texts:
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = chat.own + ended.ru_utime + ended.ru_stime  # of llama.cpp, if the chat started it
        print(f"\n{chat.texts} requests, {chat.passed / chat.texts:.1f} s for each", end="")
        print(f"; processor {spent / chat.texts:.2f} s")
    if given.beside:
        beside(given.model, given.scenes, given.beside)


if __name__ == "__main__":
    main()
