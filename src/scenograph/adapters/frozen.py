"""
What a frozen core makes of a text before the first adapter acts: computed once, since it never changes.

A core has two halves: the layers below the lowest adapted one, and those from it on. Adapters that act from
the invocation token on leave the *prefix* before it to the bare core, in both halves. Of the *suffix*, the
lower half is the bare core's too. So training needs of a text:

    the keys and values of its prefix in the upper half
    the states of its suffix between the halves

Both depend on core and text alone. Each text is computed by itself, in one thread, never in a batch with
others: the order of a product's sums may depend on what else is in it. So a state is the same, bit for bit,
whether it comes from the disk or is computed now. A prefix with one suffix goes through the lower half in one
pass with it, which is faster; a prefix with several goes alone, and each suffix after it. These are different
states in the store, since their last bits may differ.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple, TypeAlias, final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from scenograph.adapters.states import StateStore
from scenograph.carriers.weights import empty_cache
from scenograph.files import value_digest

Ids: TypeAlias = NDArray[np.int32]

Group: TypeAlias = tuple[Ids, Sequence[Ids]]
"""A prefix, maybe empty, and the suffixes that follow it in different rows."""


class Known(NamedTuple):
    """
    What training needs of a group.

    Attributes:
        seen: keys and values of the prefix, shape (upper layers, 2, P, heads, d); None if it is empty
        states: of each suffix, shape (S, D)
    """

    seen: Tensor | None
    states: list[Tensor]


@final
class FrozenCore:
    """
    The bare halves of a causal model.

    Args:
        model: the frozen model
        first: the lowest layer of the upper half
        store: keeps what was computed; None: nothing is kept
        identity: digest of the model's weights; distinguishes models in the store
    Attributes:
        upper: the upper half; it takes the states between the halves as `input_ids`
    """

    def __init__(self, model: Any, first: int, store: StateStore | None = None, identity: str = "") -> None:
        self._model = model
        self._embedding: nn.Embedding = model.get_input_embeddings()
        self._device, dtype = self._embedding.weight.device, self._embedding.weight.dtype
        self._first = first
        self._store = store
        body = model.base_model
        self._lower = part(body, 0, first)
        self._lower.norm = nn.Identity()
        self.upper = part(body, first, len(body.layers))
        self.upper.embed_tokens = nn.Identity()
        # Other versions may sum in another order.
        how = [identity, first, str(dtype), torch.__version__, torch.backends.cpu.get_cpu_capability()]
        self._name = value_digest(how).encode()

    def cache(self, seen: Sequence[tuple[Tensor, Tensor]], rows: int) -> Any:
        """
        Return a cache of keys and values that the upper half goes on from.

        Args:
            seen: of each upper layer, each of shape (R, heads, P, d); empty: there are none yet
            rows: R
        """
        cache = empty_cache(self._model)
        length = seen[0][0].shape[2] if seen else 0
        for layer in range(self._first):  # the model's layers keep their numbers; these are never asked for
            empty = self._embedding.weight.new_empty((rows, 1, length, 1))
            cache.update(empty, empty, layer)
        for layer, (keys, values) in enumerate(seen, self._first):
            cache.update(keys, values, layer)
        return cache

    def known(self, groups: Sequence[Group], each: Callable[..., Sequence[Any]]) -> list[Known]:
        """
        Return what training needs of *groups*, from the store or computed.

        Args:
            groups: what is asked for
            each: lets workers do a function on groups by number; takes the groups' lengths
        """
        keys = [self._keys(group) for group in groups]
        there = self._store.get([key for some in keys for key in some]) if self._store else {}
        missing = [i for i, some in enumerate(keys) if not all(key in there for key in some)]
        computed: dict[bytes, Tensor] = {}

        def work(part: Sequence[int]) -> dict[bytes, Tensor]:
            found: dict[bytes, Tensor] = {}
            for i in part:
                found |= self._compute(groups[missing[i]], keys[missing[i]], there)
            return found

        lengths = [len(groups[i][0]) + sum(map(len, groups[i][1])) for i in missing]
        for found in each(work, lengths) if missing else ():
            computed |= found
        if self._store:
            self._store.put({key: computed[key] for key in sorted(computed)})
        there |= computed
        return [
            Known(
                there[some[0]] if len(prefix) else None,
                [there[key] for key in some[-len(suffixes) :]] if self._first else self._embedded(suffixes),
            )
            for (prefix, suffixes), some in zip(groups, keys, strict=True)
        ]

    def _keys(self, group: Group) -> list[bytes]:
        """
        Return the keys of what is computed: of the prefix, then of each suffix.

        They are digests of the core and of what it is given. An empty prefix has no key, and without a lower
        half suffixes have none.
        """
        prefix, suffixes = group
        seen = blake2b(self._name, digest_size=16)
        if self._is_whole(group):
            seen.update(b"whole" + self._given(suffixes[0]))
        seen.update(self._given(prefix))
        keys = [seen.digest()] if len(prefix) else []
        for suffix in suffixes if self._first else ():
            own = seen.copy()
            own.update(b"suffix" + self._given(suffix))
            keys.append(own.digest())
        return keys

    def _is_whole(self, group: Group) -> bool:
        """Whether *group* goes through the lower half in one pass."""
        return bool(self._first) and len(group[0]) > 0 and len(group[1]) == 1

    def _embedded(self, suffixes: Sequence[Ids]) -> list[Tensor]:
        return [self._embedding(self._tensor(suffix)[0]) for suffix in suffixes]

    def _given(self, ids: Ids) -> bytes:
        """Return the bytes of the embeddings of *ids*: atoms belong to a vocabulary, not to the core."""
        rows = self._embedding(self._tensor(ids)[0]).detach()
        return len(ids).to_bytes(4, "big") + rows.contiguous().view(torch.uint8).cpu().numpy().tobytes()

    @torch.no_grad()
    def _compute(
        self, group: Group, keys: Sequence[bytes], there: Mapping[bytes, Tensor]
    ) -> dict[bytes, Tensor]:
        """Compute what of *group* is not *there*."""
        prefix, suffixes = group
        found: dict[bytes, Tensor] = {}
        if self._is_whole(group):
            row = self._tensor(np.concatenate([prefix, suffixes[0]]))
            states = self._run(self._lower, row, None, 0)
            seen, rest = states[:, : len(prefix)], states[0, len(prefix) :]
            found[keys[1]] = rest.clone()
            if keys[0] not in there:
                found[keys[0]] = self._seen(seen)
            return found
        below: list[tuple[Tensor, Tensor]] = []
        if len(prefix):
            cache = empty_cache(self._model)
            states = self._run(self._lower, self._tensor(prefix), cache, 0)
            below = [(layer.keys, layer.values) for layer in cache.layers]
            if keys[0] not in there:
                found[keys[0]] = self._seen(states)
        for key, suffix in zip(keys[1 if len(prefix) else 0 :], suffixes, strict=bool(self._first)):
            if key not in there:
                cache = empty_cache(self._model)
                for number, (own, values) in enumerate(below):
                    cache.update(own, values, number)
                found[key] = self._run(self._lower, self._tensor(suffix), cache, len(prefix))[0]
        return found

    def _seen(self, states: Tensor) -> Tensor:
        """Return keys and values of a prefix in the upper half, given its *states* between the halves."""
        cache = self.cache((), 1)
        self._run(self.upper, states, cache, 0)
        layers = cache.layers[self._first :]
        pairs = [torch.stack([layer.keys[0], layer.values[0]]).transpose(1, 2) for layer in layers]
        return torch.stack(pairs)

    def _run(self, half: Any, given: Tensor, cache: Any, seen: int) -> Tensor:
        """Run *half* on one row *given* after *seen* tokens; shape (1, T, D)."""
        length = given.shape[1]
        places = torch.arange(seen, seen + length, device=given.device)[None]
        mask = torch.ones((1, seen + length), dtype=torch.long, device=given.device) if seen else None
        options = {"attention_mask": mask, "position_ids": places, "past_key_values": cache}
        return half(input_ids=given, use_cache=cache is not None, **options).last_hidden_state

    def _tensor(self, ids: Ids) -> Tensor:
        return torch.from_numpy(ids.astype(np.int64))[None].to(self._device)


def part(body: Any, begin: int, end: int) -> Any:
    """Return the body with its layers from *begin* to before *end* alone; all modules are those of *body*."""
    part = copy.copy(body)
    part._modules = dict(body._modules)
    part.layers = nn.ModuleList(list(body.layers)[begin:end])
    if hasattr(body, "config"):
        part.config = copy.copy(body.config)
        part.config.num_hidden_layers = end - begin
        if getattr(body.config, "layer_types", None):
            part.config.layer_types = list(body.config.layer_types)[begin:end]
    return part
