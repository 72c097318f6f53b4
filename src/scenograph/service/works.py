"""What a job can do: remember documents, consolidate, measure, check."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NamedTuple, TypeAlias

from pydantic import Field

from scenograph.documents import Markup
from scenograph.memory.learning.consolidation import Consolidation
from scenograph.mind import Mind
from scenograph.service.jobs import JobProgress
from scenograph.service.operations import Message, Scope
from scenograph.service.operations.fields import (
    Expires,
    Language,
    Metadata,
    Moment,
    SourceName,
    Tags,
    labels_of,
    shown,
)
from scenograph.service.operations.memory import Hearer, Speaker


class DocumentJob(
    Message,
    json_schema_extra=shown(
        {"kind": "remember", "text": "# Diary\n\nAnna sleeps. Oleg bought milk.", "source": "diary.md"}
    ),
):
    """A long text to store sentence by sentence. Its markup is recognised if it is not given."""

    kind: Literal["remember"]
    text: str = Field(min_length=1, max_length=1_000_000)
    source: SourceName | None = None
    markup: Markup | None = None
    language: Language | None = None
    speaker: Speaker = None
    hearer: Hearer = None
    date: Moment | None = None
    tags: Tags = Field(default=[])
    metadata: Metadata = Field(default={})
    expires: Expires | None = None

    @property
    def scope(self) -> Scope:
        """What a key needs for it."""
        return "write"


class StoredDocument(NamedTuple):
    """
    A document in memory.

    Attributes:
        crystals: the crystal of each sentence
        unread: the crystals of those that could not be read
    """

    crystals: list[int]
    unread: list[int]


class ConsolidateJob(Message, json_schema_extra=shown({"kind": "consolidate"})):
    """Learn from all scenes, and store them in fewer bytes."""

    kind: Literal["consolidate"]
    full: bool = Field(False, description="Learn everything from scratch, not only what is new.")

    @property
    def scope(self) -> Scope:
        """What a key needs for it."""
        return "admin"


class CheckJob(Message, json_schema_extra=shown({"kind": "check"})):
    """Compare everything in memory with everything else."""

    kind: Literal["check"]
    repair: bool = Field(False, description="Rebuild what can be derived.")

    @property
    def scope(self) -> Scope:
        """What a key needs for it."""
        return "admin"


class MeasureJob(Message, json_schema_extra=shown({"kind": "measure"})):
    """Measure how well what is remembered is said and read again, where that was not done yet."""

    kind: Literal["measure"]
    again: bool = Field(False, description="Also what was measured, by another reader perhaps.")

    @property
    def scope(self) -> Scope:
        """What a key needs for it."""
        return "write"


class MeasuredSources(NamedTuple):
    """
    What was measured.

    Attributes:
        measured: how many sources
    """

    measured: int


class Checked(NamedTuple):
    """
    A memory that was checked.

    Attributes:
        crystals: how many it has
        problems: what is wrong, a line each
    """

    crystals: int
    problems: list[str]


Job: TypeAlias = DocumentJob | ConsolidateJob | MeasureJob | CheckJob
JobRequest: TypeAlias = Annotated[Job, Field(discriminator="kind")]


def work(request: Job, mind: Mind, progress: JobProgress) -> Any:
    """Do what *request* says."""
    if isinstance(request, DocumentJob):
        return _remember(request, mind, progress)
    if isinstance(request, ConsolidateJob):
        return _consolidate(request, mind, progress)
    if isinstance(request, MeasureJob):
        return MeasuredSources(mind.measure(again=request.again, progress=progress))
    return _check(request, mind, progress)


def _remember(request: DocumentJob, mind: Mind, progress: JobProgress) -> StoredDocument:
    progress.start("remember", len(request.text))
    stored = StoredDocument([], [])
    place = 0
    for it in mind.remember_document(
        request.text,
        request.source,
        markup=request.markup,
        language=request.language,
        speaker=request.speaker,
        hearer=request.hearer,
        date=request.date,
        labels=labels_of(request.tags, request.metadata, request.expires),
    ):
        stored.crystals.append(it.crystal)
        if it.reading.scene is None:
            stored.unread.append(it.crystal)
        progress.advance(it.sentence.end - place)
        place = it.sentence.end
    if mind.memory.stats().unmeasured:
        mind.measure(progress=progress)
    return stored


def _consolidate(request: ConsolidateJob, mind: Mind, progress: JobProgress) -> Consolidation:
    return mind.writable.consolidate(full=request.full, progress=progress)


def _check(request: CheckJob, mind: Mind, progress: JobProgress) -> Checked:
    progress.start("check")
    if request.repair:
        mind.writable.rebuild_index()
    return Checked(mind.memory.stats().crystals, mind.memory.check())
