"""Messages of a chat as clients of OpenAI send them. What a mind has no use for is taken, and ignored."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from scenograph.service.errors import RequestError
from scenograph.service.pictures import MOST, PictureUrl

ToolChoice = Annotated[str, Field(max_length=100)] | dict[str, Any]
"""Whether a tool is to be called, and which."""

LONGEST = 20_000
"""Characters of the message that is acted on."""


class Sent(BaseModel):
    """Something that a client sends. Settings of a sampler mean nothing to a mind, and are ignored."""

    model_config = ConfigDict(extra="ignore")


class ImageUrl(Sent):
    """Where a picture is."""

    url: PictureUrl


class Part(Sent):
    """A part of a message: a text, or a picture as `image_url` (chats) or `input_image` (responses)."""

    type: str = Field(max_length=100)
    text: str | None = Field(None, max_length=1_000_000)
    image_url: ImageUrl | PictureUrl | None = None


class ChatMessage(Sent):
    """A message of a chat."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Annotated[str, Field(max_length=1_000_000)] | list[Part] | None = None


class Content(NamedTuple):
    """
    What a message says.

    Attributes:
        text: its words; empty if it has pictures alone
        pictures: their URLs
    """

    text: str
    pictures: tuple[str, ...] = ()


def content_of(content: str | list[Part] | None) -> Content:
    """
    Return the text and the pictures of a message.

    Raises:
        RequestError: if it holds anything else
    """
    if not isinstance(content, list):
        return Content(content or "")
    texts: list[str] = []
    pictures: list[str] = []
    for part in content:
        image = part.image_url
        if part.type in ("image_url", "input_image") and image is not None:
            pictures.append(image if isinstance(image, str) else image.url)
        elif part.type in ("text", "input_text", "output_text") and part.text is not None:
            texts.append(part.text)
        else:
            raise RequestError(f"a part of type {part.type!r} cannot be read; send text or a picture")
    if len(pictures) > MOST:
        raise RequestError(f"a message has at most {MOST} pictures, not {len(pictures)}")
    return Content("\n".join(texts), tuple(pictures))


def last_of(messages: list[ChatMessage]) -> Content:
    """
    Return what the last message says, which is acted on.

    Raises:
        RequestError: if the user did not send it, or it is empty or too long
    """
    if not messages or messages[-1].role != "user":
        raise RequestError("the last message must have the role user; it is what is answered")
    content = content_of(messages[-1].content)
    text = content.text
    if not text.strip() and not content.pictures:
        raise RequestError("the last message is empty; there is nothing to answer")
    if len(text) > LONGEST:
        raise RequestError(
            f"the last message has {len(text)} characters; send at most {LONGEST}, or a document as a job"
        )
    return content


def check_format(wanted: dict[str, Any] | None) -> None:
    """Raise `RequestError` if a reply is wanted in another form than text."""
    kind = (wanted or {}).get("type", "text")
    if kind != "text":
        raise RequestError(f"a reply is text, not {kind!r}; POST /read gives scenes as JSON")


def check_tools(choice: ToolChoice | None) -> None:
    """Raise `RequestError` if a tool has to be called; those that may be called are ignored."""
    if choice not in (None, "auto", "none"):
        raise RequestError('a mind calls no tools; leave tool_choice out, or send "auto" or "none"')
