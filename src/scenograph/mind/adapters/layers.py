"""
The adapters of a mind, in layers.

    adapters/    all roles and styles, trained together
    taught/      styles of the mind's own, taught by a few pairs; imported adapters
    adapted/     adapters that learned from feedback
    rewarded/    decoders that learned from what is read back of their texts
    cycled/      the reader and decoders that learned from scenes and texts without a partner
    thinking/    the thinker, which answers inside the token stream

A later layer replaces adapters of the same name. Each is a set of PEFT folders with a manifest; the later
ones also have `records.json`, which says where each adapter comes from. A layer is written whole or not at
all, and the earlier ones stay as they are, so what was learned later can always be taken away again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias, final

from scenograph.errors import MindError
from scenograph.files import new_folder, remove_folder, write_json
from scenograph.mind.teaching.styles import listed
from scenograph.mind.workspace import Workspace, read_made
from scenograph.vocabulary.atoms import style_atoms, thinking_atoms

if TYPE_CHECKING:
    from scenograph.adapters import AdapterSet
    from scenograph.carriers import LocalCarrier

RECORDS = "records.json"
Origin: TypeAlias = Literal["pairs", "feedback", "import", "rewards", "cycle", "traces"]


@final
@dataclass(frozen=True, slots=True)
class AdapterRecord:
    """
    Where an adapter of a later layer comes from.

    Attributes:
        origin: what it learned from, or that it was imported
        inputs: digest of what it was made from
        start: the adapter that it was a copy of before it learned; empty if imported
        languages: of the pairs or lines of feedback that it learned from, with their numbers
        held_out: how many more it was measured on
        steps: of training
        loss: mean loss of an answer token on what was held out, before and after; None: not measured
        retention: share of the held-out scenes that is kept, before and after
        when: when it was made, ISO 8601 with its zone
        source: the file that it was imported from
    """

    origin: Origin
    inputs: str
    start: str
    languages: Mapping[str, int] = field(default_factory=dict[str, int])
    held_out: int = 0
    steps: int = 0
    loss: tuple[float, float] | None = None
    retention: tuple[float, float] | None = None
    when: str = ""
    source: str = ""


class Taught(NamedTuple):
    """One adapter of a later layer, as a set of its own, and where it comes from."""

    adapters: AdapterSet
    record: AdapterRecord


Layer: TypeAlias = Mapping[str, Taught]
"""The adapters of a later layer by name."""


def styled_carrier(
    workspace: Workspace, carrier: LocalCarrier, *more: str, thinks: bool = False
) -> LocalCarrier:
    """
    Return the mind's *carrier* with the commands of its own styles, and of *more* after them.

    Args:
        thinks: also with those of a thinker, if the mind has none yet
    """
    names = dict.fromkeys((*listed(workspace), *filter(None, more)))
    wanted = style_atoms(names) + (thinking_atoms() if thinks or workspace.thinking.exists() else [])
    atoms = [atom for atom in wanted if atom.text not in carrier.vocabulary]
    return carrier.with_vocabulary(carrier.vocabulary.extended(atoms)) if atoms else carrier


def mind_adapters(
    workspace: Workspace, carrier: LocalCarrier, layers: Sequence[Path] | None = None
) -> tuple[LocalCarrier, AdapterSet]:
    """
    Return the carrier with the commands of all styles, and the adapters of the mind.

    Args:
        carrier: the mind's, with the vocabulary that training made
        layers: the folders of the later layers to use; None: all
    Raises:
        AdapterError: if a layer is damaged or was made over another carrier
    """
    from scenograph.adapters import AdapterSet
    from scenograph.adapters.layers import joined

    adapters = AdapterSet.load(workspace.adapters, carrier)
    for folder in workspace.layers if layers is None else layers:
        if folder.exists():
            adapters = joined(adapters, AdapterSet.load(folder, carrier))
    return styled_carrier(workspace, carrier), adapters


def load_layer(folder: Path, carrier: LocalCarrier) -> dict[str, Taught]:
    """
    Read a later layer; an empty one if *folder* is not there.

    Args:
        carrier: the mind's, with the vocabulary that training made
    Raises:
        AdapterError: if it is damaged or was made over another carrier
        MindError: if its records are damaged
    """
    from scenograph.adapters import AdapterSet
    from scenograph.adapters.layers import chosen

    if not folder.exists():
        return {}
    adapters, records = AdapterSet.load(folder, carrier), load_records(folder)
    if missing := set(adapters.names) ^ set(records):
        raise MindError(
            f"{folder / RECORDS} does not fit the adapters ({', '.join(sorted(missing))}); "
            "remove the folder and run `scenograph train` again"
        )
    return {name: Taught(chosen(adapters, [name]), records[name]) for name in adapters.names}


def load_records(folder: Path) -> dict[str, AdapterRecord]:
    """Return where the adapters of the layer in *folder* come from; nothing if there is no such layer."""
    if not folder.exists():
        return {}
    found = read_made(folder / RECORDS)
    try:
        return {name: _record(fields) for name, fields in found.items()}
    except (TypeError, AttributeError) as error:
        raise MindError(f"{folder / RECORDS} is damaged ({error}); run `scenograph train` again") from error


def _record(fields: dict[str, Any]) -> AdapterRecord:
    record = AdapterRecord(**fields)
    pairs = {name: tuple(fields[name]) for name in ("loss", "retention") if fields.get(name)}
    return replace(record, **pairs)


def save_layer(folder: Path, layer: Layer, carrier: LocalCarrier) -> None:
    """
    Write *layer* to *folder*, whole or not at all; remove the folder if the layer is empty.

    Args:
        carrier: the mind's, with the vocabulary that training made: what the layer fits. Commands of styles
            are not counted, since they are appended to it and change nothing for other adapters.
    """
    from scenograph.adapters import AdapterSet
    from scenograph.adapters.layers import joined
    from scenograph.adapters.manifest import Fit

    if not layer:
        remove_folder(folder)
        return
    every = reduce(joined, (taught.adapters for taught in layer.values()))
    manifest = replace(every.manifest, carrier=carrier.name, fit=Fit.of(carrier), training={})
    with new_folder(folder) as partial:
        AdapterSet(every.lora, manifest).export(partial)
        write_json(partial / RECORDS, {name: asdict(taught.record) for name, taught in layer.items()})


def now() -> str:
    """Return the present time, to the second, with its zone."""
    return datetime.now().astimezone().isoformat(timespec="seconds")
