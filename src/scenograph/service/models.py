"""What goes over the wire. The answers have the same shape as `--json` of the command line."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Text = Annotated[str, Field(min_length=1, max_length=20_000)]
Notation = Annotated[
    str, Field(min_length=1, max_length=200_000, examples=['(sleep :agent (person :name "Oleg"))'])
]
Language = Literal["en", "ru"]


class Message(BaseModel):
    """A request: closed to misspelt keys."""

    model_config = ConfigDict(extra="forbid")


class ReadRequest(Message):
    """A text to read into a scene."""

    text: Text = Field(examples=["Oleg built the old bridge."])
    language: Language | None = Field(None, description="Guessed from the script if not given.")


class ReadingModel(BaseModel):
    """What was read."""

    text: str
    scene: str | None = Field(description="In notation; null if the text could not be read.")
    confidence: float
    language: str


class SpeakRequest(Message):
    """A scene to speak."""

    scene: Notation
    style: str = "plain"
    language: Language = "en"
    surface: str = "text"
    guard: bool = Field(
        True, description="Replace speech that loses part of the scene by the exact plain surface."
    )


class UtteranceModel(BaseModel):
    """What was said, and how much of the scene it kept."""

    text: str
    retention: float
    style: str
    language: str
    surface: str
    fallback: bool


class AskRequest(Message):
    """A question to answer from memory."""

    question: Text = Field(examples=["Who built the old bridge?"])
    style: str = "plain"
    language: Language | None = None


class SourceModel(BaseModel):
    """Where a scene was learned."""

    text: str | None
    language: str | None
    source: str | None


class CrystalModel(BaseModel):
    """A remembered scene that an answer rests on."""

    id: int
    scene: str
    sources: list[SourceModel]


class AnswerModel(BaseModel):
    """An answer; without crystals, memory did not know."""

    text: str
    scene: str | None = Field(description="In notation; null if the question could not be read.")
    retention: float
    confidence: float = Field(description="Of the reading of the question.")
    fallback: bool
    crystals: list[CrystalModel]


class RememberRequest(Message):
    """A text or a scene to store: exactly one of them."""

    text: Text | None = None
    scene: Notation | None = None
    source: str | None = Field(None, max_length=1000, description="Where it comes from.")
    language: Language | None = None


class RememberedModel(BaseModel):
    """The crystal of what was stored; null if the text could not be read and was kept as text."""

    crystal: int | None


class RecallRequest(Message):
    """A text, or part of a scene, that should bring scenes to mind: exactly one of them."""

    text: Text | None = None
    scene: Notation | None = None
    k: int = Field(10, ge=1, le=1000)


class HitModel(BaseModel):
    """A remembered scene and how strongly it answers the cue."""

    id: int
    scene: str
    resonance: float
    parts: dict[str, float]
    sources: list[SourceModel]


class HealthModel(BaseModel):
    """The state of the service."""

    status: Literal["ok"] = "ok"
    version: str
    mind: str
    carrier: str
    crystals: int


class ErrorModel(BaseModel):
    """Why a request was refused."""

    error: str = Field(description="The name of the error, as in the library.")
    message: str
