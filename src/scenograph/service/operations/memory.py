"""What memory is asked: remember, recall, ask, correct, forget."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from pydantic import Field

from scenograph.answers.answer import Answer
from scenograph.core import Scene
from scenograph.documents import Markup, Sentence
from scenograph.memory import Forgotten, Hit
from scenograph.mind import Mind
from scenograph.mind.namespace import Namespace
from scenograph.service.errors import RequestError
from scenograph.service.operations.fields import (
    SCENE,
    Crystal,
    Language,
    Moment,
    Name,
    Notation,
    SourceName,
    Style,
    Text,
    check_language,
    moment_of,
    one_of,
    shown,
)
from scenograph.service.operations.operation import Message, operation

Speaker = Annotated[Name | None, Field(description="Who says it: “I” and “my” mean this person.")]
Hearer = Annotated[Name | None, Field(description="Who is spoken to: “you” and “your” mean this person.")]


class RememberRequest(
    Message,
    json_schema_extra=shown(
        {"text": "Oleg built the old bridge.", "source": "a letter"},
        {"text": "I moved to Lisbon.", "speaker": "Anna", "date": "2025-06-01"},
        {"scene": SCENE},
    ),
):
    """A text or a scene to store: exactly one of them."""

    text: Annotated[str, Field(min_length=1, max_length=100_000)] | None = None
    scene: Notation | None = None
    source: SourceName | None = None
    language: Language | None = None
    speaker: Speaker = None
    hearer: Hearer = None
    date: Moment | None = Field(None, description="When it was said.")
    markup: Markup = Field("plain", description="How the text marks its headings, lists and quotes.")


class Stored(NamedTuple):
    """
    A sentence or a scene that is safe on the disk now.

    Attributes:
        sentence: the sentence with its place in the text; None if a scene was given
        crystal: the number of what it is stored as
        is_read: whether a scene was read from it; if not, it is stored as text
    """

    sentence: Sentence | None
    crystal: int
    is_read: bool


@operation("write")
def remember(mind: Mind, request: RememberRequest) -> list[Stored]:
    """
    Store a text sentence by sentence, or a scene. Once this is answered, it is safe on the disk.

    A chat is stored turn by turn, each with its speaker: lines such as `Anna: I moved to Lisbon.`
    """
    thing = one_of(request.text, request.scene)
    check_language(mind, request.language)
    if isinstance(thing, Scene):
        crystal = mind.remember(
            thing, request.source, speaker=request.speaker, hearer=request.hearer, date=request.date
        )
        assert crystal is not None  # a scene needs not be read
        return [Stored(None, crystal, True)]
    stored = mind.remember_document(
        thing,
        request.source,
        markup=request.markup,
        language=request.language,
        speaker=request.speaker,
        hearer=request.hearer,
        date=request.date,
    )
    return [Stored(it.sentence, it.crystal, it.reading.scene is not None) for it in stored]


class RecallRequest(
    Message,
    json_schema_extra=shown(
        {"text": "the bridge that Oleg built", "k": 3},
        {"scene": "(s / sleep :place (f / forest))"},
        {"text": "Oleg", "at": "1931-05-01", "known": "2026-01-01T12:00:00Z"},
    ),
):
    """A text, or part of a scene, to find scenes by: exactly one of them."""

    text: Text | None = None
    scene: Notation | None = None
    k: int = Field(10, ge=1, le=1000, description="How many scenes at most.")
    at: Moment | None = Field(None, description="Only what is true then.")
    known: Moment | None = Field(None, description="As it was known then.")


@operation("read")
def recall(mind: Mind, request: RecallRequest) -> list[Hit]:
    """Find scenes by a text or by part of a scene, the strongest resonance first."""
    cue = one_of(request.text, request.scene)
    return mind.recall(cue, request.k, at=moment_of(request.at), known=moment_of(request.known))


class AskRequest(Message, json_schema_extra=shown({"question": "Who built the old bridge?"})):
    """A question to answer from memory."""

    question: Text
    style: Style = "plain"
    language: Language | None = None
    speaker: Name | None = Field(None, description="Who asks: “I” and “my” mean this person.")


@operation("read")
def ask(mind: Mind, request: AskRequest) -> Answer:
    """Answer a question from memory, with the crystals, grades and proofs that the answer rests on."""
    check_language(mind, request.language)
    return mind.ask(request.question, request.style, request.language, speaker=request.speaker)


class CorrectRequest(
    Message,
    json_schema_extra=shown({"crystal": 1, "text": "Marta built the old bridge.", "source": "letters"}),
):
    """A crystal that is wrong, and what is right: a text or a scene, exactly one of them."""

    crystal: Crystal
    text: Text | None = None
    scene: Notation | None = None
    source: SourceName | None = None
    language: Language | None = None


class Correction(NamedTuple):
    """
    A crystal that is not believed any more, and the one that is believed instead.

    Attributes:
        corrected: the number of the wrong one
        crystal: the number of the right one
    """

    corrected: int
    crystal: int


@operation("write")
def correct(mind: Mind, request: CorrectRequest) -> Correction:
    """Replace a wrong crystal. The old one stays as what was believed, and is no longer recalled."""
    check_language(mind, request.language)
    mind.memory.get(request.crystal)
    right = one_of(request.text, request.scene)
    return Correction(
        request.crystal, mind.correct(request.crystal, right, request.source, language=request.language)
    )


class ForgetRequest(Message, json_schema_extra=shown({"crystals": [2]}, {"source": "a letter"})):
    """Crystals to forget, or what one source stated, of these crystals or of all."""

    crystals: list[Crystal] = Field(default=[], max_length=1000)
    source: SourceName | None = None
    source_id: Crystal | None = Field(None, description="A single source, by its number.")


@operation("write")
def forget(mind: Mind, request: ForgetRequest) -> Forgotten:
    """Remove crystals for good, or what one source stated. Nothing can bring them back."""
    if request.source is not None and request.source_id is not None:
        raise RequestError("give source or source_id, not both")
    stated = request.source if request.source_id is None else request.source_id
    if not request.crystals and stated is None:
        raise RequestError("give crystals, source or source_id")
    found = mind.crystals(dict.fromkeys(request.crystals))
    return mind.forget(*(it.id for it in found), source=stated)


class NamespacesRequest(Message, json_schema_extra=shown({}, {"namespace": "anna"})):
    """Which namespaces to list: all, or those that lie in one."""


class NamespaceInfo(NamedTuple):
    """
    A namespace that has a memory.

    Attributes:
        namespace: its name
        user, agent, session: the parts of its name; empty where it has none
    """

    namespace: str
    user: str
    agent: str
    session: str


@operation("read", is_about_all=True)
def namespaces(mind: Mind, request: NamespacesRequest) -> list[NamespaceInfo]:
    """List the namespaces that have a memory, in alphabetical order."""
    with mind.within(request.namespace or "") as within:
        return [_named(it) for it in within.namespaces()]


class ForgetAllRequest(Message, json_schema_extra=shown({"namespace": "carla"})):
    """A namespace to forget with all that lies in it."""


class ForgottenAll(NamedTuple):
    """
    What was forgotten with a namespace.

    Attributes:
        namespaces: those that are gone, itself among them if it had a memory
    """

    namespaces: list[NamespaceInfo]


@operation("write", is_about_all=True)
def forget_all(mind: Mind, request: ForgetAllRequest) -> ForgottenAll:
    """Remove everything of a user, an agent or a session for good, in one step."""
    if not request.namespace:
        raise RequestError("say which namespace is to be forgotten")
    return ForgottenAll([_named(it) for it in mind.forget_all(request.namespace)])


def _named(namespace: Namespace) -> NamespaceInfo:
    return NamespaceInfo(str(namespace), *namespace)
