"""
Pairs that teach a style: a scene, or a plain text that says it, and a text in the style.

    {"scene": "(s / sleep :agent (e / entity :name \\"Vera\\"))", "text": "Hush, stars: Vera slept."}
    {"plain": "Вера спала.", "text": "Тише, звёзды: спала Вера."}

One JSON object a line. `language` may be given; else the script of `text` decides. A mind keeps the pairs of
a style of its own in `styles/NAME.jsonl`, with their scenes.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, cast, final

from scenograph.core import Scene
from scenograph.corpus.example import Example, language_of
from scenograph.corpus.files import read_text
from scenograph.corpus.jsonl import format_line, parse_line
from scenograph.domain import Domain
from scenograph.errors import CorpusError

LEAST = 5
"""The fewest pairs that teach a style: four to learn from, and one to hold out."""

_HELD_OUT = 5  # one pair in so many is held out
_SHOWN = 5  # problems that a message names
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,30}")

T = TypeVar("T")
Read = Callable[[Sequence[str]], Sequence[Scene | None]]
"""Reads texts into scenes; None for a text that cannot be read."""


@final
@dataclass(frozen=True, slots=True)
class Pair:
    """
    A scene and a text that says it in a style.

    Attributes:
        scene: what is said
        text: how
        language: of the text
        where: the line that it was given in
    """

    scene: Scene
    text: str
    language: str
    where: str


class Given(NamedTuple):
    """Pairs as a file gives them, and what a person should know about it."""

    pairs: list[Pair]
    remarks: list[str]


def check_name(name: str, domain: Domain) -> None:
    """
    Refuse a name that a style of a mind over *domain* cannot have.

    Raises:
        CorpusError: if it is not a word of small Latin letters, or the domain has a style of this name
    """
    if not _NAME.fullmatch(name):
        raise CorpusError(
            f"a style cannot be called {name!r}; use small Latin letters, digits, - and _, at most 31 of them"
        )
    if name in domain.styles:
        raise CorpusError(
            f"the domain {domain.name!r} has a style {name!r} already; choose another name, "
            "or correct what the style says with `scenograph adapt`"
        )


def read_pairs(path: Path, domain: Domain, read: Read) -> Given:
    """
    Return the pairs in the JSONL file *path*, without repeated ones.

    Args:
        domain: its languages are those that a style can have
        read: reads the plain texts
    Raises:
        CorpusError: if lines are no pairs, or contradict each other; several are named at once
    """
    problems: list[str] = []
    lines = [
        _Line(number, text) for number, text in enumerate(read_text(path).split("\n"), 1) if text.strip()
    ]
    for line in lines:
        line.parse(path, domain, problems)
    _refuse(path, problems)
    waiting = [line for line in lines if line.scene is None]
    for line, scene in zip(waiting, read([line.plain for line in waiting]) if waiting else (), strict=True):
        line.scene = scene
        if scene is None:
            problems.append(f"line {line.number}: {line.plain!r} cannot be read; give its scene instead")
    _refuse(path, problems)
    pairs = [
        Pair(line.scene, line.text, line.language, f"line {line.number}")
        for line in lines
        if line.scene is not None
    ]
    return _without_repeats(path, pairs, domain)


class _Line:
    """A line while it is being read."""

    def __init__(self, number: int, source: str) -> None:
        self.number, self.source = number, source
        self.scene: Scene | None = None
        self.plain, self.text, self.language = "", "", ""

    def parse(self, path: Path, domain: Domain, problems: list[str]) -> None:
        """Read the line, or add to *problems*."""
        try:
            self._parse(path)
        except CorpusError as error:
            problems.append(f"line {self.number}: {str(error).removeprefix(f'{path}, line {self.number}: ')}")
            return
        if self.language not in domain.languages:
            spoken = ", ".join(domain.languages)
            problems.append(
                f'line {self.number}: the language {self.language!r} is not spoken here; give "language", '
                f"one of {spoken}"
            )

    def _parse(self, path: Path) -> None:
        example = parse_line(self.source, where=f"{path}, line {self.number}", source=str(path))
        fields = cast(dict[str, Any], json.loads(self.source))
        plain = fields.get("plain")
        if len(example.texts) != 1 or not example.texts[0].strip():
            many = len(example.texts) > 1
            raise CorpusError(
                'give one "text" a line' if many else '"text" is empty: what does the style say here?'
            )
        if (example.scene is None) == (not isinstance(plain, str) or not plain.strip()):
            raise CorpusError('give either "scene" or "plain", a text that says the same in plain words')
        self.scene, self.plain = example.scene, str(plain or "").strip()
        self.text = example.texts[0].strip()
        self.language = str(fields.get("language") or language_of(self.text))


def _without_repeats(path: Path, pairs: Iterable[Pair], domain: Domain) -> Given:
    """Leave out repeated pairs; refuse a text that is to say two scenes."""
    first: dict[tuple[bytes, str, str], Pair] = {}
    meaning: dict[tuple[str, str], Pair] = {}
    repeated: list[str] = []
    problems: list[str] = []
    for pair in pairs:
        key = (pair.scene.digest, pair.text, pair.language)
        if key in first:
            repeated.append(f"{pair.where} repeats {first[key].where}")
            continue
        first[key] = pair
        other = meaning.setdefault((pair.text, pair.language), pair)
        if other.scene != pair.scene:
            problems.append(
                f"{other.where} and {pair.where} contradict each other: {pair.text!r} is to say two scenes"
            )
    _refuse(path, problems)
    remarks = [f"repeated pairs are used once: {', '.join(repeated[:_SHOWN])}"] if repeated else []
    kept = list(first.values())
    if len(kept) < LEAST:
        count = "1 pair teaches" if len(kept) == 1 else f"{len(kept)} pairs teach"
        raise CorpusError(
            f"{path}: {count} a few texts and no style; give at least {LEAST}, better ten or more"
        )
    for code, name in domain.languages.items():
        if not any(pair.language == code for pair in kept):
            remarks.append(f"no pair is in {name.capitalize()}; there the style only guesses")
    return Given(kept, remarks)


def _refuse(path: Path, problems: Sequence[str]) -> None:
    if problems:
        more = f"; and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
        raise CorpusError(f"{path}: {'; '.join(problems[:_SHOWN])}{more}")


def split(
    items: Sequence[T], scene: Callable[[T], Scene], language: Callable[[T], str], seed: int
) -> tuple[list[T], list[T]]:
    """
    Split *items* into those to learn from and those to hold out, about one in five of each language.

    What has the same scene goes to the same side. At least one item is held out.
    """
    out: set[bytes] = set()
    for code in sorted({language(item) for item in items}):
        digests = sorted({scene(item).digest for item in items if language(item) == code})
        random.Random(f"held out:{seed}:{code}").shuffle(digests)
        out.update(digests[: len(digests) // _HELD_OUT])
    if not out and items:
        out.add(min(scene(item).digest for item in items))
    return (
        [item for item in items if scene(item).digest not in out],
        [item for item in items if scene(item).digest in out],
    )


def split_pairs(pairs: Sequence[Pair], seed: int) -> tuple[list[Pair], list[Pair]]:
    """Split *pairs* as `split` does."""
    return split(pairs, lambda pair: pair.scene, lambda pair: pair.language, seed)


def format_pairs(name: str, pairs: Iterable[Pair]) -> str:
    """Return the lines that keep *pairs* in a mind; undone by `load_pairs`."""
    return "".join(
        format_line(Example(pair.scene, (pair.text,), pair.language, pair.where, name)) + "\n"
        for pair in pairs
    )


def load_pairs(path: Path) -> list[Pair]:
    """
    Return the pairs that a mind keeps in *path*.

    Raises:
        CorpusError: if the file is damaged
    """
    pairs: list[Pair] = []
    for number, line in enumerate(read_text(path).rstrip("\n").split("\n"), 1):
        example = parse_line(line, where=f"{path}, line {number}", source=path.name)
        if example.scene is None or len(example.texts) != 1:
            raise CorpusError(f"{path}, line {number}: this is no pair; add the style again")
        pairs.append(Pair(example.scene, example.texts[0], example.language, example.source))
    return pairs
