"""The carrier of a mind: the frozen base model that `mind.toml` names, with the mind's own vocabulary."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from scenograph.files import file_digest
from scenograph.mind.workspace import Workspace

if TYPE_CHECKING:
    from scenograph.carriers import LocalCarrier

_KINDS = ("*.json", "*.safetensors", "vocabulary/*")
_SMALL = 64 << 20  # bytes; larger files are compared by their size only


def carrier_files(workspace: Workspace) -> dict[str, str]:
    """Return file name → digest or size of the carrier's files; empty for a carrier of the hub."""
    base = workspace.config.carrier.base
    folder = Path(str(files("scenograph"))) / "carriers" / "nano" if base == "nano" else Path(base)
    found: dict[str, str] = {}
    paths = [path for kind in _KINDS for path in folder.glob(kind)]
    if folder.is_file():  # a GGUF file
        paths, folder = [folder], folder.parent
    for path in sorted(paths):
        size = path.stat().st_size
        found[path.relative_to(folder).as_posix()] = file_digest(path) if size <= _SMALL else str(size)
    return found


def bare_carrier(workspace: Workspace) -> LocalCarrier:
    """
    Load the carrier with the vocabulary it comes with.

    Raises:
        CarrierError: if it cannot be loaded
    """
    from scenograph.carriers import load_carrier

    config = workspace.config.carrier
    return load_carrier(
        config.base,
        quantisation=None if config.quantisation == "none" else config.quantisation,
        device=None if config.device == "auto" else config.device,
        dtype=None if config.dtype == "auto" else config.dtype,
        domain=workspace.domain,
    )


def open_carrier(workspace: Workspace) -> LocalCarrier:
    """
    Load the carrier with the vocabulary that the mind made for it.

    Raises:
        CarrierError: if it cannot be loaded
        VocabularyError: if the vocabulary is damaged, or of another carrier
    """
    from scenograph.vocabulary import Vocabulary

    return bare_carrier(workspace).with_vocabulary(Vocabulary.load(workspace.vocabulary))
