"""
The keeper of a mind: stores scenes, texts and documents in its memory.

A sentence is stored with the scene that it is read into, its place, and who says it. One that cannot
be read is stored as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, final

from scenograph.core.scene import Scene
from scenograph.corpus.example import language_of
from scenograph.dialogue import Speech, spoken
from scenograph.dialogue.talk import Talk
from scenograph.errors import BridgeError
from scenograph.memory.labels import Labels
from scenograph.mind.measuring import Measurer, Stated
from scenograph.mind.reading import MindReader, ReadSentence, Remembered, joined, kept_together, shown
from scenograph.tracing import span

if TYPE_CHECKING:
    from scenograph.memory import Memory, Note
    from scenograph.progress import Progress

AT_ONCE: Final = 32
"""
Texts that are measured when they are stored: no more at once, of a document the first. `Mind.measure`
measures the others.
"""

TOGETHER: Final = 256
"""Texts that `Mind.measure` measures in one transaction."""

_PLAIN = Labels()


@final
class Keeper:
    """
    Stores what a mind remembers, and corrects it.

    Args:
        memory: where to; called when it is first needed
        reader: reads texts
        changed: called after each change
        measurer: measures how well scenes are said and read again
    """

    def __init__(
        self,
        memory: Callable[[], Memory],
        reader: MindReader,
        changed: Callable[[], None],
        measurer: Measurer,
    ) -> None:
        self._memory = memory
        self._reader = reader
        self._changed = changed
        self._measurer = measurer

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
        with span("remember", things=len(things)) as step:
            crystals = self._stored(things, source, language, speech, labels)
            step.tell(unread=sum(it is None for it in crystals))
        return crystals

    def _stored(
        self,
        things: Sequence[Scene | str],
        source: str | None,
        language: str | None,
        speech: Speech,
        labels: Labels,
    ) -> list[int | None]:
        from scenograph.memory import Note

        texts = [thing for thing in things if isinstance(thing, str)]
        readings = iter(self._reader.read_apart(texts, language) if texts else ())
        memory, about = self._memory(), _about(labels)
        notes: list[Note | str] = []
        for thing in things:
            if isinstance(thing, Scene):
                notes.append(Note(spoken(thing, speech), source=source, **about))
                continue
            apart = next(readings)
            scene, text = kept_together(apart), shown(thing, apart)
            if scene is None:
                notes.append(thing)
            else:
                said = language or language_of(thing)
                notes.append(Note(spoken(scene, speech, text), text, said, source, **about))
        notes = self._measured(notes) if len(texts) <= AT_ONCE else notes
        crystals: list[int | None] = []
        with memory.transaction():
            for note in notes:
                if isinstance(note, str):
                    said = language or language_of(note)
                    memory.keep(_unread_text(note, speech), language=said, source=source, **about)
                    crystals.append(None)
                else:
                    crystals += memory.remember_many([note])
        self._changed()
        return crystals

    def document(
        self, given: Iterator[list[ReadSentence]], source: str | None, labels: Labels = _PLAIN
    ) -> Iterator[Remembered]:
        """Store the sentences of a document as they are read; what was yielded is safe on the disk."""
        talk = Talk()
        to_measure = AT_ONCE
        for batch in given:
            notes = [self._note(it, source, talk, labels) for it in batch]
            notes = [*self._measured(notes[:to_measure]), *notes[to_measure:]]
            to_measure = max(0, to_measure - len(batch))
            with span("remember", things=len(batch)), self._memory().transaction():
                stored = [
                    Remembered(it.sentence, it.reading, self._store(note, it, source, labels))
                    for it, note in zip(batch, notes, strict=True)
                ]
            self._changed()
            yield from stored

    def _note(self, read: ReadSentence, source: str | None, talk: Talk, labels: Labels) -> Note | str:
        """Return one sentence as it is to be stored, its text alone if it was not read."""
        from scenograph.memory import Note, Place

        sentence, reading, speech = read
        scene = read.kept
        if scene is None:
            return _unread_text(sentence.text, speech)
        scene = talk.understood(scene, sentence.text, speech)
        place = Place(sentence.start, sentence.end, sentence.paragraph)
        return Note(scene, sentence.text, reading.language, source, place=place, **_about(labels))

    def _store(self, note: Note | str, read: ReadSentence, source: str | None, labels: Labels) -> int:
        """Store one sentence; return the id of its crystal, or of the unread text."""
        from scenograph.memory import Place

        if not isinstance(note, str):
            return self._memory().remember_many([note])[0]
        sentence, said = read.sentence, read.reading.language
        place = Place(sentence.start, sentence.end, sentence.paragraph)
        return self._memory().keep(note, language=said, source=source, place=place, **_about(labels))

    def _measured(self, notes: Sequence[Note | str]) -> list[Note | str]:
        """Return *notes* with how well their scenes are said and read again."""
        stated = [
            Stated(it.scene, it.text, it.language)
            for it in notes
            if not isinstance(it, str) and it.text is not None
        ]
        found = iter(self._measurer.many(stated))
        return [
            it if isinstance(it, str) or it.text is None else replace(it, measured=next(found))
            for it in notes
        ]

    def measure(self, progress: Progress, *, again: bool = False) -> int:
        """Measure all that was not measured yet, some at a time; return how many sources that were."""
        memory = self._memory()
        progress.start("measure", memory.stats().unmeasured if not again else None)
        after = count = 0
        while batch := memory.unmeasured(after, TOGETHER, again=again):
            found = self._measurer.many([Stated(it.scene, it.text, it.language) for it in batch])
            memory.measure({it.source: figure for it, figure in zip(batch, found, strict=True)})
            after, count = batch[-1].source, count + len(batch)
            progress.advance(len(batch))
        progress.finish(f"{count:,} measured")
        return count

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
        [measured] = self._measurer.many([Stated(scene, scene_or_text, said)])
        return self._memory().correct(crystal, Note(scene, scene_or_text, said, source, measured=measured))


def _about(labels: Labels) -> dict[str, Any]:
    return {"tags": labels.tags, "metadata": labels.metadata, "expires": labels.expires}


def _unread_text(text: str, speech: Speech) -> str:
    """Return *text*, which has no scene, with the name of who said it before it."""
    return f"{speech.speaker}: {text}" if speech.speaker else text
