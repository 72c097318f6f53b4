"""
Writing: a model is asked for texts in a style, scene by scene, until enough are kept.

    pen = Pen(chat, "an old sea captain", read, path)      # read: (text, what it says) → scene
    for candidate in pen.write(sayings, most=30, seconds=600):
        ...                                                # each with its verdict, and saved

The prompt shows plain texts in several other styles, so that a small model sees what stays and what a style
adds. If a person gave lines of the style, each prompt shows another one of them. Languages come one after the
other, since a server keeps what it has made of the beginning of a prompt.

What is drawn for a scene depends on the seed, the plain text and the try alone. So a stopped run writes
the same texts as one that was not, and so does a server that is asked for several at once, as far as it draws
the same for one seed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from time import monotonic
from typing import Any, Final, TypeAlias, final
from zlib import crc32

from scenograph.carriers.chat import Ask, Chat, Turn
from scenograph.core import Scene
from scenograph.distilled.candidates import Candidate, Order, Said, Sheet
from scenograph.distilled.flourish import tidied
from scenograph.distilled.guard import Shown, judge, look, most_words

Read: TypeAlias = Callable[[str, Said], Scene | None]
"""Reads a text that is to say something; None for one that cannot be read."""

_TEMPERATURES: Final = (0.8, 1.0)  # of the first and of later texts for one scene
_TOKENS: Final = {"en": 1.6, "ru": 3.2}  # of a word; a text that the guard would call too long is cut


@final
class Pen:
    """
    Writes texts in one style, and keeps what it wrote in a file.

    Args:
        chat: the model
        describe: the style in words
        read: reads texts back
        path: the file of candidates; what it holds of this style by this model is not written again
        lines: by language, lines that a person says are of the style
        seed: of what the model draws
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
        seed: int = 0,
    ) -> None:
        self._chat, self._read, self._path = chat, read, path
        given = {language: list(some) for language, some in sorted((lines or {}).items()) if some}
        self.sheet = Sheet.load(path, Order(describe, chat.name, given, seed))

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
            waiting = [
                it for it in enumerate(sayings) if it[1] not in done and (it[1], attempt) not in written
            ]
            while waiting:
                # Never more than may be kept: what is asked for is the same for one at once and for many.
                count = min(self._chat.at_once, most - len(done))
                if count < 1 or monotonic() >= until:
                    return
                now, waiting = waiting[:count], waiting[count:]
                answers = self._chat.say([self._ask(place, said, attempt) for place, said in now])
                new: list[Candidate] = []
                for (_, said), answer in zip(now, answers, strict=True):
                    text = _unquoted(answer)
                    new.append(
                        judged(text, said, attempt, sheet.candidates, sheet.order.describe, self._read)
                    )
                    sheet.candidates.append(new[-1])
                done |= {it.said for it in new if it.verdict == "kept"}
                sheet.save(self._path)
                yield from new

    def _ask(self, place: int, said: Said, attempt: int) -> Ask:
        order = self.sheet.order
        lines = order.given.get(said.language, ())
        line = lines[(place + attempt) % len(lines)] if lines else ""
        return Ask(
            prompt(order.describe, line, said),
            seed=crc32(f"{order.seed} {attempt} {said.plain}".encode()) >> 1,  # some servers take 31 bits
            temperature=_TEMPERATURES[min(attempt, len(_TEMPERATURES) - 1)],
            most=round(_TOKENS[said.language] * most_words(said)),
            stop="\n",
        )


def judged(
    text: str, said: Said, attempt: int, before: Sequence[Candidate], describe: str, read: Read
) -> Candidate:
    """
    Return *text* with the verdict of the guard.

    Args:
        text: what was written
        said: what it is to say
        attempt: which text for this scene it is
        before: what was written before
        describe: the style in words
        read: reads it back
    """
    text, words = tidied(text, said), _prompts()[said.language]
    refused = look(text, said, before, Shown(words["marks"], words["labels"], describe))
    if refused is not None:
        return Candidate(said, attempt, text, refused)
    verdict, note, scene = judge(text, said, lambda it: read(it, said))
    is_less = verdict == "kept" and scene != said.scene
    return Candidate(said, attempt, text, verdict, note, scene if is_less else None)


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
        for name, text in it["said"]:
            turns += [("user", words["ask"].format(plain=it["plain"], style=name)), ("assistant", text)]
    shown = words["like"].format(style=style, line=line) if line else style
    return [*turns, ("user", words["ask"].format(plain=said.plain, style=shown))]


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
