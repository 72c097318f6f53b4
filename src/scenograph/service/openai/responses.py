"""`/v1/responses`: the same conversation in the newer form, as OpenAI and Open Responses have it."""

from __future__ import annotations

import secrets
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field

from scenograph.service.errors import RequestError
from scenograph.service.openai.chat import Model, pieces, replied
from scenograph.service.openai.conversation import Reply, words
from scenograph.service.openai.messages import (
    ChatMessage,
    Sent,
    ToolChoice,
    check_format,
    check_tools,
    last_of,
)
from scenograph.service.operations import NamespaceText
from scenograph.service.operations.fields import shown
from scenograph.service.responses import Events, Json, event
from scenograph.service.routes.operations import IN_NAMESPACE
from scenograph.service.service import Service


class TextOptions(Sent):
    """The form of the reply."""

    format: dict[str, Any] | None = None


class ResponseRequest(
    Sent,
    json_schema_extra=shown({"model": "scenograph:ask", "input": "Who built the old bridge?"}),
):
    """A text, or messages of which the last is answered."""

    model: Model
    input: Annotated[str, Field(min_length=1, max_length=1_000_000)] | list[ChatMessage]
    stream: bool = False
    text: TextOptions | None = None
    user: str | None = Field(None, min_length=1, max_length=200)
    tool_choice: ToolChoice | None = None
    previous_response_id: str | None = Field(None, max_length=200)
    metadata: dict[str, str] | None = None
    namespace: NamespaceText | None = None


def router(service: Service) -> APIRouter:
    """Return the route of responses of *service*."""
    routes = APIRouter(prefix="/v1", tags=["openai"], dependencies=IN_NAMESPACE)

    @routes.post(
        "/responses",
        response_class=Response,
        responses={200: {"content": {"application/json": {}, "text/event-stream": {}}}},
    )
    async def respond(request: ResponseRequest, http: Request) -> Response:
        """Answer a text from memory, or remember it; responses are not stored. See `/v1/chat/completions`."""
        asked_at = int(time.time())
        check_format(request.text.format if request.text else None)
        check_tools(request.tool_choice)
        if request.previous_response_id is not None:
            raise RequestError(
                "responses are not stored, so none can be continued; what was said is in memory"
            )
        given = request.input
        messages = [ChatMessage(role="user", content=given)] if isinstance(given, str) else given
        content = last_of(messages)
        said = await replied(service, http, request.model, content, request.user, request.namespace)
        whole = _response(request, content.text, said, asked_at)
        return Events(_events(whole, said)) if request.stream else Json(whole)

    return routes


def _response(request: ResponseRequest, text: str, said: Reply, asked_at: int) -> dict[str, Any]:
    asked, answered = words(text), words(said.text)
    return {
        "id": f"resp_{secrets.token_hex(12)}",
        "object": "response",
        "created_at": asked_at,
        "completed_at": int(time.time()),
        "status": "completed",
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "max_output_tokens": None,
        "max_tool_calls": None,
        "metadata": request.metadata or {},
        "model": request.model,
        "output": [_message(said.text, "completed", f"msg_{secrets.token_hex(12)}")],
        "background": False,
        "frequency_penalty": 0.0,
        "parallel_tool_calls": False,
        "presence_penalty": 0.0,
        "previous_response_id": None,
        "prompt_cache_key": None,
        "reasoning": {"effort": None, "summary": None},
        "safety_identifier": None,
        "service_tier": "default",
        "store": False,
        "temperature": 0.0,
        "text": {"format": {"type": "text"}},
        "tool_choice": "none",
        "tools": [],
        "top_logprobs": 0,
        "top_p": 1.0,
        "truncation": "disabled",
        "usage": {
            "input_tokens": asked,
            "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
            "output_tokens": answered,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": asked + answered,
        },
        "user": request.user,
        "scenograph": said.trace,
    }


def _part(text: str) -> dict[str, Any]:
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}


def _message(text: str | None, status: str, name: str) -> dict[str, Any]:
    content = [] if text is None else [_part(text)]
    return {"type": "message", "id": name, "status": status, "role": "assistant", "content": content}


async def _events(whole: dict[str, Any], said: Reply) -> AsyncIterator[str]:
    number = 0

    def told(kind: str, **more: Any) -> str:
        nonlocal number
        number += 1
        return event({"type": kind, "sequence_number": number - 1, **more}, name=kind)

    name = whole["output"][0]["id"]
    begun = {**whole, "completed_at": None, "status": "in_progress", "output": [], "usage": None}
    place = {"item_id": name, "output_index": 0, "content_index": 0}
    yield told("response.created", response=begun)
    yield told("response.in_progress", response=begun)
    item = _message(None, "in_progress", name)
    yield told("response.output_item.added", output_index=0, item=item)
    yield told("response.content_part.added", **place, part=_part(""))
    for piece in pieces(said.text):
        yield told("response.output_text.delta", **place, delta=piece, logprobs=[])
    yield told("response.output_text.done", **place, text=said.text, logprobs=[])
    yield told("response.content_part.done", **place, part=_part(said.text))
    yield told("response.output_item.done", output_index=0, item=whole["output"][0])
    yield told("response.completed", response=whole)
    yield event("[DONE]")
