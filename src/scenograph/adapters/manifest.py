"""
The manifest of a set of adapters: what they are, and what they fit.

    adapters/
      manifest.json                     written last
      scene_interpreter/                a plain PEFT folder
        adapter_config.json
        adapter_model.safetensors
      decoder.poet/ …

Adapters fit one carrier, one vocabulary and one prompt template: the manifest has the digests of all three,
and `Manifest.check` refuses others. It has no times or paths, so that equal training gives equal bytes.
"""

from __future__ import annotations

import json
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import Any, final

from scenograph.adapters.encode import template_digest
from scenograph.adapters.shape import Shape
from scenograph.carriers.protocol import Trainable
from scenograph.errors import AdapterError
from scenograph.files import write_json

FILE = "manifest.json"
FORMAT = "scenograph-adapters"
VERSION = 1


@final
@dataclass(frozen=True, slots=True)
class Fit:
    """Digests of what adapters depend on."""

    carrier: str
    vocabulary: str
    template: str

    @classmethod
    def of(cls, carrier: Trainable) -> Fit:
        """Return the digests of *carrier* as it is now."""
        return cls(carrier.digest, carrier.vocabulary.digest, template_digest(carrier.vocabulary))


@final
@dataclass(frozen=True, slots=True)
class Manifest:
    """What a set of adapters is."""

    carrier: str  # name of the carrier they were trained on
    fit: Fit  # digests of that carrier, its vocabulary and the template
    shape: Shape
    files: dict[str, str]  # digest of each adapter's safetensors file
    invocations: dict[str, list[int]]  # ids of each adapter's invocation tokens, the most frequent one first
    training: dict[str, int | str]  # facts about the run: steps, tokens, seed

    def check(self, carrier: Trainable, where: Path) -> None:
        """
        Refuse a carrier that the adapters do not fit.

        A vocabulary that has grown since they were trained spells all that they know as it was (law 4).

        Raises:
            AdapterError: if its weights, vocabulary or template differ from those of training
        """
        fit = Fit.of(carrier)
        if carrier.vocabulary.grew_from(self.fit.vocabulary):
            fit = replace(fit, vocabulary=self.fit.vocabulary)
        self.check_fit(fit, carrier.name, where)

    def check_fit(self, fit: Fit, carrier: str, where: Path) -> None:
        """Refuse a carrier of this name and *fit*, as `check` does."""
        weights = f"the carrier's weights (trained on {self.carrier!r})"
        names = (weights, "the vocabulary", "the prompt template")
        pairs = zip(names, astuple(self.fit), astuple(fit), strict=True)
        differs = [name for name, mine, theirs in pairs if mine != theirs]
        if differs:
            raise AdapterError(
                f"the adapters in {where} do not fit the carrier {carrier!r}: {' and '.join(differs)} "
                "differ; load the carrier they were trained on, or train again"
            )

    def save(self, folder: Path) -> None:
        """Write the manifest, whole or not at all."""
        shape = self.shape.described()
        del shape["names"]
        value = {
            "format": FORMAT,
            "version": VERSION,
            "carrier": {"name": self.carrier, "digest": self.fit.carrier},
            "vocabulary": {"digest": self.fit.vocabulary},
            "template": {"digest": self.fit.template},
            "lora": shape,
            "order": self.shape.names,
            "adapters": {
                name: {"digest": self.files[name], "invocations": self.invocations[name]}
                for name in self.shape.names
            },
            "training": self.training,
        }
        write_json(folder / FILE, value)

    @classmethod
    def load(cls, folder: Path) -> Manifest:
        """
        Read the manifest in *folder*.

        Raises:
            AdapterError: if there is none, or one that is damaged or of another version
        """
        path = folder / FILE
        try:
            value = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise AdapterError(f"{folder} holds no finished set of adapters; train one") from None
        except (OSError, ValueError) as error:
            raise AdapterError(f"{path} is damaged ({error}); train again") from error
        if not isinstance(value, dict) or (value.get("format"), value.get("version")) != (FORMAT, VERSION):
            raise AdapterError(f"{path} is no {FORMAT} manifest of version {VERSION}; train again")
        try:
            adapters: dict[str, Any] = value["adapters"]
            lora: dict[str, Any] = value["lora"]
            names = tuple(value["order"])
            return cls(
                value["carrier"]["name"],
                Fit(*(value[part]["digest"] for part in ("carrier", "vocabulary", "template"))),
                Shape(
                    names,
                    lora["rank"],
                    lora["alpha"],
                    tuple(lora["targets"]),
                    lora["activation"],
                    lora.get("first", 0),
                    tuple(lora.get("ranks", ())),
                ),
                {name: adapters[name]["digest"] for name in names},
                {name: adapters[name]["invocations"] for name in names},
                value["training"],
            )
        except (KeyError, TypeError) as error:
            raise AdapterError(f"{path} is damaged (no {error}); train again") from error
