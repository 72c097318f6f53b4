"""
Vision: a model that says in plain sentences what a picture shows, for a reader to read.

    with ServedVision(Client(Address("http://127.0.0.1:8080/v1"))) as vision:
        vision.describe(Path("street.jpg").read_bytes(), "en")

The bundled one asks a server with OpenAI's API. Any object with a name and `describe` may stand for it. A
drawing that was made here needs none: it holds its scene (`scenograph.surfaces.drawing`).
"""

from __future__ import annotations

from base64 import b64encode
from typing import Final, Protocol, final

from scenograph.carriers.remote import Client
from scenograph.closing import Closing
from scenograph.errors import CarrierError, CorpusError

LARGEST: Final = 20_000_000
"""Bytes of a picture."""

_STARTS: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
)
_ASKED: Final = {
    "en": "Say what this picture shows, in one to five short sentences of plain English. "
    "Name what is there and what it does. Say nothing else, and nothing that cannot be seen.",
    "ru": "Скажи, что изображено на этой картинке, одним-пятью короткими простыми предложениями по-русски. "
    "Назови, что там есть и что происходит. Не говори ничего другого и ничего, чего не видно.",
}
_MOST: Final = 300  # tokens of an answer


def picture_kind(content: bytes) -> str | None:
    """
    Return the media type of a picture, by its first bytes; None if it is none that is known.

    Example:
        >>> picture_kind(b"GIF89a"), picture_kind(b"Anna sleeps.")
        ('image/gif', None)
    """
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for start, kind in _STARTS if content.startswith(start)), None)


class Vision(Protocol):
    """A model that sees."""

    @property
    def name(self) -> str:
        """The model, as it was named."""
        ...

    def describe(self, picture: bytes, language: str) -> str:
        """
        Return what *picture* shows, in sentences of *language*.

        Raises:
            CarrierError: if there is no answer
            CorpusError: if *picture* is none, or too large
        """
        ...


@final
class ServedVision(Closing):
    """
    A model behind a server.

    Args:
        client: the connection
        model: its name there; empty: the only one
    """

    def __init__(self, client: Client, model: str = "") -> None:
        self._client, self._model = client, model

    @property
    def name(self) -> str:
        """The model and its server."""
        return f"{self._model or 'the model'} at {self._client.address.url}"

    def describe(self, picture: bytes, language: str) -> str:
        """As `Vision.describe`; the answer is the likeliest one."""
        kind = picture_kind(picture)
        if kind is None:
            raise CorpusError("this is no picture: expected PNG, JPEG, GIF or WebP")
        if len(picture) > LARGEST:
            raise CorpusError(f"the picture has {len(picture)} bytes; send at most {LARGEST}")
        self._model = self._model or self._client.model().name
        url = f"data:{kind};base64,{b64encode(picture).decode('ascii')}"
        asked = [
            {"type": "text", "text": _ASKED.get(language, _ASKED["en"])},
            {"type": "image_url", "image_url": {"url": url}},
        ]
        request = {
            "model": self._model,
            "messages": [{"role": "user", "content": asked}],
            "temperature": 0,
            "max_tokens": _MOST,
        }
        said = str(self._client.chat(request)["message"]["content"] or "").strip()
        if not said:
            raise CarrierError(f"{self.name} says nothing of the picture")
        return said

    def close(self) -> None:
        """Close the connection."""
        self._client.close()
