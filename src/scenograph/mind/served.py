"""
The carrier that uses the adapters of a mind: its model in this process, or its GGUF file in llama.cpp.

For llama.cpp every adapter becomes a GGUF file in the user's cache. It is made from the PEFT folder when it
is first needed, and its name follows from the bytes of the folder and of the carrier.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from scenograph.errors import AdapterError
from scenograph.files import file_digest, value_digest
from scenograph.mind.workspace import Workspace

if TYPE_CHECKING:
    from scenograph.carriers import LocalCarrier
    from scenograph.carriers.gguf.file import GgufFile
    from scenograph.carriers.protocol import Carrier
    from scenograph.vocabulary import Vocabulary

_FORMAT = 1  # of the files: a change here makes every one again


def adapted_carrier(workspace: Workspace, local: Callable[[], LocalCarrier]) -> Carrier:
    """
    Return the carrier with the adapters that were trained for it.

    Args:
        local: loads the carrier into this process
    Raises:
        AdapterError: if the adapters are damaged, or of another carrier, vocabulary or template
        CarrierError: if the carrier cannot be loaded
    """
    if workspace.config.carrier.runtime == "llama.cpp":
        return _in_llama_cpp(workspace)
    from scenograph.mind.adapters.layers import mind_adapters

    carrier, adapters = mind_adapters(workspace, local())
    return carrier.with_adapters(adapters)


def _in_llama_cpp(workspace: Workspace) -> Carrier:
    import torch

    from scenograph.carriers.gguf.served import GgufCarrier
    from scenograph.vocabulary import Vocabulary

    vocabulary = Vocabulary.load(workspace.vocabulary)
    path = Path(workspace.config.carrier.base)
    return GgufCarrier(
        path, vocabulary, gguf_adapters(workspace, vocabulary), threads=torch.get_num_threads()
    )


def gguf_adapters(workspace: Workspace, vocabulary: Vocabulary) -> dict[str, Path]:
    """
    Return the GGUF file of each adapter of the mind; those of later layers replace earlier ones.

    Args:
        vocabulary: the mind's, whose atoms borrow tokens
    Raises:
        AdapterError: if a layer is damaged, or of another carrier, vocabulary or template
        CarrierError: if the carrier is damaged
    """
    from scenograph.adapters.encode import template_digest
    from scenograph.adapters.manifest import Fit, Manifest
    from scenograph.carriers.gguf.file import GgufFile
    from scenograph.carriers.load import digest_of_gguf
    from scenograph.vocabulary.atoms import DO

    config = workspace.config.carrier
    file = GgufFile.read(config.base)
    weights = digest_of_gguf(
        file.path,
        device=None if config.device == "auto" else config.device,
        dtype=None if config.dtype == "auto" else config.dtype,
    )
    fit = Fit(weights, vocabulary.digest, template_digest(vocabulary))
    files: dict[str, Path] = {}
    for layer in (workspace.adapters, *workspace.layers_before(workspace.thinking)):
        if not layer.exists():
            continue
        manifest = Manifest.load(layer)
        manifest.check_fit(fit, config.base, layer)
        invocation = () if manifest.shape.activation == "always" else (vocabulary.id(DO),)
        for name in manifest.shape.names:
            files[name] = _as_gguf(layer / name, manifest.files[name], file, invocation)
    return files


def _as_gguf(folder: Path, digest: str, base: GgufFile, invocation: tuple[int, ...]) -> Path:
    """Return the GGUF file that the PEFT folder *folder* becomes; made now, or taken from the cache."""
    from scenograph.adapters.export import WEIGHTS
    from scenograph.carriers.cache import cache_folder
    from scenograph.carriers.digests import cached_digest
    from scenograph.carriers.gguf.adapter import read_peft, write_adapter

    weights = folder / WEIGHTS
    try:
        found = file_digest(weights)
    except OSError as error:
        raise AdapterError(f"{weights} cannot be read ({error.strerror}); train again") from error
    if found != digest:
        raise AdapterError(f"{weights} is damaged or was changed; train again or copy the folder again")
    model = cached_digest([base.path], ["gguf"], lambda: file_digest(base.path))
    name = value_digest([_FORMAT, digest, model, list(invocation)])
    path = cache_folder("gguf-adapters", f"{name}.gguf")
    if not path.is_file():
        write_adapter(path, replace(read_peft(folder), invocation=invocation), base, name=folder.name)
    return path
