"""
A mind: one folder that reads, speaks, remembers, recalls and answers.

    >>> from scenograph import Mind                                              # doctest: +SKIP
    >>> mind = Mind.open("demo-mind")                                            # doctest: +SKIP
    >>> crystal = mind.remember("Oleg built the old bridge.", source="a letter") # doctest: +SKIP
    >>> mind.ask("Who built the old bridge?").text                               # doctest: +SKIP
    'Oleg. Oleg built the old bridge.'

The model is loaded when it is first needed: remembering and recalling scenes never needs it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, final

from scenograph.closing import Closing
from scenograph.core import Lexicon, Scene
from scenograph.dialogue import Speech
from scenograph.domain import Domain
from scenograph.errors import MindError, StoreError, UnknownCrystalError
from scenograph.memory.labels import Labels
from scenograph.mind.given import check_scenes, check_texts, check_things
from scenograph.mind.namespace import OWN, Namespace
from scenograph.mind.parts import Parts
from scenograph.mind.reading import ReadSentence, Remembered
from scenograph.mind.sections import FurtherCarrier
from scenograph.mind.workspace import Workspace
from scenograph.tracing import span

if TYPE_CHECKING:
    from datetime import date, datetime

    from scenograph.answers.answer import Answer
    from scenograph.bridge import Bridge
    from scenograph.bridge.thinker import Limits
    from scenograph.carriers.protocol import Carrier
    from scenograph.carriers.vision import Vision
    from scenograph.corpus.tasks import Task
    from scenograph.documents import Markup
    from scenograph.memory import Crystal, Filter, Forgotten, Hit, Memory
    from scenograph.mind.carry import Carried
    from scenograph.progress import Progress
    from scenograph.readers.graph_reader import GraphReader
    from scenograph.readers.reading import Reading
    from scenograph.realiser.utterance import Utterance


@final
class Mind(Closing):
    """
    An open mind. Close it, or use it in a `with` block.

    Args:
        workspace: the mind's folder
        read_only: write nothing to its memory; calls that would are refused
        parts: of a mind that shares them (`over`, `within`); None: they are made
        namespace: whose memory it uses
        closing: closes it; None: all that *parts* have opened is closed
    Attributes:
        namespace: whose memory it uses; empty: its own
    """

    def __init__(
        self,
        workspace: Workspace,
        *,
        read_only: bool = False,
        parts: Parts | None = None,
        namespace: Namespace = OWN,
        closing: Callable[[], None] | None = None,
    ) -> None:
        self.workspace = workspace
        self.read_only = read_only
        self.namespace = namespace
        self.threshold = workspace.config.bridge.threshold
        self._parts = parts or Parts.of(workspace, read_only=read_only)
        self._close = closing or (parts or self._parts.first or self._parts).close

    @classmethod
    def open(
        cls,
        path: str | Path,
        *,
        read_only: bool = False,
        carrier: str | None = None,
        namespace: Namespace | str = "",
    ) -> Mind:
        """
        Open the mind at *path*.

        Args:
            read_only: write nothing to its memory
            carrier: the name of one of its carriers; None: the first
            namespace: whose memory it uses, such as `anna` or `anna/helper`; empty: its own
        Raises:
            MindError: if *path* is no mind, or one of another version, or it has no such carrier, or
                *namespace* is none
        """
        mind = cls(Workspace(path, carrier), read_only=read_only)
        if not namespace:
            return mind
        with ExitStack() as stack:
            stack.callback(mind.close)
            inner = mind.within(namespace)
            stack.callback(inner.close)
            inner._close = stack.pop_all().close
        return inner

    def close(self) -> None:
        """Close the memory and the connection to a server, if it has opened them, as far as they are open."""
        self._close()

    # --- parts ----------------------------------------------------------------------------------------------

    @property
    def memory(self) -> Memory:
        """The mind's memory; made on first use."""
        return self._parts.memory

    @property
    def writable(self) -> Memory:
        """The same to write to it; that of a namespace is made if it has none."""
        return self._parts.made()

    @property
    def domain(self) -> Domain:
        """What the mind can talk about, with the names that its memory has seen."""
        return self._parts.domain

    @property
    def lexicon(self) -> Lexicon:
        """The lexemes learned from the corpus."""
        return self._parts.lexicon

    @property
    def carrier(self) -> Carrier:
        """The frozen model with the mind's vocabulary, or the server with the mind's examples."""
        return self._parts.carrier

    @property
    def bridge(self) -> Bridge:
        """The translator between texts and scenes."""
        return self._parts.bridge

    @property
    def graph_reader(self) -> GraphReader:
        """
        The reader of open text: the bundled one, or what `mind.toml` names.

        Raises:
            CarrierError: if its file is missing or damaged, or was trained over another carrier
        """
        return self._parts.graph_reader

    @property
    def is_trained(self) -> bool:
        """Whether it has adapters, or examples for a server; else it reads open text, and has no styles."""
        return self._parts.is_trained

    def wake(self) -> None:
        """Load everything now, not at first use."""
        _ = self.memory
        _ = self.graph_reader
        if self.is_trained:
            _ = self.bridge

    def reload(self) -> None:
        """
        Use the adapters and styles that were trained since the mind was opened.

        What was begun ends with those of before; nothing that they have seen is used by the new ones.

        Raises:
            MindError: if the carrier is a server, or a GGUF file in llama.cpp
            ScenographError: if they are damaged or do not fit; the mind goes on with those of before
        """
        self._parts.reload()

    # --- carriers -------------------------------------------------------------------------------------------

    @property
    def carriers(self) -> tuple[str, ...]:
        """The names of its carriers, the first one's first."""
        return Workspace(self.workspace.folder).carriers

    def over(self, carrier: str) -> Mind:
        """
        Return the same mind over another of its carriers; both use one memory, which this mind closes.

        Raises:
            MindError: if it has no such carrier
        """
        parts = (self._parts.home or self._parts).over(carrier)
        mind = Mind(parts.workspace, read_only=self.read_only, parts=parts)
        return mind.within(self.namespace) if any(self.namespace) else mind

    def carry(
        self,
        to: str | FurtherCarrier,
        *,
        name: str | None = None,
        steps: int | None = None,
        seconds: float | None = None,
        progress: Progress | None = None,
    ) -> Carried:
        """
        Make vocabulary and adapters for one more carrier, from what this mind has.

        Memory stays as it is (law 7).

        A carrier that it has already goes on: with what was stopped, else with another round of training.

        Args:
            to: the carrier as `mind.toml` names it, or with settings; or the name of one that it has
            name: what it is called in this mind; None: as its file, folder or repository is
            steps, seconds: how long its adapters are trained; neither: as those of the first carrier
            progress: hears what happens
        Returns:
            The name of the carrier, for `over`, and what memory held before and after.
        Raises:
            MindError: if the mind is being trained, or begins with this carrier
            CarrierError, VocabularyError: if it cannot be loaded or trained here; the mind is as it was then
        """
        from scenograph.mind.carry import carry, further_carrier
        from scenograph.progress import Silent

        known = isinstance(to, str) and to in self.carriers
        if isinstance(to, str):
            to = FurtherCarrier(base=to) if known else further_carrier(to)
        workspace = Workspace(self.workspace.folder)
        return carry(workspace, to, progress or Silent(), name=name, steps=steps, seconds=seconds)

    # --- namespaces -----------------------------------------------------------------------------------------

    def within(self, namespace: Namespace | str) -> Mind:
        """
        Return the same mind with the memory of *namespace*; for a `with` block, or to close.

            with mind.within("anna") as anna:
                anna.remember("I moved to Lisbon.", speaker="Anna")

        Nothing of one memory is found, counted, spelt or learned from in another. Carriers and adapters are
        shared. A namespace that has no memory yet is an empty one.

        Raises:
            MindError: if it is no namespace, or does not lie in that of this mind
        """
        given = Namespace.parse(namespace) if isinstance(namespace, str) else namespace
        if not self.namespace.covers(given):
            raise MindError(f"the namespace {given} does not lie in {self.namespace}; open it from the mind")
        stack = ExitStack()
        home = self._parts.home or self._parts
        parts = stack.enter_context(home.namespaces.use(given)) if any(given) else self._parts
        return Mind(
            self.workspace, read_only=self.read_only, parts=parts, namespace=given, closing=stack.close
        )

    def namespaces(self) -> list[Namespace]:
        """Return all namespaces in that of this mind that have a memory, in alphabetical order."""
        return (self._parts.home or self._parts).namespaces.all(self.namespace)

    def forget_all(self, namespace: Namespace | str) -> list[Namespace]:
        """
        Forget a namespace and all that lies in it, in one step; return what is gone.

        Zeros overwrite its files before they are removed. Nothing can bring them back.

        Raises:
            MindError: if it is not in that of this mind, is the mind's own, or somebody keeps using it
        """
        given = Namespace.parse(namespace) if isinstance(namespace, str) else namespace
        if self.read_only:
            raise MindError("this mind is open for reading only; open it without read_only to forget")
        if not self.namespace.covers(given):
            raise MindError(f"the namespace {given} does not lie in {self.namespace}; open it from the mind")
        return (self._parts.home or self._parts).namespaces.forget(given)

    # --- what a mind does -----------------------------------------------------------------------------------

    def read(self, text: str, language: str | None = None) -> Reading:
        """
        Read *text* into a scene.

        Args:
            language: `en` or `ru`; guessed from the script if None
        Returns:
            The reading; its scene is None where the text could not be read. Of several sentences the scenes
            are joined by `and`.
        """
        return self.read_many([text], language=language)[0]

    def read_many(self, texts: Sequence[str], *, language: str | None = None) -> list[Reading]:
        """Read many texts together, which is much faster than one by one."""
        check_texts(texts)
        return self._parts.reader.read_many(texts, language)

    def read_document(
        self, text: str, *, markup: Markup | None = None, language: str | None = None, workers: int = 1
    ) -> Iterator[ReadSentence]:
        """
        Read a long text; yield its sentences with their places and readings, in order.

        Args:
            markup: of the text; None: as its content suggests
            language: of all sentences; None: as the script of each suggests
            workers: how many processes read a text of more than a thousand sentences. They are new ones, so a
                script must start its work under `if __name__ == "__main__"`. One: it is read in this one
        """
        return self._parts.reader.read_document(text, markup=markup, language=language, workers=workers)

    def describe(self, picture: bytes, language: str = "en", *, vision: Vision | None = None) -> str:
        """
        Say what a picture shows, in sentences that `read_document` and `remember_document` take.

        A drawing that was made here is a text that holds its scene: they take it as it is.

        Args:
            picture: PNG, JPEG, GIF or WebP
            language: of the sentences
            vision: what looks at it; None: the model that `mind.toml` names under `[vision]`
        Raises:
            MindError: if there is nothing that sees
            CarrierError: if it does not answer
            CorpusError: if *picture* is none, or too large
        """
        return (vision or self._parts.vision).describe(picture, language)

    def speak(
        self,
        scene: Scene,
        style: str = "plain",
        language: str = "en",
        surface: str = "text",
        *,
        guard: bool = True,
    ) -> Utterance:
        """
        Say *scene*.

        Args:
            surface: `text`, or an exact untrained one such as `emoji`
            guard: replace a text that loses part of the scene by the exact plain surface (law 8)
        """
        return self.speak_many([scene], style=style, language=language, surface=surface, guard=guard)[0]

    def speak_many(
        self,
        scenes: Sequence[Scene],
        *,
        style: str = "plain",
        language: str = "en",
        surface: str = "text",
        guard: bool = True,
    ) -> list[Utterance]:
        """
        Say many scenes at once.

        A scene that no style has words for is said plainly instead. An untrained mind says all scenes so; it
        has no other style than `plain`.
        """
        from scenograph.mind.speaking import speak_many

        check_scenes(scenes)
        with span("speak", scenes=len(scenes)) as step:
            said = speak_many(self._parts, scenes, style, language, surface, guard=guard)
            step.tell(fallbacks=sum(it.fallback for it in said), attempts=sum(it.attempts for it in said))
        return said

    def ask(
        self,
        question: str,
        style: str = "plain",
        language: str | None = None,
        *,
        speaker: str | None = None,
        among: Filter | None = None,
        inside: bool = False,
        limits: Limits | None = None,
    ) -> Answer:
        """
        Answer *question* from memory.

        Args:
            speaker: the name of who asks: «I» and «my» mean this person
            among: from what fulfils this filter only; None: from all
            inside: think inside the token stream: the model writes commands, and what they find is inserted
                into its sequence, which the answer shows (`Answer.thought`)
            limits: of the sequence; None: the usual ones
        Returns:
            The answer and the crystals that support it; none if memory does not know.
        Raises:
            BridgeError: if it cannot think inside: it has no thinker, or its carrier runs elsewhere
        """
        [answer] = self.ask_many(
            [question],
            style=style,
            language=language,
            speaker=speaker,
            among=among,
            inside=inside,
            limits=limits,
        )
        return answer

    def ask_many(
        self,
        questions: Sequence[str],
        *,
        style: str = "plain",
        language: str | None = None,
        memory: Memory | None = None,
        speaker: str | None = None,
        among: Filter | None = None,
        inside: bool = False,
        limits: Limits | None = None,
    ) -> list[Answer]:
        """
        Answer many questions at once, from *memory* if given, else from the mind's own.

        Crystals of its own that support an answer together are tied, so that one helps to recall the others.
        *speaker* asks all of them. The rest is as in `ask`.
        """
        from scenograph.mind.asking import ask_many

        check_texts(questions)
        with span("ask", questions=len(questions)) as step:
            answers = ask_many(
                self._parts, questions, style, language, memory, speaker, among, inside=inside, limits=limits
            )
            step.tell(answered=sum(bool(it.crystals) for it in answers))
        return answers

    def do_many(self, tasks: Sequence[Task]) -> list[str]:
        """Do ability tasks; return the answer to each, a text or a scene in linear form."""
        return self.bridge.do_many(tasks)

    def remember(
        self,
        scene_or_text: Scene | str,
        source: str | None = None,
        *,
        language: str | None = None,
        speaker: str | None = None,
        hearer: str | None = None,
        date: date | None = None,
        labels: Labels = Labels(),  # noqa: B008  (a value)
    ) -> int | None:
        """
        Store a scene, or a text with the scene it is read into; on return it is safe on the disk (law 9).

        Args:
            source: where it comes from
            language: of a text; None: as its script suggests
            speaker: the name of who says it: «I» and «my» mean this person
            hearer: the name of the one who is spoken to: «you» and «your»
            date: the day, or the moment, when it was said
            labels: its tags and metadata, and when it expires
        Returns:
            The id of the crystal; None for a text that could not be read, which is stored as it is.
        """
        check_things([scene_or_text])
        speech = Speech.of(speaker, hearer, date)
        return self._parts.keeper.many([scene_or_text], source, language, speech, labels)[0]

    def remember_document(
        self,
        text: str,
        source: str | None = None,
        *,
        markup: Markup | None = None,
        language: str | None = None,
        workers: int = 1,
        speaker: str | None = None,
        hearer: str | None = None,
        date: date | None = None,
        labels: Labels = Labels(),  # noqa: B008  (a value)
    ) -> Iterator[Remembered]:
        """
        Store a long text sentence by sentence, each with its place; what was yielded is safe on the disk.

        A sentence that cannot be read is stored as it is. `forget(source=…)` removes the document again. A
        chat is stored turn by turn, each with its speaker: lines such as `Anna: I moved to Lisbon.`, or JSON
        with `speaker` and `text`.

        Args:
            source: the name of the document
            markup, language, workers: as in `read_document`
            speaker, hearer, date: as in `remember`, of what no turn of a chat says
            labels: of each sentence
        """
        reading = self._parts.reader.read_batches(
            text,
            markup=markup,
            language=language,
            workers=workers,
            speech=Speech.of(speaker, hearer, date),
        )
        yield from self._parts.keeper.document(reading, source, labels)

    def remember_many(
        self, things: Sequence[Scene | str], source: str | None = None, *, language: str | None = None
    ) -> list[int | None]:
        """Store many scenes and texts: all, or none if the disk fails. Texts are read together."""
        check_things(things)
        return self._parts.keeper.many(things, source, language, Speech())

    def correct(
        self,
        crystal: int,
        scene_or_text: Scene | str,
        source: str | None = None,
        *,
        language: str | None = None,
    ) -> int:
        """
        Believe a scene, or what a text is read into, instead of *crystal* from now on.

        Returns:
            The crystal that is believed now. The old one stays in memory, but is not recalled any more.
        Raises:
            BridgeError: if the text cannot be read; nothing is changed then
            StoreError: if there is no such crystal, or it is not believed any more
        """
        return self._parts.keeper.correct(crystal, scene_or_text, source, language)

    def measure(self, *, again: bool = False, progress: Progress | None = None) -> int:
        """
        Measure how well what is remembered is said and read again, where that was not done yet.

        What `remember` stores is measured at once, if it is little; a long document is not, nor is what an
        older version stored. Stopped, the same call goes on.

        Args:
            again: also what was measured, by another reader perhaps
        Returns:
            How many sources were measured; `Source.measured` has the figure of each.
        """
        from scenograph.progress import Silent

        return self._parts.keeper.measure(progress or Silent(), again=again)

    def forget(self, *crystals: int, source: str | int | None = None) -> Forgotten:
        """
        Remove crystals, or what *source* stated, for good; see `Memory.forget`.

        Returns:
            A receipt; it names the adapters that were trained on it, which only training takes it out of.
        """
        self._parts.names.refresh()
        return self._with_adapters(self.writable.forget(*crystals, source=source))

    def _with_adapters(self, forgotten: Forgotten) -> Forgotten:
        from scenograph.mind.trained import trained_on

        return replace(forgotten, adapters=trained_on(self.workspace, forgotten.erased))

    def forget_among(self, among: Filter) -> Forgotten:
        """Remove all crystals and unread texts that fulfil a filter, expired ones too, for good."""
        self._parts.names.refresh()
        return self.forget(*self.memory.select(among, expired=True))

    def purge(self) -> Forgotten:
        """Remove what has expired for good; see `Memory.purge`."""
        self._parts.names.refresh()
        return self._with_adapters(self.writable.purge())

    def import_from(self, lines: Iterable[str | bytes]) -> int:
        """Add the memory that `Memory.export_to` wrote, all or nothing; return how many crystals were new."""
        self._parts.names.refresh()
        return self.writable.import_from(lines)

    def import_rdf(self, file: IO[str]) -> int:
        """As `import_from`, of what `Memory.export_rdf` wrote."""
        self._parts.names.refresh()
        return self.writable.import_rdf(file)

    def recall(
        self,
        cue: Scene | str,
        k: int = 10,
        *,
        at: datetime | None = None,
        known: datetime | None = None,
        among: Filter | None = None,
        least: float = 0.0,
        skip: int = 0,
        expired: bool = False,
    ) -> list[Hit]:
        """
        Find what memory has about *cue*: a part of a scene, a scene with unknowns, a text, or a name.

        Args:
            at: only what is true at this time; None: at any time
            known: what was believed at this time; None: what is believed now
            among: only what fulfils this filter
            least: the least resonance
            skip: how many of the best to leave out, to go through them by pages
            expired: also what has expired
        Returns:
            At most *k* remembered scenes, the strongest resonance first.
        """
        return self.memory.recall(
            cue, k, at=at, known=known, among=among, least=least, skip=skip, expired=expired
        )

    def crystals(self, ids: Iterable[int]) -> list[Crystal]:
        """Return the crystals with these *ids*; one that is missing or damaged raises `StoreError`."""
        return [self.memory.get(crystal) for crystal in ids]

    def present(self, ids: Iterable[int]) -> dict[int, Crystal | None]:
        """
        Return the crystals with these *ids*, None for a damaged one.

        Raises:
            UnknownCrystalError: if one is missing
        """
        found: dict[int, Crystal | None] = {}
        for crystal in ids:
            try:
                found[crystal] = self.memory.get(crystal)
            except UnknownCrystalError:
                raise
            except StoreError:
                found[crystal] = None
        return found
