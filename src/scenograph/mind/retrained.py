"""
Whether the adapters of a mind were trained again while it is open.

A state is the digest of the manifests of all layers, which hold the digests of all weights, of the list of
the mind's own styles, and of the confidence that readings need. To look costs a few calls of `stat`; files
are read only where one of them has changed.
"""

from __future__ import annotations

from pathlib import Path
from typing import final

from scenograph.files import value_digest
from scenograph.mind.adapters.layers import RECORDS
from scenograph.mind.teaching.styles import INDEX
from scenograph.mind.workspace import Workspace

MANIFEST = "manifest.json"
"""That of a set of adapters, as `scenograph.adapters.manifest` calls it, which needs torch."""

_Signature = tuple[tuple[int, int, int] | None, ...]


@final
class Trained:
    """
    The adapters of a mind on the disk.

    Args:
        workspace: the mind's folder, over one of its carriers
    """

    def __init__(self, workspace: Workspace) -> None:
        layers = (workspace.adapters, *workspace.layers)
        self._paths = [layer / name for layer in layers for name in (MANIFEST, RECORDS)]
        self._paths += [workspace.styles / INDEX, workspace.manifest("confidence")]
        self._seen: _Signature = ()
        self._digest = ""

    def digest(self) -> str:
        """
        Return the digest of what is there; that of before while a folder is being replaced.

        Raises:
            OSError: if a file cannot be read
        """
        signature = tuple(map(_signature, self._paths))
        if signature != self._seen and (signature[0] is not None or not self._digest):
            self._digest = value_digest([_content(path) for path in self._paths])
            self._seen = signature
        return self._digest


def _signature(path: Path) -> tuple[int, int, int] | None:
    try:
        it = path.stat()
    except FileNotFoundError:
        return None
    return it.st_mtime_ns, it.st_size, it.st_ino


def _content(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return ""
