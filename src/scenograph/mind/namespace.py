"""
A namespace: whose memory is meant.

    anna                 the user anna
    anna/helper          what the agent helper keeps of her
    anna/helper/s1       what it keeps of one session with her
    anna//s1             a session with her without an agent
    /helper              an agent's own, of no user

Each namespace has a memory of its own, in a folder of its own. A name may be any text without a slash; so
`path` writes it in letters that every file system tells apart, with no way out of the folder.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath
from typing import NamedTuple, Self, final
from urllib.parse import unquote

from scenograph.errors import MindError

LONGEST = 64
"""Bytes that a name may have in UTF-8."""

_NONE = "%"  # the folder of a part that is not given; no name is written so
_SAFE = re.compile(r"[a-z0-9_-]")


class NamespaceError(MindError):
    """A text that names no namespace."""


@final
class Namespace(NamedTuple):
    """
    Whose memory is meant; without any part, the mind's own.

    Laws: `Namespace.parse(str(it)) == it`, and `Namespace.of_path(it.path) == it`.

    Attributes:
        user: a person
        agent: who keeps the memory, such as one of several assistants
        session: one conversation
    """

    user: str = ""
    agent: str = ""
    session: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """
        Return the namespace that *text* names; the empty text names the mind's own.

        Raises:
            NamespaceError: if it has more than three parts, or a part is too long or not to be seen
        """
        parts = text.split("/")
        if len(parts) > 3:
            raise NamespaceError(
                f"the namespace {text[:200]!r} has {len(parts)} parts; give user, user/agent or "
                "user/agent/session"
            )
        found = cls(*parts)
        if str(found) != text:
            raise NamespaceError(f"the namespace {text[:200]!r} ends in a slash; leave it out")
        for part in found:
            if part:
                _check(part)
        return found

    def __str__(self) -> str:
        return "/".join(self).rstrip("/")

    def covers(self, other: Namespace) -> bool:
        """Return whether *other* is this one or lies in it, as `anna/helper` lies in `anna`."""
        given = self._given
        return other[: len(given)] == given

    @property
    def _given(self) -> tuple[str, ...]:
        return tuple(self[: max((place for place, part in enumerate(self, 1) if part), default=0)])

    @property
    def path(self) -> PurePosixPath:
        """The folder of its memory, always three deep, so that no folder is within that of another."""
        return PurePosixPath(*map(_written, self))

    @property
    def folder(self) -> PurePosixPath:
        """The folder that holds its memory and all that lies in it."""
        return PurePosixPath(*map(_written, self._given))

    @classmethod
    def of_path(cls, path: PurePosixPath) -> Self:
        """Undo `path`."""
        return cls(*("" if part == _NONE else unquote(part) for part in path.parts))


OWN = Namespace()
"""The mind's own memory."""


def _check(name: str) -> None:
    try:
        size = len(name.encode())
    except UnicodeEncodeError:
        size = 0
    if not 0 < size <= LONGEST or name.strip() != name or any(_is_hidden(sign) for sign in name):
        raise NamespaceError(
            f"{name[:200]!r} is no name in a namespace; give at most {LONGEST} bytes of UTF-8 that can be "
            "seen, without blanks at the ends"
        )


def _is_hidden(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "CZ" and sign != " "


def _written(name: str) -> str:
    """Return *name* in small Latin letters, digits, `-`, `_` and bytes such as `%41`."""
    if not name:
        return _NONE
    return "".join(
        sign if _SAFE.fullmatch(sign) else "".join(f"%{byte:02x}" for byte in sign.encode()) for sign in name
    )
