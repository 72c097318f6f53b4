"""
The carrier of a mind: the frozen base model that `mind.toml` names, with the mind's own vocabulary.

A carrier on a server has no vocabulary here: it gets examples of the mind's corpus instead.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from scenograph.carriers.remote.server import KEY
from scenograph.errors import CarrierError
from scenograph.files import file_digest
from scenograph.mind.sections import ServerConfig
from scenograph.mind.steps.corpus import TASKS
from scenograph.mind.steps.tasks import read_answers
from scenograph.mind.workspace import Workspace

if TYPE_CHECKING:
    from scenograph.carriers import LocalCarrier
    from scenograph.carriers.remote import RemoteCarrier

_KINDS = ("*.json", "*.safetensors", "*.bin", "vocabulary/*")
_SMALL = 64 << 20  # bytes; larger files are compared by their size only


def carrier_files(workspace: Workspace) -> dict[str, str]:
    """Return file name → digest or size of the carrier's files; of a repository of the hub, its commit."""
    config = workspace.config.carrier
    found = _files(config.base)
    if under := config.over or _named_below(config.base):
        found |= {f"over/{name}": what for name, what in _files(under).items()}
    return found


def _files(base: str) -> dict[str, str]:
    folder = Path(str(files("scenograph"))) / "carriers" / "nano" if base == "nano" else Path(base)
    found: dict[str, str] = {}
    if not folder.exists():
        from scenograph.carriers.hub import hub_id, pinned

        if hub_id(base) is None:
            return {}
        try:
            return {"commit": pinned(base).rpartition("@")[2]}
        except CarrierError:  # whatever loads the carrier says so
            return {}
    paths = [path for kind in _KINDS for path in folder.glob(kind)]
    if folder.is_file():  # a GGUF file
        paths, folder = [folder], folder.parent
    for path in sorted(paths):
        size = path.stat().st_size
        found[path.relative_to(folder).as_posix()] = file_digest(path) if size <= _SMALL else str(size)
    return found


def _named_below(base: str) -> str | None:
    """Return what the folder *base* names as the model under it, if it has an adapter only."""
    if not (Path(base) / "adapter_config.json").is_file():
        return None
    from scenograph.carriers.merged import base_of, is_adapter

    return base_of(Path(base), base) if is_adapter(Path(base)) else None


def bare_carrier(workspace: Workspace) -> LocalCarrier:
    """
    Load the carrier with the vocabulary it comes with.

    Raises:
        CarrierError: if it cannot be loaded, or is a server
    """
    from scenograph.carriers import load_carrier

    config = workspace.config.carrier
    if workspace.config.is_remote:
        raise CarrierError(
            f"{config.base} is a server, and only what it writes can be had: it cannot be trained, "
            "gives no states to a reader and no vectors to a memory"
        )
    return load_carrier(
        config.base,
        over=config.over,
        quantisation=None if config.quantisation == "none" else config.quantisation,
        device=None if config.device == "auto" else config.device,
        dtype=None if config.dtype == "auto" else config.dtype,
        attention=None if config.attention == "auto" else config.attention,
        domain=workspace.domain,
    )


def check_training_room(workspace: Workspace, adapters: int) -> None:
    """
    Refuse a carrier that cannot be trained in the free memory, before it is loaded.

    Args:
        adapters: how many would be trained together
    Raises:
        CarrierError: if there is no such carrier, or training needs more memory than is free
    """
    import torch

    from scenograph.adapters.defaults import batch_of
    from scenograph.adapters.precision import takes_bfloat16
    from scenograph.carriers.need import Training, check_training
    from scenograph.carriers.options import LoadOptions
    from scenograph.carriers.place import config_at
    from scenograph.carriers.shape import Shape

    it, table = workspace.config.carrier, workspace.config.training
    asked = (it.device, it.dtype, it.quantisation, it.attention)
    options = LoadOptions.chosen(*(None if value in ("auto", "none") else value for value in asked))
    shape = Shape.of_config(config_at(it.base, over=it.over), it.base)
    fast = takes_bfloat16(shape.parameters, options.dtype, torch.device(options.device))
    batch = table.batch or batch_of(shape.parameters)
    training = Training(
        adapters,
        workspace.config.adapters.rank,
        batch=batch,
        width=min(batch, Training().width),
        checkpointing=it.checkpointing,
        bfloat16=table.precision == "bfloat16" or (table.precision == "auto" and fast),
    )
    check_training(shape, it.base, options.dtype, options.device, options.quantisation, training)


def open_carrier(workspace: Workspace) -> LocalCarrier:
    """
    Load the carrier with the vocabulary that the mind made for it.

    Raises:
        CarrierError: if it cannot be loaded
        VocabularyError: if the vocabulary is damaged, or of another carrier
    """
    from scenograph.vocabulary import Vocabulary

    return bare_carrier(workspace).with_vocabulary(Vocabulary.load(workspace.vocabulary))


def server_at(address: str, model: str = "", key_from: str = KEY) -> ServerConfig:
    """
    Ask the server at *address* for its model, and try which grammars or schemas it obeys.

    Args:
        address: such as `http://host:port/v1`
        model: its name there; empty: the only one
        key_from: the environment variable with the key
    Raises:
        CarrierError: if there is no server, or it has no such model
    """
    from scenograph.carriers.remote import Address, Client
    from scenograph.carriers.remote.output import best_form

    with Client(Address(address, key_from)) as client:
        found = client.model(model).name
        return ServerConfig(model=found, key_from=key_from, form=best_form(client, found))


def remote_carrier(workspace: Workspace) -> RemoteCarrier:
    """
    Return the carrier on a server, with the examples of the mind's corpus; the server is not asked yet.

    Raises:
        CarrierError: if its address is none
        MindError: if the corpus is damaged
    """
    from scenograph.carriers.remote import Address, Client, RemoteCarrier
    from scenograph.carriers.remote.examples import Example, Examples
    from scenograph.core.linear_tree import roles_of

    server = workspace.config.server or ServerConfig()
    tasks = list(read_answers(workspace.corpus / TASKS))
    read = (answer for _, prompt, (_, answer) in tasks if prompt[-1] == ("command", "⟁read"))
    return RemoteCarrier(
        Client(Address(workspace.config.carrier.base, server.key_from, server.timeout)),
        server.model,
        form=None if server.form == "auto" else server.form,
        examples=Examples(Example(prompt, answer) for _, prompt, answer in tasks),
        shots=server.examples,
        parallel=server.parallel,
        context=server.context,
        adapters=sorted({adapter for adapter, _, _ in tasks}),
        roles=sorted({role for linear in read for role in roles_of(linear)}),
        languages=workspace.domain.languages,
    )
