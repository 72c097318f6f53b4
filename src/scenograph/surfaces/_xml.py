"""XML that others may have written, and characters that XML cannot hold."""

from __future__ import annotations

import re
from urllib.parse import quote_from_bytes, unquote_to_bytes
from xml.etree.ElementTree import Element, ParseError

from scenograph.errors import SurfaceError

# What XML 1.0 cannot hold (or a reader would change), and the sign that stands for it.
_ENCODED = re.compile("[^\t\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[%\x7f-\x9f]")


def encode(text: str) -> str:
    """Return *text* with characters that XML cannot hold, and the per cent sign, percent-encoded."""
    return _ENCODED.sub(
        lambda match: quote_from_bytes(match[0].encode("utf-8", "surrogatepass"), safe=""), text
    )


def decode(text: str) -> str:
    """
    Undo `encode`.

    Raises:
        UnicodeDecodeError: if a percent-encoded character is broken
    """
    return unquote_to_bytes(text).decode("utf-8", "surrogatepass")


def parsed(text: str, surface: str) -> Element:
    """
    Return the root of the XML document *text*.

    Args:
        surface: the name that messages begin with
    Raises:
        SurfaceError: if *text* is no XML, or declares entities
    """
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        document: Element = fromstring(text.encode())
    except ParseError as error:
        line, column = error.position
        raise SurfaceError(
            f"{surface}, line {line}, column {column + 1}: malformed XML ({error.msg})"
        ) from error
    except (DefusedXmlException, ValueError, LookupError) as error:
        raise SurfaceError(f"{surface}: XML with entities is not read ({error})") from error
    return document
