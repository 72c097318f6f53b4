"""
Refusals as problem details (RFC 9457).

    {"type": "urn:scenograph:problem:NotationError", "title": "Text that is not a well-formed scene.",
     "status": 422, "detail": "line 1, column 11: …", "error": "NotationError"}

Under `/v1` the same body has the member `error` as an object, as clients of OpenAI expect it.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Collection, Mapping, Sequence
from http import HTTPStatus
from inspect import cleandoc
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from scenograph.errors import ScenographError
from scenograph.service.errors import KeyMissingError, RequestError, WaitError, status_of

MEDIA_TYPE = "application/problem+json"
_WORDS = {
    "extra_forbidden": "there is no such field",
    "missing": "this field is missing",
    "model_attributes_type": "it must be a JSON object, with the header Content-Type: application/json",
    "dict_type": "it must be a JSON object",
    "model_type": "it must be a JSON object",
}
"""What pydantic says about code, for who sends a request."""

_log = logging.getLogger(__name__)
_OPENAI_TYPES = {401: "authentication_error", 403: "permission_error", 404: "not_found_error"}


class Problem(BaseModel):
    """Why a request was refused."""

    type: str = Field(
        description="Names the kind of problem.", examples=["urn:scenograph:problem:SceneError"]
    )
    title: str = Field(description="What this kind of problem is.")
    status: int
    detail: str = Field(description="What was wrong, where, and what to do.")
    error: str | dict[str, Any] = Field(
        description="The name of the error, as in the library; under `/v1` an object, as OpenAI has it."
    )


def problem(error: ScenographError, status: int | None = None) -> Problem:
    """Return the problem that *error* is."""
    name = type(error).__name__
    title = cleandoc(type(error).__doc__ or name).partition("\n")[0]
    return Problem(
        type=f"urn:scenograph:problem:{name}",
        title=title,
        status=status or status_of(error),
        detail=str(error),
        error=name,
    )


class ProblemResponse(JSONResponse):
    """A problem as an answer."""

    media_type = MEDIA_TYPE


def response(error: ScenographError, path: str = "") -> ProblemResponse:
    """Return the answer that refuses a request to *path* because of *error*."""
    headers: dict[str, str] = {}
    if isinstance(error, WaitError):
        headers["Retry-After"] = str(max(1, math.ceil(error.seconds)))
    if isinstance(error, KeyMissingError):
        headers["WWW-Authenticate"] = "Bearer"
    return _response(problem(error), path, headers)


def _response(found: Problem, path: str, headers: Mapping[str, str]) -> ProblemResponse:
    if path.startswith("/v1/"):
        kind = "server_error" if found.status >= 500 else _OPENAI_TYPES.get(found.status)
        found.error = {
            "message": found.detail,
            "type": kind or ("rate_limit_error" if found.status == 429 else "invalid_request_error"),
            "code": found.error,
            "param": None,
        }
    return ProblemResponse(found.model_dump(), found.status, headers)


def faults_in_words(faults: Sequence[Mapping[str, Any]], fields: Collection[str] = ()) -> str:
    """
    Say what is wrong with a request, at most ten things.

    Args:
        faults: as pydantic lists them, with places in the request itself
        fields: those that it may have; named where it has another one
    """
    said = [
        f"{'.'.join(map(str, it['loc'])) or 'the request'}: {_WORDS.get(it['type'], it['msg'])}"
        for it in faults[:10]
    ]
    if fields and any(it["type"] == "extra_forbidden" and len(it["loc"]) == 1 for it in faults):
        said.append(f"the fields are {', '.join(fields)}")
    return "; ".join(said)


def _in_words(error: RequestValidationError, fields: Collection[str]) -> str:
    faults = [{**it, "loc": it["loc"][1:] or it["loc"]} for it in error.errors()]
    return faults_in_words(faults, fields)


def _fields(request: Request) -> Collection[str]:
    """Return the fields that the body of a *request* may have; none if it is no object, or nobody knows."""
    body = getattr(request.scope.get("route"), "body_field", None)
    form = getattr(getattr(body, "field_info", None), "annotation", None)
    return form.model_fields if isinstance(form, type) and issubclass(form, BaseModel) else ()


def install(app: FastAPI) -> None:
    """Let *app* refuse with problems, whatever goes wrong."""

    async def refuse(request: Request, error: Exception) -> ProblemResponse:
        assert isinstance(error, ScenographError)
        return response(error, request.url.path)

    async def misread(request: Request, error: Exception) -> ProblemResponse:
        assert isinstance(error, RequestValidationError)
        return response(RequestError(_in_words(error, _fields(request))), request.url.path)

    async def no_route(request: Request, error: Exception) -> ProblemResponse:
        assert isinstance(error, HTTPException)
        phrase = HTTPStatus(error.status_code).phrase
        found = Problem(
            type="about:blank",
            title=phrase,
            status=error.status_code,
            detail=f"{request.method} {request.url.path}: {error.detail}",
            error="RequestError",
        )
        return _response(found, request.url.path, error.headers or {})

    async def fail(request: Request, error: Exception) -> ProblemResponse:
        _log.error("%s %s failed", request.method, request.scope.get("path"), exc_info=error)
        found = Problem(
            type="about:blank",
            title="Internal Server Error",
            status=500,
            detail="the service has a fault; its log says which",
            error="InternalError",
        )
        return _response(found, request.url.path, {})

    app.add_exception_handler(ScenographError, refuse)
    app.add_exception_handler(RequestValidationError, misread)
    app.add_exception_handler(HTTPException, no_route)
    app.add_exception_handler(Exception, fail)
