"""
The weights of a carrier: shared between carriers, extended by rows for new atoms, hashed.

The functions take a causal model as transformers makes them, and *own*, the number of rows of its embedding
that are its own. The rows after those are for atoms, and belong to one carrier.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

import torch
from torch import Tensor, nn

from scenograph.vocabulary import Vocabulary


def twin(model: Any) -> Any:
    """Return a copy of *model* with the same weights but its own modules, for its own hooks and new rows."""
    shared = {id(tensor): tensor for tensor in (*model.parameters(), *model.buffers())}
    return copy.deepcopy(model, dict[int, Any](shared))


def empty_cache(model: Any) -> Any:
    """Return an empty cache of keys and values for *model*."""
    if hasattr(model, "new_cache"):
        return model.new_cache()
    from transformers import DynamicCache  # takes seconds to import

    return DynamicCache()


@torch.no_grad()
def extend(model: Any, vocabulary: Vocabulary, own: int) -> None:
    """
    Make the tables of *model* fit *vocabulary*.

    A new atom gets the row that the vocabulary has learned for it, or the mean of the rows of its gloss.

    The old tables stay as they are, since other models may use them.
    """
    size = max(vocabulary.size, own)
    tables = _tables(model)
    if tables[0].weight.shape[0] == size == own:
        return
    learned = vocabulary.rows
    for number, module in enumerate(tables):
        old: Tensor = module.weight
        rows = old.new_empty((size, old.shape[1]))
        rows[:own] = old[:own]
        for atom, i in zip(vocabulary.atoms, vocabulary.atom_ids, strict=True):
            if i >= own:
                rows[i] = old[vocabulary.gloss(atom.text)].float().mean(0).to(old.dtype)
        if learned is not None:
            own_rows = learned.given if number == 0 or learned.written is None else learned.written
            rows[own : own + len(learned)] = torch.from_numpy(own_rows).to(old)
        module.weight = nn.Parameter(rows, requires_grad=False)
        setattr(module, "num_embeddings" if isinstance(module, nn.Embedding) else "out_features", size)
    if len(tables) == 1 and (head := model.get_output_embeddings()) is not None:
        head.weight = tables[0].weight
        head.out_features = size
    model.config.vocab_size = size


def weights_digest(model: Any, own: int) -> str:
    """Hash every weight of *model* with its name, type and shape, tables cut to their *own* rows."""
    total = blake2b(digest_size=16)
    for name, tensor in own_weights(model, own):
        total.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
        data = tensor.detach().contiguous().cpu().reshape(-1).view(torch.uint8)
        total.update(memoryview(data.numpy()))  # pyright: ignore[reportArgumentType]
    return total.hexdigest()


def own_weights(model: Any, own: int) -> Iterator[tuple[str, Tensor]]:
    """Yield every weight of *model* with its name, in the order of names, tables cut to their *own* rows."""
    tables = {id(module.weight) for module in _tables(model)}
    for name, tensor in sorted(model.named_parameters(), key=lambda pair: pair[0]):
        yield name, tensor[:own] if id(tensor) in tables else tensor


def _tables(model: Any) -> list[Any]:
    """Return the input embedding, and the output matrix if it is another one."""
    found: list[nn.Module] = [model.get_input_embeddings()]
    head = model.get_output_embeddings()
    if head is not None and head.weight is not found[0].weight:
        found.append(head)
    return found
