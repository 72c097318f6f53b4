"""
Transcripts: the turns of a chat, in a text or in JSON.

    2025-01-12                                    the day of what follows
    Anna: I moved to Lisbon.                      a turn
    [13.01.2025, 10:15] Tom: Since when?          one with its time

    {"speaker": "Anna", "text": "I moved to Lisbon.", "date": "2025-01-12"}       one turn a line, or a list

If two people talk, each speaks to the other one.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from itertools import chain
from typing import Any, Final, cast, final

from scenograph.dialogue.letters import of_letter
from scenograph.dialogue.speech import Speech
from scenograph.documents import Markup, Sentence, markup_of, sentences
from scenograph.errors import CorpusError
from scenograph.morphology import english_words
from scenograph.morphology.russian import analyzer

_DAY: Final = r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}\.\d{1,2}\.\d{4}|\d{1,2}/\d{1,2}/\d{4}"
_LABEL: Final = (
    rf"[\[(]?(?:(?P<day>{_DAY})[,T]?\s*)?(?:(?P<time>\d{{1,2}}[:.]\d\d)(?:[:.]\d\d)?(?P<half>\s?[AP]M)?)?[\])]?"
    r"[ \t,–—-]*(?:(?P<name>[^\W\d_][\w.'’ -]{0,40}?)(?: \(\w+\))?\s?:|<(?P<nick>[^<>\n]{1,30})>)"
)
_MARK: Final = re.compile(
    rf"^(?:[^\w\n]*(?P<alone>{_DAY})[^\w\n]*$|[ \t]*{_LABEL}(?=\s+\S))", re.MULTILINE | re.IGNORECASE
)
"""Where a turn starts, or a line that has a day and nothing else."""

_KEYS: Final = {
    "speaker": ("speaker", "author", "from", "sender", "name", "role"),
    "text": ("text", "message", "content", "utterance"),
    "date": ("date", "time", "timestamp"),
    "hearer": ("hearer", "to", "recipient"),
}
"""Names that a turn in JSON may have for each part, the first one preferred."""


@final
class Transcript:
    """
    A text, and who says each of its sentences.

    Attributes:
        sentences: those to be read, and what is no sentence; without the names and days before turns
        speech: who says the sentence that starts at a place of the text; known once it has been yielded
    """

    def __init__(self, given: Iterable[Sentence], speech: Callable[[int], Speech]) -> None:
        self.sentences = given
        self.speech = speech


def transcript(
    text: str,
    *,
    markup: Markup | None = None,
    language: str | None = None,
    speech: Speech = Speech(),  # noqa: B008  (a value)
) -> Transcript:
    """
    Return the sentences of *text*, each with who says it; of a letter, as its header says.

    Args:
        text: a chat as plain text or JSON, or any other document, which the given *speech* says
        markup, language: as in `scenograph.documents.sentences`
        speech: who says what has no name before it, and when
    Raises:
        CorpusError: at the first turn in JSON that lacks its speaker or text
    """
    found: dict[int, Speech] = {}
    markup = markup or markup_of(None, text)
    turns = _json_turns(text) if markup == "plain" else None
    if turns is not None:
        given = _of_json(turns, language, speech, found)
    elif markup == "email":
        given = of_letter(text, language, speech, found)
    else:
        names = _names(text) if markup == "plain" else ()
        given = (
            _of_text(text, names, language, speech, found)
            if names
            else sentences(text, markup=markup, language=language)
        )
    return Transcript(given, lambda start: found.get(start, speech))


def _names(text: str) -> tuple[str, ...]:
    """
    Return who speaks in a chat; none if *text* is no chat.

    In a chat a name stands before several lines, or has a time, or is no ordinary word: the fields of a form
    («City: Kazan») are no turns.
    """
    marks = [mark for mark in _MARK.finditer(text) if not mark["alone"]]
    count = Counter(map(_name, marks))
    if len(marks) < 2:
        return ()
    is_chat = max(count.values()) > 1 or any(mark["time"] or mark["nick"] for mark in marks)
    return tuple(count) if is_chat or not all(map(_is_field, count)) else ()


def _name(mark: re.Match[str]) -> str:
    return " ".join((mark["name"] or mark["nick"]).split())


def _is_field(name: str) -> bool:
    """Whether *name* may be that of a field: an ordinary word, or no word with a capital."""
    if not name.istitle():
        return True
    word = name.split()[0].lower()
    if word.isascii():
        return bool(english_words.tags(word))
    readings = [it for it in analyzer().parse(word) if it.is_known]
    return bool(readings) and not any({"Name", "Surn", "Patr"} & set(it.tag.grammemes) for it in readings)


def _of_text(
    text: str, names: tuple[str, ...], language: str | None, speech: Speech, found: dict[int, Speech]
) -> Iterator[Sentence]:
    """Yield what the turns of a chat say, and note in *found* who says it."""
    is_day_first = _day_first(text)
    paragraph = 0
    begin = 0
    for mark in chain(_MARK.finditer(text), [None]):
        last = paragraph
        end = len(text) if mark is None else mark.start()
        if text[begin:end].strip():
            for sentence in sentences(text[begin:end], markup="plain", language=language):
                start, after = sentence.start + begin, sentence.end + begin
                paragraph = last + sentence.paragraph
                found[start] = speech
                yield sentence._replace(start=start, end=after, paragraph=paragraph)
        if mark is None:
            return
        begin = mark.end()
        if mark["alone"]:
            speech = Speech("", "", _iso(mark["alone"], is_day_first) or speech.date)
        elif (name := _name(mark)) in names:
            others = [other for other in names if other != name]
            moment = _moment(mark, is_day_first) or speech.date
            speech = Speech(name, others[0] if len(names) == 2 else "", moment)


def _moment(label: re.Match[str], is_day_first: bool | None) -> str:
    """Return when a turn was said, if its label has a day."""
    day = _iso(label["day"], is_day_first) if label["day"] else ""
    if not day or not label["time"]:
        return day
    hour, minute = map(int, re.split("[:.]", label["time"]))
    if label["half"]:
        hour = hour % 12 + (12 if "p" in label["half"].lower() else 0)
    return f"{day}T{hour:02}:{minute:02}" if hour < 24 and minute < 60 else day


def _day_first(text: str) -> bool | None:
    """Return whether days written with slashes start with the day; None if none of them tells."""
    parts = [(int(one), int(other)) for one, other in re.findall(r"\b(\d{1,2})/(\d{1,2})/\d{4}\b", text)]
    if any(one > 12 for one, _ in parts):
        return True
    return False if any(other > 12 for _, other in parts) else None


def _iso(day: str, is_day_first: bool | None) -> str:
    """Return *day* as ISO 8601 writes it; empty if it is none, or could be two."""
    parts = [int(part) for part in re.split(r"[-./]", day)]
    if "-" in day:
        year, month, number = parts
    elif "." in day or is_day_first:
        number, month, year = parts
    elif is_day_first is False or parts[0] == parts[1]:
        month, number, year = parts
    else:
        return ""
    try:
        return date(year, month, number).isoformat()
    except ValueError:
        return ""


# --- JSON ---------------------------------------------------------------------------------------------------


@final
class _Turn:
    """An object of JSON with its place in the text."""

    def __init__(self, fields: dict[str, Any], start: int, end: int) -> None:
        self.fields, self.start, self.end = fields, start, end

    def get(self, part: str) -> str:
        """Return a part of the turn, under whatever name it has."""
        values = (self.fields[key] for key in _KEYS[part] if isinstance(self.fields.get(key), str))
        return next(values, "")


def _json_turns(text: str) -> list[_Turn] | None:
    """Return the turns of *text*; None if it is no JSON of turns."""
    start = len(text) - len(text.lstrip())
    if text[start : start + 1] not in ("{", "["):
        return None
    try:
        turns = list(_objects(text, start))
    except (ValueError, RecursionError):
        return None
    if not turns or not (turns[0].get("speaker") and turns[0].get("text")):
        return None
    for number, turn in enumerate(turns, 1):
        missing = [part for part in ("speaker", "text") if not turn.get(part).strip()]
        if missing:
            line = text.count("\n", 0, turn.start) + 1
            raise CorpusError(f"turn {number} (line {line}) has no {' and no '.join(missing)}")
    return turns


def _objects(text: str, at: int) -> Iterator[_Turn]:
    """Yield the objects of a list, or of a text of nothing else; `ValueError` for anything else."""
    decoder = json.JSONDecoder()
    is_list = text[at] == "["
    blank = re.compile(r"[\s,]*" if is_list else r"\s*")
    at = _skipped(blank, text, at + is_list)
    while at < len(text) and not (is_list and text[at] == "]"):
        value, end = decoder.raw_decode(text, at)
        if not isinstance(value, dict):
            raise ValueError("expected an object")
        yield _Turn(cast(dict[str, Any], value), at, end)
        at = _skipped(blank, text, end)
    if is_list and text[at:].strip() != "]":
        raise ValueError("the list does not end")


def _skipped(blank: re.Pattern[str], text: str, at: int) -> int:
    found = blank.match(text, at)
    return found.end() if found else at


def _of_json(
    turns: list[_Turn], language: str | None, speech: Speech, found: dict[int, Speech]
) -> Iterator[Sentence]:
    """Yield the sentences of *turns*; the place of each is that of its turn, which is its paragraph, too."""
    names = tuple(dict.fromkeys(turn.get("speaker") for turn in turns))
    for number, turn in enumerate(turns, 1):
        speaker = turn.get("speaker")
        others = [name for name in names if name != speaker]
        hearer = turn.get("hearer") or (others[0] if len(names) == 2 else "")
        found[turn.start] = Speech.of(speaker, hearer)._replace(date=_json_date(turn) or speech.date)
        for sentence in sentences(turn.get("text"), markup="plain", language=language):
            yield sentence._replace(start=turn.start, end=turn.end, paragraph=number)


def _json_date(turn: _Turn) -> str:
    """Return when a turn was said; empty if it does not say, or not as ISO 8601 writes it."""
    given = turn.get("date")
    try:
        return Speech.of(None, None, datetime.fromisoformat(given)).date if given else ""
    except ValueError:
        return ""
