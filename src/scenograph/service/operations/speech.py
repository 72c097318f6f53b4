"""Between texts and scenes: read, speak, translate, convert."""

from __future__ import annotations

from typing import NamedTuple

from pydantic import Field

from scenograph.core import Scene
from scenograph.errors import SurfaceError
from scenograph.mind import Mind
from scenograph.readers.reading import Reading
from scenograph.realiser.utterance import Utterance
from scenograph.service.operations.fields import (
    DRAWING,
    SCENE,
    Language,
    Notation,
    SpokenLanguage,
    Style,
    Surface,
    Text,
    check_language,
    one_of,
    shown,
    text_or_picture,
)
from scenograph.service.operations.operation import Message, operation
from scenograph.service.pictures import PictureUrl
from scenograph.surfaces.registry import SURFACES


class ReadRequest(
    Message, json_schema_extra=shown({"text": "Oleg built the old bridge."}, {"picture": DRAWING})
):
    """A text, or a picture, to read into a scene: exactly one of them."""

    text: Text | None = None
    picture: PictureUrl | None = None
    language: Language | None = None


@operation("read")
def read(mind: Mind, request: ReadRequest) -> Reading:
    """Read a text into a scene; of a picture, the sentences that say what it shows, or the scene it holds."""
    check_language(mind, request.language)
    text = text_or_picture(mind, request.text, request.picture, request.language)
    return mind.read(text, language=request.language)


class SpeakRequest(Message, json_schema_extra=shown({"scene": SCENE, "style": "poet", "language": "ru"})):
    """A scene to speak."""

    scene: Notation
    style: Style = "plain"
    language: SpokenLanguage = "en"
    surface: Surface = "text"
    guard: bool = Field(
        True, description="Replace a text that loses part of the scene by the exact plain one."
    )


@operation("read")
def speak(mind: Mind, request: SpeakRequest) -> Utterance:
    """Speak a scene."""
    scene = Scene.parse(request.scene)
    return mind.speak(scene, request.style, request.language, request.surface, guard=request.guard)


class TranslateRequest(
    Message,
    json_schema_extra=shown(
        {"text": "Oleg slept in the forest.", "into": "ru"},
        {"text": "Oleg slept in the forest.", "surface": "emoji"},
        {"scene": SCENE, "into": "ru", "style": "poet"},
    ),
):
    """A text or a scene, and how it is to be said: exactly one of the first two."""

    text: Text | None = None
    scene: Notation | None = None
    language: Language | None = None
    into: SpokenLanguage = "en"
    style: Style = "plain"
    surface: Surface = "text"
    guard: bool = True


class Translation(NamedTuple):
    """
    A text in other words.

    Attributes:
        scene: what it says; None if it could not be read
        reading: how the text was read; None if a scene was given
        utterance: the scene in the other words; None if the text could not be read
    """

    scene: Scene | None
    reading: Reading | None
    utterance: Utterance | None


@operation("read")
def translate(mind: Mind, request: TranslateRequest) -> Translation:
    """Say a text or a scene in another language or style, or on another surface, by way of its scene."""
    given = one_of(request.text, request.scene)
    check_language(mind, request.language)
    reading = mind.read(given, request.language) if isinstance(given, str) else None
    scene = given if isinstance(given, Scene) else reading and reading.scene
    if scene is None:
        return Translation(None, reading, None)
    said = mind.speak(scene, request.style, request.into, request.surface, guard=request.guard)
    return Translation(scene, reading, said)


class ConvertRequest(
    Message,
    json_schema_extra=shown({"text": "(n / not :op1 (s / sleep))", "target": "logic"}),
):
    """A text on one exact surface, to be written on another."""

    text: str = Field(min_length=1, max_length=500_000)
    source: str = Field("penman", description="The surface of the text.", max_length=40)
    target: str = Field("penman", description="The surface to write.", max_length=40)
    language: SpokenLanguage = "en"


class Converted(NamedTuple):
    """
    A scene on an exact surface.

    Attributes:
        scene: the scene
        surface: the name of the surface
        text: the scene on it
    """

    scene: Scene
    surface: str
    text: str


@operation("read")
def convert(mind: Mind, request: ConvertRequest) -> list[Converted]:
    """Translate scenes from one exact surface to another, such as RDF, logic, emoji or a drawing."""
    check_language(mind, request.language)
    for name in (request.source, request.target):
        if name not in SURFACES:
            raise SurfaceError(f"there is no surface {name!r}; choose from {', '.join(SURFACES)}")
    source, target = SURFACES[request.source], SURFACES[request.target]
    if source.read is None:
        raise SurfaceError(f"scenes cannot be read from {source.name}; it goes one way only")
    scenes = source.read(request.text, request.language)
    if not scenes:
        raise SurfaceError(f"there is no scene in this input; expected {source.name}: {source.about}")
    return [Converted(it, target.name, target.say(it, request.language)) for it in scenes]
