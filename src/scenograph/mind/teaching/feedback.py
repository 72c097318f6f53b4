"""
Feedback: what a mind read or said, and whether a person accepted or corrected it.

A line is what `scenograph read --json` or `scenograph speak --json` printed, with one more key:

    {"text": "Oleg built the bridge.", "scene": "(b / build …)", "accepted": true}
    {"text": "Oleg built the bridge.", "scene": "(b / build …)", "corrected": "(b / build …)"}
    {"scene": "(s / sleep …)", "text": "Vera slept.", "style": "poet", "language": "en", "accepted": true}
    {"scene": "(s / sleep …)", "text": "Vera slept.", "style": "poet", "language": "en",
     "corrected": "Hush, stars: Vera slept."}

A line with `style` is about speaking: `text` is what the mind said for `scene`, and `corrected` the text that
would have been right. A line without it is about reading: `scene` is what the mind read, null if nothing, and
`corrected` the right scene. Lines without `accepted` and `corrected` are left out, so that only some of the
printed lines need a verdict. A mind keeps the lines in `feedback/lines.jsonl`, in the same form.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, cast, final

from scenograph.core import Scene
from scenograph.corpus.example import language_of
from scenograph.corpus.files import read_text
from scenograph.corpus.jsonl import parse_line
from scenograph.domain import Domain
from scenograph.errors import CorpusError, NotationError, SceneError
from scenograph.mind.teaching.pairs import Pair
from scenograph.prompts import READER, speak_prompt

FILE = "lines.jsonl"
_SHOWN = 5  # problems that a message names


@final
@dataclass(frozen=True, slots=True)
class Feedback:
    """
    One verdict.

    Attributes:
        right: the scene and the text that belong together
        style: in which the text was said; None: it was read
        wrong: what the mind read or said instead, in notation or as a text; None: it was accepted
    """

    right: Pair
    style: str | None
    wrong: str | None

    @property
    def adapter(self) -> str:
        """The adapter that learns from it."""
        if self.style is None:
            return READER
        return speak_prompt(self.right.scene, self.style, self.right.language).adapter

    @property
    def question(self) -> tuple[str, str, str]:
        """What was asked: adapter, language, and the text to read or the digest of the scene to say."""
        asked = self.right.text if self.style is None else self.right.scene.digest.hex()
        return self.adapter, self.right.language, asked

    @property
    def answer(self) -> str:
        """The right answer to it, as it is compared with others."""
        return self.right.scene.digest.hex() if self.style is None else self.right.text


class Given(NamedTuple):
    """Lines of feedback, and what a person should know about the file."""

    lines: list[Feedback]
    remarks: list[str]


def read_feedback(path: Path, domain: Domain) -> Given:
    """
    Return the verdicts in the JSONL file *path*, without repeated ones.

    Args:
        domain: with all styles of the mind
    Raises:
        CorpusError: if lines are wrong or contradict each other, or there is no verdict; several faults are
            named at once
    """
    problems: list[str] = []
    found: list[Feedback] = []
    left_out: Counter[str] = Counter()
    for number, line in enumerate(read_text(path).split("\n"), 1):
        if not line.strip():
            continue
        where = f"{path}, line {number}"
        try:
            verdict = _parse(line, where, f"line {number}", domain)
        except CorpusError as error:
            problems.append(f"line {number}: {str(error).removeprefix(f'{where}: ')}")
            continue
        if isinstance(verdict, str):
            left_out[verdict] += 1
        else:
            found.append(verdict)
    lines = list({(it.question, it.answer, it.wrong): it for it in reversed(found)}.values())[::-1]
    problems += [
        f"{a.right.where} and {b.right.where} contradict each other" for a, b in _contradictions(lines)
    ]
    if problems:
        more = f"; and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
        raise CorpusError(f"{path}: {'; '.join(problems[:_SHOWN])}{more}")
    if not lines:
        raise CorpusError(f'{path}: no line says "accepted": true or "corrected": …; nothing can be learned')
    remarks: list[str] = []
    if repeated := len(found) - len(lines):
        remarks.append(f"{repeated} repeated line{'s are' if repeated > 1 else ' is'} used once")
    for reason, count in left_out.items():
        remarks.append(f"{count} line{'s' if count > 1 else ''} left out: {reason}")
    return Given(lines, remarks)


def _parse(line: str, where: str, short: str, domain: Domain) -> Feedback | str:
    """Return the verdict of *line*, or why it is left out."""
    example = parse_line(line, where=where, source=where)
    fields = cast(dict[str, Any], json.loads(line))
    accepted, corrected = fields.get("accepted"), fields.get("corrected")
    if accepted is True and corrected is not None:
        raise CorpusError('it is both "accepted" and "corrected"; keep one')
    if accepted not in (True, False, None):
        raise CorpusError('"accepted" must be true or false')
    if accepted is not True and corrected is None:
        return (
            "no verdict" if accepted is None else "not accepted, and nothing says what would have been right"
        )
    if fields.get("reader") == "graph":
        return "read by the graph head, which does not learn from feedback"
    if corrected is not None and (not isinstance(corrected, str) or not corrected.strip()):
        raise CorpusError('"corrected" is empty: write what would have been right')
    if len(example.texts) != 1 or not example.texts[0].strip():
        raise CorpusError('"text" is missing or empty')
    text = example.texts[0].strip()
    language = str(fields.get("language") or language_of(text))
    if language not in domain.languages:
        raise CorpusError(
            f"the language {language!r} is not spoken here; choose from {', '.join(domain.languages)}"
        )
    if "style" in fields:
        return _spoken(example.scene, text, language, example.style, corrected, short, domain)
    right = example.scene if corrected is None else _scene(corrected)
    if right is None:
        raise CorpusError(
            '"scene" is null, so there is nothing to accept; write the right one as "corrected"'
        )
    wrong = example.scene.format(indent=None) if corrected is not None and example.scene is not None else None
    return Feedback(Pair(right, text, language, short), None, wrong)


def _spoken(
    scene: Scene | None,
    text: str,
    language: str,
    style: str,
    corrected: str | None,
    where: str,
    domain: Domain,
) -> Feedback:
    if scene is None:
        raise CorpusError('"scene" is missing: what was said?')
    if style not in domain.styles:
        raise CorpusError(f"there is no style {style!r}; this mind has {', '.join(domain.styles)}")
    right = text if corrected is None else corrected.strip()
    return Feedback(Pair(scene, right, language, where), style, None if corrected is None else text)


def _scene(notation: str) -> Scene:
    try:
        return Scene.parse(notation)
    except NotationError as error:
        raise CorpusError(f'"corrected", column {error.offset + 1}: {error.message}') from error
    except SceneError as error:
        raise CorpusError(f'"corrected": {error}') from error


def _contradictions(lines: Sequence[Feedback]) -> Iterable[tuple[Feedback, Feedback]]:
    """Yield every two lines that contradict each other."""
    asked: dict[tuple[str, str, str], list[Feedback]] = {}
    for line in lines:
        for other in asked.setdefault(line.question, []):
            if contradict(other, line):
                yield other, line
        asked[line.question].append(line)


def contradict(first: Feedback, second: Feedback) -> bool:
    """Return whether two lines cannot both be right. A scene may have several texts; a text has one scene."""
    if first.question != second.question:
        return False
    if first.style is None and first.answer != second.answer:
        return True
    return _is(first.wrong, second) or _is(second.wrong, first)


def _is(wrong: str | None, line: Feedback) -> bool:
    if wrong is None:
        return False
    return (Scene.parse(wrong).digest.hex() if line.style is None else wrong) == line.answer


def format_feedback(lines: Iterable[Feedback]) -> str:
    """Return *lines* in the form that `read_feedback` reads."""
    return "".join(json.dumps(_record(line), ensure_ascii=False) + "\n" for line in lines)


def _record(line: Feedback) -> dict[str, Any]:
    scene, text = line.right.scene.format(indent=None), line.right.text
    if line.style is None:
        given = {"text": text, "scene": scene if line.wrong is None else line.wrong}
        verdict = {"accepted": True} if line.wrong is None else {"corrected": scene}
        return {**given, "language": line.right.language, **verdict}
    given = {"scene": scene, "text": text if line.wrong is None else line.wrong}
    verdict = {"accepted": True} if line.wrong is None else {"corrected": text}
    return {**given, "style": line.style, "language": line.right.language, **verdict}


def added(kept: Sequence[Feedback], new: Sequence[Feedback]) -> tuple[list[Feedback], int]:
    """
    Return the lines *kept* with the *new* ones after them, and how many of the kept ones had to go.

    A new line takes the place of kept ones that it repeats or contradicts.
    """
    left = [line for line in kept if not any(contradict(line, other) or _same(line, other) for other in new)]
    gone = sum(any(contradict(line, other) for other in new) for line in kept)
    return [*left, *new], gone


def _same(first: Feedback, second: Feedback) -> bool:
    return (first.question, first.answer) == (second.question, second.answer)
