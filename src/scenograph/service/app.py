"""
The service: a thin layer that turns requests into calls of one open mind.

The model does one thing at a time, so requests that need it take turns (`scenograph.service.turns`). Recalls
and other readings of memory run side by side, and `/health` waits for nothing. Every refusal of the library
becomes a 4xx answer with its name and message, and trouble with the mind itself becomes a 503.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import Annotated, Any

from scenograph import __version__
from scenograph.bridge import Answer, Reading, Utterance
from scenograph.core import Scene
from scenograph.errors import (
    CarrierError,
    MindError,
    MissingExtraError,
    ScenographError,
    StoreError,
    UnknownCrystalError,
)
from scenograph.memory import Change, Contradiction, Crystal, Hit, Stats
from scenograph.mind import Mind
from scenograph.results import record
from scenograph.service.models import (
    AskRequest,
    ErrorModel,
    HealthModel,
    ReadRequest,
    RecallRequest,
    RememberedModel,
    RememberRequest,
    SpeakRequest,
)
from scenograph.service.schemas import model
from scenograph.service.turns import BusyError, Turns

try:
    from fastapi import FastAPI, Path, Query, Request
    from fastapi.exceptions import RequestValidationError
    from fastapi.responses import JSONResponse
    from starlette.middleware.trustedhost import TrustedHostMiddleware
except ImportError as error:
    raise MissingExtraError("fastapi", "serve", error) from error

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
UNAVAILABLE = (StoreError, CarrierError, MindError, BusyError)
"""Errors that are no fault of the request."""

REFUSALS: dict[int | str, dict[str, Any]] = {
    404: {"model": ErrorModel, "description": "There is no such crystal."},
    422: {"model": ErrorModel, "description": "The request cannot be done as it is."},
    503: {"model": ErrorModel, "description": "The mind is busy, or not in order."},
}


class RequestError(ScenographError):
    """A request that says too little or contradicts itself."""


def create_app(
    mind: Mind, *, hosts: tuple[str, ...] = LOOPBACK, waiting: int = 16, patience: float = 60.0
) -> FastAPI:
    """
    Return the service of *mind*.

    Args:
        mind: an open mind; the caller closes it after the service has ended
        hosts: names under which the service may be addressed; others are refused, so that a web page
            cannot reach a service on this machine by a name of its own
        waiting: how many requests may wait for the model; more are refused with 503
        patience: how long a request waits for the model, in seconds, before it is refused with 503
    """
    app = FastAPI(
        title="Scenograph HyperBridge",
        version=__version__,
        summary="Text to scene to text, with a memory.",
        responses=REFUSALS,
    )
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))
    turns = Turns(waiting, patience)
    health_now = HealthModel(
        version=__version__,
        mind=mind.workspace.folder.name,
        carrier=mind.bridge.carrier.name if mind.is_trained else "none",
        crystals=len(mind.memory),
    )
    embeds_by_carrier = mind.workspace.config.memory.embedder == "carrier"

    def known(language: str | None) -> None:
        languages = mind.domain.languages
        if language is not None and language not in languages:
            raise RequestError(f"language {language!r} is not known; choose from {', '.join(languages)}")

    @app.get("/health")
    async def health() -> HealthModel:  # async: it needs no thread, so it answers while all of them wait
        """Say which mind is being served."""
        return health_now

    @app.post("/read", response_model=model(Reading))
    def read(request: ReadRequest) -> Any:
        """Read a text into a scene."""
        known(request.language)
        with turns.turn():
            return record(mind.read(request.text, language=request.language))

    @app.post("/speak", response_model=model(Utterance))
    def speak(request: SpeakRequest) -> Any:
        """Speak a scene."""
        scene = Scene.parse(request.scene)
        with turns.turn():
            return record(mind.speak(scene, **request.model_dump(exclude={"scene"})))

    @app.post("/ask", response_model=model(Answer))
    def ask(request: AskRequest) -> Any:
        """Answer a question from memory."""
        known(request.language)
        with turns.turn():
            answer = mind.ask(
                request.question, style=request.style, language=request.language, speaker=request.speaker
            )
            return record(answer)

    @app.post("/remember")
    def remember(request: RememberRequest) -> RememberedModel:
        """Store a text or a scene; once this is answered, it is safe on the disk."""
        thing = _one_of(request.text, request.scene)
        known(request.language)
        with turns.turn() if isinstance(thing, str) else nullcontext():
            crystal = mind.remember(
                thing,
                request.source,
                language=request.language,
                speaker=request.speaker,
                hearer=request.hearer,
                date=request.date,
            )
        health_now.crystals = len(mind.memory)
        return RememberedModel(crystal=crystal)

    @app.post("/recall", response_model=list[model(Hit)])
    def recall(request: RecallRequest) -> Any:
        """Find scenes by a text or by part of a scene."""
        cue = _one_of(request.text, request.scene)
        with turns.turn() if embeds_by_carrier else nullcontext():
            return record(mind.recall(cue, k=request.k))

    @app.get("/crystals", response_model=list[model(Crystal)])
    def grep(words: Annotated[str, Query(examples=['"old bridge" Oleg'])]) -> Any:
        """List all crystals that contain every one of some words, as `scenograph memory grep` does."""
        return record(mind.crystals(mind.memory.saying(words)))

    @app.get("/crystals/{crystal}", response_model=model(Crystal))
    def show(crystal: Annotated[int, Path(examples=[1])]) -> Any:
        """Show a crystal with everything that is known of it."""
        return record(mind.memory.get(crystal))

    @app.get("/history", response_model=list[model(Change)])
    def history(crystal: Annotated[int | None, Query(examples=[1])] = None) -> Any:
        """List what happened in memory, or to one crystal, in order."""
        return record(list(mind.memory.history(crystal)))

    @app.get("/contradictions", response_model=list[model(Contradiction)])
    def contradictions() -> Any:
        """List crystals that cannot all be true, by roles that have one value nearly everywhere."""
        return record(list(mind.memory.contradictions()))

    @app.get("/stats", response_model=model(Stats))
    def stats() -> Any:
        """Show figures of memory."""
        figures = mind.memory.stats()
        health_now.crystals = figures.crystals
        return record(figures)

    @app.exception_handler(ScenographError)
    def refuse(_: Request, error: ScenographError) -> JSONResponse:
        if isinstance(error, UnknownCrystalError):
            return _refusal(404, error)
        return _refusal(503 if isinstance(error, UNAVAILABLE) else 422, error)

    @app.exception_handler(RequestValidationError)
    def misread(_: Request, error: RequestValidationError) -> JSONResponse:
        problems = [f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}" for problem in error.errors()]
        return _refusal(422, RequestError("; ".join(problems)))

    return app


def _one_of(text: str | None, scene: str | None) -> Scene | str:
    if (text is None) == (scene is None):
        raise RequestError("give either text or scene")
    return text if text is not None else Scene.parse(scene or "")


def _refusal(status: int, error: ScenographError) -> JSONResponse:
    content = ErrorModel(error=type(error).__name__, message=str(error)).model_dump()
    headers = {"Retry-After": "10"} if isinstance(error, BusyError) else None
    return JSONResponse(content, status_code=status, headers=headers)
