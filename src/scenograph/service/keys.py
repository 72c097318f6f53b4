"""
API keys of a mind: who may call its service, and for what.

A key is shown once, when it is made. `keys.json` in the mind's folder holds its SHA-256 only; a key is 256
random bits, so that nobody can find it from that. A service sees at once that the file has changed.
"""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated, final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from scenograph.errors import MindError
from scenograph.files import write_text
from scenograph.mind.namespace import Namespace, NamespaceError
from scenograph.service.operations.operation import SCOPES, Scope

FILE = "keys.json"
_PREFIX = "sg-"


def _namespace(text: str) -> str:
    try:
        return str(Namespace.parse(text))
    except NamespaceError as error:
        raise ValueError(str(error)) from error


@final
class Key(BaseModel):
    """
    A key as it is stored.

    Attributes:
        name: whose it is; in logs and limits it stands for the key
        scopes: what it may do
        namespace: it opens this one and what lies in it, and nothing else; empty: everything
        digest: SHA-256 of the key, in hexadecimal digits
        created: when it was made (UTC)
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, max_length=100)
    scopes: tuple[Scope, ...]
    namespace: Annotated[str, AfterValidator(_namespace)] = ""
    digest: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    created: datetime


@final
class _KeyFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    version: Annotated[int, Field(ge=1, le=1)] = 1
    keys: tuple[Key, ...] = ()


@final
class Keys:
    """
    The keys of one mind.

    Args:
        folder: the mind's folder
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self._lock = threading.Lock()
        self._seen: tuple[int, int] | None = None
        self._keys: dict[str, Key] = {}

    def all(self) -> list[Key]:
        """
        Return all keys, in the order they were made.

        Raises:
            MindError: if the file is damaged
        """
        with self._lock:
            self._refresh()
            return list(self._keys.values())

    def find(self, token: str) -> Key | None:
        """Return the key that *token* is, None if it is none."""
        digest = _digest(token)
        with self._lock:
            self._refresh()
            return self._keys.get(digest)

    def add(self, name: str, scopes: Sequence[Scope], namespace: str = "") -> str:
        """
        Make a key; return it. It cannot be shown again.

        Args:
            name: a name that no key has yet
            scopes: what it may do
            namespace: all that it opens; empty: everything
        Raises:
            MindError: if the name is taken, or *namespace* is none
        """
        Namespace.parse(namespace)
        keys = self.all()
        if any(key.name == name for key in keys):
            raise MindError(f"there is a key {name!r} already; remove it first, or choose another name")
        token = _PREFIX + secrets.token_urlsafe(32)
        ordered: tuple[Scope, ...] = tuple(it for it in SCOPES if it in scopes)
        created = datetime.now(UTC).replace(microsecond=0)
        try:
            key = Key(name=name, scopes=ordered, namespace=namespace, digest=_digest(token), created=created)
        except ValidationError as error:
            raise MindError(f"{name!r} is no name for a key; give 1 to 100 characters") from error
        self._write([*keys, key])
        return token

    def remove(self, name: str) -> None:
        """
        Let the key *name* open nothing any more.

        Raises:
            MindError: if there is none
        """
        keys = self.all()
        left = [key for key in keys if key.name != name]
        if len(left) == len(keys):
            known = ", ".join(key.name for key in keys) or "none"
            raise MindError(f"there is no key {name!r}; this mind has {known}")
        self._write(left)

    def _write(self, keys: Sequence[Key]) -> None:
        write_text(self.path, _KeyFile(keys=tuple(keys)).model_dump_json(indent=2) + "\n")
        os.chmod(self.path, 0o600)

    def _refresh(self) -> None:
        try:
            found = self.path.stat()
        except FileNotFoundError:
            self._seen, self._keys = None, {}
            return
        seen = (found.st_mtime_ns, found.st_ino)
        if seen == self._seen:
            return
        try:
            file = _KeyFile.model_validate_json(self.path.read_bytes())
        except ValidationError as error:
            raise MindError(f"{FILE} is damaged; restore it, or delete it and make new keys") from error
        self._keys = {key.digest: key for key in file.keys}
        self._seen = seen


def _digest(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
