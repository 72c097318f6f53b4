"""
The acceptance tests of Open Responses (openresponses.org/compliance), adapted, against `/v1/responses`.

Its seven requests are: a text, a stream, a system prompt, two with tools, one with an image and one of
several turns. A mind calls no tools, and one that only answers takes no picture (`test_pictures` has the
others): those are refused. Every body and event is validated with the official types of OpenAI, and holds all
that Open Responses requires.
"""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from openai.types.responses import Response, ResponseStreamEvent
from pydantic import TypeAdapter

# fmt: off
REQUIRED = {
    "id", "object", "created_at", "completed_at", "status", "incomplete_details", "model",
    "previous_response_id", "instructions", "output", "error", "tools", "tool_choice", "truncation",
    "parallel_tool_calls", "text", "top_p", "presence_penalty", "frequency_penalty", "top_logprobs",
    "temperature", "reasoning", "user", "usage", "max_output_tokens", "max_tool_calls", "store",
    "background", "service_tier", "metadata", "safety_identifier", "prompt_cache_key"
}
# fmt: on
"""What its schema requires of a response."""

TOOL = {
    "type": "function",
    "name": "get_weather",
    "parameters": {"type": "object", "properties": {"place": {"type": "string"}}, "required": ["place"]},
}
PICTURE = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5"
    "ErkJggg=="
)


def message(role: str, content: Any) -> dict[str, Any]:
    return {"type": "message", "role": role, "content": content}


def asked(client: httpx.Client, *messages: dict[str, Any], **more: Any) -> httpx.Response:
    return client.post("/v1/responses", json={"model": "new:ask", "input": list(messages), **more})


def checked(body: dict[str, Any]) -> Response:
    """Return *body* as a response, if it is one by both schemas and is complete."""
    assert body.keys() >= REQUIRED
    found = TypeAdapter(Response).validate_python(body)
    assert (found.object, found.status, found.error) == ("response", "completed", None)
    assert found.completed_at is not None
    assert found.created_at <= found.completed_at
    assert [it.type for it in found.output] == ["message"]
    assert found.output_text
    return found


def streamed(answer: httpx.Response) -> list[dict[str, Any]]:
    """Return the events of a stream, if each is well formed."""
    assert answer.headers["content-type"].startswith("text/event-stream")
    *blocks, end, rest = answer.text.split("\n\n")
    assert (end, rest) == ("data: [DONE]", "")
    events: list[dict[str, Any]] = []
    for block in blocks:
        name, data = block.split("\n")
        event = json.loads(data.removeprefix("data: "))
        assert name == f"event: {event['type']}"
        TypeAdapter(ResponseStreamEvent).validate_python(event)
        events.append(event)
    return events


def test_a_text(new_client: httpx.Client) -> None:
    found = checked(asked(new_client, message("user", "Say hello in exactly 3 words.")).json())
    assert found.usage is not None
    assert found.usage.total_tokens == found.usage.input_tokens + found.usage.output_tokens


def test_a_stream(new_client: httpx.Client) -> None:
    question = message("user", "Count from 1 to 5.")
    events = streamed(asked(new_client, question, stream=True))
    kinds = [it["type"].removeprefix("response.") for it in events]
    assert kinds[:4] == ["created", "in_progress", "output_item.added", "content_part.added"]
    assert kinds[-4:] == ["output_text.done", "content_part.done", "output_item.done", "completed"]
    assert set(kinds[4:-4]) == {"output_text.delta"}
    assert [it["sequence_number"] for it in events] == list(range(len(events)))
    begun, done = events[0]["response"], events[-1]["response"]
    assert (begun["status"], begun["output"], begun["completed_at"]) == ("in_progress", [], None)
    found = checked(done)
    places = {(it["item_id"], it["output_index"], it["content_index"]) for it in events[3:-2]}
    assert places == {(found.output[0].id, 0, 0)}
    assert "".join(it["delta"] for it in events[4:-4]) == found.output_text == events[-4]["text"]
    same = checked(asked(new_client, question).json())
    assert same.output_text == found.output_text


def test_a_system_prompt(new_client: httpx.Client) -> None:
    system = message("system", "You are a pirate. Always respond in pirate speak.")
    question = message("user", "Where does Nina work?")
    told = checked(asked(new_client, system, question).json())
    assert told.output_text == checked(asked(new_client, question).json()).output_text


def test_several_turns(new_client: httpx.Client) -> None:
    """What was said before is in memory if it was said to the mind; an output is taken back as input."""
    first = asked(new_client, message("user", "Nina works in Vienna."), model="new").json()
    turns = [
        message("user", "Nina works in Vienna."),
        *checked(first).model_dump()["output"],
        message("user", [{"type": "input_text", "text": "Where does Nina work?"}]),
    ]
    assert checked(asked(new_client, *turns).json()).output_text == "In Vienna."


@pytest.mark.parametrize("stream", [False, True])
def test_tools(new_client: httpx.Client, stream: bool) -> None:
    """A tool that may be called is not; one that has to be is refused, before a stream begins."""
    question = message("user", "What's the weather like in San Francisco?")
    answer = asked(new_client, question, tools=[TOOL], tool_choice="auto", stream=stream)
    found = checked(streamed(answer)[-1]["response"] if stream else answer.json())
    assert (found.tools, found.tool_choice) == ([], "none")
    for choice in ("required", {"type": "function", "name": "get_weather"}):
        refused = asked(new_client, question, tools=[TOOL], tool_choice=choice, stream=stream)
        problem = refused.json()
        assert (refused.status_code, problem["error"]["type"]) == (422, "invalid_request_error")
        assert problem["error"]["message"].startswith("a mind calls no tools")
    chat = {"model": "new:ask", "messages": [{"role": "user", "content": "Who?"}], "tool_choice": "required"}
    assert new_client.post("/v1/chat/completions", json=chat).status_code == 422


@pytest.mark.parametrize("stream", [False, True])
def test_an_image(new_client: httpx.Client, stream: bool) -> None:
    content = [
        {"type": "input_text", "text": "What do you see in this image? Answer in one sentence."},
        {"type": "input_image", "image_url": PICTURE},
    ]
    refused = asked(new_client, message("user", content), stream=stream)
    assert refused.status_code == 422
    assert "a picture cannot be asked about" in refused.json()["error"]["message"]


@pytest.mark.parametrize(
    "item",
    [
        {"type": "function_call_output", "call_id": "call_1", "output": "15 degrees"},
        {"type": "item_reference", "id": "msg_1"},
        {"type": "reasoning", "id": "rs_1", "summary": []},
        message("assistant", "Hello."),
        message("user", []),
    ],
)
def test_what_cannot_be_answered_is_refused(new_client: httpx.Client, item: dict[str, Any]) -> None:
    refused = asked(new_client, item)
    assert (refused.status_code, refused.json()["error"]["type"]) == (422, "invalid_request_error")
