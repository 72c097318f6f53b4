"""The carrier of a mind: the frozen base model that `mind.toml` names, with the mind's own vocabulary."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from scenograph.files import file_digest
from scenograph.mind.workspace import Workspace

if TYPE_CHECKING:
    from scenograph.carriers import LocalCarrier
    from scenograph.vocabulary import Vocabulary


KINDS = ("*.json", "*.safetensors", "vocabulary/*")
SMALL_FILE = 64 << 20
"""Files up to this many bytes are compared by their content, larger ones by their size."""


def carrier_files(workspace: Workspace) -> dict[str, str]:
    """
    Return what tells the files of one carrier from those of another, without loading it.

    Returns:
        file name → digest or size; empty for a carrier of the hub, since the hub looks after its files
    """
    base = workspace.config.carrier.base
    folder = Path(str(files("scenograph"))) / "carriers" / "nano" if base == "nano" else Path(base)
    found: dict[str, str] = {}
    for path in sorted(path for kind in KINDS for path in folder.glob(kind)):
        size = path.stat().st_size
        found[path.relative_to(folder).as_posix()] = file_digest(path) if size <= SMALL_FILE else str(size)
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
        domain=workspace.domain,
    )


def open_carrier(workspace: Workspace) -> LocalCarrier:
    """
    Load the carrier with the vocabulary that the mind made for it.

    Raises:
        CarrierError: if it cannot be loaded
        VocabularyError: if the vocabulary is damaged, or of another carrier
    """
    return bare_carrier(workspace).with_vocabulary(mind_vocabulary(workspace))


def mind_vocabulary(workspace: Workspace) -> Vocabulary:
    """
    Load the vocabulary that the mind made.

    Raises:
        VocabularyError: if it is damaged
    """
    from scenograph.vocabulary import Vocabulary

    return Vocabulary.load(workspace.vocabulary)
