"""What memory is asked: remember, recall, ask, correct, forget."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from pydantic import Field

from scenograph.answers.answer import Answer
from scenograph.core import Scene
from scenograph.documents import Markup, Sentence
from scenograph.memory import Crystal as FoundCrystal
from scenograph.memory import Filter, Forgotten, Hit
from scenograph.mind import Mind
from scenograph.mind.namespace import Namespace
from scenograph.service.errors import RequestError
from scenograph.service.operations.fields import (
    DRAWING,
    SCENE,
    Crystal,
    Expired,
    Expires,
    Language,
    Metadata,
    Moment,
    Name,
    Notation,
    SourceName,
    Style,
    Tags,
    Text,
    check_language,
    labels_of,
    moment_of,
    one_of,
    shown,
    text_or_picture,
)
from scenograph.service.operations.operation import Form, Message, operation
from scenograph.service.pictures import PictureUrl

Speaker = Annotated[Name | None, Field(description="Who says it: “I” and “my” mean this person.")]
Hearer = Annotated[Name | None, Field(description="Who is spoken to: “you” and “your” mean this person.")]


class RememberRequest(
    Message,
    json_schema_extra=shown(
        {"text": "Oleg built the old bridge.", "source": "a letter"},
        {"text": "I moved to Lisbon.", "speaker": "Anna", "date": "2025-06-01"},
        {"scene": SCENE},
        {"picture": DRAWING, "source": "a drawing"},
        {
            "text": "The meeting is on Friday.",
            "tags": ["work"],
            "metadata": {"priority": 3},
            "expires": "2099-01-01",
        },
    ),
):
    """A text, a scene or a picture to store: exactly one of them."""

    text: Annotated[str, Field(min_length=1, max_length=100_000)] | None = None
    scene: Notation | None = None
    picture: PictureUrl | None = None
    source: SourceName | None = None
    language: Language | None = None
    speaker: Speaker = None
    hearer: Hearer = None
    date: Moment | None = Field(None, description="When it was said.")
    markup: Markup = Field("plain", description="How the text marks its headings, lists and quotes.")
    tags: Tags = Field(default=[])
    metadata: Metadata = Field(default={})
    expires: Expires | None = None


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

    A chat is stored turn by turn, each with its speaker: lines such as `Anna: I moved to Lisbon.` Of a
    picture the sentences are stored that say what it shows, or the scene that a drawing holds.
    """
    check_language(mind, request.language)
    if request.picture is not None and request.scene is None:
        thing: Scene | str = text_or_picture(mind, request.text, request.picture, request.language)
    elif request.picture is None:
        thing = one_of(request.text, request.scene)
    else:
        raise RequestError("give either text, scene or picture")
    if isinstance(thing, Scene):
        crystal = mind.remember(
            thing,
            request.source,
            speaker=request.speaker,
            hearer=request.hearer,
            date=request.date,
            labels=labels_of(request.tags, request.metadata, request.expires),
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
        labels=labels_of(request.tags, request.metadata, request.expires),
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
    filter: Filter | None = None
    least: float = Field(0.0, ge=0, le=1, description="The least resonance.")
    skip: int = Field(0, ge=0, le=10_000, description="How many of the best to leave out, for pages.")
    expired: Expired = False


@operation("read")
def recall(mind: Mind, request: RecallRequest) -> list[Hit]:
    """Find scenes by a text or by part of a scene, the strongest resonance first."""
    return mind.recall(
        one_of(request.text, request.scene),
        request.k,
        at=moment_of(request.at),
        known=moment_of(request.known),
        among=request.filter,
        least=request.least,
        skip=request.skip,
        expired=request.expired,
    )


class Cue(Form):
    """A text, or part of a scene, to find scenes by: exactly one of them."""

    text: Text | None = None
    scene: Notation | None = None


class RecallManyRequest(
    Message, json_schema_extra=shown({"cues": [{"text": "the old bridge"}, {"text": "Oleg"}], "k": 3})
):
    """Many cues, found in one request and over one state of the memory."""

    cues: list[Cue] = Field(min_length=1, max_length=1000)
    k: int = Field(10, ge=1, le=1000, description="How many scenes for each at most.")
    at: Moment | None = Field(None, description="Only what is true then.")
    known: Moment | None = Field(None, description="As it was known then.")
    filter: Filter | None = None
    least: float = Field(0.0, ge=0, le=1, description="The least resonance.")
    expired: Expired = False


@operation("read")
def recall_many(mind: Mind, request: RecallManyRequest) -> list[list[Hit]]:
    """Find scenes by each of many cues, over one state of the memory."""
    return mind.memory.recall_many(
        [one_of(it.text, it.scene) for it in request.cues],
        request.k,
        at=moment_of(request.at),
        known=moment_of(request.known),
        among=request.filter,
        least=request.least,
        expired=request.expired,
    )


class ListRequest(
    Message,
    json_schema_extra=shown(
        {"limit": 3},
        {"words": "bridge", "filter": {"and": [{"language": "en"}, {"not": {"tag": "work"}}]}},
    ),
):
    """Which crystals to list: those with some words, those that fulfil a filter, or all."""

    words: Annotated[str, Field(min_length=1, max_length=1000)] | None = None
    filter: Filter | None = None
    after: Crystal = Field(0, description="Only those with a higher number, for pages.")
    limit: int = Field(100, ge=1, le=1000, description="How many at most.")
    expired: Expired = False


def listed(mind: Mind, request: ListRequest) -> list[FoundCrystal]:
    """Return the crystals that *request* asks for."""
    found = mind.memory.select(
        request.filter,
        words=request.words,
        after=request.after,
        limit=request.limit,
        expired=request.expired,
    )
    return mind.crystals(found)


@operation("read")
def list_crystals(mind: Mind, request: ListRequest) -> list[FoundCrystal]:
    """List crystals and unread texts in order of their numbers, believed or not."""
    return listed(mind, request)


class AskRequest(Message, json_schema_extra=shown({"question": "Who built the old bridge?"})):
    """A question to answer from memory."""

    question: Text
    style: Style = "plain"
    language: Language | None = None
    speaker: Name | None = Field(None, description="Who asks: “I” and “my” mean this person.")
    filter: Filter | None = None
    inside: bool = Field(
        False,
        description="Think inside the token stream: the model writes commands, and what they find is "
        "inserted into its sequence, which `thought` shows.",
    )


@operation("read")
def ask(mind: Mind, request: AskRequest) -> Answer:
    """Answer a question from memory, with the crystals, grades and proofs that the answer rests on."""
    check_language(mind, request.language)
    return mind.ask(
        request.question,
        request.style,
        request.language,
        speaker=request.speaker,
        among=request.filter,
        inside=request.inside,
    )


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


class ForgetRequest(
    Message,
    json_schema_extra=shown(
        {"crystals": [2]}, {"source": "a letter"}, {"filter": {"tag": "old"}}, {"expired": True}
    ),
):
    """Crystals to forget, or what one source stated, what fulfils a filter, or what has expired."""

    crystals: list[Crystal] = Field(default=[], max_length=1000)
    source: SourceName | None = None
    source_id: Crystal | None = Field(None, description="A single source, by its number.")
    filter: Filter | None = Field(None, description="All that fulfil it, and nothing else is given then.")
    expired: bool = Field(False, description="All that has expired, and nothing else is given then.")


@operation("write")
def forget(mind: Mind, request: ForgetRequest) -> Forgotten:
    """Remove crystals for good, or what one source stated. Nothing can bring them back."""
    stated_by = bool(request.crystals) or request.source is not None or request.source_id is not None
    if sum((stated_by, request.filter is not None, request.expired)) > 1:
        raise RequestError("give crystals and source, or filter, or expired")
    if request.expired:
        return mind.purge()
    if request.filter is not None:
        return mind.forget_among(request.filter)
    if request.source is not None and request.source_id is not None:
        raise RequestError("give source or source_id, not both")
    stated = request.source if request.source_id is None else request.source_id
    if not request.crystals and stated is None:
        raise RequestError("give crystals, source, source_id, filter or expired")
    return mind.forget(*mind.present(request.crystals), source=stated)


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
