"""
Writing: a model is asked for texts in a style, scene by scene, until enough are kept.

    pen = Pen(chat, "an old sea captain", read, path)      # read: (text, what it says) → scene
    for candidate in pen.write(sayings, most=30, seconds=600):
        ...                                                # each with its verdict, and saved

First the model writes a few lines that somebody of this style would say, unless a person gave some. Each
prompt then shows another one of them: a small model that is asked for «an old sea captain» alone says one and
the same flourish every time. Languages come one after the other, since a server keeps what it has made of the
beginning of a prompt.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from time import monotonic
from typing import Any, Final, TypeAlias, final

from scenograph.carriers.chat import Chat, Turn
from scenograph.core import Scene
from scenograph.corpus.example import language_of
from scenograph.distilled.candidates import Candidate, Order, Said, Sheet
from scenograph.distilled.guard import judge, look, words_of

Read: TypeAlias = Callable[[str, Said], Scene | None]
"""Reads a text that is to say something; None for one that cannot be read."""

_TEMPERATURES: Final = (0.8, 1.0)  # of the first and of later texts for one scene
_TOKENS: Final = 4  # for a word of the plain text; a Russian one has up to so many
_MORE_TOKENS: Final = 40
_LINES: Final = 8  # lines of a style that the model is asked for, at most
_ASKED_FOR_LINES: Final = 3  # times
_LINE: Final = re.compile(r"\s*\d+[.)]\s*(.+)")
_LINE_WORDS: Final = range(2, 10)  # of a line that is used


@final
class Pen:
    """
    Writes texts in one style, and keeps what it wrote in a file.

    Args:
        chat: the model
        describe: the style in words
        read: reads texts back
        path: the file of candidates; what it holds of this style by this model is not written again
        lines: by language, lines of the style; the model writes them where there are none
    Attributes:
        sheet: what was written so far
    Raises:
        CorpusError: if the file is damaged
    """

    def __init__(
        self,
        chat: Chat,
        describe: str,
        read: Read,
        path: Path,
        lines: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self._chat, self._read, self._path = chat, read, path
        given = {language: list(some) for language, some in sorted((lines or {}).items()) if some}
        self.sheet = Sheet.load(path, Order(describe, chat.name, given))
        self.sheet.lines |= given

    def write(
        self, sayings: Sequence[Said], *, most: int, tries: int = 2, seconds: float = float("inf")
    ) -> Iterator[Candidate]:
        """
        Yield each new candidate after it was saved.

        Args:
            sayings: what is to be said, in the order in which it is asked for
            most: how many texts are to be kept in each language
            tries: most texts for one scene
            seconds: that it may take; languages share them, and one that needs less leaves the rest
        """
        ends = monotonic() + seconds
        languages = list(dict.fromkeys(it.language for it in sayings))
        for place, language in enumerate(languages):
            now = monotonic()
            until = now + (ends - now) / (len(languages) - place)
            own = [it for it in sayings if it.language == language]
            yield from self._write(own, language, most, tries, until)

    def _write(
        self, sayings: Sequence[Said], language: str, most: int, tries: int, until: float
    ) -> Iterator[Candidate]:
        sheet = self.sheet
        written = {(it.said, it.attempt) for it in sheet.candidates}
        done = {it.said for it in sheet.kept(language)}
        for attempt in range(tries):
            for said in sayings:
                if len(done) >= most or monotonic() >= until:
                    return
                if said in done or (said, attempt) in written:
                    continue
                if language not in sheet.lines:
                    sheet.lines[language] = self._lines(language)
                candidate = self._candidate(said, attempt)
                if candidate.verdict == "kept":
                    done.add(said)
                sheet.candidates.append(candidate)
                sheet.save(self._path)
                yield candidate

    def _candidate(self, said: Said, attempt: int) -> Candidate:
        before = self.sheet.candidates
        lines = self.sheet.lines[said.language]
        line = lines[len(before) % len(lines)] if lines else ""
        answer = self._chat.say(
            prompt(self.sheet.order.describe, line, said),
            seed=len(before),
            temperature=_TEMPERATURES[min(attempt, len(_TEMPERATURES) - 1)],
            most=_TOKENS * len(said.plain.split()) + _MORE_TOKENS,
        )
        text = _unquoted(answer)
        verdict = look(text, said, before, marks(said.language))
        if verdict is not None:
            return Candidate(said, attempt, text, verdict)
        return Candidate(said, attempt, text, *judge(said, self._read(text, said)))

    def _lines(self, language: str) -> list[str]:
        """Ask the model for lines that somebody of the style would say."""
        words, found = _prompts()[language]["voice"], dict[str, None]()
        foreign = marks(language)
        for seed in range(_ASKED_FOR_LINES):
            turns = [
                ("system", words["task"]),
                ("user", words["ask"].format(style=words["example_style"])),
                ("assistant", words["example"]),
                ("user", words["ask"].format(style=self.sheet.order.describe)),
            ]
            for row in self._chat.say(turns, seed=seed, temperature=0.8, most=160).splitlines():
                line = _unquoted(match[1]) if (match := _LINE.fullmatch(row)) else ""
                own = words_of(line)
                is_own = foreign.isdisjoint(own)
                if len(own) in _LINE_WORDS and is_own and language_of(line) == language:
                    found[line] = None
            if len(found) >= _LINES // 2:
                break
        return list(found)[:_LINES]


def prompt(style: str, line: str, said: Said) -> list[Turn]:
    """
    Return the chat that asks for a text.

    Args:
        style: in words
        line: something that is said in this style; empty if nothing is known
        said: what is to be said
    """
    words = _prompts()[said.language]
    turns: list[Turn] = [("system", words["task"])]
    for it in words["examples"]:
        asked = words["ask"].format(style=it["style"], line=it["line"], plain=it["plain"])
        turns += [("user", asked), ("assistant", it["text"])]
    asked = words["ask"].format(style=style, line=line or "…", plain=said.plain)
    return [*turns, ("user", asked)]


def marks(language: str) -> frozenset[str]:
    """Return words of the other styles that prompts show."""
    return frozenset(_prompts()[language]["marks"])


def languages() -> tuple[str, ...]:
    """Return the languages that a model can be asked in."""
    return tuple(_prompts())


@cache
def _prompts() -> dict[str, Any]:
    return tomllib.loads((files("scenograph.distilled") / "prompts.toml").read_text(encoding="utf-8"))


def _unquoted(text: str) -> str:
    """Return *text* without the quotation marks around it, if it has no others."""
    text = text.strip()
    for first, last in ('""', "«»", "“”"):
        if (
            len(text) > 1
            and text[0] == first
            and text[-1] == last
            and text.count(last) == 1 + (first == last)
        ):
            return text[1:-1].strip()
    return text
