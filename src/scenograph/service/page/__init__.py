"""
The page: a conversation in a browser, with the scene behind each message.

The browser gets the files of this folder as they are; there is no build. `index.html` names `style.css` and
`app.js`, whose modules are named after what they show. The page speaks HTTP only, as any client does.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import NamedTuple

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_FOLDERS = ("", "vendor/")


class File(NamedTuple):
    """
    A file of the page.

    Attributes:
        content: its bytes
        kind: its media type
        tag: changes with the content, for caches
    """

    content: bytes
    kind: str
    tag: str


@cache
def page_files() -> Mapping[str, File]:
    """Return the files of the page by their paths; `/` is the page itself. Nobody needs a key for them."""
    found: dict[str, File] = {}
    for folder in _FOLDERS:
        for it in files(__name__).joinpath(folder).iterdir():
            kind = _TYPES.get(it.name[it.name.rfind(".") :])
            if kind is None or not it.is_file():
                continue
            path = "/" if it.name == "index.html" else f"/page/{folder}{it.name}"
            found[path] = _file(it.read_bytes(), kind)
    return found


def page_of(html: str) -> File:
    """Return a page that was written here."""
    return _file(html.encode(), _TYPES[".html"])


def _file(content: bytes, kind: str) -> File:
    return File(content, kind, f'"{sha256(content).hexdigest()[:16]}"')
