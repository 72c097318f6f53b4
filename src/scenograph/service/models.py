"""What a request says. Answers are described by `scenograph.service.schemas`."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Text = Annotated[str, Field(min_length=1, max_length=20_000)]
Notation = Annotated[str, Field(description="A scene in notation.", min_length=1, max_length=200_000)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Language = Annotated[str, Field(description="Such as `en`; guessed from the script if not given.")]

_SCENE = '(s / sleep :agent (e / entity :name "Oleg") :in (f / forest) :tense past)'


def _shown(*examples: dict[str, Any]) -> Any:
    """The examples of a whole request, each of which works as it stands."""
    return {"examples": list(examples)}


class Message(BaseModel):
    """A request. A key that it does not have is an error."""

    model_config = ConfigDict(extra="forbid")


class ReadRequest(Message, json_schema_extra=_shown({"text": "Oleg built the old bridge."})):
    """A text to read into a scene."""

    text: Text
    language: Language | None = None


class SpeakRequest(Message, json_schema_extra=_shown({"scene": _SCENE, "style": "poet", "language": "ru"})):
    """A scene to speak."""

    scene: Notation
    style: str = Field("plain", description="A style of the mind, such as `plain` or `poet`.")
    language: str = "en"
    surface: str = Field("text", description="`text`, or an exact surface such as `emoji`.")
    guard: bool = Field(
        True, description="Replace a text that loses part of the scene by the exact plain one."
    )


class AskRequest(Message, json_schema_extra=_shown({"question": "Who built the old bridge?"})):
    """A question to answer from memory."""

    question: Text
    style: str = "plain"
    language: Language | None = None
    speaker: Name | None = Field(None, description="Who asks: “I” and “my” mean this person.")


class RememberRequest(
    Message,
    json_schema_extra=_shown(
        {"text": "Oleg built the old bridge.", "source": "a letter"},
        {"text": "I moved to Lisbon.", "speaker": "Anna", "date": "2025-06-01"},
        {"scene": _SCENE},
    ),
):
    """A text or a scene to store: exactly one of them."""

    text: Text | None = None
    scene: Notation | None = None
    source: str | None = Field(None, max_length=1000, description="Where it comes from.")
    language: Language | None = None
    speaker: Name | None = Field(None, description="Who says it: “I” and “my” mean this person.")
    hearer: Name | None = Field(None, description="Who is spoken to: “you” and “your” mean this person.")
    date: datetime.date | datetime.datetime | None = Field(None, description="When it was said.")


class RecallRequest(
    Message,
    json_schema_extra=_shown(
        {"text": "the bridge that Oleg built", "k": 3}, {"scene": "(s / sleep :place (f / forest))"}
    ),
):
    """A text, or part of a scene, to find scenes by: exactly one of them."""

    text: Text | None = None
    scene: Notation | None = None
    k: int = Field(10, ge=1, le=1000, description="How many scenes at most.")


class RememberedModel(BaseModel):
    """The crystal of what was stored; null if the text could not be read and was stored as text."""

    crystal: int | None


class HealthModel(BaseModel):
    """The state of the service."""

    status: Literal["ok"] = "ok"
    version: str
    mind: str
    carrier: str = Field(description="`none` if the mind is not trained.")
    crystals: int = Field(description="As of the last request that used the memory.")


class ErrorModel(BaseModel):
    """Why a request was refused."""

    error: str = Field(description="The name of the error, as in the library.")
    message: str
