"""
The keeper of a mind: stores scenes, texts and documents in its memory.

A sentence is stored with the scene that it is read into, its place, and who says it. One that cannot
be read is stored as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, final

from scenograph.core.scene import Scene
from scenograph.corpus.example import language_of
from scenograph.dialogue import Speech, spoken
from scenograph.dialogue.talk import Talk
from scenograph.errors import BridgeError
from scenograph.memory.labels import Labels
from scenograph.mind.reading import BATCH, MindReader, ReadSentence, Remembered, joined, kept_together, shown

if TYPE_CHECKING:
    from scenograph.memory import Memory

_PLAIN = Labels()


@final
class Keeper:
    """
    Stores what a mind remembers, and corrects it.

    Args:
        memory: where to; called when it is first needed
        reader: reads texts
        changed: called after each change
    """

    def __init__(self, memory: Callable[[], Memory], reader: MindReader, changed: Callable[[], None]) -> None:
        self._memory = memory
        self._reader = reader
        self._changed = changed

    def many(
        self,
        things: Sequence[Scene | str],
        source: str | None,
        language: str | None,
        speech: Speech,
        labels: Labels = _PLAIN,
    ) -> list[int | None]:
        """
        Store scenes and texts: all, or none if the disk fails.

        Returns:
            The id of each crystal; None for a text that could not be read, which is stored as it is.
        """
        texts = [thing for thing in things if isinstance(thing, str)]
        readings = iter(self._reader.read_apart(texts, language) if texts else ())
        crystals: list[int | None] = []
        memory, about = self._memory(), _about(labels)
        with memory.transaction():
            for thing in things:
                if isinstance(thing, Scene):
                    crystals.append(memory.remember(spoken(thing, speech), source=source, **about))
                    continue
                apart = next(readings)
                scene, text = kept_together(apart), shown(thing, apart)
                said = language or language_of(thing)
                if scene is None:
                    memory.keep(_unread_text(thing, speech), language=said, source=source, **about)
                    crystals.append(None)
                else:
                    scene = spoken(scene, speech, text)
                    crystals.append(memory.remember(scene, text=text, language=said, source=source, **about))
        self._changed()
        return crystals

    def document(
        self, given: Iterator[ReadSentence], source: str | None, labels: Labels = _PLAIN
    ) -> Iterator[Remembered]:
        """Store the sentences of a document, some at a time; what was yielded is safe on the disk."""
        talk = Talk()
        while batch := list(islice(given, BATCH)):
            with self._memory().transaction():
                stored = [
                    Remembered(it.sentence, it.reading, self._store(it, source, talk, labels)) for it in batch
                ]
            self._changed()
            yield from stored

    def _store(self, read: ReadSentence, source: str | None, talk: Talk, labels: Labels) -> int:
        """Store one sentence; return the id of its crystal, or of the unread text."""
        from scenograph.memory import Note, Place

        sentence, reading, speech = read
        place = Place(sentence.start, sentence.end, sentence.paragraph)
        scene = read.kept
        if scene is None:
            text = _unread_text(sentence.text, speech)
            said = reading.language
            return self._memory().keep(text, language=said, source=source, place=place, **_about(labels))
        if speech.speaker:
            scene = talk.understood(scene, sentence.text, speech)
        note = Note(scene, sentence.text, reading.language, source, place=place, **_about(labels))
        return self._memory().remember_many([note])[0]

    def correct(
        self, crystal: int, scene_or_text: Scene | str, source: str | None, language: str | None
    ) -> int:
        """
        Believe a scene, or what a text is read into, instead of *crystal* from now on.

        Raises:
            BridgeError: if the text cannot be read; nothing is changed then
            StoreError: if there is no such crystal, or it is not believed any more
        """
        from scenograph.memory import Note

        self._changed()
        if isinstance(scene_or_text, Scene):
            return self._memory().correct(crystal, Note(scene_or_text, source=source))
        [readings] = self._reader.read_apart([scene_or_text], language)
        reading, scene = joined(scene_or_text, readings), kept_together(readings)
        if scene is None:
            raise BridgeError(
                f"the correction cannot be read (confidence {reading.confidence:.2f}): {scene_or_text}; "
                "write it in other words, or give the scene"
            )
        said = language or language_of(scene_or_text)
        return self._memory().correct(crystal, Note(scene, scene_or_text, said, source))


def _about(labels: Labels) -> dict[str, Any]:
    return {"tags": labels.tags, "metadata": labels.metadata, "expires": labels.expires}


def _unread_text(text: str, speech: Speech) -> str:
    """Return *text*, which has no scene, with the name of who said it before it."""
    return f"{speech.speaker}: {text}" if speech.speaker else text
