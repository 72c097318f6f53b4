"""
Candidates: texts that a model wrote for scenes, and what the guard made of each.

The file of candidates grows by one line for each text, so that a stopped run goes on where it was. Its first
line says what they were written for.

    {"describe": "an old sea captain", "by": "qwen.gguf", "given": {}, "seed": 0}
    {"scene": "(s / sell …)", "plain": "Anna sold it.", "language": "en", "attempt": 0,
     "text": "Aye, Anna sold it, she did!", "verdict": "kept", "note": ""}
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeAlias, final, get_args

from scenograph.core import Scene
from scenograph.errors import CorpusError, NotationError, SceneError
from scenograph.files import write_text

Verdict: TypeAlias = Literal[
    "kept",
    "empty",
    "notation",
    "language",
    "long",
    "copied",
    "borrowed",
    "unknown",
    "repeated",
    "unread",
    "lost",
    "changed",
    "added",
]
"""What became of a text; all but the first are reasons why it was refused."""

MEANINGS: dict[Verdict, str] = {
    "kept": "it says its scene",
    "empty": "nothing was written",
    "notation": "it explains itself, or has marks that are no speech",
    "language": "it is in another language",
    "long": "it is much longer than the plain text",
    "copied": "it is the plain text again",
    "borrowed": "it has words of the prompt: of its other styles, or of the description",
    "unknown": "it has a word that the dictionary has not",
    "repeated": "what it adds stands in enough other texts",
    "unread": "it could not be read",
    "lost": "a part of the scene is missing in it",
    "changed": "it denies, asks, demands or doubts what the scene states",
    "added": "it tells more than the scene",
}
assert tuple(MEANINGS) == get_args(Verdict)
_VERDICTS: dict[Any, Verdict] = dict(zip(MEANINGS, MEANINGS, strict=True))


@final
@dataclass(frozen=True, slots=True)
class Said:
    """A scene that is to be said, a plain text that says it, and the language of both texts."""

    scene: Scene
    plain: str
    language: str


@final
@dataclass(frozen=True, slots=True)
class Candidate:
    """
    A text that was written.

    Attributes:
        said: what it was to say
        attempt: which text for this scene it is, from 0 on
        text: as the model wrote it, in one line
        verdict: whether it was kept, or why not
        note: what is missing or too much
        scene: what a kept text says, if it leaves out articles that the scene marks
    """

    said: Said
    attempt: int
    text: str
    verdict: Verdict
    note: str = ""
    scene: Scene | None = None

    @property
    def says(self) -> Scene:
        """The scene that it says, if it was kept."""
        return self.scene or self.said.scene


class Order(NamedTuple):
    """
    What candidates are written for.

    Attributes:
        describe: the style in words
        by: the model that writes
        given: by language, lines that a person says are of the style
        seed: of what the model draws
    """

    describe: str
    by: str
    given: Mapping[str, Sequence[str]]
    seed: int = 0


@final
@dataclass(slots=True)
class Sheet:
    """
    What was written for one order.

    Attributes:
        candidates: in the order in which they were written
    """

    order: Order
    candidates: list[Candidate] = field(default_factory=list[Candidate])

    @classmethod
    def load(cls, path: Path, order: Order) -> Sheet:
        """
        Return the sheet in *path*; an empty one if there is no such file, or it is of another order.

        Raises:
            CorpusError: if the file is damaged
        """
        if not path.exists():
            return cls(order)
        number = 1
        try:
            first, *rest = path.read_text(encoding="utf-8").splitlines()
            head: dict[str, Any] = json.loads(first)
            if Order(head["describe"], head["by"], head["given"], head.get("seed", 0)) != order:
                return cls(order)
            found: list[Candidate] = []
            for line in rest:
                number += 1
                found.append(_candidate(json.loads(line)))
            return cls(order, found)
        except (
            ValueError,
            LookupError,
            TypeError,
            AttributeError,
            StopIteration,
            NotationError,
            SceneError,
        ) as error:
            raise CorpusError(
                f"{path}, line {number}: this is no candidate; delete the line, or the file to begin again"
            ) from error

    def save(self, path: Path) -> None:
        """Write it to *path*; the file is whole at every moment."""
        records = [self.order._asdict(), *map(_record, self.candidates)]
        write_text(path, "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records))

    def kept(self, language: str | None = None) -> list[Candidate]:
        """Return what was kept, of one language or of all."""
        of = (it for it in self.candidates if language in (None, it.said.language))
        return [it for it in of if it.verdict == "kept"]


def counted(candidates: Sequence[Candidate]) -> dict[Verdict, int]:
    """Return how many *candidates* have each verdict, in the order of `MEANINGS`; without zeros."""
    verdicts = [it.verdict for it in candidates]
    return {verdict: verdicts.count(verdict) for verdict in MEANINGS if verdict in verdicts}


def _record(it: Candidate) -> dict[str, Any]:
    return {
        "scene": it.said.scene.format(indent=None),
        "plain": it.said.plain,
        "language": it.said.language,
        "attempt": it.attempt,
        "text": it.text,
        "verdict": it.verdict,
        "note": it.note,
        **({} if it.scene is None else {"says": it.scene.format(indent=None)}),
    }


def _candidate(record: dict[str, Any]) -> Candidate:
    said = Said(Scene.parse(record["scene"]), str(record["plain"]), str(record["language"]))
    verdict = _VERDICTS[record["verdict"]]
    says = Scene.parse(record["says"]) if "says" in record else None
    return Candidate(said, int(record["attempt"]), str(record["text"]), verdict, str(record["note"]), says)
