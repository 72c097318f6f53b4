"""
The adapters of a mind, ready to use on their carrier.

    adapters = AdapterSet.load(folder, carrier)
    with adapters.active(carrier.module, ["decoder.poet", None], starts=[7, 0]):
        carrier.module(ids)
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import final

from torch import nn

from scenograph.adapters.active import ActiveRows
from scenograph.adapters.export import read_adapters, write_adapter
from scenograph.adapters.lora import GroupedLora
from scenograph.adapters.manifest import FILE, Manifest
from scenograph.adapters.shape import find_targets
from scenograph.carriers.protocol import Trainable


@final
class AdapterSet:
    """Trained adapters with their manifest; `export` computes its file digests again."""

    def __init__(self, lora: GroupedLora, manifest: Manifest) -> None:
        self.lora = lora
        self.manifest = manifest

    @property
    def names(self) -> tuple[str, ...]:
        """The adapters in this set."""
        return self.lora.shape.names

    @classmethod
    def load(cls, folder: Path | str, carrier: Trainable) -> AdapterSet:
        """
        Read the set in *folder* for use on *carrier*.

        Raises:
            AdapterError: if it was made for another carrier, vocabulary or template, or is damaged
        """
        folder = Path(folder)
        manifest = Manifest.load(folder)
        manifest.check(carrier, folder)
        layers = list(find_targets(carrier.module, manifest.shape.targets, manifest.shape.first).items())
        return cls(read_adapters(folder, manifest.shape, manifest.files, layers), manifest)

    def active(
        self, model: nn.Module, names: Sequence[str | None], starts: Sequence[int]
    ) -> AbstractContextManager[ActiveRows]:
        """Let each row of a batch go through its own adapter while the block runs (`GroupedLora.active`)."""
        return self.lora.active(model, names, starts)

    def before(self, name: str | None) -> str:
        """Return the digest of adapter *name* if it acts before its invocation token, too; else nothing."""
        return self.lora.before(name)

    def export(self, folder: Path | str) -> None:
        """Write every adapter as a plain PEFT folder, then the manifest."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / FILE).unlink(missing_ok=True)
        always = self.lora.shape.activation == "always"
        files = {
            name: write_adapter(
                folder / name,
                self.lora,
                name,
                carrier=self.manifest.carrier,
                invocation=None if always else self.manifest.invocations[name][0],
            )
            for name in self.names
        }
        self.manifest = replace(self.manifest, files=files)
        self.manifest.save(folder)
