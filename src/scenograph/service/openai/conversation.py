"""
What a chat says: the last message is acted on, by the mode of the model.

A question is answered from memory. Anything else is remembered, and said back as it was understood. What was
said has been read back before (law 8), so a stream begins when the whole reply is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from scenograph.answers.answer import Answer
from scenograph.answers.question import is_question
from scenograph.core import Scene
from scenograph.documents import language as language_of
from scenograph.mind import Mind
from scenograph.results import record
from scenograph.service.errors import RequestError
from scenograph.service.openai.messages import Content
from scenograph.service.openai.voices import Voice
from scenograph.service.operations.memory import Stored
from scenograph.service.pictures import text_of

_NOTED = {"en": "Noted: {}", "ru": "Записано: {}"}
_KEPT = {
    "en": "Kept word for word, since it could not be read: “{}”",
    "ru": "Сохранено дословно, потому что прочитать не удалось: «{}»",
}
_QUOTED = {"en": "From memory: “{}”", "ru": "Из памяти: «{}»"}
_UNREAD = {"en": "I could not read this.", "ru": "Я не смог это прочитать."}
SOURCE = "chat"
"""The source of what is remembered from a chat."""


class Reply(NamedTuple):
    """
    What is said to a message.

    Attributes:
        text: the reply
        trace: what it rests on, as the own API has it
    """

    text: str
    trace: dict[str, Any]


def changes_memory(voice: Voice, said: Content) -> bool:
    """Return whether a reply may change the memory; where only a reader can tell, it may."""
    if voice.mode == "remember":
        return True
    return voice.mode == "chat" and (bool(said.pictures) or not _asks(said.text))


def reply_to(mind: Mind, voice: Voice, said: Content, speaker: str | None) -> Reply:
    """
    Reply to a message with pictures: they come first, then its words, which may ask about them.

    Raises:
        RequestError: if a picture cannot be taken, or the mode has no use for it
        ScenographError: as `reply`
    """
    if not said.pictures:
        return reply(mind, voice, said.text, speaker)
    if voice.mode == "ask":
        raise RequestError("this mode remembers nothing, so a picture cannot be asked about; use mode chat")
    language = language_of(said.text) if said.text.strip() else "en"
    spoken = language if language in mind.domain.languages else "en"
    pictures = [text_of(mind, url, spoken) for url in said.pictures]
    if voice.mode == "chat":  # what a picture shows is a statement, whatever it looks like
        shown = [_remembered(mind, voice, text, None, spoken) for text in pictures]
    else:
        shown = [reply(mind, voice, text, speaker) for text in pictures]
    replies = [*shown, *([reply(mind, voice, said.text, speaker)] if said.text.strip() else [])]
    return Reply("\n\n".join(it.text for it in replies), _together([it.trace for it in replies]))


def _together(traces: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return what several replies rest on: lists are joined, of other things the last one is taken."""
    found: dict[str, Any] = {}
    for trace in traces:
        for name, value in trace.items():
            known = found.get(name)
            found[name] = known + value if isinstance(known, list) and isinstance(value, list) else value
    return found


def reply(mind: Mind, voice: Voice, text: str, speaker: str | None) -> Reply:
    """
    Reply to the message *text*.

    Args:
        speaker: who says it: “I” means this person
    Raises:
        ScenographError: as the mind does
    """
    said = language_of(text)
    spoken = said if said in mind.domain.languages else "en"
    if voice.mode == "read":
        reading = mind.read(text)
        shown = str(reading.scene) if reading.scene is not None else reading.note or _UNREAD[spoken]
        return Reply(shown, {"reading": record(reading)})
    if voice.mode == "speak":
        return _in_other_words(mind, voice, text, spoken)
    if voice.mode == "ask" or (voice.mode == "chat" and (_asks(text) or _is_question(mind, text))):
        answer = mind.ask(text, voice.style, speaker=speaker)
        return Reply(_answered(answer, spoken), {"answer": record(answer)})
    return _remembered(mind, voice, text, speaker, spoken)


def _asks(text: str) -> bool:
    return text.rstrip(" \n\t»”\"')").endswith("?")


def _is_question(mind: Mind, text: str) -> bool:
    scene = mind.read(text).scene
    return scene is not None and is_question(scene)


def _answered(answer: Answer, language: str) -> str:
    quoted = [_QUOTED[language].format(it.text) for it in answer.passages[:3]]
    return "\n\n".join([answer.text, *quoted])


def _in_other_words(mind: Mind, voice: Voice, text: str, language: str) -> Reply:
    if text.lstrip().startswith("("):
        scene: Scene | None = Scene.parse(text)
    else:
        scene = mind.read(text).scene
    if scene is None:
        return Reply(_UNREAD[language], {"utterance": None})
    utterance = mind.speak(scene, voice.style, language)
    return Reply(utterance.text, {"utterance": record(utterance)})


def _remembered(mind: Mind, voice: Voice, text: str, speaker: str | None, language: str) -> Reply:
    stored: list[Stored] = []
    lines: list[str] = []
    scenes: list[Scene] = []
    for it in mind.remember_document(text, SOURCE, markup="plain", speaker=speaker):
        stored.append(Stored(it.sentence, it.crystal, it.reading.scene is not None))
        if it.reading.scene is None:
            lines.append(_KEPT[language].format(it.sentence.text))
        else:
            scenes.append(it.reading.scene)
    said = mind.speak_many(scenes, style=voice.style, language=language)
    if said:
        lines.insert(0, _NOTED[language].format(" ".join(it.text for it in said)))
    return Reply("\n\n".join(lines), {"stored": record(stored), "utterances": record(said)})


def words(text: str) -> int:
    """Return how many words *text* has; `usage` counts them, since not every mind has tokens."""
    return len(text.split())
