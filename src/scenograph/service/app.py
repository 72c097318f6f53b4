"""
The service: a thin layer that turns requests into calls of one open mind.

A mind thinks about one thing at a time, so calls take turns; every refusal of the library becomes a 4xx
answer with its name and message, and trouble with the mind itself becomes a 503.
"""

from __future__ import annotations

import threading
from typing import Any

from scenograph import __version__
from scenograph.core import Scene
from scenograph.errors import CarrierError, MindError, MissingExtraError, ScenographError, StoreError
from scenograph.mind import Mind
from scenograph.mind.records import answer_record, hit_record, reading_record, utterance_record
from scenograph.service.models import (
    AnswerModel,
    AskRequest,
    ErrorModel,
    HealthModel,
    HitModel,
    ReadingModel,
    ReadRequest,
    RecallRequest,
    RememberedModel,
    RememberRequest,
    SpeakRequest,
    UtteranceModel,
)

try:
    from fastapi import FastAPI, Request
    from fastapi.exceptions import RequestValidationError
    from fastapi.responses import JSONResponse
    from starlette.middleware.trustedhost import TrustedHostMiddleware
except ImportError as error:
    raise MissingExtraError("fastapi", "serve") from error

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
OURS = (StoreError, CarrierError, MindError)
"""Errors that are no fault of the request."""

REFUSALS: dict[int | str, dict[str, Any]] = {
    422: {"model": ErrorModel, "description": "The request cannot be done as it is."},
    503: {"model": ErrorModel, "description": "The mind is not in order."},
}


class RequestError(ScenographError):
    """A request that says too little or contradicts itself."""


def create_app(mind: Mind, *, hosts: tuple[str, ...] = LOOPBACK) -> FastAPI:
    """
    Return the service of *mind*.

    Args:
        mind: an open mind; the caller closes it after the service has ended
        hosts: names under which the service may be addressed; others are refused, so that a web page
            cannot reach a service on this machine by a name of its own
    """
    app = FastAPI(
        title="Scenograph HyperBridge",
        version=__version__,
        summary="Text to scene to text, with a memory.",
        responses=REFUSALS,
    )
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))
    turn = threading.Lock()

    @app.get("/health")
    def health() -> HealthModel:
        """Say which mind is being served."""
        with turn:
            return HealthModel(
                version=__version__,
                mind=mind.workspace.folder.name,
                carrier=mind.carrier.name,
                crystals=len(mind.memory),
            )

    @app.post("/read")
    def read(request: ReadRequest) -> ReadingModel:
        """Read a text into a scene."""
        with turn:
            return ReadingModel(**reading_record(mind.read(request.text, language=request.language)))

    @app.post("/speak")
    def speak(request: SpeakRequest) -> UtteranceModel:
        """Speak a scene."""
        scene = Scene.parse(request.scene)
        how = request.model_dump(exclude={"scene"})
        with turn:
            return UtteranceModel(**utterance_record(mind.speak(scene, **how)))

    @app.post("/ask")
    def ask(request: AskRequest) -> AnswerModel:
        """Answer a question from memory."""
        with turn:
            answer = mind.ask(request.question, style=request.style, language=request.language)
            return AnswerModel(**answer_record(answer, mind.crystals(answer.crystals)))

    @app.post("/remember")
    def remember(request: RememberRequest) -> RememberedModel:
        """Store a text or a scene; once this is answered, it is safe on the disk."""
        thing = _one_of(request.text, request.scene)
        with turn:
            crystal = mind.remember(thing, source=request.source, language=request.language)
        return RememberedModel(crystal=crystal)

    @app.post("/recall")
    def recall(request: RecallRequest) -> list[HitModel]:
        """Find what a text or part of a scene brings to mind."""
        cue = _one_of(request.text, request.scene)
        with turn:
            return [HitModel(**hit_record(hit)) for hit in mind.recall(cue, k=request.k)]

    @app.exception_handler(ScenographError)
    def refuse(_: Request, error: ScenographError) -> JSONResponse:
        return _refusal(503 if isinstance(error, OURS) else 422, type(error).__name__, str(error))

    @app.exception_handler(RequestValidationError)
    def misread(_: Request, error: RequestValidationError) -> JSONResponse:
        problems = [f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}" for problem in error.errors()]
        return _refusal(422, RequestError.__name__, "; ".join(problems))

    return app


def _one_of(text: str | None, scene: str | None) -> Scene | str:
    if (text is None) == (scene is None):
        raise RequestError("give either text or scene")
    return text if text is not None else Scene.parse(scene or "")


def _refusal(status: int, name: str, message: str) -> JSONResponse:
    return JSONResponse(ErrorModel(error=name, message=message).model_dump(), status_code=status)
