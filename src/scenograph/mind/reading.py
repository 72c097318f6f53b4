"""
How a mind reads: sentence by sentence, each by the reader that knows it best.

A text on an exact surface, such as notation, emoji, a formula or a drawing, says its scene itself. Of the
rest, sentences whose words are all known to the domain of a trained mind are read by the graph head if it is
sure of a scene of the domain, else by the carrier. Whatever the carrier cannot read, and everything in an
untrained mind, is read by the graph head.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache, partial
from itertools import chain, groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, final

from scenograph.answers.question import is_question
from scenograph.core.scene import Scene
from scenograph.coreference import joined as joined_references
from scenograph.corpus.example import UNDETERMINED, language_of
from scenograph.dialogue import Speech, spoken
from scenograph.dialogue.transcript import transcript
from scenograph.documents import Markup, Sentence, sentences
from scenograph.domain import Domain
from scenograph.errors import BridgeError
from scenograph.mind.carrier import bare_carrier
from scenograph.mind.pace import Pace
from scenograph.mind.sections import BUNDLED
from scenograph.readers.graph_reader import GraphReader, bundled
from scenograph.readers.reading import Reading
from scenograph.readers.unsure import kept
from scenograph.readers.weights import load
from scenograph.surfaces.recognise import recognised
from scenograph.tracing import span

if TYPE_CHECKING:
    from scenograph.bridge import Bridge
    from scenograph.carriers import LocalCarrier
    from scenograph.mind.workspace import Workspace

_NAMES: dict[str, str] = {
    "label": "a label",
    "signature": "a signature",
    "table": "part of a table",
    "code": "code",
    "address": "an address",
}
"""What a piece of a document is called that is no sentence."""

SURE = 0.9
"""
What the graph head reads with links of at least this probability is what the domain means by it: 188 of 188
plain English sentences of the bundled world (docs/measurements-log.md).
"""

LONG = 769
"""A text of at least so many sentences is long: other processes read it sooner than this one alone."""


@final
class ReadSentence(NamedTuple):
    """
    A sentence of a text, how it was read, and who says it.

    Attributes:
        sentence: the sentence with its place
        reading: how it was read
        speech: who says it, to whom and when; empty parts are not known
    """

    sentence: Sentence
    reading: Reading
    speech: Speech = Speech()

    @property
    def scene(self) -> Scene | None:
        """The sure scene with who says it; None if the sentence was not read."""
        scene = self.reading.scene
        return None if scene is None else spoken(scene, self.speech, self.sentence.text)

    @property
    def kept(self) -> Scene | None:
        """The same with its unsure links."""
        scene = kept(self.reading)
        return None if scene is None else spoken(scene, self.speech, self.sentence.text)


@final
class Remembered(NamedTuple):
    """A sentence of a text, how it was read, and the crystal or unread text that it is stored as."""

    sentence: Sentence
    reading: Reading
    crystal: int


@final
class MindReader:
    """
    Reads texts of any length.

    Args:
        domain: what the carrier was trained for
        graph: the graph head; called when it is first needed
        bridge: the carrier; called when it is first needed. None: the mind is not trained
        in_processes: whether other processes can call *graph*
        knows: whether the carrier may know the words of a text that the domain does not; None: it does not
    """

    def __init__(
        self,
        domain: Callable[[], Domain],
        graph: Callable[[], GraphReader],
        bridge: Callable[[], Bridge] | None,
        *,
        in_processes: bool = True,
        knows: Callable[[str], bool] | None = None,
    ) -> None:
        self._knows = knows
        self._domain, self._graph, self._bridge = domain, graph, bridge
        self._in_processes = in_processes

    def read_many(self, texts: Sequence[str], language: str | None = None) -> list[Reading]:
        """
        Read *texts*, each into one scene; sentences that the carrier does not read as one are joined by
        `and`.

        Args:
            language: of all texts; None: as the script of each sentence suggests
        Raises:
            BridgeError: if a text is empty
        """
        with span("read", texts=len(texts)) as step:
            apart = self.read_apart(texts, language)
            found = [joined(text, readings) for text, readings in zip(texts, apart, strict=True)]
            step.tell(read=sum(it.scene is not None for it in found))
        return found

    def read_apart(self, texts: Sequence[str], language: str | None = None) -> list[list[Reading]]:
        """Read *texts* as `read_many`; return for each the readings that it joins."""
        exact = {number: found for number, text in enumerate(texts) if (found := _exact(text)) is not None}
        split = [
            list(sentences(text, markup="plain", language=language)) if number not in exact else []
            for number, text in enumerate(texts)
        ]
        for number, (text, parts) in enumerate(zip(texts, split, strict=True), 1):
            if not text.strip():
                raise BridgeError(f"text {number} is empty: there is nothing to read")
            if not parts and number - 1 not in exact:
                parts.append(Sentence(" ".join(text.split()), 0, len(text), 1, "text"))
        readings = iter(self._read([part for parts in split for part in parts], language))
        apart = [list(islice(readings, len(parts))) for parts in split]
        several = [number for number, parts in enumerate(split) if len(parts) > 1]
        whole = dict(self._generated([texts[number] for number in several], language))
        by_carrier = {several[place]: reading for place, reading in whole.items()}
        by_carrier |= exact
        return [
            [by_carrier[number]] if number in by_carrier else apart[number] for number in range(len(texts))
        ]

    def read_document(
        self,
        text: str,
        *,
        markup: Markup | None = None,
        language: str | None = None,
        workers: int = 1,
        speech: Speech = Speech(),  # noqa: B008  (a value)
    ) -> Iterator[ReadSentence]:
        """
        Yield the sentences of a document with their readings, in order.

        In a chat each sentence has its speaker; the names before turns are no sentences.

        Args:
            markup: of *text*; None: as its content suggests
            language: as in `read_many`
            workers: processes that the graph head reads a long text in; the readings are the same
            speech: who says what no turn of a chat says, and when
        """
        for batch in self.read_batches(
            text, markup=markup, language=language, workers=workers, speech=speech
        ):
            yield from batch

    def read_batches(
        self,
        text: str,
        *,
        markup: Markup | None = None,
        language: str | None = None,
        workers: int = 1,
        speech: Speech = Speech(),  # noqa: B008  (a value)
    ) -> Iterator[list[ReadSentence]]:
        """Yield what `read_document` does, as many sentences at a time as were read together."""
        if (exact := _exact(text)) is not None:
            yield [ReadSentence(Sentence(exact.text, 0, len(text), 1, "text"), exact, speech)]
            return
        said = transcript(text, markup=markup, language=language, speech=speech)
        for batch, readings in self._readings(iter(said.sentences), language, workers):
            yield [
                ReadSentence(sentence, reading, said.speech(sentence.start))
                for sentence, reading in zip(batch, readings, strict=True)
            ]

    def _readings(
        self, given: Iterator[Sentence], language: str | None, workers: int
    ) -> Iterator[tuple[list[Sentence], list[Reading]]]:
        """Yield the sentences *given*, some at a time, with their readings, in order."""
        first = list(islice(given, LONG))
        if workers < 2 or not self._in_processes or len(first) < LONG:
            pace = Pace()
            for sentences_ in pace.batches(chain(first, given)):
                batch = self._together(sentences_, language)
                yield batch, self._read(batch, language)
                pace.read(len(batch))
            return
        from scenograph.readers.pool import ReaderPool

        with ReaderPool(self._graph, workers) as pool:
            pace = Pace(workers)
            begun: deque[tuple[list[Sentence], Callable[[], list[Reading]]]] = deque()
            for sentences_ in pace.batches(chain(first, given)):
                batch = self._together(sentences_, language)
                begun.append((batch, self._begin(batch, language, pool.begin)))
                if len(begun) > pool.ahead:
                    ready, wait = begun.popleft()
                    yield ready, wait()
                    pace.read(len(ready))
            for ready, wait in begun:
                yield ready, wait()

    def _together(self, given: Sequence[Sentence], language: str | None) -> list[Sentence]:
        """
        Return *given* with the sentences of a paragraph as one, where the carrier reads them as one text.

        A style of a domain may use two sentences for one scene: «What is a life? Vera slept.»
        """
        paragraphs = [list(group) for _, group in groupby(given, key=lambda it: it.paragraph)]
        wholes = [
            first._replace(text=" ".join(it.text for it in parts), end=parts[-1].end)
            for parts in paragraphs
            for first in parts[:1]
        ]
        several = [
            number
            for number, parts in enumerate(paragraphs)
            if len(parts) > 1 and all(it.is_readable for it in parts)
        ]
        read = {several[place] for place, _ in self._generated([wholes[n].text for n in several], language)}
        return [
            sentence
            for number, parts in enumerate(paragraphs)
            for sentence in ([wholes[number]] if number in read else parts)
        ]

    def _read(self, given: Sequence[Sentence], language: str | None) -> list[Reading]:
        """Read what is a sentence among *given*; code, tables and the like have no scene."""
        return self._begin(
            given, language, lambda texts, said: lambda: self._graph().read_many(texts, said)
        )()

    def _begin(
        self,
        given: Sequence[Sentence],
        language: str | None,
        begin: Callable[[Sequence[str], str | None], Callable[[], list[Reading]]],
    ) -> Callable[[], list[Reading]]:
        """
        Begin to read what is a sentence among *given*; return a function that waits for all readings.

        The carrier reads now, and here. *begin* is given what is left for the graph head.
        """
        texts = [it.text for it in given if it.is_readable]
        found = dict(self._surely_read(texts, language))
        left = [number for number in range(len(texts)) if number not in found]
        for place, reading in self._generated([texts[number] for number in left], language):
            found[left[place]] = reading
        rest = [number for number in left if number not in found]
        wait = begin([texts[number] for number in rest], language) if rest else list[Reading]

        def finish() -> list[Reading]:
            found.update(zip(rest, wait(), strict=True))
            readings = iter([found[number] for number in range(len(texts))])
            return [next(readings) if it.is_readable else _not_prose(it) for it in given]

        return finish

    def _surely_read(self, texts: Sequence[str], language: str | None) -> Iterator[tuple[int, Reading]]:
        """
        Yield what the graph head reads of *texts* as surely as the carrier, by their numbers.

        Such a reading is whole, all its links are sure, its scene is one of the domain. It needs no torch.
        Questions are left to the carrier, which answers in its styles.
        """
        if self._bridge is None or self._knows is not None:  # a server needs no torch here
            return
        domain = self._domain()
        if domain.concepts is None:
            return
        known = [
            number for number, text in enumerate(texts) if domain.may_say(text, language or language_of(text))
        ]
        concepts, roles = {*domain.concepts, *domain.named}, frozenset(domain.roles)
        readings = self._graph().read_many([texts[number] for number in known], language) if known else ()
        for number, reading in zip(known, readings, strict=True):
            scene = reading.scene
            if scene is None or scene != reading.draft or is_question(scene):
                continue
            if min(link.probability for link in reading.links) < SURE:
                continue
            if concepts.issuperset(scene.concepts) and all(link.role in roles for link in scene.links):
                yield number, reading

    def _generated(self, texts: Sequence[str], language: str | None) -> Iterable[tuple[int, Reading]]:
        """Yield what the carrier reads of *texts*, by their numbers; nothing in an untrained mind."""
        if self._bridge is None or not texts:
            return
        domain = self._domain()
        known = [
            number
            for number, text in enumerate(texts)
            if domain.may_say(text, language or language_of(text))
            or (self._knows is not None and self._knows(text))
        ]
        if not known:
            return
        bridge = self._bridge()
        if not bridge.can_read:
            return
        known = [number for number in known if bridge.reader.can_take(texts[number])]
        readings = bridge.read_many([texts[number] for number in known], language=language)
        for number, reading in zip(known, readings, strict=True):
            if reading.scene is not None:
                yield number, reading


@final
class GraphSource(NamedTuple):
    """
    Where a mind's graph head comes from.

    Attributes:
        load: returns the reader, which is loaded once
        in_processes: whether other processes can call `load` too; not where it needs the mind's carrier
    """

    load: Callable[[], GraphReader]
    in_processes: bool


def graph_source(workspace: Workspace, carrier: Callable[[], LocalCarrier]) -> GraphSource:
    """
    Return the reader of open text that `mind.toml` names.

    Args:
        workspace: the mind's folder; a reader's file stands in it, or anywhere by its whole path
        carrier: loads the carrier of a trained mind; called if the reader was trained over one
    Returns:
        What is named. A reader over the first carrier's states is of no use over another one, so there the
        bundled reader stands for it, unless the table of that carrier names its own.
    Raises:
        CarrierError: if the file is missing or damaged, or was trained over another carrier
    """
    named = workspace.config.reader.weights
    if named == BUNDLED:
        return GraphSource(bundled, True)
    weights = load(workspace.folder / named)
    if not weights.encoder:
        return GraphSource(partial(_reader_of, workspace.folder / named), True)
    if not workspace.reads_itself:
        return GraphSource(bundled, True)
    over = carrier() if workspace.vocabulary.exists() else bare_carrier(workspace)
    reader = GraphReader.of(weights, named, over, bundled())
    return GraphSource(lambda: reader, False)


@cache
def _reader_of(path: Path) -> GraphReader:
    """Return the reader in the file *path*; the bundled one reads the languages that it does not know."""
    return GraphReader.open(path, rest=bundled())


def _exact(text: str) -> Reading | None:
    """Return the reading of a text on an exact surface, a drawing by its notation; None if it is on none."""
    found = recognised(text)
    if found is None:
        return None
    name, scene = found
    shown = scene.format(indent=None) if name == "svg" else text
    return Reading(shown, scene, 1.0, UNDETERMINED, scene, "surface")


def _not_prose(sentence: Sentence) -> Reading:
    """Return the reading of code, a table and the like, which has no scene."""
    note = (
        "it has no letters" if sentence.kind == "marks" else f"it is {_NAMES[sentence.kind]}, not a sentence"
    )
    return Reading(sentence.text, None, 0.0, UNDETERMINED, None, "graph", (), note)


def shown(text: str, readings: Sequence[Reading]) -> str:
    """Return what to show for *text*, whose *readings* these are: of a drawing, its notation."""
    return readings[0].text if readings[0].reader == "surface" else text


def joined(text: str, readings: Sequence[Reading]) -> Reading:
    """Return the readings of the sentences of *text* as one."""
    first, *others = readings
    if not others:
        return replace(first, text=shown(text, readings))
    confidence = sum(reading.confidence for reading in readings) / len(readings)
    return Reading(
        text,
        together([it.scene for it in readings if it.scene is not None]),
        confidence,
        first.language,
        together([it.draft for it in readings if it.draft is not None]),
        first.reader if len({it.reader for it in readings}) == 1 else "graph",
        tuple(link for it in readings for link in it.links),
        "; ".join(dict.fromkeys(it.note for it in readings if it.note)),
    )


def kept_together(readings: Sequence[Reading]) -> Scene | None:
    """Return the scenes of *readings* as one, as memory stores it: with unsure links and referents."""
    scenes = [scene for scene in map(kept, readings) if scene is not None]
    return together(scenes, joined_references(scenes))


def together(scenes: Sequence[Scene], across: Sequence[tuple[int, int, str, int, int]] = ()) -> Scene | None:
    """
    Return one scene that states all *scenes*; None if there are none.

    Args:
        across: further links: the number of a scene and its node, the role, another scene and its node
    """
    if not scenes:
        return None
    if len(scenes) == 1:
        [scene] = scenes
        return Scene.build(scene.concepts, [*scene.triples, *((s, role, t) for _, s, role, _, t in across)])
    concepts = ["and"]
    links: list[tuple[int, str, int | str]] = []
    bases: list[int] = []
    for number, scene in enumerate(scenes, 1):
        base = len(concepts)
        bases.append(base)
        concepts += scene.concepts
        links.append((0, f":op{number}", base))
        links += [(s + base, role, t + base if isinstance(t, int) else t) for s, role, t in scene.triples]
    links += [(bases[one] + s, role, bases[other] + t) for one, s, role, other, t in across]
    return Scene.build(concepts, links)
