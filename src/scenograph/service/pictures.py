"""
Pictures in requests: a drawing made here is read back, any other is described by the mind's model that sees.

A picture comes as a `data:` URL, as clients of OpenAI send it. Addresses are refused: a service that fetches
what somebody names would fetch from within its own network.

    data:image/svg+xml;base64,PHN2Zy…     a drawing: it holds its scene
    data:image/png;base64,iVBOR…          a picture: sentences of the model under [vision]
"""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Final
from urllib.parse import unquote_to_bytes

from pydantic import Field

from scenograph.errors import CorpusError, MindError
from scenograph.mind import Mind
from scenograph.service.errors import RequestError, TooLargeError
from scenograph.surfaces.recognise import recognised

LONGEST: Final = 4 << 20
"""Characters of the URL of a picture."""

MOST: Final = 8
"""Pictures of one message."""

PictureUrl = Annotated[
    str,
    Field(
        min_length=1,
        max_length=8 << 20,
        description="A picture as a `data:` URL: a drawing made here (SVG), or PNG, JPEG, GIF or WebP.",
    ),
]


def content_of(url: str) -> bytes:
    """
    Return the content of the `data:` URL of a picture.

    Raises:
        RequestError: if it is another address, or no picture
        TooLargeError: if it is too long
    """
    scheme, colon, rest = url.partition(":")
    if not colon or scheme.lower() != "data":
        raise RequestError(
            "a picture must come as a data: URL (data:image/png;base64,…); this service fetches no addresses"
        )
    if len(url) > LONGEST:
        raise TooLargeError(f"the picture has {len(url)} characters; send at most {LONGEST}")
    about, comma, data = rest.partition(",")
    kind, *more = (part.strip().lower() for part in about.split(";"))
    if not comma or not kind.startswith("image/"):
        raise RequestError(f"this data: URL is of type {kind or 'text/plain'!r}; send image/…")
    try:
        found = unquote_to_bytes(data)
        return base64.b64decode(found, validate=True) if "base64" in more else found
    except (binascii.Error, ValueError) as error:
        raise RequestError(f"the data: URL of the picture is damaged: {error}") from error


def text_of(mind: Mind, url: str, language: str = "en") -> str:
    """
    Return the text that stands for a picture: a drawing with its scene, or sentences about another picture.

    Args:
        language: of the sentences
    Raises:
        RequestError: if it is no picture, a drawing without a scene, or nothing here sees
        CarrierError: if the model that sees does not answer
    """
    from scenograph.carriers.vision import picture_kind

    content = content_of(url)
    if picture_kind(content) is None:
        drawing = content.decode("utf-8", errors="replace")
        found = recognised(drawing) if "<svg" in drawing else None
        if found is None:
            raise RequestError(
                "this is neither a drawing that was made here, with its scene, nor PNG, JPEG, GIF or WebP"
            )
        return drawing
    try:
        return mind.describe(content, language)
    except (MindError, CorpusError) as error:
        raise RequestError(str(error)) from error
