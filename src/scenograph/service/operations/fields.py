"""The fields that requests share."""

from __future__ import annotations

import datetime
from base64 import b64encode
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, StrictBool, StrictFloat, StrictInt

from scenograph.core import Scene
from scenograph.memory.labels import Labels, Scalar
from scenograph.mind import Mind
from scenograph.service.errors import RequestError
from scenograph.service.pictures import text_of

Text = Annotated[str, Field(min_length=1, max_length=20_000)]
Notation = Annotated[str, Field(description="A scene in notation.", min_length=1, max_length=200_000)]
Scenes = Annotated[
    str, Field(description="Any number of scenes in notation.", min_length=1, max_length=500_000)
]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Crystal = Annotated[int, Field(description="The number of a crystal.", ge=0, le=2**63 - 1)]
Style = Annotated[str, Field(description="A style of the mind, such as `plain` or `poet`.", max_length=200)]
Language = Annotated[
    str, Field(description="Such as `en`; guessed from the script if not given.", max_length=20)
]
SpokenLanguage = Annotated[str, Field(description="`en` or `ru`.", max_length=20)]
Surface = Annotated[str, Field(description="`text`, or an exact surface such as `emoji`.", max_length=40)]
SourceName = Annotated[str, Field(max_length=1000, description="Where it comes from.")]
Moment = datetime.date | datetime.datetime
Tags = Annotated[list[Annotated[str, Field(min_length=1, max_length=200)]], Field(max_length=100)]
Metadata = Annotated[
    dict[
        Annotated[str, Field(min_length=1, max_length=200)], StrictBool | StrictInt | StrictFloat | str | None
    ],
    Field(max_length=100, description="Texts, numbers, true, false or null, to filter by."),
]
Expires = Annotated[Moment, Field(description="From then on it is hidden, until it is forgotten.")]
Expired = Annotated[bool, Field(description="Also what has expired.")]

_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg"><metadata><scene xmlns="urn:scenograph">'
    "(s / sing :agent (b / bird))</scene></metadata></svg>"
)
DRAWING = f"data:image/svg+xml;base64,{b64encode(_SVG.encode()).decode()}"
SCENE = '(s / sleep :agent (e / entity :name "Oleg") :in (f / forest) :tense past)'


def shown(*examples: dict[str, Any]) -> Any:
    """The examples of a whole request, each of which works as it stands."""
    return {"examples": list(examples)}


def one_of(text: str | None, scene: str | None) -> Scene | str:
    """
    Return the text or the scene of a request that takes one of them.

    Raises:
        RequestError: if it has both or none
    """
    if (text is None) == (scene is None):
        raise RequestError("give either text or scene")
    return text if text is not None else Scene.parse(scene or "")


def text_or_picture(mind: Mind, text: str | None, picture: str | None, language: str | None) -> str:
    """
    Return the text of a request, or the one that stands for its picture.

    Raises:
        RequestError: if it has both or none, or the picture cannot be taken
    """
    if (text is None) == (picture is None):
        raise RequestError("give either text or picture")
    return text if text is not None else text_of(mind, picture or "", language or "en")


def moment_of(given: Moment | None) -> datetime.datetime | None:
    """Return the moment that is *given*: of a day, its beginning; without a zone, in that of this machine."""
    if given is None or isinstance(given, datetime.datetime):
        return given
    return datetime.datetime.combine(given, datetime.time())


def labels_of(tags: list[str], metadata: Mapping[str, Scalar], expires: Moment | None) -> Labels:
    """Return the labels of a request."""
    return Labels(tuple(tags), metadata, moment_of(expires))


def check_language(mind: Mind, language: str | None) -> None:
    """Raise `RequestError` unless *mind* knows *language*, or none is given."""
    known = mind.domain.languages
    if language is not None and language not in known:
        raise RequestError(f"language {language!r} is not known; choose from {', '.join(known)}")
