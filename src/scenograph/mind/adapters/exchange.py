"""
Adapters that leave a mind, and come into one.

An exported adapter is a plain PEFT folder with one file more, which says what PEFT has no place for:

    bard/
      adapter_config.json, adapter_model.safetensors
      scenograph.json      name, the commands that ask for it, digests of carrier and prompt template

An imported adapter is kept in the mind as it came, in `imported/NAME/`; the step `styles` puts it among the
others.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

from scenograph.errors import AdapterError, VocabularyError
from scenograph.files import draft, file_digest, new_folder, write_json
from scenograph.mind.teaching.styles import list_style, listed
from scenograph.mind.workspace import Workspace
from scenograph.prompts import READER

if TYPE_CHECKING:
    from scenograph.adapters import AdapterSet
    from scenograph.adapters.compare import Factors
    from scenograph.carriers import LocalCarrier

FILE = "scenograph.json"
FORMAT = "scenograph-adapter"
VERSION = 1
_VOICES = {"decoder": "⟁say:", "response_synthesizer": "⟁answer:"}
_TO_SCENES = ("⟁read", "⟁restore", "⟁recall", "⟁hold", "⟁expand", "⟁compress")


@final
@dataclass(frozen=True, slots=True)
class Provenance:
    """
    What `scenograph.json` says of an exported adapter.

    Attributes:
        name: in the mind that it comes from
        carrier: the name of its carrier
        digest: of the carrier's weights
        template: digest of the prompt template
    """

    name: str
    carrier: str
    digest: str
    template: str


def check_name(name: str) -> str:
    """
    Return the style of the adapter *name*; empty if it reads.

    Raises:
        AdapterError: if no adapter of a mind can be called so
    """
    role, _, style = name.partition(".")
    if name == READER:
        return ""
    if role not in _VOICES or not style:
        raise AdapterError(
            f"no adapter can be called {name!r}; it is {READER}, decoder.STYLE or response_synthesizer.STYLE"
        )
    return style


def invocations_of(name: str) -> list[str]:
    """Return the commands that ask for the adapter *name*."""
    role, _, style = name.partition(".")
    return list(_TO_SCENES) if name == READER else [f"{_VOICES[role]}{style}"]


def write_provenance(folder: Path, provenance: Provenance) -> None:
    """Write `scenograph.json` to *folder*."""
    write_json(folder / FILE, {"format": FORMAT, "version": VERSION, **asdict(provenance)})


def read_provenance(folder: Path) -> Provenance | None:
    """
    Return what *folder* says of its adapter; None if it was not exported by this package.

    Raises:
        AdapterError: if the file is damaged or of another version
    """
    path = folder / FILE
    try:
        value: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if (value.pop("format"), value.pop("version")) != (FORMAT, VERSION):
            raise AdapterError(f"{path} is of another version than {VERSION}; export the adapter again")
        return Provenance(**value)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise AdapterError(f"{path} is damaged ({error}); export the adapter again") from error


def export_peft(workspace: Workspace, name: str, folder: Path) -> None:
    """
    Write the adapter *name* of a mind to the new PEFT folder *folder*.

    Raises:
        AdapterError: if there is no such adapter, its files are damaged, or *folder* is there already
    """
    from scenograph.adapters.export import CONFIG, WEIGHTS
    from scenograph.adapters.manifest import Manifest

    layer = layer_of(workspace, name)
    manifest = Manifest.load(layer)
    if folder.exists():
        raise AdapterError(f"{folder} is there already; choose a new folder")
    if file_digest(layer / name / WEIGHTS) != manifest.files[name]:
        raise AdapterError(f"{layer / name / WEIGHTS} is damaged or was changed; train again")
    with new_folder(folder) as partial:
        for file in (CONFIG, WEIGHTS):
            shutil.copyfile(layer / name / file, partial / file)
        fit = manifest.fit
        write_provenance(partial, Provenance(name, manifest.carrier, fit.carrier, fit.template))


def export_vocabulary(workspace: Workspace, folder: Path) -> None:
    """
    Write the vocabulary of a mind, with the commands of its own styles, to the new *folder*.

    Raises:
        VocabularyError: if *folder* is there already, the mind was not trained, or transformers has no
            tokenizer like its carrier's
    """
    from scenograph.adapters.pack import write_pack
    from scenograph.mind.adapters.layers import styled_carrier
    from scenograph.mind.carrier import open_carrier
    from scenograph.mind.steps.vocabulary import check_trained

    if folder.exists():
        raise VocabularyError(f"{folder} is there already; choose a new folder")
    check_trained(workspace)
    carrier = styled_carrier(workspace, open_carrier(workspace))
    with new_folder(folder) as partial:
        write_pack(partial, carrier)


def export_gguf(workspace: Workspace, name: str, path: Path) -> None:
    """
    Write the adapter *name* of a mind to the new GGUF file *path*, for llama.cpp beside the mind's carrier.

    Raises:
        AdapterError: if there is no such adapter, *path* is there already, or llama.cpp does not run the mind
    """
    from scenograph.mind.served import gguf_adapters
    from scenograph.vocabulary import Vocabulary

    if workspace.config.carrier.runtime != "llama.cpp":
        raise AdapterError(
            "a GGUF adapter cannot hold the new rows of this mind's vocabulary; "
            "make the mind with --runtime llama.cpp, or export to peft"
        )
    layer_of(workspace, name)
    if path.exists():
        raise AdapterError(f"{path} is there already; choose a new file")
    made = gguf_adapters(workspace, Vocabulary.load(workspace.vocabulary))[name]
    path.parent.mkdir(parents=True, exist_ok=True)
    with draft(path) as unfinished:
        shutil.copyfile(made, unfinished)


def layer_of(workspace: Workspace, name: str) -> Path:
    """
    Return the folder of the layer whose adapter *name* the mind uses.

    Raises:
        AdapterError: if it has none of this name
    """
    known: list[str] = []
    for layer in (*reversed(workspace.layers), workspace.adapters):
        names = names_in(layer)
        if name in names:
            return layer
        known += names
    raise AdapterError(
        f"there is no adapter {name!r}; this mind has {', '.join(sorted(set(known))) or 'none'}"
    )


def names_in(layer: Path) -> list[str]:
    """Return the adapters of the layer in the folder *layer*; none if there is no such folder."""
    from scenograph.adapters.manifest import Manifest

    return list(Manifest.load(layer).shape.names) if layer.exists() else []


def factors_in(workspace: Workspace) -> dict[str, dict[str, Factors]]:
    """
    Return the factors of every adapter that the mind uses, by the path of the layer.

    Raises:
        AdapterError: if a file is damaged
    """
    from scenograph.adapters.peft_folder import PeftFolder

    folders: dict[str, Path] = {}
    for layer in (workspace.adapters, *workspace.layers):
        folders |= {name: layer / name for name in names_in(layer)}
    return {name: PeftFolder.load(folder).factors() for name, folder in folders.items()}


def import_peft(workspace: Workspace, folder: Path, name: str) -> None:
    """
    Keep the adapter in the PEFT folder *folder* as *name*; the step `styles` makes it one of the mind's.

    A style that the mind does not have becomes one of its own.

    Raises:
        AdapterError: if it does not fit the mind's carrier or its other adapters; nothing is changed then
    """
    from scenograph.adapters.export import CONFIG, WEIGHTS
    from scenograph.mind.carrier import open_carrier

    style = check_name(name)
    fitted_import(workspace, open_carrier(workspace), folder, name)
    with new_folder(workspace.imported / name) as partial:
        for file in (CONFIG, WEIGHTS, FILE):
            if (folder / file).exists():
                shutil.copyfile(folder / file, partial / file)
    if style and style not in workspace.domain.styles and listed(workspace).get(style) != "taught":
        list_style(workspace, style, "imported")


def fitted_import(workspace: Workspace, carrier: LocalCarrier, folder: Path, name: str) -> AdapterSet:
    """
    Return the adapter in the PEFT folder *folder* as a set of its own, which fits *carrier*.

    Args:
        carrier: the mind's, with the vocabulary that training made
    Raises:
        AdapterError: if it is damaged, or was made over another carrier, or in another shape
    """
    from scenograph.adapters.encode import template_digest
    from scenograph.adapters.export import CONFIG
    from scenograph.adapters.manifest import Manifest
    from scenograph.adapters.peft_folder import PeftFolder
    from scenograph.mind.adapters.layers import styled_carrier

    peft, provenance = PeftFolder.load(folder), read_provenance(folder)
    if provenance is None:
        if peft.base and peft.base != carrier.name:
            raise AdapterError(
                f"{folder} was made over {peft.base!r}, and this mind's carrier is {carrier.name!r}; if they "
                f"are one model, write {carrier.name!r} as base_model_name_or_path into {CONFIG}"
            )
    elif provenance.digest != carrier.digest:
        raise AdapterError(
            f"{folder} was made over {provenance.carrier!r}, whose weights are not those of this mind's "
            f"carrier {carrier.name!r}"
        )
    elif provenance.template != template_digest(carrier.vocabulary):
        raise AdapterError(f"{folder} was made for prompts of another form; train it again with this version")
    vocabulary = styled_carrier(workspace, carrier, check_name(name)).vocabulary
    ids = [vocabulary.id(atom) for atom in invocations_of(name)]
    shape = Manifest.load(workspace.adapters).shape
    return peft.fitted(name, carrier, shape, ids, by_name=provenance is not None)
