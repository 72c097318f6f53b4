"""Messages of a chat as clients of OpenAI send them. What a mind has no use for is taken, and ignored."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from scenograph.service.errors import RequestError

LONGEST = 20_000
"""Characters of the message that is acted on."""


class Sent(BaseModel):
    """Something that a client sends. Settings of a sampler mean nothing to a mind, and are ignored."""

    model_config = ConfigDict(extra="ignore")


class Part(Sent):
    """A part of a message."""

    type: str = Field(max_length=100)
    text: str | None = Field(None, max_length=1_000_000)


class ChatMessage(Sent):
    """A message of a chat."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Annotated[str, Field(max_length=1_000_000)] | list[Part] | None = None


def text_of(content: str | list[Part] | None) -> str:
    """
    Return the text of a message.

    Raises:
        RequestError: if it holds something else than text
    """
    if not isinstance(content, list):
        return content or ""
    for part in content:
        if part.type not in ("text", "input_text", "output_text") or part.text is None:
            raise RequestError(f"a part of type {part.type!r} cannot be read; send text")
    return "\n".join(part.text or "" for part in content)


def last_of(messages: list[ChatMessage]) -> str:
    """
    Return the text of the last message, which is acted on.

    Raises:
        RequestError: if the user did not send it, or it is empty or too long
    """
    if not messages or messages[-1].role != "user":
        raise RequestError("the last message must have the role user; it is what is answered")
    text = text_of(messages[-1].content)
    if not text.strip():
        raise RequestError("the last message is empty; there is nothing to answer")
    if len(text) > LONGEST:
        raise RequestError(
            f"the last message has {len(text)} characters; send at most {LONGEST}, or a document as a job"
        )
    return text


def check_format(wanted: dict[str, Any] | None) -> None:
    """Raise `RequestError` if a reply is wanted in another form than text."""
    kind = (wanted or {}).get("type", "text")
    if kind != "text":
        raise RequestError(f"a reply is text, not {kind!r}; POST /read gives scenes as JSON")
