"""
Which vector index a memory has, as one URL.

    >>> parse_address("qdrant+http://localhost:6333/letters")
    Address(kind='qdrant', server='http://localhost:6333', prefix='', collection='letters')
    >>> parse_address("faiss:").kind
    'faiss'
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from scenograph.errors import StoreError
from scenograph.files import sync
from scenograph.memory.index.faiss_index import FaissIndex
from scenograph.memory.index.vector_index import Truth, VectorIndex

DEFAULT = "faiss:"

EDGE_FOLDER = "vectors.qdrant"
"""Where `qdrant-edge:` keeps its shard, in the memory's folder."""

_CHOICES = "use faiss:, qdrant-edge: or qdrant+http://host:6333/collection"


class Address(NamedTuple):
    """
    What a URL says.

    Attributes:
        kind: which index
        server, prefix, collection: of a Qdrant server alone: its URL, a path before its API, the collection
    """

    kind: Literal["faiss", "qdrant-edge", "qdrant"]
    server: str = ""
    prefix: str = ""
    collection: str = ""


def parse_address(url: str) -> Address:
    """
    Read a URL.

    Raises:
        StoreError: if it names no index
    """
    if url in ("faiss:", "qdrant-edge:"):
        return Address("faiss" if url == "faiss:" else "qdrant-edge")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise StoreError(f"{url!r} is no URL of a vector index ({error}); {_CHOICES}") from None
    if parts.scheme not in ("qdrant+http", "qdrant+https") or not host or parts.query or parts.fragment:
        raise StoreError(f"{url!r} is no URL of a vector index; {_CHOICES}")
    if parts.username is not None:
        raise StoreError(f"the URL of {host} must not hold a key; put it in the variable QDRANT_API_KEY")
    prefix, _, collection = parts.path.strip("/").rpartition("/")
    if not collection:
        raise StoreError(f"{url!r} names no collection; write qdrant+http://host:6333/collection")
    written = f"[{host}]" if ":" in host else host
    server = f"{parts.scheme.removeprefix('qdrant+')}://{written}{f':{port}' if port else ''}"
    return Address("qdrant", server, prefix, collection)


def open_index(address: Address, folder: Path, truth: Truth) -> VectorIndex:
    """
    The index at *address*, as it was saved last.

    Args:
        address: which index
        folder: the memory's folder
        truth: the memory
    Raises:
        UnusableIndexError: if it is missing, damaged, or not derived from *truth*: it is to be built anew
        StoreError: if it is another memory's, or a server does not answer
        MissingExtraError: if the package for it is not installed
    """
    if address.kind == "faiss":
        return FaissIndex.open(folder, truth)
    if address.kind == "qdrant-edge":
        from scenograph.memory.index.edge_index import EdgeIndex

        return EdgeIndex.open(folder / EDGE_FOLDER, truth)
    from scenograph.memory.index.server_index import ServerIndex, connect

    return ServerIndex.open(connect(address.server, address.prefix), address.collection, truth)


def new_index(address: Address, folder: Path, truth: Truth) -> VectorIndex:
    """
    An empty index at *address*, in place of an unusable one.

    Raises:
        StoreError: if another memory's index is there, or a server does not answer
        MissingExtraError: if the package for it is not installed
    """
    if address.kind == "faiss":
        return FaissIndex(folder, truth)
    if address.kind == "qdrant-edge":
        from scenograph.memory.index.edge_index import EdgeIndex

        return EdgeIndex.create(folder / EDGE_FOLDER, truth)
    from scenograph.memory.index.server_index import ServerIndex, connect

    return ServerIndex.create(connect(address.server, address.prefix), address.collection, truth)


def files(folder: Path) -> dict[str, Path]:
    """What indexes have left in *folder*, by the kind of index."""
    there = {"faiss": folder / FaissIndex.FILE, "qdrant-edge": folder / EDGE_FOLDER}
    return {kind: path for kind, path in there.items() if path.exists()}


def drop_others(address: Address, folder: Path) -> None:
    """Remove what indexes of another kind than that at *address* have left in *folder*."""
    others = [path for kind, path in files(folder).items() if kind != address.kind]
    try:
        for path in others:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
        if others:
            sync(folder)
    except OSError as error:
        raise StoreError(
            f"cannot remove the former vector index {error.filename}: {error.strerror}"
        ) from error


def size_of(address: Address, folder: Path) -> int:
    """How many bytes the index at *address* takes in *folder*."""
    path = files(folder).get(address.kind)
    if path is None:
        return 0
    if path.is_file():
        return path.stat().st_size
    return sum(os.stat(Path(where) / name).st_size for where, _, names in os.walk(path) for name in names)
